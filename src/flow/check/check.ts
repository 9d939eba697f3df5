import { z } from 'zod'
import { checked } from '../../config/check.ts'
import { duration } from '../../config/promise.ts'
import type { Document } from '../../config/yaml.ts'
import type { Problem } from '../../errors.ts'
import { columnNamed, tableNamed } from '../../model/tables.ts'
import { columnsIn, type Expression, tryExpression } from '../../sql/expression.ts'

export type Severity = 'error' | 'warning' | 'note'

/** What of the data a check judges: each has its part in the quality score. */
export const dimensions = [
  'completeness',
  'uniqueness',
  'validity',
  'references',
  'order',
  'agreement',
  'freshness',
  'steadiness',
] as const
export type Dimension = (typeof dimensions)[number]

/** One rule about the data, as checked from YAML. Its sentence is `checks.<id>` in the words, or that of its kind. */
export type Check = {
  id: string
  severity: Severity
  needs: string[]
  replaces?: string
  /** Who is told of it and puts it right. */
  owner?: string
  /** Null where what it finds says something to a reader and nothing about how good the data are. */
  dimension: Dimension | null
  defined_at: string
} & (
  | { kind: 'completeness'; table: string; column: string; at_least: number; where?: Part }
  | { kind: 'unique'; table: string; columns: string[]; where?: Part }
  | {
      kind: 'freshness'
      table?: string
      source?: string
      /** Seconds. */
      at_most: number
      after: 'landing' | 'newest'
      schedule?: string
    }
  | {
      kind: 'volume'
      table: string
      day: string
      by?: string
      where?: Part
      days: number
      weeks: number
      false_alarms: number
      apart: number
    }
  | {
      kind: 'distribution'
      table: string
      column: string
      day: string
      where?: Part
      grain: 'week' | 'month'
      periods: number
      at_least: number
      false_alarms: number
      apart: number
    }
  | { kind: 'reconcile'; stored: Side; computed: Side; apart: number }
  | {
      kind: 'rows'
      table: string
      where: Expression
      whereText: string
      of?: Expression
      /** Counted among the rows found, for the sentence. */
      counts: Record<string, Expression>
    }
  | { kind: 'shared'; table: string; column: string; distinct: string }
  | {
      kind: 'stored_count'
      table: string
      stored: { column: string } | { names: string[] }
      of: Place
      distinct?: string
    }
  | { kind: 'unreferred'; table: string; column: string; by: Place }
  | { kind: 'contradicted'; table: string; where: Expression; by: Place; counts: Record<string, Expression> }
  | {
      kind: 'roll_forward'
      table: string
      by: string
      day: string
      change: string
      opening: Expression
      plus: string[]
      minus: string[]
    }
  | {
      kind:
        | 'duration_named'
        | 'constant'
        | 'unknown_words'
        | 'blank'
        | 'rejected'
        | 'mostly_missing'
        | 'duration_unit'
        | 'scientific_ids'
        | 'references'
        | 'long_waits'
        | 'stored_durations'
        | 'repeated_keys'
        | 'unmatched_amounts'
        | 'schema_drift'
    }
)

/** Rows that a check is about: how it is written, and what it says. */
export interface Part {
  text: string
  is: Expression
}

/** One of two amounts that should agree: rows counted, or a value summed up, in all or month by month. */
export interface Side {
  table: string
  value?: Expression
  where?: Expression
  month?: Expression
}

/** A column of a table: `churns.holding`. */
export interface Place {
  table: string
  column: string
}

const head = {
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and dashes'),
  severity: z.enum(['error', 'warning', 'note']),
  needs: z.array(z.string()).default([]),
  replaces: z.string().optional(),
  owner: z.string().min(1).optional().describe('Who is told of it and puts it right: a name, a team, an address.'),
  dimension: z.enum(dimensions).optional().describe('Its part in the quality score; else that of its kind.'),
}

const place = z
  .string()
  .regex(/^[a-z_]+\.[a-z_]+$/, 'a table and a column: churns.holding')
  .transform((text): Place => {
    const [table = '', column = ''] = text.split('.')
    return { table, column }
  })
