import { say, type Words } from '../config/words.ts'
import { isClustered } from './clustered.ts'
import type { MetricContext, TargetSetting } from './context.ts'
import type { FrameRow, MetricCard, MetricCell, Target } from './frame.ts'
import type { Metric } from './metric.ts'
import { fieldLabel, metricLabel, wordOf } from './needs.ts'
import type { Condition } from './query.ts'
import { timeField } from './reach.ts'

/** What a metric is, in the reader's language. `sql` is empty where nothing was computed. */
export function metricCard(metric: Metric, context: MetricContext, sql = '', target?: Target): MetricCard {
  const { words, catalogue, version } = context
  const field = metric.time && timeField(metric.from, metric.time)
  return {
    id: metric.id,
    label: metricLabel(metric, words, catalogue),
    question: wordOf(metric, 'question', words) || metricLabel(metric, words, catalogue),
    definition: definitionOf(metric, context),
    unit: metric.unit,
    better: metric.better,
    numerator: wordOf(metric, 'numerator', words) || undefined,
    denominator: metric.measure.kind === 'ratio' ? denominatorWords(metric, words) : undefined,
    population: populationWords(metric, words),
    time_basis: field && version.present.has(field) ? field : null,
    clock: metric.clock,
    additivity: metric.additivity,
    ...(isNoSample(metric) && { sample: false as const }),
    ...((metric.measure.kind === 'ratio' || metric.measure.kind === 'kept') && { share: true as const }),
    interval: intervalWords(metric, words),
    needs_as_of: metric.needsAsOf,
    variants: variantsOf(metric, context),
    target,
    sql,
    defined_at: metric.defined_at,
  }
}

function isNoSample(metric: Metric): boolean {
  const { measure } = metric
  if (measure.kind === 'chained') return !measure.spread
  return measure.kind === 'sum' || measure.kind === 'level' || (measure.kind === 'combined' && !isClustered(metric))
}

function populationWords(metric: Metric, words: Words): string {
  return (
    wordOf(metric, 'population', words) ||
    say(words, 'say.metrics.all_rows', { rows: say(words, `tables.${metric.from}`) })
  )
}

function denominatorWords(metric: Metric, words: Words): string {
  return wordOf(metric, 'denominator', words) || populationWords(metric, words)
}

/** Composed from the parts: what over what, for which rows, placed where in time, by which clock, and why so. */
export function definitionOf(metric: Metric, context: MetricContext): string {
  const { words, version } = context
  const field = metric.time && timeField(metric.from, metric.time)
  const sentences = [
    measureWords(metric, context),
    field && version.present.has(field)
      ? say(words, 'say.metrics.definition.time', { field: fieldLabel(field, words) })
      : '',
    field && !version.present.has(field)
      ? say(words, 'say.metrics.definition.no_time', { field: fieldLabel(field, words) })
      : '',
    metric.clock ? say(words, `say.metrics.definition.clock.${metric.clock}`) : '',
    maturityWords(metric, words),
    metric.needsAsOf ? say(words, 'say.metrics.definition.as_of') : '',
    wordOf(metric, 'note', words),
  ]
  return sentences
    .filter((each) => each !== '')
    .map(capital)
    .join(' ')
}

function maturityWords({ maturity }: Metric, words: Words): string {
  if (!maturity) return ''
  const { seconds, settled } = maturity
  if (typeof seconds === 'number') return say(words, 'say.metrics.definition.maturity', { hours: seconds / 3600 })
  return say(words, `say.metrics.definition.maturity.${settled ? 'settled' : 'own'}`)
}

