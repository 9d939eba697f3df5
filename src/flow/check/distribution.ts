import { addDays, localDay, shiftPeriod, startOf } from '../../calendar.ts'
import { columnNamed } from '../../model/tables.ts'
import { ident, raw, type Sql, sql } from '../../sql/sql.ts'
import { mixDrift } from '../../stats/mix-drift.ts'
import type { Row, Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { rowsOf } from './joined.ts'
import type { Judged } from './moment.ts'
import { type CheckResult, result } from './result.ts'

type Distribution = Extract<Check, { kind: 'distribution' }>

/** Values that stand for themselves; the rest is one part. */
const mostValues = 20
const measured = new Set(['integer', 'number', 'money', 'seconds'])

/**
 * Is the mix of a column's values in the newest whole period still that of the periods before it? Words by value, numbers by the tenths
 * of the periods before; rows without a value are a part of their own.
 */
export async function findDrift(store: Store, check: Distribution, { asOf, zone }: Judged): Promise<CheckResult[]> {
  if (asOf === null) return []
  const end = startOf(localDay(asOf, zone), check.grain)
  const begin = shiftPeriod(end, check.grain, -1)
  const rows = await store.rows(
    partsSql(store, check, { first: shiftPeriod(begin, check.grain, -check.periods), begin, end }),
  )
  const counts = (name: string): number[] => rows.map((row) => Number(row[name]))
  const [before, now] = [counts('before'), counts('now')]
  const [whole, newest] = [sum(before), sum(now)]
  if (whole < check.at_least || newest < check.at_least) return []
  const drift = mixDrift(before, now)
  const fails = drift !== null && drift.p < check.false_alarms && drift.index >= check.apart
  const most = drift ? rows[drift.most.at]! : null
  return [
    result(check, {
      table: null,
      subject: `${check.table}.${check.column}`,
      found: fails ? 1 : 0,
      checked: 1,
      facts: {
        column: `${check.table}.${check.column}`,
        from: begin,
        to: addDays(end, -1),
        rows: newest,
        before_rows: whole,
        index: drift?.index ?? 0,
        kind: most ? String(most.kind) : 'value',
        value: most ? shownValue(most) : null,
        share_now: drift?.most.now ?? null,
        share_before: drift?.most.before ?? null,
      },
    }),
  ]
}

function partsSql(
  store: Store,
  check: Distribution,
  { first, begin, end }: { first: string; begin: string; end: string },
): Sql {
  const { table, column, where } = check
  const rows = rowsOf(store, table)
  const of = raw(where ? rows.sql(where.is) : 'TRUE')
  const [day, value] = [ident(table, check.day), ident(table, column)]
  const read = sql`SELECT ${day} >= CAST(${begin} AS DATE) AS newest, ${value} AS value FROM ${raw(rows.from())}
    WHERE ${day} >= CAST(${first} AS DATE) AND ${day} < CAST(${end} AS DATE) AND ${of}`
  const sums = raw(
    'CAST(coalesce(sum(n) FILTER (WHERE NOT newest), 0) AS BIGINT) AS before, CAST(coalesce(sum(n) FILTER (WHERE newest), 0) AS BIGINT) AS now',
  )
  if (measured.has(columnNamed(table, column)?.type ?? ''))
    return sql`WITH r AS (${read}), tenths AS (SELECT quantile_cont(CAST(value AS DOUBLE), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]) FILTER (WHERE NOT newest) AS cut FROM r),
      parts AS (SELECT newest, value, CASE WHEN value IS NULL THEN -1 ELSE len(list_filter(cut, lambda x: value > x)) END AS part, 1 AS n FROM r, tenths)
      SELECT CASE WHEN part < 0 THEN 'missing' ELSE 'range' END AS kind, CAST(min(value) AS VARCHAR) AS value, CAST(max(value) AS VARCHAR) AS highest, ${sums}
      FROM parts GROUP BY part ORDER BY part`
  return sql`WITH c AS (SELECT newest, CAST(value AS VARCHAR) AS value, count(*) AS n FROM (${read}) GROUP BY 1, 2),
    v AS (SELECT value, row_number() OVER (ORDER BY sum(n) DESC, value) AS place FROM c WHERE value IS NOT NULL GROUP BY 1),
    parts AS (SELECT newest, n, CASE WHEN c.value IS NULL THEN 'missing' WHEN place <= ${mostValues} THEN 'value' ELSE 'other' END AS kind,
        CASE WHEN place <= ${mostValues} THEN c.value END AS value FROM c LEFT JOIN v ON v.value = c.value)
    SELECT kind, value, NULL AS highest, ${sums} FROM parts GROUP BY 1, 2 ORDER BY 1, 2`
}

function shownValue({ value, highest }: Row): string | null {
  if (value === null || value === undefined) return null
  return highest === null || highest === undefined ? String(value) : `${value}–${highest}`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}
