import { z } from 'zod'
import { checked } from '../../config/check.ts'
import type { Document } from '../../config/yaml.ts'
import type { Problem } from '../../errors.ts'
import { columnNamed, tableNamed } from '../../model/tables.ts'
import { columnsIn, type Expression, tryExpression } from '../../sql/expression.ts'

export type Severity = 'error' | 'warning' | 'note'

/** One rule about the data, as checked from YAML. Its sentence is `checks.<id>` in the words. */
export type Check = { id: string; severity: Severity; needs: string[]; replaces?: string; defined_at: string } & (
  | { kind: 'rows'; table: string; where: Expression; whereText: string; of?: Expression }
  | { kind: 'shared'; table: string; column: string; distinct: string }
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
        | 'long_waits'
        | 'stored_durations'
        | 'repeated_keys'
    }
)

const head = {
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and dashes'),
  severity: z.enum(['error', 'warning', 'note']),
  needs: z.array(z.string()).default([]),
  replaces: z.string().optional(),
}

const checkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...head, kind: z.literal('rows'), table: z.string(), where: z.string(), of: z.string().optional() }),
  z.strictObject({ ...head, kind: z.literal('shared'), table: z.string(), column: z.string(), distinct: z.string() }),
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
      'long_waits',
      'stored_durations',
      'repeated_keys',
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
  if (spec.kind === 'rows') {
    const condition = tryExpression(spec.where, where, problems)
    const population = spec.of === undefined ? undefined : tryExpression(spec.of, where, problems)
    if (!condition || population === null) return null
    const known = [condition, ...(population ? [population] : [])].every((each) =>
      columnsIn(each).every(([name]) => isColumn(spec.table, name ?? '', where, problems)),
    )
    return known
      ? { ...common, kind: 'rows', table: spec.table, where: condition, whereText: spec.where, of: population }
      : null
  }
  if (spec.kind === 'shared') {
    const known =
      isColumn(spec.table, spec.column, where, problems) && isColumn(spec.table, spec.distinct, where, problems)
    return known ? { ...common, kind: 'shared', table: spec.table, column: spec.column, distinct: spec.distinct } : null
  }
  if (spec.kind === 'stored_counts') {
    const { kind, table, names, of, by, distinct } = spec
    const columns: [string, string][] = [
      [table, 'id'],
      [of, by],
      ...(distinct ? [[of, distinct] as [string, string]] : []),
    ]
    const known = columns.every(([from, name]) => isColumn(from, name, where, problems))
    return known ? { ...common, kind, table, names, of, by, distinct } : null
  }
  return { ...common, kind: spec.kind }
}

function isColumn(table: string, column: string, where: string, problems: Problem[]): boolean {
  if (tableNamed(table) && columnNamed(table, column)) return true
  problems.push({
    code: 'column-unknown',
    message: tableNamed(table) ? `The table ${table} has no column "${column}".` : `There is no table "${table}".`,
    where,
    fix: tableNamed(table)
      ? `Use one of: ${tableNamed(table)
          ?.columns.map((each) => each.name)
          .join(', ')}.`
      : 'docs/model.md lists the tables.',
  })
  return false
}
