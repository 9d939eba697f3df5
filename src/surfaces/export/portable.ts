import { say } from '../../config/words.ts'
import { RapportError } from '../../errors.ts'
import { columnsRead } from '../../metrics/columns-read.ts'
import type { MetricContext } from '../../metrics/context.ts'
import type { Metric } from '../../metrics/metric.ts'
import { listed, metricLabel } from '../../metrics/needs.ts'
import { type LeftOut, maskedWords } from '../../metrics/number-views.ts'
import { planQuery } from '../../metrics/plan.ts'
import { compileIn, type Scope, scopeOf } from '../../metrics/scope.ts'
import { populationSql } from '../../metrics/select-parts.ts'
import { ansi } from '../../sql/ansi.ts'
import { operate } from '../../sql/ops.ts'

/** One aggregate over the rows of one table. `value` is standard SQL of a row, its conditions inside: NULL where the row does not count. */
export interface Aggregate {
  agg: 'count' | 'count_distinct' | 'sum' | 'average' | 'percentile'
  value: string
  /** Of a percentile: 0.5 is the median. */
  at?: number
}

/** What a metric is made of, in words that every format of definitions has. */
export type Formula =
  | {
      kind: 'aggregate'
      of: Aggregate /** Of a sum: the rows that it is over, to tell nothing from not known. */
      rows?: Aggregate
    }
  | { kind: 'ratio'; above: Aggregate; below: Aggregate }
  | { kind: 'combined'; plus: PortableMetric[]; minus: PortableMetric[]; over?: PortableMetric }

/** A metric whose definition can leave the house. */
export interface PortableMetric {
  metric: Metric
  formula: Formula
  /** Links that its expressions follow, by alias: table, and the SQL of the column that holds the link. */
  joins: Scope['joins']
}

/** Metrics of the catalogue that plain aggregates can say, and the others with the reason: nothing is dropped without a word. */
export function portableMetrics(
  context: MetricContext,
  masked: ReadonlySet<string>,
): { metrics: PortableMetric[]; leftOut: LeftOut[] } {
  const known = new Map<string, PortableMetric | LeftOut>()
  const visit = (metric: Metric): PortableMetric | LeftOut => {
    const found = known.get(metric.id) ?? portable(metric, context, masked, visit)
    known.set(metric.id, found)
    return found
  }
  const all = [...context.catalogue.metrics.values()].map(visit)
  return {
    metrics: all.filter((each): each is PortableMetric => 'formula' in each),
    leftOut: all.filter((each): each is LeftOut => !('formula' in each)),
  }
}

export function leftOutOf(metric: Metric, why: string, { words, catalogue }: MetricContext): LeftOut {
  return { metric: metric.id, label: metricLabel(metric, words, catalogue), why }
}

function portable(
  metric: Metric,
  context: MetricContext,
  masked: ReadonlySet<string>,
  visit: (metric: Metric) => PortableMetric | LeftOut,
): PortableMetric | LeftOut {
  const { words } = context
  const refused = planQuery({ metrics: [metric.id] }, context).refused.get(metric.id)
  if (refused) {
    // What only lacks a period of time would be known with one.
    const why = refused.code === 'period-missing' ? say(words, 'say.exports.why.period') : refused.message
    return { ...leftOutOf(metric, why, context), ...(refused.missing.length > 0 && { refused: true as const }) }
  }
  const hidden = columnsRead(metric, context).filter((column) => masked.has(column))
  if (hidden.length > 0) return leftOutOf(metric, maskedWords(hidden, context), context)
  if (metric.measure.kind === 'combined') return combined(metric, context, visit)
  const scope = scopeOf({
    dialect: ansi,
    from: metric.from,
    time: metric.time,
    asOf: planQuery({ metrics: [metric.id] }, context).asOf,
    zone: context.version.zone,
  })
  try {
    const formula = formulaOf(metric, scope)
    return typeof formula === 'string'
      ? leftOutOf(metric, say(words, `say.exports.why.${formula}`), context)
      : { metric, formula, joins: scope.joins }
  } catch (error) {
    if (!(error instanceof RapportError)) throw error
    const operations = error.problems.map(({ message }) => message.replace(/^.* cannot do (\w+)\.$/, '$1'))
    return leftOutOf(
      metric,
      say(words, 'say.exports.why.operation', { operations: listed(operations, words) }),
      context,
    )
  }
}

