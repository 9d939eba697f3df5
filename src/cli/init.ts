import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { stringify } from 'yaml'
import { RapportError } from '../errors.ts'
import type { MappedBatch } from '../flow/flow.ts'
import { readPacks, readProject } from '../project.ts'
import { askQuestions, canAsk } from './ask.ts'
import { writeBrief } from './brief.ts'
import { runMapping } from './build-process.ts'
import { buildProject } from './build-project.ts'
import { coloured, printData, printJson, sayProblem } from './output.ts'

interface InitOptions {
  from: string[]
  name?: string
  zone?: string
  yes?: boolean
  json?: boolean
  lang?: string
}

export function addCommand(program: Command): void {
  program
    .command('init [dir]')
    .description('Write a project from files: rapport.yaml, a pack for each unknown export, BRIEF.md.')
    .requiredOption('--from <file...>', 'exports to begin with')
    .option('--name <name>', 'what the project is called (default: the folder)')
    .option('--zone <zone>', 'reporting zone, e.g. Europe/Paris (default: UTC)')
    .option('--lang <language>', 'language of pages and reports: en, fr')
    .option('--yes', 'take the best guess where a column is unclear, and say so')
    .option('--json', 'print JSON on stdout')
    .addHelpText('after', '\nExample:\n  $ rapport init shop --from exports/tickets.csv exports/calls.xlsx')
    .action(init)
}

async function init(dir: string | undefined, options: InitOptions): Promise<void> {
  const directory = resolve(dir ?? '.')
  refuseExisting(join(directory, 'rapport.yaml'))
  const { mappings, notes } = await mapFiles(options)
  await writePacks(directory, mappings)
  await writeSettings(directory, options, mappings)
  // Whatever was guessed stands in a pack now, so this is the very build that `rapport build` repeats.
  const report = await buildProject({ project: directory, json: options.json })
  const project = await readProject({ directory })
  await writeBrief(project)
  if (options.json) printJson({ directory, mappings, notes, version: report.version, loads: report.loads })
  else printMappings(directory, mappings, notes)
}

function refuseExisting(file: string): void {
  if (!existsSync(file)) return
  throw new RapportError(
    {
      code: 'project-exists',
      message: 'There is a rapport.yaml already.',
      where: file,
      fix: 'Choose another folder, or edit that file.',
    },
    2,
  )
}

/** Once to find out what is unclear, once more with the answers. */
async function mapFiles(options: InitOptions) {
  const order = { project: { files: options.from, zone: options.zone }, guess: options.yes === true }
  const first = await runMapping(order)
  if (!canAsk(options)) return first
  const answers = await askQuestions(first.mappings)
  return Object.keys(answers).length > 0 ? runMapping({ ...order, answers }) : first
}

async function writePacks(directory: string, mappings: MappedBatch[]): Promise<void> {
  for (const { proposed } of mappings) {
    if (!proposed) continue
    const folder = join(directory, 'catalog', 'packs', proposed.id)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'pack.yaml'), proposed.yaml)
  }
}

/** Targets that come with a pack are written out: they are the project's to change. */
async function writeSettings(directory: string, options: InitOptions, mappings: MappedBatch[]): Promise<void> {
  const { catalogues } = await readProject({ files: options.from })
  const packs = (await readPacks({ catalogues })).filter((pack) => mappings.some((mapping) => mapping.pack === pack.id))
  const settings = {
    name: options.name ?? basename(directory),
    ...(options.zone ? { zone: options.zone } : {}),
    ...(options.lang ? { language: options.lang } : {}),
    ...filesOf(directory, mappings),
    targets: packs.flatMap((pack) => pack.targets),
  }
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'rapport.yaml'), stringify(settings))
}

/** Files of amounts by customer stand apart from the sources, with their columns. */
function filesOf(directory: string, mappings: MappedBatch[]) {
  const named = sourcesOf(directory, mappings)
  const accounts = new Map(mappings.flatMap(({ path, accounts: file }) => (file ? [[path, file] as const] : [])))
  return {
    sources: named.flatMap(({ path, ...source }) => (accounts.has(path) ? [] : [source])),
    ...(accounts.size > 0 && {
      accounts: named.flatMap(({ path, id, files }) => {
        const file = accounts.get(path)
        return file ? [{ ...file, id, files }] : []
      }),
    }),
  }
}

function sourcesOf(directory: string, mappings: MappedBatch[]) {
  const taken = new Set<string>()
  const files = new Map(mappings.map((mapping) => [mapping.path, mapping]))
  return [...files.values()].map(({ path, pack, dateOrder }) => {
    const stem = basename(path)
      .replace(/\.[^.]*$/, '')
      .replace(/\.[^.]*$/, '')
    const base =
      stem
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^[^a-z]+|-+$/g, '') || 'source'
    let id = base
    for (let copy = 2; taken.has(id); copy++) id = `${base}-${copy}`
    taken.add(id)
    const near = relative(directory, path)
    const order = dateOrder && dateOrder !== 'unknown' ? { date_order: dateOrder } : {}
    return { path, id, files: near.startsWith('../../..') ? path : near, pack, ...order }
  })
}

function printMappings(directory: string, mappings: MappedBatch[], notes: Parameters<typeof sayProblem>[0][]): void {
  for (const { batch, pack, how, proposed } of mappings) {
    printData(`${batch}: ${how === 'proposed' ? `no pack knew it; proposed ${pack}` : `${how} as ${pack}`}`)
    for (const { column, target, confidence, reason } of proposed?.proposals ?? []) {
      const sure = `${Math.round(confidence * 100)} %`.padStart(6)
      printData(
        `  ${coloured('dim', sure, process.stdout)}  ${column} -> ${target}  ${coloured('dim', reason, process.stdout)}`,
      )
    }
  }
  for (const note of notes) sayProblem(note)
  printData(
    `\nWrote ${join(directory, 'rapport.yaml')} and BRIEF.md. Next: rapport serve --project ${relative('.', directory) || '.'}`,
  )
}
