import { z } from '@hono/zod-openapi'
import type { Problem } from '../../errors.ts'
import type { Frame } from '../../metrics/frame.ts'
import type { RowsPage } from '../../metrics/rows.ts'

const id = z.string().min(1).max(120)
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'is not a day like 2026-01-31')
const instant = z.string().max(40)
const scalar = z.union([z.string().max(2000), z.number(), z.boolean()])
const range = z.strictObject({ from: day.optional(), to: day.optional() })

export const conditionSchema = z
  .strictObject({
    dimension: id,
    op: z.enum(['in', 'not_in', 'between', 'is_null', 'not_null']),
    values: z.array(scalar).max(1000),
  })
  .openapi('Condition', { example: { dimension: 'channel', op: 'in', values: ['chat', 'email'] } })

/** The same question as `rapport query` and a tile ask. */
export const querySchema = z
  .strictObject({
    metrics: z.array(id).min(1).max(40),
    by: z.array(id).max(4).optional(),
    where: z.array(conditionSchema).max(50).optional(),
    range: range.optional(),
    grain: z.enum(['day', 'week', 'month', 'quarter', 'year']).optional(),
    compare: z.enum(['previous', 'year']).optional(),
    as_of: instant.optional(),
    order: z.strictObject({ by: id, descending: z.boolean().optional() }).optional(),
    limit: z.number().int().min(1).max(10_000).optional(),
  })
  .openapi('Query', { example: { metrics: ['csat_mean'], by: ['channel'] } })

export const rowsSchema = z
  .strictObject({
    table: id,
    columns: z.array(id).max(100).optional(),
    where: z.array(conditionSchema).max(50).optional(),
    range: range.optional(),
    metric: z.strictObject({ id, part: z.enum(['numerator', 'denominator', 'population']) }).optional(),
    check: id.optional(),
    process: z.array(z.string().max(500)).min(1).max(500).optional(),
    as_of: instant.optional(),
    search: z.string().max(200).optional(),
    order: z.strictObject({ by: id, descending: z.boolean().optional() }).optional(),
    limit: z.number().int().min(1).max(500).optional(),
    cursor: z.string().max(4000).optional(),
  })
  .openapi('Rows', { example: { table: 'cases', columns: ['id', 'channel', 'status'], limit: 50 } })

/** Answers are made by the doors and typed there: the document names them, nothing checks them twice. */
const known = <T>(name: string, description: string) => z.custom<T>().openapi(name, { type: 'object', description })

export const frameSchema = known<Frame>(
  'Frame',
  'Rows of cells, with the definition, verdicts and notes of each metric.',
)
export const rowsAnswerSchema = known<RowsPage>(
  'RowsPage',
  'Columns, rows, how many rows there are in all, and the cursor of the next page.',
)
export const problemSchema = known<Problem>(
  'Problem',
  'What is wrong (`code`, `message`, `where`) and what to do (`fix`).',
)

/** A JSON answer in the document of the API. */
export function answers<T extends z.ZodType>(schema: T, description: string) {
  return {
    200: { description, content: { 'application/json': { schema } } },
    default: { description: 'Refused', content: { 'application/problem+json': { schema: problemSchema } } },
  } as const
}