function combined(
  metric: Metric,
  context: MetricContext,
  visit: (metric: Metric) => PortableMetric | LeftOut,
): PortableMetric | LeftOut {
  const { measure } = metric
  if (measure.kind !== 'combined') throw new Error(`${metric.id} is not combined.`)
  if (measure.period) return leftOutOf(metric, say(context.words, 'say.exports.why.period'), context)
  const part = (id: string): PortableMetric | LeftOut => visit(context.catalogue.metrics.get(id)!)
  const all = [...measure.plus, ...measure.minus, ...(measure.over ? [measure.over] : [])].map(part)
  const absent = all.find((each): each is LeftOut => !('formula' in each))
  if (absent) return leftOutOf(metric, say(context.words, 'say.exports.why.part', { metric: absent.label }), context)
  const carried = all as PortableMetric[]
  const minusAt = measure.plus.length
  return {
    metric,
    formula: {
      kind: 'combined',
      plus: carried.slice(0, minusAt),
      minus: carried.slice(minusAt, minusAt + measure.minus.length),
      ...(measure.over && { over: carried.at(-1)! }),
    },
    joins: new Map(carried.flatMap(({ joins }) => [...joins])),
  }
}

/** The formula, or why there is none: an id below `say.exports.why`. */
function formulaOf(metric: Metric, scope: Scope): Formula | 'moment' | 'chained' | 'daily' {
  const { measure } = metric
  const population = populationSql(metric, scope)
  const rows = (...conditions: (string | null)[]): Aggregate => {
    const all = [population, ...conditions].filter((each) => each !== null)
    const value = all.length > 0 ? `CASE WHEN ${all.join(' AND ')} THEN 1 END` : `"${metric.from}"."id"`
    return { agg: 'count', value }
  }
  const among = (value: string): string => (population ? `CASE WHEN ${population} THEN ${value} END` : value)
  switch (measure.kind) {
    case 'count':
      return { kind: 'aggregate', of: rows() }
    case 'ratio': {
      const whole = measure.denominator ? compileIn(scope, measure.denominator) : null
      return { kind: 'ratio', above: rows(whole, compileIn(scope, measure.numerator)), below: rows(whole) }
    }
    case 'distinct':
      return { kind: 'aggregate', of: { agg: 'count_distinct', value: among(compileIn(scope, measure.of)) } }
    case 'per': {
      const value = among(compileIn(scope, measure.of))
      return { kind: 'ratio', above: { agg: 'count', value }, below: { agg: 'count_distinct', value } }
    }
    case 'mean':
      return { kind: 'aggregate', of: { agg: 'average', value: among(compileIn(scope, measure.of)) } }
    case 'sum':
      return { kind: 'aggregate', of: { agg: 'sum', value: among(compileIn(scope, measure.of)) }, rows: rows() }
    case 'quantile':
      return {
        kind: 'aggregate',
        of: { agg: 'percentile', at: measure.at, value: among(compileIn(scope, measure.of)) },
      }
    case 'chained':
    case 'daily':
      return measure.kind
    default:
      return 'moment'
  }
}

/** Standard SQL with its names spelled as a format wants them; strings stay as they are. */
export function spelled(text: string, name: (alias: string, column: string) => string): string {
  return text.replace(/'(?:[^']|'')*'|"(\w+)"\."(\w+)"/g, (whole, alias?: string, column?: string) =>
    alias !== undefined && column !== undefined ? name(alias, column) : whole,
  )
}

/** Words that cannot stand as a name by themselves. */
const reserved = new Set(['at', 'case', 'column', 'from', 'left', 'right', 'rows', 'to', 'table', 'value'])

export const isReserved = (name: string): boolean => reserved.has(name)

/** One aggregate in standard SQL. */
export function aggregateSql({ agg, value, at }: Aggregate): string {
  if (agg === 'percentile') return operate(ansi, 'quantile', value, String(at))
  return operate(ansi, agg === 'average' ? 'avg' : agg, value)
}
