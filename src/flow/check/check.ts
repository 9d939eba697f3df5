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
    kind: z.enum([
      'duration_named',
      'constant',
      'unknown_words',
      'blank',
      'rejected',
      'mostly_missing',
      'duration_unit',
      'scientific_ids',
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
