import { raw } from '../../../src/sql/sql.ts'
import type { Store } from '../../../src/store/store.ts'
import type { SemanticModel } from '../../../src/surfaces/powerbi/semantic-model.ts'
import { type Node, parseDax } from './dax-reader.ts'

/** What is filtered when a measure is asked: a condition in SQL on a table's own columns, by its name. */
export type Filters = Record<string, string>

/** A blank is null. */
export type Scalar = number | boolean | string | null

interface Scope {
  filters: Filters
  /** Relationships that a measure asks for: `table.column` of the many side. */
  asked: string[]
  /** Rows that stand for a table, where CALCULATE was given some. */
  rows: Record<string, string>
  variables: Record<string, Scalar>
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
const truth = (value: Scalar): boolean => value === true || (typeof value === 'number' && value !== 0)
const number = (value: Scalar): number => Number(value ?? 0)

/** Functions over the rows of a table, as SQL of them. */
const aggregates: Record<string, (value: string, at?: number) => string> = {
  COUNTROWS: () => 'nullif(count(*), 0)',
  SUMX: (value) => `CAST(sum(${value}) AS DOUBLE)`,
  AVERAGEX: (value) => `avg(${value})`,
  MEDIANX: (value) => `quantile_cont(${value}, 0.5)`,
  'PERCENTILEX.INC': (value, at) => `quantile_cont(${value}, ${at})`,
  DISTINCTCOUNTNOBLANK: (value) => `nullif(count(DISTINCT ${value}), 0)`,
  MIN: (value) => `min(${value})`,
  MAX: (value) => `max(${value})`,
}

/**
 * What the measures of a model come to over its files, each a table of the name of its file. Written from what DAX says of its functions, and
 * from nothing of the product: `==` is strict, all other comparisons take a blank for 0, and a filter reaches a table along the relationship that is
 * active or asked for. Functions over rows become SQL, asked together; all else is computed here.
 */
export function measuresOf(model: SemanticModel, files: Store): (measure: string, filters: Filters) => Promise<Scalar> {
  const tables = new Map(model.tables.map((table) => [table.name, table]))
  const measures = new Map(
    model.tables.flatMap((table) => table.measures.map(({ name, dax }) => [name, parseDax(dax)])),
  )
  const ask = together(files)

  function sourceOf(table: string, column: string): string {
    const found = tables.get(table)?.columns.find(({ name }) => name === column)
    if (!found) throw new Error(`There is no column ${table}[${column}].`)
    return quote(found.source)
  }

  const fileOf = (table: string): string => quote(tables.get(table)!.file!.replace('.parquet', ''))

  /** The rows of a table that the filters leave. */
  function visible(table: string, scope: Scope): string {
    if (scope.rows[table] !== undefined) return scope.rows[table]
    const conditions = Object.entries(scope.filters).flatMap(([filtered, condition]) => {
      if (filtered === table) return [condition]
      const ways = model.relationships.filter(({ from, to }) => from.table === table && to.table === filtered)
      const way =
        ways.find(({ from }) => scope.asked.includes(`${from.table}.${from.column}`)) ??
        ways.find(({ active }) => active)
      if (!way) return []
      const keys = `SELECT ${sourceOf(filtered, way.to.column)} FROM ${fileOf(filtered)} WHERE ${condition}`
      return [`${sourceOf(table, way.from.column)} IN (${keys})`]
    })
    return conditions.length > 0 ? `(SELECT * FROM ${fileOf(table)} WHERE ${conditions.join(' AND ')})` : fileOf(table)
  }

  function rowsOf(node: Node, scope: Scope): { table: string; from: string } {
    if (node.kind === 'table') return { table: node.name, from: visible(node.name, scope) }
    if (node.kind !== 'call' || node.name !== 'FILTER') throw new Error(`This is no table: ${JSON.stringify(node)}`)
    const { table, from } = rowsOf(node.args[0]!, scope)
    return { table, from: `(SELECT * FROM ${from} WHERE coalesce(${ofRow(node.args[1]!, table, scope)}, FALSE))` }
  }

  /** About one row of a table, in SQL. */
  function ofRow(node: Node, table: string, scope: Scope): string {
    const of = (inner: Node): string => ofRow(inner, table, scope)
    switch (node.kind) {
      case 'number':
        return String(node.value)
      case 'not':
        return `(NOT coalesce(${of(node.of)}, FALSE))`
      case 'variable':
        return literalOf(variable(node.name, scope))
      case 'column':
        if (node.table !== table) throw new Error(`${node.table}[${node.column}] is read in a row of ${table}.`)
        return sourceOf(node.table, node.column)
      case 'binary':
        return binarySql(node.operator, of(node.left), of(node.right))
      case 'call': {
        const args = node.args.map(of)
        if (node.name === 'TRUE' || node.name === 'FALSE') return node.name
        if (node.name === 'ISBLANK') return `(${args[0]} IS NULL)`
        if (node.name === 'COALESCE') return `coalesce(${args.join(', ')})`
        if (node.name === 'IF')
          return `(CASE WHEN coalesce(${args[0]}, FALSE) THEN ${args[1]} ELSE ${args[2] ?? 'NULL'} END)`
        if (node.name === 'DIVIDE') return `(CAST(${args[0]} AS DOUBLE) / nullif(${args[1]}, 0))`
        throw new Error(`${node.name} is not known in a row.`)
      }
      default:
        throw new Error(`This says nothing of a row: ${JSON.stringify(node)}`)
    }
  }

  function aggregate(name: string, args: Node[], scope: Scope): Promise<Scalar> {
    const [first, value, at] = args
    const say = aggregates[name]!
    if (first?.kind === 'column')
      return ask(`(SELECT ${say(sourceOf(first.table, first.column))} FROM ${visible(first.table, scope)})`)
    const { table, from } = rowsOf(first!, scope)
    return ask(
      `(SELECT ${say(value ? ofRow(value, table, scope) : '*', at?.kind === 'number' ? at.value : undefined)} FROM ${from})`,
    )
  }

  function calculate([inner, ...modifiers]: Node[], scope: Scope): Promise<Scalar> {
    const next: Scope = { ...scope, filters: { ...scope.filters }, rows: { ...scope.rows }, asked: [...scope.asked] }
    for (const modifier of modifiers) {
      if (modifier.kind !== 'call') throw new Error(`CALCULATE is given ${JSON.stringify(modifier)}`)
      const [first, second] = modifier.args
      if (modifier.name === 'ALL' && first?.kind === 'table') delete next.filters[first.name]
      else if (modifier.name === 'USERELATIONSHIP' && first?.kind === 'column' && second?.kind === 'column') {
        const way = model.relationships.find(
          ({ from, to }) => from.table === first.table && from.column === first.column && to.table === second.table,
        )
        if (way?.to.column !== second.column)
          throw new Error(`No relationship leads from ${first.column} to ${second.table}.`)
        next.asked.push(`${first.table}.${first.column}`)
      } else if (modifier.name === 'FILTER') {
        // Which rows is decided outside, before what is calculated is looked at.
        const { table, from } = rowsOf(modifier, scope)
        next.rows[table] = from
      } else throw new Error(`CALCULATE is given ${modifier.name}`)
    }
    return scalarOf(inner!, next)
  }

  async function call(name: string, args: Node[], scope: Scope): Promise<Scalar> {
    const of = (index: number): Promise<Scalar> => (args[index] ? scalarOf(args[index], scope) : Promise.resolve(null))
    if (name === 'CALCULATE') return calculate(args, scope)
    if (name === 'IF') {
      const [test, then, otherwise] = await Promise.all([of(0), of(1), of(2)])
      return truth(test) ? then : otherwise
    }
    if (name === 'ISCROSSFILTERED') return args[0]?.kind === 'column' && scope.filters[args[0].table] !== undefined
    if (name === 'ISBLANK') return (await of(0)) === null
    if (name === 'DIVIDE') {
      const [above, below] = await Promise.all([of(0), of(1)])
      return above === null || number(below) === 0 ? null : number(above) / number(below)
    }
    if ((name === 'MIN' || name === 'MAX') && args.length === 2) {
      const both = (await Promise.all([of(0), of(1)])).map(number)
      return name === 'MIN' ? Math.min(...both) : Math.max(...both)
    }
    if (aggregates[name]) return aggregate(name, args, scope)
    throw new Error(`${name} is no function that is known here.`)
  }

  async function scalarOf(node: Node, scope: Scope): Promise<Scalar> {
    switch (node.kind) {
      case 'number':
      case 'text':
        return node.value
      case 'not':
        return !truth(await scalarOf(node.of, scope))
      case 'variable':
        return variable(node.name, scope)
      case 'let': {
        const inner = { ...scope, variables: { ...scope.variables } }
        for (const { name, value } of node.variables) inner.variables[name] = await scalarOf(value, inner)
        return scalarOf(node.result, inner)
      }
      case 'measure': {
        const known = measures.get(node.name)
        if (!known) throw new Error(`There is no measure [${node.name}].`)
        return scalarOf(known, { ...scope, variables: {} })
      }
      case 'binary': {
        const [left, right] = await Promise.all([scalarOf(node.left, scope), scalarOf(node.right, scope)])
        return binaryOf(node.operator, left, right)
      }
      case 'call':
        return call(node.name, node.args, scope)
      default:
        throw new Error(`This is no value by itself: ${JSON.stringify(node)}`)
    }
  }

  return (measure, filters) =>
    scalarOf({ kind: 'measure', name: measure }, { filters, asked: [], rows: {}, variables: {} })
}

function variable(name: string, { variables }: Scope): Scalar {
  if (!(name in variables)) throw new Error(`There is no variable ${name}.`)
  return variables[name]!
}

function literalOf(value: Scalar): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') throw new Error('No text is looked for in a row.')
  return String(value).toUpperCase()
}

