import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasSchemas, schemaFaults } from '../surfaces/powerbi/fabric-schemas.ts'
import { readTmdl, unquoted } from '../surfaces/powerbi/tmdl-reader.ts'
import { generate, json, makeFolder, removeFolder, run } from './command.ts'

let folder: string

beforeAll(async () => {
  folder = await makeFolder()
  await generate({ folder }, '--rows', '300')
})
afterAll(() => removeFolder(folder))

const tickets = ['--files', 'customer_support_tickets.csv']
const text = (path: string): Promise<string> => readFile(join(folder, path), 'utf8')

test('a project is written beside its data, and says how to open it', async () => {
  const told = await json<{ tables: number; measures: number; path: string }>(
    ['export', 'powerbi', 'out', ...tickets],
    { folder },
  )
  const files = await readdir(join(folder, 'out/data'))
  expect(files).toHaveLength(told.tables)
  expect(files).toContain('cases.parquet')
  expect(told.measures).toBeGreaterThan(30)
  const tables = await readdir(join(folder, 'out/Rapport.SemanticModel/definition/tables'))
  expect(tables.toSorted()).toEqual(files.map((file) => file.replace('.parquet', '.tmdl')).toSorted())
  expect(await text('out/Rapport.SemanticModel/definition/expressions.tmdl')).toContain(`"${told.path}/data/"`)
  expect(await text('out/README-powerbi.txt')).toMatch(
    /Edit parameters > DataFolder[\s\S]*not opened in Power BI Desktop/,
  )
}, 60_000)

test('what was there before and is no more is swept away, and the data may lie elsewhere', async () => {
  const stale = join(folder, 'out/Rapport.SemanticModel/definition/tables/dim_gone.tmdl')
  await writeFile(stale, "table 'Gone'\n")
  const elsewhere = ['--data-folder', 'C:\\cx "new"', '--lang', 'fr']
  const { code } = await run(['export', 'powerbi', 'out', ...elsewhere, ...tickets], { folder })
  expect(code).toBe(0)
  expect(await readdir(join(folder, 'out/Rapport.SemanticModel/definition/tables'))).not.toContain('dim_gone.tmdl')
  expect(await text('out/Rapport.SemanticModel/definition/expressions.tmdl')).toContain('= "C:\\cx ""new""\\" meta [')
  expect(await text('out/README-powerbi.txt')).toContain('Modifier les paramètres')
  expect(await text('out/Rapport.SemanticModel/definition/model.tmdl')).toContain('culture: fr-FR')
}, 60_000)

test('its report reads against the published schemas, and every field that it names is in the model beside it', async () => {
  const written = (await readdir(join(folder, 'out'), { recursive: true })).map((each) => each.replaceAll('\\', '/'))
  const reports = written.filter((path) => /^Rapport\.(pbip|Report\/.*\.(json|pbir|platform))$/.test(path))
  expect(reports.filter((path) => path.endsWith('visual.json')).length).toBeGreaterThan(10)
  if (hasSchemas) {
    const faults = schemaFaults()
    const named = reports.filter((path) => !path.includes('StaticResources'))
    expect((await Promise.all(named.map(async (path) => faults(path, await text(`out/${path}`))))).flat()).toEqual([])
  }
  const model = new Set<string>()
  for (const path of written.filter((each) => each.includes('/tables/') && each.endsWith('.tmdl')))
    for (const table of readTmdl(await text(`out/${path}`)))
      for (const child of table.children) model.add(`${unquoted(table.name)}.${unquoted(child.name)}`)
  const fields: string[] = []
  for (const path of reports.filter((each) => each.endsWith('visual.json')))
    for (const [, entity, property] of (await text(`out/${path}`)).matchAll(
      /"Entity":\s*"((?:[^"\\]|\\.)*)"\s*\}\s*\},\s*"Property":\s*"((?:[^"\\]|\\.)*)"/g,
    ))
      fields.push(`${JSON.parse(`"${entity}"`)}.${JSON.parse(`"${property}"`)}`)
  expect(fields.length).toBeGreaterThan(20)
  expect(fields.filter((field) => !model.has(field))).toEqual([])
})
