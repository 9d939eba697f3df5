import { say } from '../config/words.ts'
import { quoteIdentifier, shown } from '../sql/sql.ts'
import { columnsRead } from './columns-read.ts'
import { compilePlan } from './compile.ts'
import type { MetricContext } from './context.ts'
import { definitionOf } from './definition.ts'
import { componentsOf, type Metric } from './metric.ts'
import { fieldLabel, listed, metricLabel } from './needs.ts'
import { plainName } from './plain-name.ts'
import { planQuery } from './plan.ts'
import { statisticName } from './select-parts.ts'

/** A metric without a split as a question that can be kept: `value` and `n`. */
export interface NumberView {
  metric: Metric
  name: string
  select: string
  /** Its definition, in the reader's language. */
  says: string
}

/** A metric that cannot be handed out, and why, in the reader's language. */
export interface LeftOut {
  metric: string
  label: string
  why: string
  /** True where the data lack what it needs: no format could carry it. */
  refused?: true
}

/** What the views will find where they are kept. */
interface Found {
  tables: ReadonlySet<string>
  masked: ReadonlySet<string>
}

/**
 * One view a metric, by its own SQL: over all rows, at the version's now. `tables` are those that the views find; what is masked there gives
 * another number than the one that is shown here, so a metric that reads it has no view.
 */
export function numberViews(context: MetricContext, found: Found): { views: NumberView[]; leftOut: LeftOut[] } {
  const views = new Map<string, NumberView>()
  const leftOut = new Map<string, LeftOut>()
  // What is combined of others reads their views, so those come first.
  const visit = (metric: Metric): void => {
    if (views.has(metric.id) || leftOut.has(metric.id)) return
    for (const id of componentsOf(metric)) visit(context.catalogue.metrics.get(id)!)
    const refused = planQuery({ metrics: [metric.id] }, context).refused.get(metric.id)
    const select = refused ? null : selectOf(metric, context, views)
    const why = refused?.message ?? whyNot(metric, select, found, context)
    if (select !== null && why === null)
      views.set(metric.id, { metric, name: viewName(metric.id), select, says: saysOf(metric, context) })
    else
      leftOut.set(metric.id, {
        metric: metric.id,
        label: metricLabel(metric, context.words, context.catalogue),
        why: why ?? say(context.words, 'say.exports.why.several_steps'),
        ...(refused && { refused: true as const }),
      })
  }
  for (const metric of context.catalogue.metrics.values()) visit(metric)
  return { views: [...views.values()], leftOut: [...leftOut.values()] }
}

function saysOf(metric: Metric, context: MetricContext): string {
  return `${metricLabel(metric, context.words, context.catalogue)}. ${definitionOf(metric, context)}`
}

const viewName = (id: string): string => `metric_${plainName(id)}`

function whyNot(
  metric: Metric,
  select: string | null,
  { tables, masked }: Found,
  context: MetricContext,
): string | null {
  const hidden = columnsRead(metric, context).filter((column) => masked.has(column))
  if (hidden.length > 0) return maskedWords(hidden, context)
  const absent = [...(select ?? '').matchAll(/"cx"\."(\w+)"/g)].flatMap(([, name = '']) =>
    tables.has(name) ? [] : [name],
  )
  return absent.length > 0
    ? say(context.words, 'say.exports.why.table', { tables: listed([...new Set(absent)], context.words) })
    : null
}

/** Why a number over what is handed out would be another one than the number that is shown. */
export function maskedWords(columns: string[], { words }: MetricContext): string {
  return say(words, 'say.exports.why.masked', {
    fields: listed(
      columns.map((column) => fieldLabel(column, words)),
      words,
    ),
  })
}

