import { periodsIn, shiftPeriod } from '../calendar.ts'
import type { Cell, Row } from '../store/store.ts'
import type { Statistics } from './cell.ts'
import { statisticName } from './compile.ts'
import type { Metric } from './metric.ts'
import { asOfDay, type Plan, type Select } from './plan.ts'

/** One group of the answer: its dimension values, its period, and the statistics of each metric. */
export interface Group {
  values: Record<string, Cell>
  period?: string
  statistics: Map<string, Statistics>
  widths: Record<string, number>
}

export type Groups = Map<string, Group>

export function groupKey(values: Cell[], period?: string): string {
  return JSON.stringify([period ?? null, ...values])
}

/** Rows of every select, brought together by their keys. */
export function gatherGroups(plan: Plan, results: Row[][]): Groups {
  const groups: Groups = new Map()
  plan.selects.forEach((select, index) => {
    const rows = select.kind === 'flow' ? runningTotals(select, results[index] ?? [], plan) : (results[index] ?? [])
    for (const row of rows) add(groups, plan, select, row)
  })
  return groups
}

function add(groups: Groups, plan: Plan, select: Select, row: Row): void {
  const values = Object.fromEntries(plan.keys.map(({ id }) => [id, row[id] ?? null]))
  const period = plan.query.grain ? textOf(row.period) : undefined
  if (plan.query.grain && period === undefined) return
  const key = groupKey(Object.values(values), period)
  const group: Group = groups.get(key) ?? { values, period, statistics: new Map(), widths: {} }
  groups.set(key, group)
  for (const metric of select.metrics) group.statistics.set(metric.id, statisticsIn(row, metric))
  for (const { id, width } of plan.keys)
    if (width && typeof row[`${id}__width`] === 'number') group.widths[id] = row[`${id}__width`] as number
}

const parts = ['n', 'numerator', 'denominator', 'sum', 'variance', 'value', 'groups', 'computed', 'clusters', 'spread']

function statisticsIn(row: Row, metric: Metric): Statistics {
  const found: Statistics = {}
  for (const part of parts) {
    const value = row[statisticName(metric, part)]
    if (typeof value === 'number') found[part] = value
  }
  return found
}

function textOf(value: Cell | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value).slice(0, 10)
}

/** Entered less left, added up period by period: the stock at each period's end, for each combination of keys. */
function runningTotals(select: Select, rows: Row[], plan: Plan): Row[] {
  const { grain } = select
  const starts = rows.flatMap((row) => textOf(row.period) ?? []).sort()
  const first = starts[0]
  const last = select.days.to ?? asOfDay(select.asOf, select.zone) ?? starts.at(-1)
  if (!grain || !first || !last) return []
  const periods = periodsIn({ from: first, to: last }, grain, select.calendar)
  const metric = select.metrics[0]!
  const byKey = new Map<string, Row[]>()
  for (const row of rows) {
    const key = groupKey(plan.keys.map(({ id }) => row[id] ?? null))
    byKey.set(key, [...(byKey.get(key) ?? []), row])
  }
  const shownFrom = select.days.from ?? first
  return [...byKey.values()].flatMap((ofKey) => {
    let open = 0
    return periods.flatMap((period) => {
      for (const row of ofKey) if (textOf(row.period) === period) open += Number(row.entered) - Number(row.left)
      const visible = shiftPeriod(period, grain, 1) > shownFrom
      return visible ? [{ ...ofKey[0]!, period, [statisticName(metric, 'n')]: open }] : []
    })
  })
}
