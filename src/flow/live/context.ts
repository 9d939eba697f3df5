import { ident, quoteIdentifier, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { type FilledColumns, filledColumns, makeColumns } from '../derive/filled.ts'
import { inBase, inLive, recordTables, sharedTables } from './names.ts'
import { type Base, referencesTo } from './settle.ts'

/** Rows of a table that belong to what arrived: those whose column holds what a column of what arrived holds. */
const neighbours = [
  { table: 'case_events', column: 'case', of: ['cases', 'id'] },
  { table: 'touchpoints', column: 'customer', of: ['touchpoints', 'customer'] },
  { table: 'holdings', column: 'customer', of: ['cases', 'customer'] },
  { table: 'churns', column: 'customer', of: ['cases', 'customer'] },
] as const

/**
 * Lends what arrived the rows of the version without which no step could tell what it means: the history of its cases, whom it names, and the
 * contacts before. They are taken away again when all steps are through: see `returnContext`.
 */
export async function lendContext(store: Store, base: Base): Promise<void> {
  const filled = await filledColumns(store)
  await store.run(raw('CREATE OR REPLACE TEMP TABLE _lent ("table" VARCHAR, id VARCHAR)'))
  for (const { table, column, of } of neighbours)
    if (filled.get(of[0])?.has(of[1]) && base.present.has(`${table}.${column}`))
      await lend(store, base, table, sql`${ident(column)} IN (SELECT ${ident(of[1])} FROM ${inLive(of[0])})`)
  for (const table of sharedTables) {
    const named = referencesTo(table, filled)
    if (named.length === 0 || !base.counts[table]) continue
    const ids = named
      .map((each) => sql`SELECT ${ident(each.column)} FROM ${inLive(each.table)}`)
      .reduce((all, part) => sql`${all} UNION ${part}`)
    await lend(store, base, table, sql`id IN (${ids})`)
  }
}

/** A row that is hidden, or that arrived itself, is not lent. */
async function lend(store: Store, { present, counts }: Base, table: string, where: Sql): Promise<void> {
  if (!counts[table]) return
  const { columns } = recordTables.find(({ name }) => name === table)!
  const known = columns.filter(({ name, afterLoads }) => !afterLoads && present.has(`${table}.${name}`))
  await makeColumns(
    store,
    table,
    known.map(({ name }) => name),
  )
  const filled: FilledColumns = await filledColumns(store)
  const list = raw(
    known
      .filter(({ name }) => filled.get(table)?.has(name))
      .map(({ name }) => quoteIdentifier(name))
      .join(', '),
  )
  await store.run(sql`INSERT INTO _lent SELECT ${table}, id FROM ${inBase(table)} WHERE ${where}
  AND id NOT IN (SELECT id FROM cx.hidden WHERE "table" = ${table}) AND id NOT IN (SELECT id FROM ${inLive(table)})`)
  await store.run(sql`INSERT INTO ${inLive(table)} (${list}) SELECT ${list} FROM ${inBase(table)}
WHERE id IN (SELECT id FROM _lent WHERE "table" = ${table})`)
}

/** What was lent goes. */
export async function returnContext(store: Store): Promise<void> {
  const lent = await store.rows(raw('SELECT DISTINCT "table" FROM _lent'))
  for (const { table } of lent)
    await store.run(
      sql`DELETE FROM ${inLive(String(table))} WHERE id IN (SELECT id FROM _lent WHERE "table" = ${String(table)})`,
    )
  await store.run(raw('DROP TABLE _lent'))
}
