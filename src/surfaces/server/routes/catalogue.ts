import type { OpenAPIHono } from '@hono/zod-openapi'
import { labelOf, type Words } from '../../../config/words.ts'
import type { Dimension } from '../../../metrics/dimension.ts'
import type { Metric } from '../../../metrics/metric.ts'
import type { Expression } from '../../../sql/expression.ts'
import { refuse } from '../problem.ts'
import type { Env } from '../request.ts'
import { readScope } from '../text.ts'
import type { DimensionEntry, MetricEntry } from '../wire.ts'

/** What can be asked for: metrics, dimensions and the values of a dimension. */
export function catalogueRoutes(app: OpenAPIHono<Env>): void {
  app.get('/api/metrics', (c) => {
    const words = c.var.doors.words(c.var.viewer.language)
    const { present } = c.var.doors.version
    return c.json([...c.var.doors.catalogue.metrics.values()].map((metric) => metricEntry(metric, words, present)))
  })

  app.get('/api/metrics/:id', async (c) => {
    const id = c.req.param('id')
    if (!c.var.doors.catalogue.metrics.has(id)) throw unknown('metric', id)
    const { queue, doors, viewer } = c.var
    const scope = readScope(new URL(c.req.url).searchParams)
    const frame = await queue(() => doors.query({ ...scope, metrics: familyOf(id, doors.catalogue.metrics) }, viewer))
    return c.json(frame)
  })

  app.get('/api/dimensions', (c) => {
    const words = c.var.doors.words(c.var.viewer.language)
    const { present } = c.var.doors.version
    const shown = [...c.var.doors.catalogue.dimensions.values()].filter(
      (dimension) => dimension.sensitivity !== 'direct_id',
    )
    return c.json(shown.map((dimension) => dimensionEntry(dimension, words, present)))
  })

  app.get('/api/dimensions/:id/values', async (c) => {
    const id = c.req.param('id')
    if (!c.var.doors.catalogue.dimensions.has(id)) throw unknown('dimension', id)
    const { queue, doors, viewer } = c.var
    const search = (c.req.query('search') ?? '').slice(0, 200)
    return c.json(await queue(() => doors.values(id, search, viewer)))
  })
}

/** The asked one first, then the other variants of the same KPI: side by side is where a definition shows. */
function familyOf(id: string, metrics: Map<string, Metric>): string[] {
  const family = metrics.get(id)?.family
  const others = [...metrics.values()].filter((metric) => metric.family === family && metric.id !== id)
  return [id, ...others.map((metric) => metric.id)]
}

function metricEntry(metric: Metric, words: Words, present: ReadonlySet<string>): MetricEntry {
  return {
    id: metric.id,
    label: labelOf(words, `metrics.${metric.id}.label`, metric.label),
    question: labelOf(words, `metrics.${metric.id}.question`, metric.question),
    unit: metric.unit,
    better: metric.better,
    table: metric.from,
    family: metric.family,
    variant: metric.variant,
    missing: metric.needs.filter((column) => !present.has(column)),
    defined_at: metric.defined_at,
  }
}

function dimensionEntry(dimension: Dimension, words: Words, present: ReadonlySet<string>): DimensionEntry {
  return {
    id: dimension.id,
    label: labelOf(words, `dimensions.${dimension.id}`, dimension.label),
    table: dimension.table,
    available: isAvailable(dimension, present),
  }
}

/** Every column of its own table that it reads must hold something; what is reached by a link is taken at its word. */
function isAvailable(dimension: Dimension, present: ReadonlySet<string>): boolean {
  return ownColumns(dimension.expression).every((column) => present.has(`${dimension.table}.${column}`))
}

function ownColumns(expression: Expression): string[] {
  switch (expression.kind) {
    case 'literal':
      return []
    case 'column':
      return expression.path.length === 1 ? expression.path : []
    case 'call':
      return expression.args.flatMap(ownColumns)
    case 'case':
      return expression.branches.flatMap(({ when, result }) => [...ownColumns(when), ...ownColumns(result)])
  }
}

function unknown(kind: string, id: string) {
  return refuse(`${kind}-unknown`, `There is no ${kind} "${id}".`, `See /api/${kind}s for those that there are.`, 5)
}