const counts = z
  .record(z.string(), z.string())
  .default({})
  .describe('Counted among the rows found, for the sentence: a name and an expression.')

const where = z.string().optional().describe('Rows that it is about, in the grammar of expressions.')
const share = z.number().gt(0).max(1)
const side = {
  table: z.string(),
  value: z.string().optional().describe('Summed up; rows are counted without it.'),
  where,
  month: z.string().optional().describe('Compared month by month of this day; else in all.'),
}

const checkSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...head,
    kind: z.literal('rows'),
    table: z.string(),
    where: z.string(),
    of: z.string().optional(),
    counts,
  }),
  z.strictObject({ ...head, kind: z.literal('shared'), table: z.string(), column: z.string(), distinct: z.string() }),
  z.strictObject({
    ...head,
    kind: z.literal('stored_count'),
    table: z.string(),
    column: z.string().optional().describe('The count as the source states it: a column of the model ...'),
    names: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('... or names of source columns that no model column takes, in lower case, words joined by "_".'),
    of: place.describe('The column whose rows are counted for each row of the table: holdings.advisor.'),
    distinct: z.string().optional().describe('Count different values of this column, not rows.'),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('unreferred'),
    table: z.string(),
    column: z.string().describe('Rows with a value here ...'),
    by: place.describe('... to which this column never leads.'),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('contradicted'),
    table: z.string(),
    where: z.string().describe('What these rows say ...'),
    by: place.describe('... and the column of another table that says otherwise.'),
    counts,
  }),
  z.strictObject({
    ...head,
    kind: z.literal('roll_forward'),
    table: z.string(),
    by: z.string().describe('What has a level of its own.'),
    day: z.string(),
    change: z.string().describe('Change of the level ...'),
    opening: z.string().describe('... which the first amount ...'),
    plus: z.array(z.string()).describe('... and what came in ...'),
    minus: z.array(z.string()).describe('... less what went out should explain.'),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('completeness'),
    table: z.string(),
    column: z.string(),
    where,
    at_least: share.default(1).describe('Told where a smaller share of the rows has a value.'),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('unique'),
    table: z.string(),
    columns: z.array(z.string()).min(1).describe('No two rows have the same values in all of these.'),
    where,
  }),
  z.strictObject({
    ...head,
    kind: z.literal('freshness'),
    table: z.string().optional().describe('Events of this table only.'),
    source: z.string().optional().describe('Of this source only; else each source for itself.'),
    at_most: duration.describe('How old the newest event may be: "36 h", "7 d".'),
    after: z
      .enum(['landing', 'newest'])
      .default('landing')
      .describe('Old at the moment of the build, or beside the newest event of all sources.'),
    schedule: z.string().optional().describe('Only the opening hours of this schedule count.'),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('volume'),
    table: z.string(),
    day: z.string().optional().describe("The day of a row; else the table's own."),
    by: z.string().optional().describe('One series for each value of this column, such as source.'),
    where,
    days: z.int().min(1).max(28).default(7).describe('The last whole days, which are judged ...'),
    weeks: z.int().min(5).max(26).default(8).describe('... by so many weeks before them.'),
    false_alarms: share.default(0.0001).describe('Chance that a day is told although nothing is wrong.'),
    apart: share.default(0.3).describe('Nothing closer to what was expected is told, however sure.'),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('distribution'),
    table: z.string(),
    column: z.string(),
    day: z.string().optional().describe("The day of a row; else the table's own."),
    where,
    grain: z.enum(['week', 'month']).default('month'),
    periods: z.int().min(1).max(26).default(3).describe('The newest whole period is held against so many before it.'),
    at_least: z.int().min(30).default(200).describe('Rows that both need.'),
    false_alarms: share.default(0.001).describe('Chance of telling a change where only chance is at work.'),
    apart: z.number().positive().default(0.2).describe('Population stability index from which a change is told.'),
  }),
  z.strictObject({
    ...head,
    kind: z.literal('reconcile'),
    ...side,
    with: z.strictObject({ ...side, table: z.string().optional() }),
    apart: share.default(0.01).describe('Told where the two differ by more than this share.'),
  }),
  z.strictObject({
    ...head,
    kind: z.enum([
      'duration_named',
      'constant',
      'unknown_words',
      'blank',
      'rejected',
      'mostly_missing',
      'duration_unit',
      'scientific_ids',
      'references',
      'long_waits',
      'stored_durations',
      'repeated_keys',
      'unmatched_amounts',
      'schema_drift',
    ]),
  }),
])

