import { addDays, endOf, lengthOf, periodsIn, shiftPeriod, startOf } from '../calendar.ts'
import { cellOf, isEmpty, mergeStatistics, type Statistics } from './cell.ts'
import type { Coverage } from './coverage.ts'
import type { FrameRow, MetricCell } from './frame.ts'
import { type Group, type Groups, groupKey } from './groups.ts'
import type { Metric } from './metric.ts'
import { sortRows } from './order.ts'
import type { Plan } from './plan.ts'

/** What a frame is made of besides the statistics. */
export interface Material {
  plan: Plan
  groups: Groups
  /** The days before, for a comparison without periods. */
  before?: Groups
  /** First and last day of the data, for periods that are cut off. */
  coverage: Coverage | null
}

/** Groups -> rows: cells, periods without rows, comparison, order. `limit` is applied by the caller, who also reads the whole. */
export function assembleRows(material: Material): FrameRow[] {
  const { plan } = material
  const groups = withEmptyPeriods(material)
  const rows = groups.filter((group) => isShown(group, plan)).map((group) => rowOf(group, material))
  if (rows.length > 0) return sortRows(rows, plan)
  const nothing = plan.metrics.every(({ id }) => plan.refused.has(id)) || (plan.keys.length === 0 && !plan.query.grain)
  return nothing ? [rowOf({ values: {}, statistics: new Map(), widths: {} }, material)] : []
}

function isShown(group: Group, plan: Plan): boolean {
  if (plan.query.grain) return isAsked(group, plan)
  if (plan.keys.length === 0) return true
  return plan.metrics.some(
    (metric) => !plan.refused.has(metric.id) && !isEmpty(cellOf(metric, group.statistics.get(metric.id))),
  )
}

/** Periods read only to compare with are not shown. */
function isAsked(group: Group, plan: Plan): boolean {
  const from = plan.query.range?.from
  return !from || !plan.query.grain || (group.period ?? '') >= startOf(from, plan.query.grain, plan.calendar)
}

/** A period in which nothing happened is a row of its own: a gap in a line would hide it. */
function withEmptyPeriods({ plan, groups, coverage }: Material): Group[] {
  const { grain, range } = plan.query
  const all = [...groups.values()]
  if (!grain || plan.keys.length > 0 || all.length === 0) return all
  const starts = all.flatMap(({ period }) => period ?? []).sort()
  const [first = '', last = ''] = [starts[0], starts.at(-1)]
  // Where there is no data at all, before its first day and after the now, nothing happened is not known.
  const from = coverage ? [coverage.from, range?.from ?? ''].sort().at(-1)! : first
  const to = coverage ? [coverage.to, range?.to ?? coverage.to].sort()[0]! : last
  const days = { from, to: [to, last].sort().at(-1)! }
  return periodsIn(days, grain, plan.calendar).map(
    (period) => groups.get(groupKey([], period)) ?? { values: {}, period, statistics: new Map(), widths: {} },
  )
}

function rowOf(group: Group, material: Material): FrameRow {
  const { plan } = material
  const row: FrameRow = { ...group.values }
  if (group.period !== undefined) row.period = { start: group.period, partial: isPartial(group.period, material) }
  for (const metric of plan.metrics) row[metric.id] = cellIn(group, metric, material)
  return row
}

function cellIn(group: Group, metric: Metric, material: Material): MetricCell {
  const { plan } = material
  const refused = plan.refused.get(metric.id)
  if (refused) return { value: null, refused }
  const cell = cellOf(metric, group.statistics.get(metric.id))
  const width = Object.values(group.widths)[0]
  if (width && cell.value !== null && (metric.measure.kind === 'count' || metric.measure.kind === 'stock'))
    cell.per_unit = cell.value / width
  return { ...cell, ...comparison(group, metric, cell, material) }
}

function comparison(
  group: Group,
  metric: Metric,
  cell: MetricCell,
  material: Material,
): Pick<MetricCell, 'previous' | 'change'> {
  const { plan } = material
  if (!plan.query.compare) return {}
  const previous = previousOf(group, metric, material)
  return { previous, change: previous === null || cell.value === null ? null : cell.value - previous }
}

/** Null where the data does not reach back: no previous value is not a previous value of 0. */
function previousOf(group: Group, metric: Metric, { plan, groups, before, coverage }: Material): number | null {
  const { grain, compare } = plan.query
  const values = plan.keys.map(({ id }) => group.values[id] ?? null)
  if (!grain || group.period === undefined) {
    const other = before?.get(groupKey(values))
    return other || before?.size ? cellOf(metric, other?.statistics.get(metric.id)).value : null
  }
  const shifted = compare === 'year' ? shiftPeriod(group.period, 'year', -1) : shiftPeriod(group.period, grain, -1)
  const start = startOf(shifted, grain, plan.calendar)
  if (coverage && endOf(start, grain, plan.calendar) < coverage.from) return null
  return cellOf(metric, groups.get(groupKey(values, start))?.statistics.get(metric.id)).value
}

/** A period is cut off when the range or the data begins after its start or ends before its end. A few quiet days are no gap. */
function isPartial(start: string, { plan, coverage }: Material): boolean {
  const { grain, range } = plan.query
  if (!grain) return false
  const end = endOf(start, grain, plan.calendar)
  if ((range?.from && range.from > start) || (range?.to && range.to < end)) return true
  if (!coverage) return false
  const from = coverage.cutFirst ? addDays(coverage.from, 1) : coverage.from
  if (grain === 'day') return start < from || start >= coverage.to
  const quiet = Math.min(3, Math.floor(lengthOf({ from: start, to: end }) * 0.07))
  return from > addDays(start, quiet) || coverage.to < addDays(end, -quiet)
}

/** The whole, where its parts tell it: what a target is held against and what group rates must lie around. */
export function totalOf(metric: Metric, groups: Groups): Statistics | null {
  const parts = [...groups.values()].map((group) => group.statistics.get(metric.id))
  return mergeStatistics(
    metric,
    parts.filter((each) => each !== undefined),
  )
}
