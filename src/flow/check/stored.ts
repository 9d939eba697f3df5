import { operate } from '../../sql/ops.ts'
import { ident, literal, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { type CheckResult, result } from './result.ts'

type StoredCounts = Extract<Check, { kind: 'stored_counts' }>

/**
 * How many there are, as a list says it of each of its rows (`total_cases` of a customer), against what is counted here. Only columns of
 * these names that no model column takes are read.
 */
export async function findStoredCounts(store: Store, check: StoredCounts): Promise<CheckResult[]> {
  const columns = await store.rows(sql`SELECT DISTINCT c.name FROM cx.columns c JOIN cx.loads l ON l.id = c.load
    WHERE l.fills = ${check.table} AND coalesce(json_array_length(c.fills), 0) = 0
      AND regexp_replace(lower(c.name), '[^a-z]+', '_', 'g') IN (${raw(check.names.map(literal).join(', '))}) ORDER BY c.name`)
  const results: CheckResult[] = []
  for (const { name } of columns) results.push(await countsOf(store, check, String(name)))
  return results
}

async function countsOf(store: Store, check: StoredCounts, name: string): Promise<CheckResult> {
  const field = raw(operate(store.dialect, 'json_field', 't.attributes', literal(name)))
  const counted = check.distinct ? sql`count(DISTINCT ${ident(check.distinct)})` : raw('count(*)')
  await store.run(sql`CREATE OR REPLACE TEMP TABLE stored_counts AS SELECT * FROM (
    SELECT t.id, TRY_CAST(${field} AS DOUBLE) AS stored, coalesce(o.n, 0) AS counted FROM ${ident('cx', check.table)} AS t
    LEFT JOIN (SELECT ${ident(check.by)} AS "by", ${counted} AS n FROM ${ident('cx', check.of)} WHERE ${ident(check.by)} IS NOT NULL GROUP BY 1) AS o
      ON o."by" = t.id) WHERE stored IS NOT NULL`)
  await store.run(sql`INSERT INTO cx.check_rows SELECT ${check.id}, id FROM stored_counts WHERE stored <> counted`)
  const [row] = await store.rows(sql`SELECT count(*) FILTER (WHERE stored <> counted) AS found, count(*) AS checked,
    coalesce(sum(stored), 0) AS stored, coalesce(CAST(sum(counted) AS DOUBLE), 0) AS counted FROM stored_counts`)
  await store.run(sql`DROP TABLE stored_counts`)
  return result(check, {
    table: check.table,
    subject: name,
    found: Number(row?.found ?? 0),
    checked: Number(row?.checked ?? 0),
    facts: { column: name, of: check.of, stored: Number(row?.stored ?? 0), counted: Number(row?.counted ?? 0) },
  })
}

/** Stored in whole minutes; of a longer duration a hundredth is let pass. */
const slackSeconds = 60

/** Durations that a source stored beside the moments and events that give the same one: where the two are apart. */
export async function findStoredDurations(store: Store, check: Check): Promise<CheckResult[]> {
  const rows = await store.rows(sql`SELECT s.metric, s.clock,
      count(*) FILTER (WHERE abs(s.seconds - c.seconds) > greatest(${slackSeconds}, 0.01 * c.seconds)) AS found, count(*) AS checked,
      median(s.seconds) / 3600 AS stored, median(c.seconds) / 3600 AS computed
    FROM cx.case_durations AS s JOIN cx.case_durations AS c USING ("case", metric, clock)
    WHERE s.origin = 'superseded' AND c.origin = 'computed' GROUP BY ALL ORDER BY ALL`)
  return rows.map((row) =>
    result(check, {
      subject: `${row.metric} ${row.clock}`,
      found: Number(row.found),
      checked: Number(row.checked),
      facts: {
        metric: String(row.metric).replaceAll('_', ' '),
        clock: String(row.clock),
        stored: Number(row.stored),
        computed: Number(row.computed),
      },
    }),
  )
}
