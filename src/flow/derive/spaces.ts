import { tableNamed } from '../../model/tables.ts'
import { literal, quoteIdentifier, raw } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { filledColumns } from './filled.ts'
import { partsOf } from './parts.ts'
import type { DeriveStep } from './step.ts'

/** Tables whose rows several sources can name by one number. */
const shared = ['customers', 'accounts', 'agents', 'teams', 'products', 'cases']

/**
 * One row for each id of a key space that several sources share. A list of customers knows the name, a call log only that there
 * is such a customer: each column takes the value of the first row that has one, and the row that was a record of its own
 * speaks before one that was only named in passing.
 */
export const mergeSpaces: DeriveStep = {
  name: 'key spaces',
  async run({ store }) {
    const [loads] = await store.rows(raw('SELECT count(*) > 1 AS several FROM cx.loads'))
    if (loads?.several !== true) return []
    const filled = await filledColumns(store)
    for (const table of shared) await mergeRows(store, table, filled.get(table) ?? new Set())
    return []
  },
}

async function mergeRows(store: Store, table: string, filled: ReadonlySet<string>): Promise<void> {
  const columns = tableNamed(table)!.columns.flatMap(({ name }) => (filled.has(name) ? [name] : []))
  if (columns.length === 0) return
  const target = `cx.${quoteIdentifier(table)}`
  if (await isPlain(store, target)) return
  const space = `split_part(id, ':', 1)`
  const spaces = await store.rows(
    raw(`SELECT DISTINCT ${space} AS space FROM ${target} WHERE NOT starts_with(id, source || ':') ORDER BY space`),
  )
  if (spaces.length === 0) return
  const list = spaces.map((row) => literal(String(row.space))).join(', ')
  const names = columns.map(quoteIdentifier).join(', ')
  const merged = columns.map((name) => `arg_min(${quoteIdentifier(name)}, _rank) AS ${quoteIdentifier(name)}`)
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _repeated AS
SELECT id FROM ${target} WHERE ${space} IN (${list}) GROUP BY id HAVING count(*) > 1`),
  )
  await store.run(raw(`CREATE OR REPLACE TEMP TABLE _merged AS SELECT ${names} FROM ${target} LIMIT 0`))
  const [counted] = await store.rows(raw('SELECT count(*) AS n FROM _repeated'))
  for (const part of partsOf(Number(counted?.n ?? 0), 'id'))
    await store.run(
      raw(`INSERT INTO _merged (${names})
SELECT ${merged.join(', ')} FROM (SELECT t.*, l.place * ${recordsOfLoad} + coalesce(t.record, 0) AS _rank
  FROM ${target} AS t LEFT JOIN (${places(table)}) AS l ON l.id = t.load WHERE t.id IN (SELECT id FROM _repeated WHERE ${part}))
GROUP BY id`),
    )
  await store.run(raw(`DELETE FROM ${target} WHERE id IN (SELECT id FROM _repeated)`))
  await store.run(raw(`INSERT INTO ${target} (${names}) SELECT ${names} FROM _merged ORDER BY id`))
  for (const name of ['_merged', '_repeated']) await store.run(raw(`DROP TABLE ${name}`))
}

/** More than any file holds: what stands before it in a rank is the load. */
const recordsOfLoad = 1_000_000_000_000

/** Who speaks first, as one number a load: those whose records are rows of the table, amounts of its rows last, then by source and content. */
function places(table: string): string {
  return `SELECT id, CAST(row_number() OVER (ORDER BY fills <> ${literal(table)}, fills = 'revenues', source, id) AS BIGINT) AS place FROM cx.loads`
}

/** Rows of one source alone, with ids of its own: between the first and the last of them all begin alike. */
async function isPlain(store: Store, target: string): Promise<boolean> {
  const [row] = await store.rows(
    raw(`SELECT first = last AND starts_with(low, first || ':') AND starts_with(high, first || ':') AS plain
FROM (SELECT min(source) AS first, max(source) AS last, min(id) AS low, max(id) AS high FROM ${target})`),
  )
  return row?.plain === true
}
