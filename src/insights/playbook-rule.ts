import { z } from 'zod'
import { checked } from '../config/check.ts'
import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import type { MetricCatalogue } from '../metrics/context.ts'
import { didYouMean } from '../metrics/nearest.ts'
import { columnNamed, tableNamed } from '../model/tables.ts'

const field = z
  .string()
  .regex(/^[a-z_]+\.[a-z_]+$/, 'a table and a column: cases.created_at')
  .describe('A column of the model: cases.created_at.')
const metric = z.string().min(1).describe('Id of a metric, with its variant behind a colon.')
const dimension = z.string().min(1).describe('Id of a dimension.')
const share = z.number().min(0).max(1)

const findingKinds = [
  'anomalies',
  'change',
  'churn',
  'drivers',
  'process',
  'segments',
  'signals',
  'staffing',
  'survival',
  'topics',
  'trends',
] as const

const missing = z.strictObject({ kind: z.literal('missing'), field })
const present = z.strictObject({ kind: z.literal('present'), field })
const refused = z.strictObject({ kind: z.literal('refused'), metric })
const missed = z.strictObject({
  kind: z.literal('missed').describe('The target lies outside the interval, on the good side.'),
  metric,
  by: dimension.optional().describe('Where each channel or priority has a target of its own.'),
})
const found = z.strictObject({
  kind: z.literal('found').describe('A check found rows.'),
  check: z.string().min(1),
  subject: z.string().optional().describe('Only where this stands in the name of the column, in any case.'),
})
const above = z.strictObject({
  kind: z.literal('above').describe('The whole interval lies above.'),
  metric,
  value: z.number(),
})
const below = z.strictObject({
  kind: z.literal('below').describe('The whole interval lies below.'),
  metric,
  value: z.number(),
})
const part = z.strictObject({
  kind: z.literal('part').describe('Some values of a dimension make up more than a share of a count.'),
  metric: metric.default('cases'),
  by: dimension,
  values: z.array(z.string()).min(1),
  above: share,
})
const differs = z.strictObject({
  kind: z
    .literal('differs')
    .describe('The metric differs by the dimension: tested, corrected for all that was tested.'),
  metric,
  by: dimension,
  worst: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('One of these values is beyond doubt on the bad side; a text that the value or its label holds.'),
})
const alike = z.strictObject({
  kind: z.literal('alike').describe('No evidence of a difference, in groups large enough to show one.'),
  metric,
  by: dimension,
  at_least: z.number().int().min(30).default(400).describe('Rows of the smallest group.'),
})
const finding = z.strictObject({
  kind: z.literal('finding').describe('An insight has a finding of this kind.'),
  of: z.enum(findingKinds),
  id: z.string().optional().describe('Only findings whose id begins with this.'),
})

const repeated = z.strictObject({
  kind: z.literal('repeated').describe('Texts that are nearly the same: one answer would do for them.'),
  as: z
    .array(z.enum(['faq', 'saved_reply']))
    .min(1)
    .describe('Questions belong in a FAQ, reports need a reply that is written already.'),
  at_least: z.number().int().min(2).default(20).describe('Texts that are so, together.'),
})

const simple = [
  missing,
  present,
  refused,
  missed,
  found,
  above,
  below,
  part,
  differs,
  alike,
  finding,
  repeated,
] as const
const any = z.strictObject({
  kind: z.literal('any').describe('At least one of these; those that hold are the evidence.'),
  of: z.array(z.discriminatedUnion('kind', [...simple])).min(2),
})
const condition = z.discriminatedUnion('kind', [...simple, any])

const effect = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unlocks').describe('KPIs and splits that the field gives.'), field }),
  z.strictObject({ kind: z.literal('target').describe('What lies between the number and its target.'), metric }),
  z.strictObject({
    kind: z.literal('what_if').describe('The same rows counted by another rule.'),
    metric,
    becomes: metric,
  }),
  z.strictObject({
    kind: z.literal('gap').describe('The whole, if the groups concerned were as the others are.'),
    metric,
    by: dimension,
  }),
  z.strictObject({
    kind: z.literal('not_estimable'),
    because: z.string().min(1).describe('One sentence; other languages by playbook.<id>.effect.'),
  }),
])

