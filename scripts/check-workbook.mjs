// Opens workbooks in LibreOffice and compares what it reads with what our own reader reads: node scripts/check-workbook.mjs FILE.xlsx...
// A workbook that only our own code can read would be of no use; this is not part of the tests, because few machines have LibreOffice.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const run = promisify(execFile)

/** Our reader of sources, built into one file. */
async function ourReader(folder) {
  const outfile = join(folder, 'reader.mjs')
  await build({
    stdin: {
      contents: `export { readWorkbook } from './src/flow/sources/workbook.ts'
export { readSheet } from './src/flow/sources/sheet.ts'
export { Zip } from './src/flow/sources/zip.ts'`,
      resolveDir: root,
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    banner: { js: "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);" },
  })
  return import(pathToFileURL(outfile).href)
}

async function readOurs({ Zip, readWorkbook, readSheet }, file) {
  const zip = await Zip.open(file, file)
  try {
    const workbook = await readWorkbook(zip)
    const sheets = new Map()
    for (const sheet of workbook.sheets) {
      const rows = new Map()
      await readSheet(zip, sheet, workbook, { row: (row, cells) => rows.set(row, [...cells]), between: async () => {} })
      sheets.set(sheet.name, rows)
    }
    return sheets
  } finally {
    zip.close()
  }
}

/** LibreOffice reads the workbook and writes it anew: what it did not understand is not there any more. */
async function throughOffice(file, folder) {
  const profile = `-env:UserInstallation=${pathToFileURL(join(folder, 'profile')).href}`
  const args = [profile, '--headless', '--convert-to', 'xlsx:Calc MS Excel 2007 XML', '--outdir', folder, file]
  await run('soffice', args, { timeout: 300_000 })
  return join(folder, basename(file))
}

const clock = /^(\d+):(\d\d):(\d\d)$/

const secondsIn = (text) => {
  const [, hours, minutes, seconds] = clock.exec(text)
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

/** Equal but for how a number was rounded on the way: a half second, as a fraction of a day, may fall to either side. */
function same(ours, theirs) {
  if (ours === theirs) return true
  if (clock.test(ours) && clock.test(theirs)) return Math.abs(secondsIn(ours) - secondsIn(theirs)) <= 1
  const [a, b] = [Number(ours), Number(theirs)]
  return ours !== '' && theirs !== '' && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a))
}

function differences(ours, theirs) {
  const found = []
  let cells = 0
  for (const [name, rows] of ours) {
    const other = theirs.get(name)
    if (!other) {
      found.push(`sheet "${name}" is not there`)
      continue
    }
    for (const [row, texts] of rows)
      texts.forEach((text, column) => {
        cells++
        const read = other.get(row)?.[column] ?? ''
        if (!same(text, read)) found.push(`${name}, row ${row}, column ${column + 1}: ${JSON.stringify([text, read])}`)
      })
    const strange = [...other].filter(([row, texts]) => !rows.has(row) && texts.some(Boolean))
    for (const [row] of strange) found.push(`${name}: row ${row} is new`)
  }
  return { found, cells }
}

const files = process.argv.slice(2).map((file) => resolve(file))
if (files.length === 0) {
  console.error('Say which workbooks: node scripts/check-workbook.mjs FILE.xlsx...')
  process.exit(2)
}
const present = await run('soffice', ['--version']).then(
  () => true,
  () => false,
)
if (!present) {
  console.error(
    'LibreOffice is not here: get it from libreoffice.org or by the package manager, so that "soffice" runs.',
  )
  process.exit(2)
}
const folder = await mkdtemp(join(tmpdir(), 'rapport-check-workbook-'))
try {
  const reader = await ourReader(folder)
  for (const file of files) {
    const ours = await readOurs(reader, file)
    const theirs = await readOurs(reader, await throughOffice(file, folder))
    const { found, cells } = differences(ours, theirs)
    console.log(`${basename(file)}: ${ours.size} sheets, ${cells} cells, ${found.length} differences`)
    for (const each of found.slice(0, 10)) console.log(`  ${each}`)
    if (found.length > 0) process.exitCode = 1
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