/** A file of `catalog/checks/`. */
export const checksFileSchema = z.strictObject({ checks: z.array(checkSchema) })

type CheckSpec = z.infer<typeof checkSchema>

/** YAML -> checks; unknown tables and columns are problems with their line. */
export function parseChecks(document: Document, problems: Problem[]): Check[] {
  const file = checked(checksFileSchema, document.value, document, problems)
  return (file?.checks ?? []).flatMap((spec, index) => {
    const check = checkOf(spec, document.where(['checks', index]), problems)
    return check ? [check] : []
  })
}

function checkOf(spec: CheckSpec, where: string, problems: Problem[]): Check | null {
  const { id, severity, needs, replaces, owner } = spec
  const dimension = spec.dimension ?? dimensionsOfKinds[spec.kind] ?? null
  const common = { id, severity, needs, replaces, owner, dimension, defined_at: where }
  const before = problems.length
  const read = (text: string, table: string): Expression => expressionOn(table, text, where, problems)
  const readAll = (texts: Record<string, string>, table: string): Record<string, Expression> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, read(text, table)]))
  const part = (text: string | undefined, table: string): Part | undefined =>
    text === undefined ? undefined : { text, is: read(text, table) }
  const known = (table: string, ...names: string[]): void => {
    for (const name of names) isColumn(table, [name], where, problems)
  }
  const check = ((): Check => {
    switch (spec.kind) {
      case 'rows':
        return {
          ...common,
          kind: 'rows',
          table: spec.table,
          where: read(spec.where, spec.table),
          whereText: spec.where,
          of: spec.of === undefined ? undefined : read(spec.of, spec.table),
          counts: readAll(spec.counts, spec.table),
        }
      case 'shared':
        known(spec.table, spec.column, spec.distinct)
        return { ...common, kind: 'shared', table: spec.table, column: spec.column, distinct: spec.distinct }
      case 'stored_count': {
        const { kind, table, column, names, of, distinct } = spec
        known(table, ...(column ? [column] : ['id']))
        known(of.table, of.column, ...(distinct ? [distinct] : []))
        if ((column === undefined) === (names === undefined)) problems.push(oneOfTwo(where))
        return { ...common, kind, table, stored: column ? { column } : { names: names ?? [] }, of, distinct }
      }
      case 'completeness':
        known(spec.table, spec.column)
        return { ...common, ...spec, dimension, where: part(spec.where, spec.table) }
      case 'unique':
        known(spec.table, ...spec.columns)
        return { ...common, ...spec, dimension, where: part(spec.where, spec.table) }
      case 'freshness':
        if (spec.table !== undefined && dayOf(spec.table) === null) problems.push(noDay(spec.table, where))
        return { ...common, ...spec, dimension }
      case 'volume':
      case 'distribution': {
        const day = spec.day ?? dayOf(spec.table)
        if (day === null) problems.push(noDay(spec.table, where))
        else known(spec.table, day)
        if (spec.kind === 'distribution') known(spec.table, spec.column)
        else if (spec.by) known(spec.table, spec.by)
        return { ...common, ...spec, dimension, day: day ?? '', where: part(spec.where, spec.table) }
      }
      case 'reconcile': {
        const sideOf = (from: SideSpec, table: string): Side => ({
          table,
          value: from.value === undefined ? undefined : read(from.value, table),
          where: from.where === undefined ? undefined : read(from.where, table),
          month: from.month === undefined ? undefined : read(from.month, table),
        })
        const [stored, computed] = [sideOf(spec, spec.table), sideOf(spec.with, spec.with.table ?? spec.table)]
        if ((stored.month === undefined) !== (computed.month === undefined)) problems.push(oneMonth(where))
        return { ...common, kind: 'reconcile', stored, computed, apart: spec.apart }
      }
      case 'unreferred':
        known(spec.table, spec.column)
        known(spec.by.table, spec.by.column)
        return { ...common, kind: 'unreferred', table: spec.table, column: spec.column, by: spec.by }
      case 'contradicted':
        known(spec.by.table, spec.by.column)
        return {
          ...common,
          kind: 'contradicted',
          table: spec.table,
          where: read(spec.where, spec.table),
          by: spec.by,
          counts: readAll(spec.counts, spec.table),
        }
      case 'roll_forward':
        known(spec.table, spec.by, spec.day, spec.change, ...spec.plus, ...spec.minus)
        return {
          ...common,
          kind: 'roll_forward',
          table: spec.table,
          by: spec.by,
          day: spec.day,
          change: spec.change,
          opening: read(spec.opening, spec.table),
          plus: spec.plus,
          minus: spec.minus,
        }
      default:
        return { ...common, kind: spec.kind }
    }
  })()
  return problems.length > before ? null : check
}

