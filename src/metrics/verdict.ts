import { formatP, formatValue } from '../config/format.ts'
import { say } from '../config/words.ts'
import { chiSquareIndependence } from '../stats/chi-square.ts'
import type { Cell } from '../store/store.ts'
import { cellOf } from './cell.ts'
import type { MetricContext } from './context.ts'
import type { Dimension } from './dimension.ts'
import { fewestOf, isTested, type SplitTest, testFamily } from './family.ts'
import type { Frame, Verdict } from './frame.ts'
import type { Groups } from './groups.ts'
import { valueLabel } from './labels.ts'
import { isTally, type Metric } from './metric.ts'
import { dimensionPlural, metricLabel } from './needs.ts'
import type { Plan, Select } from './plan.ts'

const level = 0.05

/**
 * A verdict for each metric and split of the frame; of counts by two dimensions, on whether they hang together. None where nothing is
 * a sample, so that no test is missed: money, levels, different values.
 */
export async function findVerdicts(
  plan: Plan,
  groups: Groups,
  context: MetricContext,
  labels: Frame['labels'] = {},
): Promise<Verdict[]> {
  if (plan.keys.length === 0 || plan.query.grain || plan.query.last !== undefined) return []
  const found = plan.metrics.flatMap((metric) => {
    const select = plan.selects.find((each) => each.metrics.includes(metric))
    if (!select || plan.refused.has(metric.id)) return []
    if (!isTested(metric) && isTally(metric, context.catalogue.metrics)) return []
    if (plan.keys.length === 2 && metric.measure.kind === 'count')
      return [Promise.resolve(independence(metric, plan, groups, context))]
    return plan.keys.map((dimension) => splitVerdict(metric, dimension, select, plan, groups, context, labels))
  })
  return (await Promise.all(found)).filter((verdict) => verdict !== null)
}

async function splitVerdict(
  metric: Metric,
  dimension: Dimension,
  select: Select,
  plan: Plan,
  groups: Groups,
  context: MetricContext,
  labels: Frame['labels'],
): Promise<Verdict | null> {
  const tests = await testFamily(metric, select, context)
  const own = tests.find((each) => each.dimension === dimension.id)
  const tested = tests.filter(({ p }) => p !== null).map((each) => each.dimension)
  const test: SplitTest = own ?? {
    dimension: dimension.id,
    test: 'none',
    p: null,
    q: null,
    statistic: null,
    df: null,
    n: 0,
    nMin: 0,
    groups: 0,
    small: 0,
  }
  const ranking = plan.keys.length === 1 ? rank(metric, dimension, groups) : null
  return {
    metric: metric.id,
    by: dimension.id,
    real: test.q === null ? null : test.q < level,
    p: test.p,
    q: test.q,
    family: { size: tested.length, dimensions: tested },
    test: test.p === null ? 'none' : test.test,
    statistic: test.statistic,
    df: test.df,
    n_min: test.nMin,
    n: test.n,
    sentence: sentenceOf(metric, dimension, test, own !== undefined, ranking, context, labels[dimension.id]),
    flips: ranking ? flipsOf(metric, dimension, ranking, plan, groups) : undefined,
  }
}

interface Ranking {
  first: { value: Cell; number: number }
  last: { value: Cell; number: number }
}

/** Largest and smallest group that is large enough; groups without a value have no place. */
function rank(metric: Metric, dimension: Dimension, groups: Groups): Ranking | null {
  const counted = metric.measure.kind === 'count' || metric.measure.kind === 'stock'
  const placed = [...groups.values()].flatMap((group) => {
    const cell = cellOf(metric, group.statistics.get(metric.id))
    const value = group.values[dimension.id] ?? null
    const width = dimension.width ? (group.widths[dimension.id] ?? 1) : 1
    const enough = counted || (cell.n ?? 0) >= fewestOf(metric)
    return value === null || cell.value === null || !enough
      ? []
      : [{ value, number: counted ? cell.value / width : cell.value }]
  })
  placed.sort((a, b) => b.number - a.number)
  const [first, last] = [placed[0], placed.at(-1)]
  return first && last && placed.length > 1 ? { first, last } : null
}