/** The value of a metric in SQL over its own statistics, as `cellOf` computes it; null where that takes more than one reading. */
function selectOf(metric: Metric, context: MetricContext, views: ReadonlyMap<string, NumberView>): string | null {
  if (metric.measure.kind === 'combined') return combinedSelect(metric, context, views)
  const value = valueSql(metric)
  const [statement] = compilePlan(planQuery({ metrics: [metric.id] }, context), context.store.dialect)
  if (!value || !statement) return null
  const columns = Object.entries(value).map(([name, text]) => `${text} AS "${name}"`)
  return `SELECT ${columns.join(', ')} FROM (\n${shown(statement)}\n) AS "statistics"`
}

const over = (above: string, below: string): string => `CAST(${above} AS DOUBLE) / NULLIF(${below}, 0)`

/** Nobody pays millionths: sums in another order differ there. */
const amount = (value: string): string => `round(${value}, 6)`

/** `rows` tells a sum over nothing from a sum of what is not known. */
function valueSql(metric: Metric): { value: string; n: string; rows?: string } | null {
  const of = (part: string): string => quoteIdentifier(statisticName(metric, part))
  const { measure } = metric
  switch (measure.kind) {
    case 'count':
    case 'distinct':
    case 'stock':
      return { value: of('n'), n: of('n') }
    case 'ratio':
      return { value: over(of('numerator'), of('denominator')), n: of('denominator') }
    case 'kept': {
      const part = measure.lost ? `(${of('denominator')} - ${of('numerator')})` : of('numerator')
      return { value: over(part, of('denominator')), n: of('denominator') }
    }
    case 'mean':
      return { value: over(of('sum'), of('n')), n: of('n') }
    case 'quantile':
      return { value: of('value'), n: of('n') }
    case 'sum':
      return { value: `CASE WHEN ${of('n')} > 0 THEN ${amount(of('sum'))} END`, n: of('n'), rows: of('rows') }
    case 'per':
      return { value: over(of('n'), of('groups')), n: of('n') }
    case 'level':
      return { value: `CASE WHEN ${of('n')} > 0 THEN ${amount(levelSql(measure.at, of))} END`, n: of('n') }
    default:
      return null
  }
}

/** Without a range nothing stands before it: a level starts from nothing. */
function levelSql(at: 'end' | 'start' | 'mean', of: (part: string) => string): string {
  const added = `coalesce(${of('sum')}, 0)`
  if (at === 'end') return added
  return at === 'start'
    ? 'CAST(0 AS DOUBLE)'
    : over(`((${of('to')} + 1) * ${added} - ${of('moment')})`, `${of('to')} - ${of('from')} + 1`)
}

/** Unknown where one of its parts is; of some, without a period of time. */
function combinedSelect(
  { measure }: Metric,
  { catalogue }: MetricContext,
  views: ReadonlyMap<string, NumberView>,
): string | null {
  if (measure.kind !== 'combined' || measure.period) return null
  const ids = [...new Set([...measure.plus, ...measure.minus, ...(measure.over ? [measure.over] : [])])]
  if (!ids.every((id) => views.has(id))) return null
  const of = (id: string, column: string): string => `${quoteIdentifier(viewName(id))}."${column}"`
  const value = (id: string): string =>
    catalogue.metrics.get(id)?.measure.kind === 'sum'
      ? `CASE WHEN ${of(id, 'rows')} = 0 THEN 0 ELSE ${of(id, 'value')} END`
      : of(id, 'value')
  const above = `0${measure.plus.map((id) => ` + ${value(id)}`).join('')}${measure.minus.map((id) => ` - ${value(id)}`).join('')}`
  const n = ids.length > 1 ? `greatest(${ids.map((id) => of(id, 'n')).join(', ')})` : of(ids[0]!, 'n')
  const result = measure.over ? over(`(${above})`, value(measure.over)) : amount(above)
  const from = ids.map((id) => quoteIdentifier(viewName(id))).join(', ')
  return `SELECT CASE WHEN ${n} > 0 THEN ${result} END AS "value", ${n} AS "n" FROM ${from}`
}