type SideSpec = Omit<z.infer<z.ZodObject<typeof side>>, 'table'>

/** The part in the quality score of each kind that has one. */
const dimensionsOfKinds: Partial<Record<Check['kind'], Dimension>> = {
  completeness: 'completeness',
  unique: 'uniqueness',
  shared: 'uniqueness',
  rows: 'validity',
  unknown_words: 'validity',
  rejected: 'validity',
  references: 'references',
  unmatched_amounts: 'references',
  stored_count: 'agreement',
  contradicted: 'agreement',
  roll_forward: 'agreement',
  stored_durations: 'agreement',
  long_waits: 'agreement',
  reconcile: 'agreement',
  freshness: 'freshness',
  volume: 'steadiness',
  distribution: 'steadiness',
}

/** The day of a row: of the moment at which it began, or the day of an event. Null for what has none. */
export function dayOf(table: string): string | null {
  const columns = tableNamed(table)?.columns ?? []
  const moment = columns.find(({ local }) => local)
  return moment ? `${moment.name.replace(/_at$/, '')}_on` : (columns.find(({ event }) => event)?.name ?? null)
}

function noDay(table: string, where: string): Problem {
  return {
    code: 'day-missing',
    message: tableNamed(table) ? `Nothing says on which day a row of ${table} was.` : `There is no table "${table}".`,
    where,
    fix: 'Name a table of events, such as cases, and its `day:` where it has none of its own.',
  }
}

function oneOfTwo(where: string): Problem {
  return {
    code: 'count-unclear',
    message: 'A stored count stands in a column of the model or in columns of the source.',
    where,
    fix: 'Give `column:` or `names:`, and not both.',
  }
}

function oneMonth(where: string): Problem {
  return {
    code: 'month-missing',
    message: 'One of the two amounts has a month and the other has none.',
    where,
    fix: 'Give `month:` to both, or to neither.',
  }
}

const nothing: Expression = { kind: 'literal', value: null }

function expressionOn(table: string, text: string, where: string, problems: Problem[]): Expression {
  const expression = tryExpression(text, where, problems)
  if (!expression) return nothing
  for (const path of columnsIn(expression)) isColumn(table, path, where, problems)
  return expression
}

/** A column, or one that links lead to: `holding.closed_on` of balances. */
function isColumn(from: string, path: string[], where: string, problems: Problem[]): void {
  let table = from
  for (const [index, name] of path.entries()) {
    const column = columnNamed(table, name)
    if (!column || (index < path.length - 1 && !column.refers)) {
      problems.push(unknownColumn(table, name, where))
      return
    }
    table = column.refers ?? ''
  }
}

function unknownColumn(table: string, name: string, where: string): Problem {
  const known = tableNamed(table)
  return {
    code: 'column-unknown',
    message: known ? `The table ${table} has no column "${name}".` : `There is no table "${table}".`,
    where,
    fix: known
      ? `Use one of: ${known.columns.map((each) => each.name).join(', ')}.`
      : 'docs/model.md lists the tables.',
  }
}