function measureWords(metric: Metric, context: MetricContext): string {
  const { words } = context
  const population = populationWords(metric, words)
  const { measure } = metric
  const kind =
    measure.kind === 'quantile'
      ? measure.at === 0.5
        ? 'median'
        : 'quantile'
      : measure.kind === 'level'
        ? `level.${measure.at}`
        : measure.kind === 'kept' && measure.lost
          ? 'lost'
          : measure.kind === 'chained' && measure.spread
            ? 'spread'
            : measure.kind
  return say(words, `say.metrics.definition.${kind}`, {
    numerator: wordOf(metric, 'numerator', words),
    denominator: denominatorWords(metric, words),
    value: wordOf(metric, 'value', words),
    population,
    combination: combinationWords(metric, context),
    percent: measure.kind === 'quantile' ? Math.round(measure.at * 100) : 0,
  })
}

/** `a + b - c, divided by d` in the labels of the parts. */
function combinationWords({ measure }: Metric, { words, catalogue }: MetricContext): string {
  if (measure.kind !== 'combined') return ''
  const name = (id: string): string => {
    const part = catalogue.metrics.get(id)
    return part ? metricLabel(part, words, catalogue) : id
  }
  const sum = [measure.plus.map(name).join(' + '), ...measure.minus.map(name)].join(' − ')
  return measure.over ? say(words, 'say.metrics.combination', { sum, over: name(measure.over) }) : sum
}

export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1)
}

function intervalWords(metric: Metric, words: Words): string | null {
  if (isClustered(metric)) return say(words, 'say.metrics.interval.clusters')
  if (metric.measure.kind === 'ratio' || metric.measure.kind === 'kept')
    return say(words, 'say.metrics.interval.wilson')
  return metric.measure.kind === 'mean' || metric.measure.kind === 'daily' ? say(words, 'say.metrics.interval.t') : null
}

function variantsOf(metric: Metric, context: MetricContext): MetricCard['variants'] {
  return [...context.catalogue.metrics.values()]
    .filter(({ family }) => family === metric.family)
    .map((each) => ({ id: each.id, label: metricLabel(each, context.words, context.catalogue) }))
}

/** The target that fits the filter: the one of the channel or priority asked for, else the general one. */
export function targetOf(
  metric: Metric,
  cell: MetricCell | null,
  where: Condition[],
  targets: TargetSetting[],
): Target | undefined {
  const target = targetFor(metric, (dimension) => onlyValue(where, dimension), targets)
  if (!target || !cell || cell.value === null) return undefined
  const interval = cell.low !== undefined && cell.high !== undefined ? { low: cell.low, high: cell.high } : null
  return {
    value: target.value,
    source: target.source,
    excluded: interval && (target.value < interval.low || target.value > interval.high),
    met: metric.better === 'lower' ? cell.value <= target.value : cell.value >= target.value,
  }
}

/** Writes into each cell what its own row is held against, where that depends on the row's channel or priority. */
export function markTargets(rows: FrameRow[], metrics: Metric[], where: Condition[], targets: TargetSetting[]): void {
  for (const metric of metrics)
    for (const row of rows) {
      const cell = row[metric.id] as MetricCell
      const own = (dimension: string) => (dimension in row ? String(row[dimension]) : onlyValue(where, dimension))
      const target = targetFor(metric, own, targets)
      if (target && specificity(target) > 0 && cell.value !== null) cell.target = target.value
    }
}

/** The most specific target of those whose channel and priority are asked for. */
function targetFor(
  metric: Metric,
  only: (dimension: 'channel' | 'priority') => string | undefined,
  targets: TargetSetting[],
): TargetSetting | undefined {
  return targets
    .filter((each) => each.metric === metric.id || (each.metric === metric.family && metric.variant === ''))
    .filter(
      (each) =>
        (each.channel === undefined || each.channel === only('channel')) &&
        (each.priority === undefined || each.priority === only('priority')),
    )
    .sort((a, b) => specificity(b) - specificity(a))[0]
}

function onlyValue(where: Condition[], dimension: string): string | undefined {
  const condition = where.find((each) => each.dimension === dimension && each.op === 'in' && each.values.length === 1)
  return condition && String(condition.values[0])
}

function specificity({ channel, priority }: TargetSetting): number {
  return Number(channel !== undefined) + Number(priority !== undefined)
}
