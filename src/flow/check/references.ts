import { tables } from '../../model/tables.ts'
import { ident, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, result } from './result.ts'

/**
 * Links that lead nowhere: a holding of a customer who is not in the customers. Where one load brings the rows and what they lead to,
 * both come from the same record, so only tables of several loads are read. A table that no file filled is not missed here: what
 * needs it is refused.
 */
export async function findLostReferences(store: Store, check: Check): Promise<CheckResult[]> {
  const [loads] = await store.rows(sql`SELECT count(*) AS n FROM cx.loads`)
  if (Number(loads?.n ?? 0) < 2) return []
  const sources = new Map<string, ReadonlySet<string>>()
  const loadsOf = async (table: string): Promise<ReadonlySet<string>> => {
    const known = sources.get(table)
    if (known) return known
    const rows = await store.rows(sql`SELECT DISTINCT load FROM ${ident('cx', table)}`)
    const found = new Set(rows.map(({ load }) => String(load)))
    sources.set(table, found)
    return found
  }
  const results: CheckResult[] = []
  for (const { from, column, to } of links) {
    const [here, there] = [await loadsOf(from), await loadsOf(to)]
    if (there.size === 0 || [...here].every((load) => there.has(load))) continue
    const lost = await lostOf(store, check, from, column, to)
    if (lost.found > 0) results.push(lost)
  }
  return results
}

const records = tables.filter(({ kind }) => kind === 'record')

const links = records.flatMap(({ name, columns }) =>
  columns.flatMap(({ name: column, refers }) =>
    refers && records.some((table) => table.name === refers) ? [{ from: name, column, to: refers }] : [],
  ),
)

async function lostOf(store: Store, check: Check, from: string, column: string, to: string): Promise<CheckResult> {
  const lost = sql`${ident(column)} IS NOT NULL AND ${ident(column)} NOT IN (SELECT id FROM ${ident('cx', to)} WHERE id IS NOT NULL)`
  const [row] =
    await store.rows(sql`SELECT count(*) FILTER (WHERE ${lost}) AS found, count(${ident(column)}) AS checked,
    count(DISTINCT ${ident(column)}) FILTER (WHERE ${lost}) AS kinds, any_value(${ident(column)}) FILTER (WHERE ${lost}) AS example
    FROM ${ident('cx', from)}`)
  return result(check, {
    table: from,
    subject: column,
    found: Number(row?.found),
    checked: Number(row?.checked),
    facts: { from, column, to, kinds: Number(row?.kinds), example: String(row?.example) },
  })
}
