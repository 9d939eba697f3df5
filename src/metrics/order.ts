import { wordsOf } from '../model/vocabularies.ts'
import type { Cell } from '../store/store.ts'
import type { Dimension } from './dimension.ts'
import type { FrameRow, MetricCell, Period } from './frame.ts'
import type { Plan } from './plan.ts'

/** As asked; else periods and ordered dimensions in their own order, the rest by the first metric, largest first. */
export function sortRows(rows: FrameRow[], plan: Plan): FrameRow[] {
  const { order } = plan.query
  const first = plan.metrics.find(({ id }) => !plan.refused.has(id))?.id
  const natural = [...(plan.query.grain ? [byPeriod] : []), ...plan.keys.filter(({ ordered }) => ordered).map(byValue)]
  const size = first && plan.keys.length > 0 ? [byMetric(first, true)] : []
  const asked = order ? [askedOrder(order.by, order.descending === true, plan)] : []
  const rules = [...asked, ...natural, ...size, ...plan.keys.map(byValue)]
  return [...rows].sort((a, b) => rules.reduce((found, rule) => found || rule(a, b), 0))
}

type Rule = (a: FrameRow, b: FrameRow) => number

function askedOrder(by: string, descending: boolean, plan: Plan): Rule {
  const dimension = plan.keys.find(({ id }) => id === by)
  if (!dimension && by !== 'period') return byMetric(by, descending)
  const rule = dimension ? byValue(dimension) : byPeriod
  return descending ? (a, b) => rule(b, a) : rule
}

const byPeriod: Rule = (a, b) => compareValues((a.period as Period).start, (b.period as Period).start)

function byValue(dimension: Dimension): Rule {
  const compare = comparatorOf(dimension)
  return (a, b) => compare(a[dimension.id] as Cell, b[dimension.id] as Cell)
}

function byMetric(id: string, descending: boolean): Rule {
  const value = (row: FrameRow): number | null => (row[id] as MetricCell | undefined)?.value ?? null
  return (a, b) => {
    const [x, y] = [value(a), value(b)]
    if (x === null || y === null) return Number(x === null) - Number(y === null)
    return descending ? y - x : x - y
  }
}

/** Vocabulary order, then numbers, then text with numbers inside read as numbers; no value comes last. */
export function comparatorOf(dimension: Dimension): (a: Cell, b: Cell) => number {
  const words = wordsOf(dimension.vocabulary ?? '')
  if (words.length === 0) return compareValues
  const place = (value: Cell): number => {
    const index = words.indexOf(String(value))
    return index < 0 ? words.length : index
  }
  return (a, b) => (a === null || b === null ? compareValues(a, b) : place(a) - place(b) || compareValues(a, b))
}

const collator = new Intl.Collator('en', { numeric: true })

function compareValues(a: Cell, b: Cell): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b))
}
