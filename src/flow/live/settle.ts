import { ident, quoteIdentifier, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { filledColumns, makeColumns } from '../derive/filled.ts'
import type { Fill } from '../map/fill.ts'
import { inBase, inLive, recordTables, sharedTables, waitingTables } from './names.ts'

/** The version that arrivals are settled against: which of its columns hold something, and how many rows its tables have. */
export interface Base {
  present: ReadonlySet<string>
  counts: Readonly<Record<string, number>>
}

/** Where ids of rows stand that the version has, and that are not to be seen beside what arrived. */
export async function makeHidden(store: Store): Promise<void> {
  await store.run(sql`CREATE TABLE cx.hidden ("table" VARCHAR, id VARCHAR)`)
}

/**
 * Holds what one load brought against the version: a record that the version has in a newer state is put away, with all that was made of it;
 * an older one is hidden, with all that was made of it. The clock is the source's own; without one, what came later is newer.
 */
export async function settleLoad(store: Store, fill: Fill, base: Base): Promise<void> {
  const mine = sql`l.load = ${fill.load}`
  if (waitingTables.includes(fill.table)) {
    await store.run(sql`DELETE FROM ${inLive(fill.table)} AS l WHERE ${mine}`)
    return
  }
  if (!base.counts[fill.table]) return
  await store.run(sql`CREATE OR REPLACE TEMP TABLE _met AS
SELECT l.id, l.load, l.record, b.load AS base_load, b.record AS base_record, ${raw(isOlder(fill, base))} AS is_older
FROM ${inLive(fill.table)} AS l JOIN ${inBase(fill.table)} AS b ON b.id = l.id WHERE ${mine}`)
  const [met] = await store.rows(
    raw('SELECT count(*) FILTER (WHERE is_older) AS older, count(*) FILTER (WHERE NOT is_older) AS newer FROM _met'),
  )
  if (Number(met?.older) > 0) await putAway(store, fill)
  if (Number(met?.newer) > 0) await hide(store, fill, base)
  await store.run(raw('DROP TABLE _met'))
}

function isOlder({ table, version, columns }: Fill, { present }: Base): string {
  const clock = columns.find(({ name }) => quoteIdentifier(name) === version)?.name
  if (!clock || !present.has(`${table}.${clock}`)) return 'FALSE'
  const [mine, theirs] = [`l.${quoteIdentifier(clock)}`, `b.${quoteIdentifier(clock)}`]
  return `(${theirs} IS NOT NULL AND (${mine} IS NULL OR ${theirs} > ${mine}))`
}

/** What the version knows better. A row that others of what arrived refer to stays: they would lead nowhere. */
async function putAway(store: Store, fill: Fill): Promise<void> {
  const filled = await filledColumns(store)
  for (const { table, distinct } of [{ table: fill.table, distinct: false }, ...fill.derived]) {
    const referring = distinct ? referencesTo(table, filled) : []
    const unused = referring.map(
      (each) => sql` AND NOT EXISTS (SELECT 1 FROM ${inLive(each.table)} AS r
  WHERE r.${ident(each.column)} = t.id AND (r.load, r.record) NOT IN (SELECT (load, record) FROM _met WHERE is_older))`,
    )
    await store.run(sql`DELETE FROM ${inLive(table)} AS t
WHERE (t.load, t.record) IN (SELECT (load, record) FROM _met WHERE is_older)${unused.reduce((all, part) => sql`${all}${part}`, raw(''))}`)
  }
}

/** Of the version: the record itself, where it is a row of its own, and every row that was made of it alone. */
async function hide(store: Store, { table, derived }: Fill, { counts }: Base): Promise<void> {
  await store.run(
    sql`INSERT INTO cx.hidden SELECT DISTINCT ${table}, id FROM _met WHERE NOT is_older AND id NOT IN (SELECT id FROM cx.hidden WHERE "table" = ${table})`,
  )
  await store.run(sql`CREATE OR REPLACE TEMP TABLE _replaced AS SELECT DISTINCT base_load AS load, base_record AS record
FROM _met JOIN ${inBase('loads')} AS o ON o.id = base_load WHERE NOT is_older AND o.fills = ${table}`)
  const apart = new Set([...sharedTables, ...derived.filter(({ distinct }) => distinct).map((each) => each.table)])
  for (const { name } of recordTables) {
    if (!counts[name] || apart.has(name)) continue
    await store.run(sql`INSERT INTO cx.hidden SELECT DISTINCT ${name}, b.id FROM ${inBase(name)} AS b JOIN _replaced AS r ON r.load = b.load AND r.record = b.record
WHERE b.id NOT IN (SELECT id FROM cx.hidden WHERE "table" = ${name})`)
  }
  await store.run(raw('DROP TABLE _replaced'))
}

/** Rows that were only made on the way (a customer whom a ticket names) never take the place of what the version has. */
export async function dropKnown(store: Store, { counts }: Base): Promise<void> {
  const filled = await filledColumns(store)
  for (const { name } of recordTables) {
    if (!filled.has(name) || !counts[name]) continue
    await store.run(sql`DELETE FROM ${inLive(name)} AS l
WHERE id IN (SELECT id FROM ${inBase(name)}) AND id NOT IN (SELECT id FROM cx.hidden WHERE "table" = ${name})`)
  }
}

interface Reference {
  table: string
  column: string
}

/** Columns of what arrived that hold ids of a table. */
export function referencesTo(refers: string, filled: ReadonlyMap<string, ReadonlySet<string>>): Reference[] {
  return recordTables.flatMap(({ name, columns }) =>
    columns
      .filter((column) => column.refers === refers && filled.get(name)?.has(column.name))
      .map((column) => ({ table: name, column: column.name })),
  )
}

/** A customer record that the version has joined with another one goes on as that one; what arrived for itself waits for the next build. */
export async function renameJoined(store: Store, base: Base): Promise<void> {
  const filled = await filledColumns(store)
  const references = referencesTo('customers', filled)
  if (references.length === 0) return
  const [joined] = await store.rows(sql`SELECT count(*) AS n FROM ${inBase('identities')} WHERE NOT undone`)
  if (Number(joined?.n ?? 0) === 0 || !base.counts.customers) return
  const ids = [
    ...(filled.has('customers') ? [sql`SELECT id FROM ${inLive('customers')}`] : []),
    ...references.map(({ table, column }) => sql`SELECT ${ident(column)} FROM ${inLive(table)}`),
  ].reduce((all, part) => sql`${all} UNION ${part}`)
  await store.run(sql`CREATE OR REPLACE TEMP TABLE _joined AS
WITH RECURSIVE linked AS (SELECT "left" AS a, "right" AS b FROM ${inBase('identities')} WHERE NOT undone
  UNION ALL SELECT "right", "left" FROM ${inBase('identities')} WHERE NOT undone),
met AS (SELECT id FROM (${ids}) AS t(id) WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM ${inBase('customers')})),
reached(id, other) AS (SELECT id, id FROM met UNION SELECT r.id, l.b FROM reached AS r JOIN linked AS l ON l.a = r.other)
SELECT r.id, min(c.id) AS canonical FROM reached AS r JOIN ${inBase('customers')} AS c ON c.id = r.other GROUP BY r.id`)
  for (const { table, column } of references)
    await store.run(
      sql`UPDATE ${inLive(table)} AS t SET ${ident(column)} = j.canonical FROM _joined AS j WHERE t.${ident(column)} = j.id`,
    )
  if (filled.has('customers'))
    await store.run(sql`DELETE FROM ${inLive('customers')} WHERE id IN (SELECT id FROM _joined)`)
  await store.run(raw('DROP TABLE _joined'))
}

/**
 * What the version knows of a row that was replaced and no record of it says: what its builds found out, and, where several sources number a
 * thing alike, what the others say of it.
 */
export async function keepKnown(store: Store, fills: Fill[], base: Base): Promise<void> {
  const shared = new Set(fills.filter(({ space, source }) => space !== source).map(({ table }) => table))
  const origin = new Set(['id', 'source', 'source_key', 'load', 'record'])
  const replaced = await store.rows(raw('SELECT DISTINCT "table" FROM cx.hidden'))
  for (const { table: name } of replaced) {
    const table = recordTables.find((each) => each.name === name)
    if (!table) continue
    const kept = table.columns
      .filter((column) => base.present.has(`${table.name}.${column.name}`) && !origin.has(column.name))
      .filter(({ afterLoads }) => afterLoads || shared.has(table.name))
      .map((column) => column.name)
    if (kept.length === 0) continue
    await makeColumns(store, table.name, kept)
    const filled = (await filledColumns(store)).get(table.name)
    const set = kept
      .filter((column) => filled?.has(column))
      .map(
        (column) => `${quoteIdentifier(column)} = coalesce(l.${quoteIdentifier(column)}, b.${quoteIdentifier(column)})`,
      )
    if (set.length > 0)
      await store.run(sql`UPDATE ${inLive(table.name)} AS l SET ${raw(set.join(', '))} FROM ${inBase(table.name)} AS b
WHERE b.id = l.id AND l.id IN (SELECT id FROM cx.hidden WHERE "table" = ${table.name})`)
  }
}

/** How many rows of each table are hidden. */
export async function countHidden(store: Store): Promise<Map<string, number>> {
  const rows = await store.rows(raw('SELECT "table", count(*) AS n FROM cx.hidden GROUP BY 1'))
  return new Map(rows.map((row) => [String(row.table), Number(row.n)]))
}
