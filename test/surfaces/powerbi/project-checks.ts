import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DefaultSettings, TaskUtils } from '@microsoft/powerquery-parser'
import { expect } from 'vitest'
import { raw } from '../../../src/sql/sql.ts'
import type { Store } from '../../../src/store/store.ts'
import { writeModel } from '../../../src/surfaces/powerbi/tmdl.ts'
import { nodesOf, parseDax, tokensOf } from './dax-reader.ts'
import { type Starred, written } from './starred.ts'
import { allOf, placeOf, readTmdl, type Tmdl, unquoted } from './tmdl-reader.ts'

export interface Read {
  files: Map<string, string>
  tables: Tmdl[]
  objects: Tmdl[]
}

/** The files of the model, read back by what did not write them. */
export function readBack({ model }: Starred, dataFolder = '/data/'): Read {
  const files = writeModel(model, dataFolder)
  const parsed = [...files].map(([path, text]) => ({ path, objects: readTmdl(text) }))
  const tables = parsed.filter(({ path }) => path.includes('/tables/')).flatMap(({ objects }) => objects)
  return { files, tables, objects: parsed.flatMap(({ objects }) => objects) }
}

const childrenOf = (object: Tmdl, type: string): Tmdl[] => object.children.filter((child) => child.type === type)

/** What is read back is what was meant. */
export function checkRead({ model }: Starred, { tables, objects }: Read): void {
  expect(tables.map(({ name }) => name).sort()).toEqual(model.tables.map(({ name }) => name).sort())
  for (const table of model.tables) {
    const found = tables.find(({ name }) => name === table.name)!
    expect(found.description).toBe(table.description)
    expect(childrenOf(found, 'column').map(({ name }) => name)).toEqual(table.columns.map(({ name }) => name))
    expect(childrenOf(found, 'measure').map(({ name, value }) => [name, value])).toEqual(
      table.measures.map(({ name, dax }) => [name, dax]),
    )
    for (const measure of childrenOf(found, 'measure'))
      expect(measure.description.length, measure.name).toBeGreaterThan(20)
    expect(childrenOf(found, 'partition')).toHaveLength(1)
  }
  expect(objects.filter(({ type }) => type === 'ref table').map(({ name }) => name)).toEqual(
    model.tables.map(({ name }) => name),
  )
  expect(objects.filter(({ type }) => type === 'role').map(({ name }) => name)).toEqual(
    model.roles.map(({ name }) => name),
  )
}

/** No two names or ids that Power BI would take for one. */
export function checkNames({ tables, objects }: Read): void {
  const alike = (names: string[]): string[] => {
    const keys = names.map((name) => name.trim().toLowerCase())
    return names.filter((_, at) => keys.indexOf(keys[at]!) !== at)
  }
  expect(alike(tables.map(({ name }) => name))).toEqual([])
  expect(alike(tables.flatMap((table) => childrenOf(table, 'measure').map(({ name }) => name)))).toEqual([])
  for (const table of tables)
    expect(
      alike(
        table.children.filter(({ type }) => ['measure', 'column', 'hierarchy'].includes(type)).map(({ name }) => name),
      ),
    ).toEqual([])
  const tags = [...allOf(objects)].flatMap(
    ({ properties, type, name }) => properties.lineageTag ?? (type === 'relationship' ? name : []),
  )
  expect(alike(tags)).toEqual([])
  for (const tag of tags) expect(tag).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
}

/** Everything that an expression, a relationship, a hierarchy or an order names is there. */
export function checkReferences({ tables, objects }: Read): void {
  const columns = new Set(
    tables.flatMap((table) => childrenOf(table, 'column').map(({ name }) => `${table.name}|${name}`)),
  )
  const measures = new Set(tables.flatMap((table) => childrenOf(table, 'measure').map(({ name }) => name)))
  const names = new Set(tables.map(({ name }) => name))
  const dax = [
    ...tables.flatMap((table) => childrenOf(table, 'measure').map(({ value }) => value)),
    ...[...allOf(objects)].filter(({ type }) => type === 'tablePermission').map(({ value }) => value),
  ]
  for (const text of dax) {
    const depth = tokensOf(text).reduce((open, { text: token, kind }) => {
      expect(open).toBeGreaterThanOrEqual(0)
      return kind !== 'symbol' ? open : token === '(' ? open + 1 : token === ')' ? open - 1 : open
    }, 0)
    expect(depth, text).toBe(0)
    for (const node of nodesOf(parseDax(text))) {
      if (node.kind === 'table') expect(names, text).toContain(node.name)
      if (node.kind === 'column') expect(columns, text).toContain(`${node.table}|${node.column}`)
      if (node.kind === 'measure') expect(measures, text).toContain(node.name)
    }
  }
  for (const relationship of objects.filter(({ type }) => type === 'relationship'))
    for (const side of ['fromColumn', 'toColumn']) {
      const { table, column } = placeOf(relationship.properties[side]!)
      expect(columns).toContain(`${table}|${column}`)
    }
  for (const table of tables) {
    const own = [...allOf(childrenOf(table, 'hierarchy'))].filter(({ type }) => type === 'level')
    const sorted = childrenOf(table, 'column').flatMap(({ properties }) => properties.sortByColumn ?? [])
    for (const name of [...own.map(({ properties }) => properties.column!), ...sorted])
      expect(columns).toContain(`${table.name}|${unquoted(name)}`)
  }
  for (const { name } of [...allOf(objects)].filter(({ type }) => type === 'tablePermission'))
    expect(names).toContain(name)
}

