import { z } from 'zod'

const id = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'an id is lower-case words joined by "_"')
  .describe('Lower-case words joined by "_", in the words of the field.')
const expression = z
  .union([z.string(), z.boolean(), z.number()])
  .transform(String)
  .describe(
    'Expression of the catalogue grammar over columns of "from" and of rows that it links to (docs/functions.md).',
  )
const words = z.strictObject({
  population: z.string().optional().describe('What the rows are: "all cases that are not deleted".'),
  numerator: z.string().optional(),
  denominator: z.string().optional(),
  value: z.string().optional().describe('What is averaged or added up: "the time from creation to first answer".'),
})
const unit = z.enum(['count', 'ratio', 'score', 'seconds', 'money', 'number', 'points'])

const parts = {
  label: z.string().optional().describe('Name in English; other languages stand in catalog/words.'),
  question: z.string().optional().describe('The question that the number answers.'),
  unit: unit.optional().describe('How the value is written; guessed from the measure.'),
  better: z.enum(['higher', 'lower', 'none']).optional(),
  population: expression.optional().describe('Rows that the metric is about; all rows by default.'),
  count: z
    .literal(true)
    .optional()
    .describe(
      'Counts rows. One of count, numerator, mean, sum, distinct, per, per_day, stock, level, kept, chained, combine.',
    ),
  numerator: expression.optional().describe('A ratio: rows that fulfil this over rows of the denominator.'),
  denominator: expression.optional().describe('Rows that the numerator is held against; the population by default.'),
  mean: expression.optional().describe('Mean of this value.'),
  sum: expression.optional().describe('Sum of this value.'),
  distinct: expression.optional().describe('How many different values.'),
  per: expression.optional().describe('Rows for each different value: "agent" gives cases per agent.'),
  per_day: z
    .literal(true)
    .optional()
    .describe('Mean of the rows on a day of its time; days that the data cover in part are left out.'),
  clusters: expression
    .optional()
    .describe(
      'With mean or per: rows of the same value hang together ("customer"), so intervals and tests count those.',
    ),
  stock: z
    .strictObject({
      open: expression,
      opened: id.optional(),
      closed: expression.optional(),
      distinct: expression.optional().describe('Count different values of this among the open ones.'),
    })
    .optional()
    .describe('How many are open at a moment; the last moment of each period, never a sum over time.'),
  level: z
    .strictObject({ of: expression, at: z.enum(['end', 'start', 'mean']).default('end') })
    .optional()
    .describe(
      'Changes added up since the beginning: a balance at the end of the range or period, at its start, or its mean day.',
    ),
  kept: z
    .strictObject({
      open: expression,
      opened: expression,
      closed: expression,
      lost: z.boolean().default(false).describe('The share that is gone, instead of the one that stayed.'),
    })
    .optional()
    .describe('Share of those there at the start that are there at the end; without a range, of all that ever were.'),
  chained: z
    .strictObject({
      gain: expression,
      of: expression,
      at: z.enum(['start', 'mean']).default('mean'),
      spread: z.boolean().default(false).describe('The standard deviation of the months, instead of their product.'),
    })
    .optional()
    .describe('Gains of each month over the level of the changes in "of", multiplied up: a time-weighted return.'),
  combine: z
    .strictObject({
      plus: z.array(z.string()).min(1),
      minus: z.array(z.string()).default([]),
      over: z.string().optional(),
      period: z.boolean().default(false).describe('Means nothing without dates or periods: then it is refused.'),
    })
    .optional()
    .describe('Other metrics, added, subtracted and divided by one.'),
  quantiles: z.boolean().optional().describe('Adds <id>_median and <id>_p90; on for every mean in seconds.'),
  time: z
    .string()
    .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/, 'a column, or a path to one through links: case.created_at')
    .optional()
    .describe(
      'Column that places a row in a period, or a path to it (case.created_at), or none; the first moment of the table by default.',
    ),
  clock: z.enum(['calendar', 'business']).optional(),
  maturity: z
    .strictObject({
      since: expression,
      hours: z.number().positive().optional(),
      seconds: expression.optional().describe('Instead of hours: how long this row has; a row without it is left out.'),
      settled: expression.optional().describe('Rows whose fate is known before that: they are in, however young.'),
    })
    .optional()
    .describe('Rows younger than this at the as-of time are left out: they have not had their chance.'),
  needs: z
    .array(z.string())
    .optional()
    .describe('Model columns without which there is no number: "cases.created_at"; "a or b" where either will do.'),
  as_of: z.boolean().optional().describe('Depends on a now; found by itself when an expression reads as_of.'),
  instead: z.string().optional().describe('Metric to show where this one cannot be known.'),
  compare_with: z
    .array(z.string())
    .optional()
    .describe('Metrics of the same KPI by another rule; rankings that differ are marked.'),
  in_words: words.optional().describe('The parts in English, for the definition.'),
  note: z.string().optional().describe('Why this definition, where sources disagree.'),
}

export const metricSchema = z.strictObject({
  id,
  ...parts,
  label: z.string(),
  from: id.describe('Model table; one row of it is one unit.'),
  replaces: z.string().optional().describe('Id of a metric that this one takes the place of, on purpose.'),
  variants: z.array(z.strictObject({ id, ...parts, label: z.string(), from: id.optional() })).optional(),
})

export const dimensionSchema = z.strictObject({
  id,
  label: z.string().describe('Name in English.'),
  many: z.string().optional().describe('Plural in lower case, for sentences: "channels".'),
  from: z
    .union([id, z.literal('any')])
    .describe('Model table, or any: an expression over local_day and local_hour of each metric.'),
  of: expression,
  bands: z
    .number()
    .positive()
    .optional()
    .describe('Equal bands of this width; counts are also shown per unit of width.'),
  ordered: z.boolean().optional().describe('Keep the order of the values instead of sorting by size.'),
  vocabulary: z.string().optional(),
  format: z.enum(['month', 'half_month', 'hour', 'band', 'years']).optional(),
  of_days: z.literal(true).optional().describe('Only numbers a day (per_day) are split by it.'),
  replaces: z.string().optional(),
})

/** Names for parts of expressions that a file would repeat. */
export const termsSchema = z
  .record(id, expression)
  .describe('Named parts of expressions: a name that any expression of this file can read like a column.')

/** One file of `catalog/metrics/`: the source of the editor schema. */
export const metricsFileSchema = z.strictObject({
  terms: termsSchema.optional(),
  metrics: z.array(metricSchema).optional(),
  dimensions: z.array(dimensionSchema).optional(),
})

export type MetricSpec = z.output<typeof metricSchema>
/** `from` is said by a variant only that counts rows of another table than its metric. */
export type MetricPartsSpec = Partial<Omit<MetricSpec, 'id' | 'replaces' | 'variants'>>
export type DimensionSpec = z.output<typeof dimensionSchema>
