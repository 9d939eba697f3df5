import { addDays, lengthOf, localDay } from '../../calendar.ts'
import { ident, raw, sql } from '../../sql/sql.ts'
import { type JudgedDay, judgeDays } from '../../stats/day-volume.ts'
import type { Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { rowsOf } from './joined.ts'
import type { Judged } from './moment.ts'
import { type CheckResult, result } from './result.ts'

type Volume = Extract<Check, { kind: 'volume' }>

/** More series than these are another question: a list of values, and no stream. */
const mostSeries = 50

/**
 * Days with far fewer or far more rows than the same weekdays of the weeks before. The newest day with rows is not over and not judged;
 * nor is a day off. What a source has not sent yet is not too little: that is for `freshness`.
 */
export async function findOddDays(store: Store, check: Volume, judged: Judged): Promise<CheckResult[]> {
  const series = await countsOf(store, check, judged)
  if (series.length === 0) return []
  const off = await daysOff(store)
  const newest = series
    .map(({ last }) => last)
    .toSorted()
    .at(-1)!
  return series.flatMap(({ value, counts, first, last }) => {
    const end = check.by === 'source' ? last : newest
    // The first day that is there may have begun in the middle.
    const days = daysBetween(addDays(first, 1), end)
      .filter((day) => !off.has(day))
      .map((day) => ({ day, at: dayNumber(day), count: counts.get(day) ?? 0 }))
    const from = addDays(end, -check.days)
    const plan = { falseAlarms: check.false_alarms, apart: check.apart }
    const begin = addDays(from, -7 * check.weeks)
    const before = days.filter(({ day }) => day >= begin && day < from)
    const found = judgeDays(
      before,
      days.filter(({ day }) => day >= from),
      plan,
    )
    return found ? [resultOf(check, value, found)] : []
  })
}

/** From a day to the one before another. */
function daysBetween(from: string, before: string): string[] {
  return from < before ? Array.from({ length: lengthOf({ from, to: before }) - 1 }, (_, at) => addDays(from, at)) : []
}

interface Series {
  value: string | null
  counts: Map<string, number>
  first: string
  last: string
}

/** Rows by day as far back as is looked; days after the newest event are typing errors. */
async function countsOf(store: Store, check: Volume, { asOf, zone }: Judged): Promise<Series[]> {
  if (asOf === null) return []
  const { table, by, where } = check
  const rows = rowsOf(store, table)
  const of = raw(where ? rows.sql(where.is) : 'TRUE')
  const day = ident(table, check.day)
  const value = by ? sql`CAST(${ident(table, by)} AS VARCHAR)` : sql`''`
  const read = await store.rows(sql`WITH r AS (SELECT ${value} AS value, ${day} AS day, count(*) AS n
      FROM ${raw(rows.from())} WHERE ${day} <= CAST(${localDay(asOf, zone)} AS DATE) AND ${of} GROUP BY 1, 2)
    SELECT value, CAST(day AS VARCHAR) AS day, n FROM r
    QUALIFY day >= max(day) OVER (PARTITION BY ${raw(by === 'source' ? 'value' : "''")}) - ${check.days + 7 * check.weeks + 1} ORDER BY 1, 2`)
  const series = new Map<string, Series>()
  for (const row of read) {
    if (row.value === null) continue
    const [name, on] = [String(row.value), String(row.day)]
    const one = series.get(name) ?? { value: by ? name : null, counts: new Map(), first: on, last: on }
    one.counts.set(on, Number(row.n))
    series.set(name, { ...one, last: on })
  }
  return series.size > mostSeries ? [] : [...series.values()]
}

async function daysOff(store: Store): Promise<Set<string>> {
  const rows = await store.rows(sql`SELECT DISTINCT CAST(on_date AS VARCHAR) AS day FROM cx.holidays`)
  return new Set(rows.map(({ day }) => String(day)))
}

const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000)

function resultOf(check: Volume, value: string | null, days: JudgedDay[]): CheckResult {
  const odd = days.filter((each) => each.odd)
  const far = ({ count, expected }: JudgedDay): number => Math.abs(count - expected) / Math.max(1, expected)
  const worst = odd.toSorted((a, b) => far(b) - far(a))[0]
  const source = check.by === 'source' ? value : null
  return result(check, {
    subject: value ?? check.table,
    source,
    found: odd.length,
    checked: days.length,
    facts: {
      table: check.table,
      value,
      weeks: check.weeks,
      day: worst ? new Date(worst.at * 86_400_000).toISOString().slice(0, 10) : null,
      rows: worst?.count ?? null,
      expected: worst ? Math.round(worst.expected) : null,
      low: worst ? Math.round(worst.low) : null,
      high: worst ? Math.round(worst.high) : null,
    },
    bySource: source === null ? null : [{ source, found: odd.length, checked: days.length }],
  })
}
