import { z } from 'zod'
import { checked } from '../../config/check.ts'
import type { Document } from '../../config/yaml.ts'
import type { Problem } from '../../errors.ts'
import { columnNamed, tableNamed } from '../../model/tables.ts'
import { columnsIn, type Expression, tryExpression } from '../../sql/expression.ts'

export type Severity = 'error' | 'warning' | 'note'

/** One rule about the data, as checked from YAML. Its sentence is `checks.<id>` in the words. */
export type Check = { id: string; severity: Severity; needs: string[]; replaces?: string; defined_at: string } & (
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
  | { kind: 'stored_count'; table: string; column: string; of: Place; distinct: string }
  | { kind: 'unreferred'; table: string; column: string; by: Place }
  | { kind: 'contradicted'; table: string; where: Expression; by: Place; counts: Record<string, Expression> }
  | { kind: 'sums'; table: string; stored: Expression; computed: Expression; apart: number }
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
  | { kind: 'stored_counts'; table: string; names: string[]; of: string; by: string; distinct?: string }
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
    column: z.string().describe('The count as the source states it.'),
    of: place.describe('The column whose rows are counted for each row of the table: holdings.advisor.'),
    distinct: z.string().describe('What is counted there, each value once.'),
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
    kind: z.literal('sums'),
    table: z.string(),
    stored: z.string(),
    computed: z.string().describe('What the stored amount should be; empty for rows that do not count.'),
    apart: z.number().default(0.01).describe('Told where the sums differ by more than this share.'),
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
    kind: z.literal('stored_counts'),
    table: z.string(),
    names: z.array(z.string()).describe('Names of columns that hold the count, in lower case, words joined by "_".'),
    of: z.string().describe('Table whose rows are counted.'),
    by: z.string().describe('Its link to the table.'),
    distinct: z.string().optional().describe('Count different values of this column, not rows.'),
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
  const common = { id: spec.id, severity: spec.severity, needs: spec.needs, replaces: spec.replaces, defined_at: where }
  const before = problems.length
  const read = (text: string, table: string): Expression => expressionOn(table, text, where, problems)
  const readAll = (texts: Record<string, string>, table: string): Record<string, Expression> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, read(text, table)]))
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
      case 'stored_count':
        known(spec.table, spec.column)
        known(spec.of.table, spec.of.column, spec.distinct)
        return {
          ...common,
          kind: 'stored_count',
          table: spec.table,
          column: spec.column,
          of: spec.of,
          distinct: spec.distinct,
        }
      case 'stored_counts': {
        const { kind, table, names, of, by, distinct } = spec
        known(table, 'id')
        known(of, by, ...(distinct ? [distinct] : []))
        return { ...common, kind, table, names, of, by, distinct }
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
      case 'sums':
        return {
          ...common,
          kind: 'sums',
          table: spec.table,
          stored: read(spec.stored, spec.table),
          computed: read(spec.computed, spec.table),
          apart: spec.apart,
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
