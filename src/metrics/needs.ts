import { labelOf, say, type Words } from '../config/words.ts'
import type { Problem } from '../errors.ts'
import { columnNamed } from '../model/tables.ts'
import type { MetricCatalogue, MetricContext } from './context.ts'
import type { Dimension } from './dimension.ts'
import type { Metric, MetricPart } from './metric.ts'

/** Why there is no number, and which fields would give one. */
export type Refusal = Problem & { missing: string[] }

/** Needs that the data does not fulfil; of `a or b`, the first is named. */
export function missingOf(needs: string[], present: ReadonlySet<string>): string[] {
  return needs.flatMap((need) => {
    const either = need.split(' or ').map((each) => each.trim())
    return either.some((each) => present.has(each)) ? [] : [either[0] ?? need]
  })
}

/** Metrics of the catalogue that have everything with a model column, and not without it: one of each family. */
export function metricsTakenAway(column: string, present: ReadonlySet<string>, { metrics }: MetricCatalogue): string[] {
  const [there, gone] = [new Set([...present, column]), new Set([...present].filter((each) => each !== column))]
  return [...metrics.values()]
    .filter(({ variant, quantileOf }) => variant === '' && !quantileOf)
    .filter(({ needs }) => missingOf(needs, there).length === 0 && missingOf(needs, gone).length > 0)
    .map(({ id }) => id)
}

/** `cases.created_at` in the reader's words: `creation date of the case`. */
export function fieldLabel(field: string, words: Words): string {
  const [table = '', column = ''] = field.split('.')
  const english = columnNamed(table, column)?.name.replaceAll('_', ' ') ?? field
  return labelOf(words, `columns.${field}`, labelOf(words, `columns.${column}`, english))
}

/** The label of a metric in the reader's language; of a quantile, built from the metric that it belongs to. */
export function metricLabel(metric: Metric, words: Words, catalogue: MetricCatalogue): string {
  const base = metric.quantileOf && catalogue.metrics.get(metric.quantileOf.id)
  if (base && metric.quantileOf)
    return say(words, `say.metrics.label.${metric.quantileOf.at}`, { label: metricLabel(base, words, catalogue) })
  return wordOf(metric, 'label', words) || metric.label
}

/** One text of a metric; empty where it has none. */
export function wordOf(metric: Metric, part: MetricPart, words: Words): string {
  const text = metric.says[part]
  return text ? labelOf(words, text.id, text.english) : ''
}

export function dimensionLabel(dimension: Dimension, words: Words): string {
  return labelOf(words, `dimensions.${dimension.id}.label`, dimension.label)
}

/** In the plural and in lower case, for sentences: `channels`. */
export function dimensionPlural(dimension: Dimension, words: Words): string {
  return labelOf(words, `dimensions.${dimension.id}.many`, dimension.label.toLowerCase())
}

export function listed(items: string[], words: Words): string {
  return new Intl.ListFormat(words.locale, { type: 'conjunction' }).format(items)
}

/** The metric cannot be known: which fields are missing, what to do, what to read instead. */
export function refuseMissing(metric: Metric, missing: string[], context: MetricContext): Refusal {
  const { words, catalogue } = context
  const fields = listed(
    missing.map((field) => fieldLabel(field, words)),
    words,
  )
  const instead = metric.instead && catalogue.metrics.get(metric.instead)
  const way = instead
    ? ` ${say(words, 'say.metrics.refused.instead', { metric: metricLabel(instead, words, catalogue) })}`
    : ''
  return {
    code: 'field-missing',
    message: say(words, 'say.metrics.refused.missing', { metric: metricLabel(metric, words, catalogue), fields }),
    where: missing.join(', '),
    fix: say(words, 'say.metrics.refused.fix', { fields }) + way,
    missing,
  }
}

/** A split, filter or period that the metric cannot have here. `reason` is an id below `say.metrics.refused`. */
export function refuse(
  code: string,
  metric: Metric,
  missing: string[],
  context: MetricContext,
  values: Record<string, string> = {},
): Refusal {
  const { words, catalogue } = context
  const all = {
    metric: metricLabel(metric, words, catalogue),
    fields: listed(
      missing.map((field) => fieldLabel(field, words)),
      words,
    ),
    rows: labelOf(words, `tables.${metric.from}`, metric.from),
    ...values,
  }
  return {
    code,
    message: say(words, `say.metrics.refused.${code}`, all),
    where: missing.join(', ') || undefined,
    fix: say(words, `say.metrics.refused.${code}.fix`, all),
    missing,
  }
}
