import { type Days, weekdayOf } from '../calendar.ts'
import { raw, sql } from '../sql/sql.ts'
import type { Cell, Row } from '../store/store.ts'
import type { MetricContext } from './context.ts'
import { asOfDay, type Plan, type Select } from './plan.ts'
import { type Memory, remember } from './remember.ts'
import { daySql, fromSql, hourSql, scopeOf } from './scope.ts'

/** First and last day of the data. */
export interface Coverage extends Days {
  /** True where the data begin inside their first day; known only where days or weeks are asked for. */
  cutFirst?: boolean
}

/** Which rows, placed in time by what. */
type Basis = Pick<Select, 'from' | 'time' | 'asOf' | 'zone'>

const coverages: Memory<Row[]> = new WeakMap()

/** From the first row of the first metric's time basis to the now; read once a version. */
export async function readCoverage(plan: Plan, context: MetricContext): Promise<Coverage | null> {
  const found = plan.selects.find(({ time }) => time)
  // Of the rows themselves: a roll-up knows months, not days.
  const { from, time } = found?.metrics[0] ?? {}
  if (!found || !from || !time) return null
  const select = { ...found, from, time }
  if (plan.query.grain === 'day' || plan.query.grain === 'week') {
    const days = await readDays(select, select.time, context)
    return coverageOf(days[0]?.day ?? null, days.at(-1)?.day ?? null, beginsInside(days), plan, select.zone)
  }
  const { day, table } = basisOf(select, select.time, context)
  const [row] = await remember(coverages, context.store, `${select.from}.${select.time}`, () =>
    context.store.rows(sql`SELECT min(${raw(day)}) AS "first", max(${raw(day)}) AS "last" FROM ${raw(table())}`),
  )
  return coverageOf(textOf(row?.first), textOf(row?.last), undefined, plan, select.zone)
}

function coverageOf(
  first: string | null,
  last: string | null,
  cutFirst: boolean | undefined,
  plan: Plan,
  zone: string,
): Coverage | null {
  if (first === null || last === null) return null
  return { from: first, to: asOfDay(plan.asOf, zone) ?? last, ...(cutFirst && { cutFirst }) }
}

/** Days that the data cover in part only: the first where they begin inside it, and the last, which may not be over. */
export async function readCutDays(select: Basis, context: MetricContext): Promise<string[]> {
  if (!select.time) return []
  const days = await readDays(select, select.time, context)
  const [first, last] = [days[0]?.day, days.at(-1)?.day]
  if (!first || !last) return []
  const now = asOfDay(select.asOf, select.zone) ?? last
  return [...(beginsInside(days) ? [first] : []), ...days.map(({ day }) => day).filter((day) => day >= now)]
}

interface DaySeen {
  day: string
  /** Hour of the first row; null where only days are known. */
  hour: number | null
}

async function readDays(select: Basis, time: string, context: MetricContext): Promise<DaySeen[]> {
  const { day, hour, table } = basisOf(select, time, context)
  const rows = await remember(coverages, context.store, `${select.from}.${time}/days`, () =>
    context.store.rows(
      sql`SELECT ${raw(day)} AS "day", min(${raw(hour)}) AS "hour" FROM ${raw(table())} WHERE ${raw(day)} IS NOT NULL GROUP BY ${raw(day)} ORDER BY 1`,
    ),
  )
  return rows.map((row) => ({
    day: textOf(row.day) ?? '',
    hour: row.hour === null || row.hour === undefined ? null : Number(row.hour),
  }))
}

function basisOf(select: Basis, time: string, context: MetricContext) {
  const { dialect } = context.store
  const scope = scopeOf({ dialect, from: select.from, time, asOf: null, zone: select.zone })
  return { day: daySql(scope, time), hour: hourSql(scope, time), table: () => fromSql(scope) }
}

/** Days of the same weekday that tell when it begins; with fewer, all days do. */
const fewestAlike = 4

/** Did the first day begin before the file did? Yes where nine of ten other days, of its weekday if possible, begin in an earlier hour. */
export function beginsInside(days: DaySeen[]): boolean {
  const [first, ...others] = days
  if (!first || first.hour === null) return false
  const whole = others.slice(0, -1).filter(({ hour }) => hour !== null)
  const alike = whole.filter(({ day }) => weekdayOf(day) === weekdayOf(first.day))
  const hours = (alike.length >= fewestAlike ? alike : whole).map(({ hour }) => hour ?? 0).toSorted((a, b) => a - b)
  const usual = hours[Math.ceil(hours.length * 0.9) - 1]
  return usual !== undefined && first.hour > usual
}

function textOf(value: Cell | undefined): string | null {
  return value === null || value === undefined ? null : String(value).slice(0, 10)
}