/** The first and last place by each rule of the KPI, where they are not the same. */
function flipsOf(metric: Metric, dimension: Dimension, own: Ranking, plan: Plan, groups: Groups): Verdict['flips'] {
  const all = [...plan.metrics, ...plan.compared]
  const others = metric.compareWith.flatMap((id) => {
    const other = all.find((each) => each.id === id)
    const ranking = other && !plan.refused.has(id) ? rank(other, dimension, groups) : null
    if (!other || !ranking) return []
    const turned = other.better !== metric.better && other.better !== 'none' && metric.better !== 'none'
    return [placesOf(other.id, turned ? { first: ranking.last, last: ranking.first } : ranking)]
  })
  const mine = placesOf(metric.id, own)
  const differs = others.some(({ first, last }) => first !== mine.first || last !== mine.last)
  return differs ? [mine, ...others] : undefined
}

function placesOf(variant: string, { first, last }: Ranking): { variant: string; first: string; last: string } {
  return { variant, first: String(first.value), last: String(last.value) }
}

function sentenceOf(
  metric: Metric,
  dimension: Dimension,
  test: SplitTest,
  inFamily: boolean,
  ranking: Ranking | null,
  context: MetricContext,
  labels: Record<string, string> = {},
): string {
  const { words, catalogue } = context
  const fewest = fewestOf(metric)
  const counted = metric.measure.kind === 'count' || metric.measure.kind === 'stock'
  const groups = dimensionPlural(dimension, words)
  if (!inFamily || test.test === 'none') return say(words, 'say.metrics.verdict.untested', { groups })
  if (test.p === null || test.q === null) return say(words, 'say.metrics.verdict.few', { n: test.n, fewest })
  const about = {
    metric: metricLabel(metric, words, catalogue),
    groups,
    p: formatP(test.p, words),
    q: formatP(test.q, words),
    test: say(words, `say.metrics.test.${test.test}`),
  }
  const small = test.small > 0 ? ` ${say(words, 'say.metrics.verdict.small', { small: test.small, fewest })}` : ''
  const form = counted ? (dimension.width ? 'band' : 'count') : 'split'
  if (test.q >= level) return say(words, `say.metrics.verdict.none.${form}`, about) + small
  // By two dimensions no cell may be large enough to be first or last: the groups differ all the same.
  if (!ranking) return say(words, `say.metrics.verdict.differ.${form}`, about) + small
  const number = (value: number): string =>
    formatValue(value, counted && dimension.width ? 'number' : metric.unit, words)
  return (
    say(words, `say.metrics.verdict.real.${form}`, {
      ...about,
      first: labels[String(ranking.first.value)] ?? valueLabel(dimension, ranking.first.value, context),
      last: labels[String(ranking.last.value)] ?? valueLabel(dimension, ranking.last.value, context),
      high: number(ranking.first.number),
      low: number(ranking.last.number),
    }) + small
  )
}

/** Do two dimensions of a count hang together? A test of its own: its family is itself. */
function independence(metric: Metric, plan: Plan, groups: Groups, context: MetricContext): Verdict | null {
  const [rows, columns] = plan.keys
  if (!rows || !columns) return null
  const cells = [...groups.values()].filter(({ values }) => values[rows.id] !== null && values[columns.id] !== null)
  const distinct = (id: string): Cell[] => [...new Set(cells.map(({ values }) => values[id] ?? null))]
  const count = (row: Cell, column: Cell): number =>
    cells.find(({ values }) => values[rows.id] === row && values[columns.id] === column)?.statistics.get(metric.id)
      ?.n ?? 0
  const table = distinct(rows.id).map((row) => distinct(columns.id).map((column) => count(row, column)))
  const n = table.flat().reduce((sum, each) => sum + each, 0)
  const test = chiSquareIndependence(table)
  const enough = test !== null && test.minExpected >= 1
  const { words } = context
  const about = {
    rows: dimensionPlural(rows, words),
    columns: dimensionPlural(columns, words),
    p: test ? formatP(test.p, words) : '',
  }
  const real = enough ? test.p < level : null
  return {
    metric: metric.id,
    by: `${rows.id},${columns.id}`,
    real,
    p: enough ? test.p : null,
    q: enough ? test.p : null,
    family: { size: enough ? 1 : 0, dimensions: [rows.id, columns.id] },
    test: enough ? 'chi-square' : 'none',
    statistic: enough ? test.statistic : null,
    df: enough ? test.df : null,
    n_min: Math.min(...table.flat(), n),
    n,
    sentence:
      real === null
        ? say(words, 'say.metrics.verdict.few', { n, fewest: fewestOf(metric) })
        : say(words, `say.metrics.verdict.${real ? 'real' : 'none'}.pair`, about),
  }
}
