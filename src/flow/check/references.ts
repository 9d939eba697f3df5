import { tables } from '../../model/tables.ts'
import { ident, join, type Sql, sql } from '../../sql/sql.ts'
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
  for (const { name, links } of linked) {
    const here = await loadsOf(name)
    const looked: Link[] = []
    for (const link of links) {
      const there = await loadsOf(link.to)
      if (there.size > 0 && [...here].some((load) => !there.has(load))) looked.push(link)
    }
    results.push(...(await lostOf(store, check, name, looked)))
  }
  return results
}

interface Link {
  column: string
  to: string
}

const records = tables.filter(({ kind }) => kind === 'record')

const linked = records.map(({ name, columns }) => ({
  name,
  links: columns.flatMap(({ name: column, refers }): Link[] =>
    refers && records.some((table) => table.name === refers) ? [{ column, to: refers }] : [],
  ),
}))

/** One reading for all links of a table; which ids are lost is asked only where some are. */
async function lostOf(store: Store, check: Check, from: string, links: Link[]): Promise<CheckResult[]> {
  if (links.length === 0) return []
  const counts = links.map(
    ({ column, to }, at) =>
      sql`count(*) FILTER (WHERE ${isLost(column, to)}) AS ${ident(`found_${at}`)}, count(${ident(column)}) AS ${ident(`checked_${at}`)}`,
  )
  const [row = {}] = await store.rows(sql`SELECT ${join(counts)} FROM ${ident('cx', from)}`)
  const results: CheckResult[] = []
  for (const [at, { column, to }] of links.entries()) {
    const found = Number(row[`found_${at}`])
    const counted = { table: from, subject: column, found, checked: Number(row[`checked_${at}`]) }
    if (found === 0) {
      results.push(result(check, { ...counted, facts: { from, column, to, kinds: 0, example: null } }))
      continue
    }
    const [ids] =
      await store.rows(sql`SELECT count(DISTINCT ${ident(column)}) AS kinds, min(${ident(column)}) AS example
      FROM ${ident('cx', from)} WHERE ${isLost(column, to)}`)
    const facts = { from, column, to, kinds: Number(ids?.kinds), example: String(ids?.example) }
    results.push(result(check, { ...counted, facts }))
  }
  return results
}

function isLost(column: string, to: string): Sql {
  return sql`${ident(column)} IS NOT NULL AND ${ident(column)} NOT IN (SELECT id FROM ${ident('cx', to)} WHERE id IS NOT NULL)`
}