const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and dashes'),
  replaces: z.string().optional().describe('Id of a rule that this one takes the place of, on purpose.'),
  concern: z.enum(['data', 'speed', 'resolution', 'satisfaction', 'channels', 'customers', 'product']),
  sources: z
    .array(z.string().min(1))
    .default([])
    .describe('Where the recommendation comes from: a tag, a study, a guideline.'),
  do: z.string().min(1).describe('The recommendation, one sentence in English; other languages by playbook.<id>.do.'),
  needs: z.array(z.string().min(1)).default([]).describe('Columns without which the rule is not looked at: "a or b".'),
  when: z.array(condition).min(1).describe('All of them hold.'),
  effect,
  effort: z.strictObject({
    size: z.enum(['small', 'medium', 'large']),
    because: z.string().min(1).describe('One sentence; other languages by playbook.<id>.effort.'),
  }),
  check: z
    .strictObject({
      metric,
      grain: z.enum(['day', 'week', 'month']).default('week'),
      periods: z
        .number()
        .int()
        .min(4)
        .max(60)
        .default(8)
        .describe('Whole periods after the change before it is judged.'),
      where: z
        .record(z.string(), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1))
        .default({})
        .describe('The population: values by dimension.'),
    })
    .describe('How it is seen later whether it worked.'),
})

/** A file of `catalog/playbook/`. */
export const playbookFileSchema = z.strictObject({ rules: z.array(ruleSchema) })

export type Condition = z.infer<typeof condition>
export type SimpleCondition = Exclude<Condition, { kind: 'any' }>
export type Concern = PlaybookRule['concern']

/** A recommendation and when it is given. Conditions are a closed set: they speak of intervals, verdicts and gaps, not of rows. */
export type PlaybookRule = z.infer<typeof ruleSchema> & { defined_at: string }

/** YAML -> rules; every fault with its line. */
export function parsePlaybook(document: Document, problems: Problem[]): PlaybookRule[] {
  const file = checked(playbookFileSchema, document.value, document, problems)
  return (file?.rules ?? []).map((rule, index) => ({ ...rule, defined_at: document.where(['rules', index]) }))
}

/** Whom a rule is judged by later, where it says so itself. */
export function populationOf({ check }: PlaybookRule): Population[] {
  return Object.entries(check.where).map(([dimension, values]) => ({ dimension, op: 'in', values }))
}

/** Values of one dimension. */
export interface Population {
  dimension: string
  op: 'in'
  values: (string | number | boolean)[]
}

/** Conditions of a rule, those inside `any` among them. */
export function conditionsOf({ when }: PlaybookRule): SimpleCondition[] {
  return when.flatMap((each) => (each.kind === 'any' ? each.of : [each]))
}

/** What a rule names and nobody defines: it would be silent for ever. */
export function playbookFaults(rules: PlaybookRule[], catalogue: MetricCatalogue, checks: string[]): Problem[] {
  return rules.flatMap((rule) => {
    const { metrics, dimensions, fields, found: seen } = namesIn(rule)
    return [
      ...unknown(rule, 'metric', metrics, [...catalogue.metrics.keys()]),
      ...unknown(rule, 'dimension', dimensions, [...catalogue.dimensions.keys()]),
      ...unknown(rule, 'check', seen, checks),
      ...fields.filter((each) => !isField(each)).map((each) => noField(rule, each)),
    ]
  })
}

function namesIn(rule: PlaybookRule) {
  const conditions = conditionsOf(rule)
  const { effect: does, check } = rule
  return {
    metrics: [
      ...conditions.flatMap((each) => ('metric' in each ? [each.metric] : [])),
      ...('metric' in does ? [does.metric] : []),
      ...(does.kind === 'what_if' ? [does.becomes] : []),
      check.metric,
    ],
    dimensions: [
      ...conditions.flatMap((each) => ('by' in each && each.by ? [each.by] : [])),
      ...(does.kind === 'gap' ? [does.by] : []),
      ...Object.keys(check.where),
    ],
    fields: [
      ...conditions.flatMap((each) => ('field' in each ? [each.field] : [])),
      ...(does.kind === 'unlocks' ? [does.field] : []),
      ...rule.needs.flatMap((need) => need.split(' or ').map((each) => each.trim())),
    ],
    found: conditions.flatMap((each) => (each.kind === 'found' ? [each.check] : [])),
  }
}

function unknown(rule: PlaybookRule, what: string, names: string[], known: string[]): Problem[] {
  return [...new Set(names)]
    .filter((name) => !known.includes(name))
    .map((name) => ({
      code: `${what}-unknown`,
      message: `The rule "${rule.id}" names the ${what} "${name}", which is not there.`,
      where: rule.defined_at,
      fix: didYouMean(name, known, `Name a ${what} of the catalogue.`),
    }))
}

function isField(name: string): boolean {
  const [table = '', column = ''] = name.split('.')
  return tableNamed(table) !== undefined && columnNamed(table, column) !== undefined
}

function noField(rule: PlaybookRule, name: string): Problem {
  return {
    code: 'column-unknown',
    message: `The rule "${rule.id}" names the column "${name}", which the model does not have.`,
    where: rule.defined_at,
    fix: 'docs/model.md lists the tables and their columns.',
  }
}
