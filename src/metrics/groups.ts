import type { Cell, Row } from '../store/store.ts'
import { cellOf, rounded, type Statistics } from './cell.ts'
import { componentsOf, type Metric } from './metric.ts'
import type { Plan, Select } from './plan.ts'
import { runningTotals } from './running.ts'
import { statisticName } from './select-parts.ts'

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
    const rows =
      select.kind === 'flow' ? runningTotals(select, results[index] ?? [], plan.query.grain) : (results[index] ?? [])
    for (const row of rows) add(groups, plan, select, row)
  })
  const combined = [...plan.parts, ...plan.metrics].filter(
    ({ measure, id }) => measure.kind === 'combined' && !plan.refused.has(id),
  )
  for (const group of groups.values())
    for (const metric of combined) group.statistics.set(metric.id, combine(metric, group, plan))
  return groups
}

/** From the cells of its parts; unknown where one of them is. A sum over no rows is nothing added, a sum of unknown amounts is unknown. */
function combine(metric: Metric, group: Group, plan: Plan): Statistics {
  const { measure } = metric
  if (measure.kind !== 'combined') return {}
  const cells = new Map(plan.parts.map((part) => [part.id, cellOf(part, group.statistics.get(part.id))]))
  const none = plan.parts.filter((part) => part.measure.kind === 'sum' && !group.statistics.get(part.id)?.rows)
  const nothing = new Set(none.map(({ id }) => id))
  const value = (id: string): number => cells.get(id)?.value ?? (nothing.has(id) ? 0 : Number.NaN)
  const sum = (ids: string[]): number => ids.reduce((total, id) => total + value(id), 0)
  const above = sum(measure.plus) - sum(measure.minus)
  const below = measure.over === undefined ? 1 : value(measure.over)
  const result = above / below
  const n = Math.max(...componentsOf(metric).map((id) => cells.get(id)?.n ?? 0))
  if (!Number.isFinite(result) || n === 0) return { n, value: null }
  return measure.over === undefined
    ? { n, value: rounded(result) }
    : { n, value: result, numerator: above, denominator: below }
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

const parts = [
  'n',
  'rows',
  'numerator',
  'denominator',
  'sum',
  'variance',
  'value',
  'groups',
  'computed',
  'before',
  'moment',
  'from',
  'to',
  'clusters',
  'spread',
]

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
