import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import { columnNamed, tableNamed, tables } from '../model/tables.ts'
import { columnsIn, type Expression, tryExpression } from '../sql/expression.ts'
import { type Operation, ops } from '../sql/ops.ts'
import { didYouMean } from './nearest.ts'
import { columnsOnPath, mapColumns, pseudoColumns } from './reach.ts'

/** A named part of expressions, and where it stands. */
export interface Term {
  expression: Expression
  where: string
}

/** The terms of a file by their names. */
export type Terms = ReadonlyMap<string, Term>

/** A place in a catalogue file: where problems point, and what the file calls parts of its expressions. */
export interface Place {
  document: Document
  path: readonly (string | number)[]
  problems: Problem[]
  terms: Terms
}

export function placeAt(place: Place, ...more: (string | number)[]): Place {
  return { ...place, path: [...place.path, ...more] }
}

export function complain(place: Place, code: string, message: string, fix: string): void {
  place.problems.push({ code, message, where: place.document.where(place.path), fix })
}

/** Text -> expression over the columns of a table, terms written out; every column that does not exist is a problem at its line. */
export function readExpression(text: string, table: string, place: Place): Expression | undefined {
  const expression = tryExpression(text, place.document.where(place.path), place.problems)
  if (!expression) return undefined
  const whole = mapColumns(expression, (column) => {
    const term = column.path.length === 1 ? place.terms.get(column.path[0] ?? '') : undefined
    if (!term) checkPath(column.path, table, `"${text}"`, place)
    else
      for (const path of columnsIn(term.expression))
        checkPath(path, table, `The term "${column.path[0]}"`, place, term.where)
    return term?.expression ?? column
  })
  checkOperations(whole, text, place)
  return whole
}

function checkPath(path: string[], table: string, reader: string, place: Place, where?: string): void {
  if (path.length === 1 && pseudoColumns.includes(path[0] ?? '')) return
  if (columnsOnPath(table, path)) return
  const columns = tableNamed(table)?.columns.map(({ name }) => name) ?? []
  const known = [...columns, ...pseudoColumns, ...place.terms.keys()]
  const problem = {
    code: 'column-unknown',
    message: `${reader} reads ${path.join('.')}, which is not a column of ${table}${place.terms.size > 0 ? ', nor a term of this file' : ''}.`,
    where: where ?? place.document.where(place.path),
    fix: didYouMean(path.at(-1) ?? '', known, `docs/model.md lists the columns of ${table}.`),
  }
  // A term that many expressions read is at fault once.
  if (!place.problems.some((each) => each.where === problem.where && each.message === problem.message))
    place.problems.push(problem)
}

function checkOperations(expression: Expression, text: string, place: Place): void {
  if (expression.kind === 'case')
    for (const { when, result } of expression.branches) {
      checkOperations(when, text, place)
      checkOperations(result, text, place)
    }
  if (expression.kind !== 'call') return
  if ((ops[expression.op] as Operation).aggregate)
    complain(
      place,
      'aggregate-in-row',
      `"${text}" uses ${expression.op}, which adds rows up; an expression here is about one row.`,
      'Say what one row gives, and let mean, sum, distinct, per or numerator add it up.',
    )
  for (const arg of expression.args) checkOperations(arg, text, place)
}

/** A table of the model that holds records, or a problem. */
export function checkTable(name: string, place: Place): boolean {
  if (tableNamed(name)?.kind === 'record') return true
  const known = tables.filter(({ kind }) => kind === 'record').map((table) => table.name)
  complain(
    place,
    'table-unknown',
    `"${name}" is not a table of the model.`,
    didYouMean(name, known, `Use one of: ${known.join(', ')}.`),
  )
  return false
}

/** `cases.created_at`, or `a or b`: every part must be a column of the model. */
export function checkNeed(need: string, place: Place): void {
  for (const one of need.split(' or ')) {
    const [table = '', column = ''] = one.trim().split('.')
    if (columnNamed(table, column)) continue
    const known = tableNamed(table)?.columns.map(({ name }) => `${table}.${name}`) ?? tables.map((each) => each.name)
    complain(
      place,
      'need-unknown',
      `"${one}" is not a column of the model.`,
      didYouMean(one, known, 'Write it as table.column, such as cases.created_at.'),
    )
  }
}