/** The same rules twice: in SQL for rows, and here for single values. */
function binarySql(operator: string, left: string, right: string): string {
  const [a, b] = [`coalesce(${left}, 0)`, `coalesce(${right}, 0)`]
  if (operator === '&&') return `(coalesce(${left}, FALSE) AND coalesce(${right}, FALSE))`
  if (operator === '||') return `(coalesce(${left}, FALSE) OR coalesce(${right}, FALSE))`
  if (operator === '==') return `(${left} IS NOT DISTINCT FROM ${right})`
  if (operator === '+' || operator === '-')
    return `(CASE WHEN ${left} IS NOT NULL OR ${right} IS NOT NULL THEN ${a} ${operator} ${b} END)`
  if (operator === '*') return `(${left} * ${right})`
  if (['<', '<=', '>', '>=', '<>'].includes(operator)) return `(${a} ${operator} ${b})`
  throw new Error(`${operator} is no sign that is known here.`)
}

function binaryOf(operator: string, left: Scalar, right: Scalar): Scalar {
  const [a, b] = [number(left), number(right)]
  if (operator === '&&') return truth(left) && truth(right)
  if (operator === '||') return truth(left) || truth(right)
  if (operator === '==') return left === right
  if (operator === '+' || operator === '-') {
    if (left === null && right === null) return null
    return operator === '+' ? a + b : a - b
  }
  if (operator === '*') return left === null || right === null ? null : a * b
  if (operator === '<') return a < b
  if (operator === '<=') return a <= b
  if (operator === '>') return a > b
  if (operator === '>=') return a >= b
  throw new Error(`${operator} is no sign that is known here.`)
}

/** What is asked at the same time goes to the engine in one statement, and nothing twice. */
function together(files: Store): (sql: string) => Promise<Scalar> {
  const known = new Map<string, Promise<Scalar>>()
  let waiting: { sql: string; answer: (value: Scalar) => void; fail: (error: unknown) => void }[] = []
  const send = async (): Promise<void> => {
    const batch = waiting
    waiting = []
    try {
      const [row] = await files.rows(raw(`SELECT ${batch.map(({ sql }, at) => `${sql} AS a${at}`).join(', ')}`))
      batch.forEach(({ answer }, at) => {
        answer(row?.[`a${at}`] ?? null)
      })
    } catch (error) {
      for (const { fail } of batch) fail(error)
    }
  }
  return (sql) => {
    const before = known.get(sql)
    if (before) return before
    const value = new Promise<Scalar>((answer, fail) => {
      waiting.push({ sql, answer, fail })
      if (waiting.length === 1) setTimeout(() => void send())
    })
    known.set(sql, value)
    return value
  }
}