/** M reads, and what it reads is in the files with the type that it says. */
export async function checkSources({ tables, objects }: Read, files: Store): Promise<void> {
  const parameter = objects.find(({ type, name }) => type === 'expression' && name === 'DataFolder')!
  const texts = [...tables.map((table) => childrenOf(table, 'partition')[0]!.properties.source!), parameter.value]
  for (const text of texts) {
    const read = await TaskUtils.tryLexParse(DefaultSettings, text)
    expect(TaskUtils.isParseStageOk(read), text).toBe(true)
  }
  const types = { string: 'VARCHAR', int64: 'BIGINT', double: 'DOUBLE', boolean: 'BOOLEAN', dateTime: 'DATE' }
  for (const table of tables) {
    const source = childrenOf(table, 'partition')[0]!.properties.source!
    const file = /DataFolder & "([a-z0-9_]+)\.parquet"/.exec(source)![1]!
    const found = await files.rows(raw(`SELECT column_name AS name, column_type AS type FROM (DESCRIBE "${file}")`))
    const inFile = Object.fromEntries(found.map(({ name, type }) => [String(name), String(type)]))
    const told = childrenOf(table, 'column').map(({ properties }) => [
      properties.sourceColumn!,
      types[properties.dataType as 'string'],
    ])
    expect(Object.fromEntries(told)).toEqual(inFile)
    for (const [column] of told) expect(source).toContain(`{"${column}", `)
    const key = childrenOf(table, 'column').find(({ properties }) => properties.isKey)?.properties.sourceColumn
    if (key) {
      const [row] = await files.rows(raw(`SELECT count(*) AS n, count(DISTINCT "${key}") AS keys FROM "${file}"`))
      expect(row!.keys, file).toBe(row!.n)
    }
    // What is shown in an order has one place in it, to a reader who takes big letters for small ones.
    for (const { properties } of childrenOf(table, 'column'))
      if (properties.sortByColumn) {
        const by = childrenOf(table, 'column').find(({ name }) => name === unquoted(properties.sortByColumn!))!
          .properties.sourceColumn
        const [row] = await files.rows(
          raw(
            `SELECT coalesce(max(n), 0) AS n FROM (SELECT count(DISTINCT "${by}") AS n FROM "${file}" GROUP BY lower(trim("${properties.sourceColumn}")))`,
          ),
        )
        expect(row!.n, `${file} ${properties.sourceColumn}`).toBeLessThanOrEqual(1)
      }
  }
}

/** Written a second time it is the same, byte for byte. */
export async function checkAgain(starred: Starred): Promise<void> {
  const digests = (): string[] =>
    starred.files.map((file) =>
      createHash('sha256')
        .update(readFileSync(join(starred.data, file)))
        .digest('hex'),
    )
  const before = [digests(), [...writeModel(starred.model, '/data/')]]
  const { model } = await written(starred.context, starred.data)
  expect([digests(), [...writeModel(model, '/data/')]]).toEqual(before)
}

/** No name, address or number of a person is in a file, unless the reader may see it. */
export async function checkMasked({ context, model }: Starred, files: Store): Promise<void> {
  const people = await context.store.rows(
    raw(`SELECT DISTINCT said FROM (
      SELECT unnest([name, email, phone]) AS said FROM cx.customers UNION ALL SELECT name FROM cx.agents) WHERE length(said) > 3`),
  )
  for (const { file, columns } of model.tables)
    for (const { source } of columns.filter(({ type }) => type === 'string')) {
      const found = await files.rows(raw(`SELECT DISTINCT "${source}" AS said FROM "${file!.replace('.parquet', '')}"`))
      const shown = new Set(found.map(({ said }) => said))
      expect(
        people.filter(({ said }) => shown.has(said ?? null)),
        `${file} ${source}`,
      ).toEqual([])
    }
}
