import { say } from '../config/words.ts'
import { columnNamed, tables } from '../model/tables.ts'
import { dimensionsFor } from './catalogue.ts'
import type { MetricContext } from './context.ts'
import { capital } from './definition.ts'
import type { Dimension } from './dimension.ts'
import type { Metric } from './metric.ts'
import { dimensionLabel, fieldLabel, listed, metricLabel, missingOf } from './needs.ts'
import { reachOf } from './reach.ts'

/** A field that the data lacks, with what it would give. */
export interface Readiness {
  /** `cases.created_at`. */
  field: string
  label: string
  /** `number`: some metric cannot be known without it; `breakdown`: some metric cannot be split by it. */
  kind: 'number' | 'breakdown'
  unlocks: {
    /** Of a number: metrics that need nothing else. Of a breakdown: metrics that could then be split. */
    metrics: string[]
    /** Metrics that need other missing fields too. */
    helps: string[]
    dimensions: string[]
  }
  says: string
}

/** Every missing field of the model that would unlock something: what gives numbers first, then what gives the most splits. */
export function findReadiness(context: MetricContext): Readiness[] {
  const metrics = defaultsOf(context)
  const missing = new Map(metrics.map((metric) => [metric.id, missingOf(metric.needs, context.version.present)]))
  const ready = metrics.filter(({ id }) => missing.get(id)?.length === 0)
  const found = absentColumns(context).flatMap((field) => readinessOf(field, metrics, missing, ready, context) ?? [])
  return found.sort(
    (a, b) =>
      Number(a.kind === 'breakdown') - Number(b.kind === 'breakdown') ||
      weight(b) - weight(a) ||
      a.field.localeCompare(b.field),
  )
}

function weight({ unlocks }: Readiness): number {
  return unlocks.metrics.length + unlocks.helps.length / 2
}

/** One of each KPI: variants and quantiles need the same fields and would only repeat it. */
function defaultsOf({ catalogue }: MetricContext): Metric[] {
  return [...catalogue.metrics.values()].filter(({ variant, quantileOf }) => variant === '' && !quantileOf)
}

/** Columns that a source could fill and none does. `customers.is_identified` is filled by a client id. */
function absentColumns({ version }: MetricContext): string[] {
  return tables
    .filter(({ kind }) => kind === 'record')
    .flatMap((table) =>
      table.columns
        .filter(({ derived, type }) => !derived && type !== 'json')
        .map(({ name }) => `${table.name}.${name}`),
    )
    .filter((field) => !version.present.has(field))
}

function readinessOf(
  field: string,
  metrics: Metric[],
  missing: Map<string, string[]>,
  ready: Metric[],
  context: MetricContext,
): Readiness | null {
  const needing = metrics.filter(({ id }) => missing.get(id)?.includes(field))
  const unlocked = needing.filter(({ id }) => missing.get(id)?.length === 1)
  const helps = needing.filter((metric) => !unlocked.includes(metric)).map(({ id }) => id)
  const dimensions = dimensionsBehind(field, context)
  const split = ready.filter((metric) => dimensions.some((dimension) => isNear(metric, dimension, field, context)))
  if (needing.length === 0 && split.length === 0) return null
  const kind = needing.length > 0 ? 'number' : 'breakdown'
  const named = needing.length > 0 ? (unlocked.length > 0 ? unlocked : needing) : split
  const label = fieldLabel(field, context.words)
  return {
    field,
    label,
    kind,
    unlocks: {
      metrics: (kind === 'number' ? unlocked : split).map(({ id }) => id),
      helps,
      dimensions: split.length > 0 ? dimensions.map(({ id }) => id) : [],
    },
    says: sentenceOf(kind, label, named, dimensions, unlocked.length === 0 && kind === 'number', context),
  }
}

/** Dimensions that read the field, directly or as a link on their way. */
function dimensionsBehind(field: string, { catalogue }: MetricContext): Dimension[] {
  const [table = '', name = ''] = field.split('.')
  const column = columnNamed(table, name)
  const own = column?.dimension ? catalogue.dimensions.get(name) : undefined
  const derived = [...catalogue.dimensions.values()].filter(
    (dimension) => !dimension.column && dimension.table === table && reachOf(table, dimension)?.reads.includes(field),
  )
  return [...(own ? [own] : []), ...derived]
}

/** Would this very field be what the metric is split by? Elsewhere the same name may already stand on a nearer table. */
function isNear(metric: Metric, dimension: Dimension, field: string, { catalogue, version }: MetricContext): boolean {
  if (!dimensionsFor(catalogue, metric.from).includes(dimension.id)) return false
  const reach = reachOf(metric.from, dimension, version.present)
  if (!reach || reach.reads.every((column) => version.present.has(column))) return false
  return reach.reads.includes(field) && reach.reads.every((column) => column === field || version.present.has(column))
}

function sentenceOf(
  kind: Readiness['kind'],
  label: string,
  metrics: Metric[],
  dimensions: Dimension[],
  together: boolean,
  context: MetricContext,
): string {
  const { words, catalogue } = context
  const most = 4
  const names = metrics.slice(0, most).map((metric) => metricLabel(metric, words, catalogue))
  const rest = metrics.length - names.length
  const all = listed(rest > 0 ? [...names, say(words, 'say.metrics.readiness.more', { count: rest })] : names, words)
  const split = listed(
    dimensions.map((dimension) => dimensionLabel(dimension, words)),
    words,
  )
  return say(words, `say.metrics.readiness.${together ? 'together' : kind}`, {
    field: capital(label),
    metrics: all,
    dimensions: split,
  })
}
