import type { Column } from '../model/model.ts'
import { columnNamed, tableNamed } from '../model/tables.ts'
import type { Expression } from '../sql/expression.ts'
import type { Dimension } from './dimension.ts'

/** Where a dimension is, seen from a table: the links to follow (each leads to one row, so nothing is counted twice). */
export interface Reach {
  links: string[]
  table: string
  /** With every column written as a path from the table that was asked about. */
  expression: Expression
  /** Model columns that it reads, links included: `surveys.case`, `cases.channel`. */
  reads: string[]
}

/** Stand for the metric's own time basis and for the now: resolved by the scope, not by the model. */
export const pseudoColumns = ['as_of', 'local_day', 'local_hour']

/** Does a path name the now or the time basis, wherever it is seen from? */
function isPseudo(path: string[]): boolean {
  return path.length === 1 && pseudoColumns.includes(path[0] ?? '')
}

const bookkeeping = new Set(['loads', 'schedules'])

function linksOf(table: string): Column[] {
  return tableNamed(table)?.columns.filter((each) => each.refers && !bookkeeping.has(each.refers)) ?? []
}

interface Place {
  table: string
  links: string[]
}

/** The model does not change, nor does what a version holds: each question is answered once. */
const whole: ReadonlySet<string> = new Set()
const places = new WeakMap<ReadonlySet<string>, Map<string, Place[]>>()

/** Every table that is reached by links alone, nearest first, itself at the head. */
function reachable(from: string, present?: ReadonlySet<string>): Place[] {
  const known = places.get(present ?? whole) ?? new Map<string, Place[]>()
  places.set(present ?? whole, known)
  const found = known.get(from) ?? findReachable(from, present)
  known.set(from, found)
  return found
}

function findReachable(from: string, present?: ReadonlySet<string>): Place[] {
  const found = [{ table: from, links: [] as string[] }]
  const seen = new Set([from])
  for (const here of found) {
    for (const link of linksOf(here.table)) {
      const table = link.refers ?? ''
      if (seen.has(table) || (present && !present.has(`${here.table}.${link.name}`))) continue
      seen.add(table)
      found.push({ table, links: [...here.links, link.name] })
    }
  }
  return found
}

/** Can each row of `from` be given one row of `to`? */
export function reaches(from: string, to: string): boolean {
  return reachable(from).some(({ table }) => table === to)
}

/**
 * The nearest place of the dimension. With `present`, columns that hold something come first; without any, the place where the
 * column would be is given, so that what is missing can be named. Null when only a fan-out would lead there.
 */
export function reachOf(from: string, dimension: Dimension, present?: ReadonlySet<string>): Reach | null {
  if (dimension.table === '*') return { links: [], table: from, expression: dimension.expression, reads: [] }
  return (present && findPlace(from, dimension, present)) || findPlace(from, dimension)
}

function findPlace(from: string, dimension: Dimension, present?: ReadonlySet<string>): Reach | null {
  for (const place of reachable(from, present)) {
    if (!holds(place.table, dimension)) continue
    const expression = prefixed(dimension.expression, place.links)
    const reads = readsOf(from, expression)
    if (!present || reads.every((column) => present.has(column))) return { ...place, expression, reads }
  }
  return null
}

function holds(table: string, dimension: Dimension): boolean {
  if (!dimension.column) return table === dimension.table
  return columnNamed(table, dimension.column)?.dimension === true
}

function prefixed(expression: Expression, links: string[]): Expression {
  if (links.length === 0) return expression
  return mapColumns(expression, (column) =>
    isPseudo(column.path) ? column : { ...column, path: [...links, ...column.path] },
  )
}

export function mapColumns(
  expression: Expression,
  map: (column: Expression & { kind: 'column' }) => Expression,
): Expression {
  const inside = (inner: Expression): Expression => mapColumns(inner, map)
  switch (expression.kind) {
    case 'literal':
      return expression
    case 'column':
      return map(expression)
    case 'call':
      return { ...expression, args: expression.args.map(inside) }
    case 'case':
      return {
        kind: 'case',
        branches: expression.branches.map(({ when, result }) => ({ when: inside(when), result: inside(result) })),
        otherwise: expression.otherwise && inside(expression.otherwise),
      }
  }
}

/** The model columns of one path, links included; null when the path leads nowhere. `['case', 'channel']` from surveys. */
export function columnsOnPath(from: string, path: string[]): { table: string; column: Column }[] | null {
  const steps: { table: string; column: Column }[] = []
  let table = from
  for (const [index, name] of path.entries()) {
    const column = columnNamed(table, name)
    if (!column) return null
    steps.push({ table, column })
    if (index === path.length - 1) return steps
    if (!column.refers) return null
    table = column.refers
  }
  return null
}

/** The model column of a time basis, which may be reached through links: `case.created_at` of case_durations is `cases.created_at`. */
export function timeField(from: string, time: string): string {
  const last = columnsOnPath(from, time.split('.'))?.at(-1)
  return last ? `${last.table}.${last.column.name}` : `${from}.${time}`
}

/** Model columns that an expression reads, in order, each once; pseudo columns left out. */
export function readsOf(from: string, expression: Expression): string[] {
  const reads = new Set<string>()
  mapColumns(expression, (column) => {
    for (const { table, column: step } of columnsOnPath(from, column.path) ?? [])
      reads.add(`${table}.${baseOf(table, step)}`)
    return column
  })
  return [...reads]
}

/** Local columns are as present as the moment that they come from: `created_on` -> `created_at`. */
function baseOf(table: string, column: Column): string {
  if (!column.derived) return column.name
  const moment = column.name.replace(/_(on|hour)$/, '_at')
  return columnNamed(table, moment)?.local ? moment : column.name
}

/** Does an expression read this pseudo column? */
export function readsPseudo(expression: Expression | undefined, name: string): boolean {
  let found = false
  if (expression)
    mapColumns(expression, (column) => {
      if (column.path.length === 1 && column.path[0] === name) found = true
      return column
    })
  return found
}
