import { checked } from '../config/check.ts'
import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import { tables } from '../model/tables.ts'
import type { MetricCatalogue } from './context.ts'
import { componentsOf, type Metric } from './metric.ts'
import { metricsFileSchema } from './metric-file.ts'
import { didYouMean } from './nearest.ts'
import { modelDimensions, parseDimensions } from './parse-dimensions.ts'
import { parseMetrics } from './parse-metrics.ts'
import { reaches } from './reach.ts'
import { readTerms } from './terms.ts'

/** Built-in files first, the project's own after them. Every problem of every file is added at once. */
export function readMetricCatalogue(documents: Document[], problems: Problem[]): MetricCatalogue {
  for (const document of documents) checkKeys(document, problems)
  const files = documents.map((document) => ({ document, terms: readTerms(document, problems) }))
  const metrics = merge(
    files.flatMap(({ document, terms }) => parseMetrics(document, terms, problems)),
    'metric',
    problems,
  )
  const own = files.flatMap(({ document, terms }) => parseDimensions(document, terms, problems))
  const dimensions = merge([...modelDimensions(), ...own], 'dimension', problems)
  for (const metric of metrics.values())
    for (const other of [...metric.compareWith, ...(metric.instead ? [metric.instead] : [])])
      if (!metrics.has(other))
        problems.push({
          code: 'metric-unknown',
          message: `${metric.id} names ${other}, which is not a metric.`,
          where: metric.defined_at,
          fix: didYouMean(other, metrics.keys(), 'Name a metric of catalog/metrics.'),
        })
  for (const metric of metrics.values()) settleCombined(metric, metrics, problems)
  return { metrics, dimensions }
}

/** What is combined of others needs what they need; a metric that does not exist, or one that is made of itself, is a fault. */
function settleCombined(metric: Metric, metrics: Map<string, Metric>, problems: Problem[]): void {
  const add = (code: string, message: string, fix: string): void =>
    void problems.push({ code, message, where: metric.defined_at, fix })
  for (const id of componentsOf(metric))
    if (!metrics.has(id))
      add(
        'metric-unknown',
        `${metric.id} is combined of ${id}, which is not a metric.`,
        didYouMean(id, metrics.keys(), 'Name a metric of catalog/metrics.'),
      )
  const parts = componentsDeep(metric, metrics)
  if (parts.includes(metric))
    add('metric-circular', `${metric.id} is combined of itself.`, 'Combine metrics that do not lead back to this one.')
  else if (parts.length > 0 && metric.needs.length === 0)
    metric.needs = [...new Set(parts.flatMap(({ needs }) => needs))]
  if (parts.some(({ needsAsOf }) => needsAsOf)) metric.needsAsOf = true
}

function componentsDeep(metric: Metric, metrics: Map<string, Metric>): Metric[] {
  const found: Metric[] = []
  const queue = componentsOf(metric)
  for (const id of queue) {
    const part = metrics.get(id)
    if (!part || found.includes(part)) continue
    found.push(part)
    queue.push(...componentsOf(part))
  }
  return found
}

/** Only the keys of the file itself: each entry is checked where it is parsed. */
function checkKeys(document: Document, problems: Problem[]): void {
  if (document.value === null || document.value === undefined) return
  const shell =
    typeof document.value === 'object' && !Array.isArray(document.value)
      ? { ...document.value, terms: undefined, metrics: undefined, dimensions: undefined }
      : document.value
  checked(metricsFileSchema, shell, document, problems)
}

interface Defined {
  id: string
  defined_at: string
  replaces?: string
}

function merge<T extends Defined>(all: T[], what: string, problems: Problem[]): Map<string, T> {
  const byId = new Map<string, T>()
  for (const { replaces, ...one } of all as (T & Defined)[]) {
    const before = byId.get(one.id)
    const meant =
      replaces !== undefined &&
      (one.id === replaces || one.id.startsWith(`${replaces}:`) || one.id.startsWith(`${replaces}_`))
    if (before && !meant)
      problems.push({
        code: `${what}-twice`,
        message: `The ${what} ${one.id} is defined twice: at ${before.defined_at} and at ${one.defined_at}.`,
        where: one.defined_at,
        fix: `Give one of them another id, or write "replaces: ${one.id}" where the second is meant.`,
      })
    else byId.set(one.id, one as unknown as T)
  }
  return byId
}

/** Dimensions by which numbers from this table can be split without counting anything twice. */
export function dimensionsFor(catalogue: MetricCatalogue, from: string): string[] {
  const near = tables.filter(({ name }) => reaches(from, name))
  return [...catalogue.dimensions.values()]
    .filter(
      ({ table, column }) =>
        table === '*' ||
        near.some((each) =>
          column ? each.columns.some((one) => one.name === column && one.dimension) : each.name === table,
        ),
    )
    .map(({ id }) => id)
}
