import { z } from 'zod'

export const name = z.string().regex(/^[a-z][a-z0-9_.]*(:[a-z0-9_]+)?$/, 'the id of a metric or dimension')

/** Every kind of chart, `table` among them. */
export const chartNames = [
  'dots',
  'bars',
  'donut',
  'histogram',
  'line',
  'lines',
  'columns',
  'flows',
  'heat',
  'cohorts',
  'map',
  'bubble',
  'sankey',
  'funnel',
  'waterfall',
  'gauge',
  'table',
] as const

export const querySchema = z.strictObject({
  metrics: z.array(name).min(1),
  by: z.array(name).max(3).optional(),
  grain: z.enum(['day', 'week', 'month', 'quarter', 'year']).optional(),
  order: z.strictObject({ by: name, descending: z.boolean().optional() }).optional(),
  limit: z.number().int().min(1).max(500).optional(),
})

/** Which column of the frame goes where. What is left out is taken in the order of the query. */
export const encodeSchema = z.strictObject({
  value: name.optional(),
  category: name.optional(),
  series: name.optional(),
  /** Draw counts as they are, for one unit of a band's width, or in a heat map as a share; returns multiplied up from 100. */
  as: z.enum(['value', 'per_unit', 'share_of_row', 'share_of_column', 'share_of_total', 'indexed']).optional(),
  /** Scores that count as satisfied: drawn in the accent colour. */
  top: z.number().int().min(1).optional(),
  /** Waterfall: metrics of the query that count down. */
  subtract: z.array(name).optional(),
  /** Bubbles: the metrics across, up and by area; `series` says which dimension colours. */
  x: name.optional(),
  y: name.optional(),
  size: name.optional(),
  /** Flows: metrics that come in, that go out, and what remains. */
  up: z.array(name).optional(),
  down: z.array(name).optional(),
  net: name.optional(),
  /** Map: whose borders; what is left out is told by the values. */
  places: z.enum(['europe', 'us']).optional(),
  /** Cohorts: what one step of the age is, and how long one cohort lasts. */
  period: z.enum(['month', 'quarter', 'year']).optional(),
})

export type Encode = z.infer<typeof encodeSchema>
export type ChartName = (typeof chartNames)[number]

/** What a chart tile says of its picture. */
export interface ChartSpec {
  chart: ChartName
  query: z.infer<typeof querySchema>
  encode: Encode
  /** Periods ahead. */
  forecast?: number
}
