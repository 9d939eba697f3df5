import { type Problem, RapportError } from '../errors.ts'
import { type Dialect, isOp, type Op, type Operation, operate, ops } from './ops.ts'
import { literal } from './sql.ts'

/**
 * The closed grammar of the catalogue, parsed once: packs, metrics, checks and playbook share it.
 *
 *     status in ('solved', 'closed') and first_response_at is not null
 *     case when score >= 4 then 1 else 0 end
 *     seconds_between(created_at, first_response_at) / 3600
 *     `Ticket ID` is null                     (a source column, in a pack)
 *     customer.age                            (a column reached through a link)
 */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'column'; path: string[]; at: number }
  | { kind: 'call'; op: Op; args: Expression[] }
  | { kind: 'case'; branches: { when: Expression; result: Expression }[]; otherwise?: Expression }

interface Token {
  kind: 'number' | 'string' | 'word' | 'quoted' | 'symbol' | 'end'
  text: string
  at: number
}

const lexer =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|'((?:[^']|'')*)'|`((?:[^`]|``)+)`|([A-Za-z_][A-Za-z0-9_]*)|(<=|>=|<>|!=|[-+*/()=<>,.]))/y

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  lexer.lastIndex = 0
  let end = 0
  while (text.slice(end).trim() !== '') {
    lexer.lastIndex = end
    const match = lexer.exec(text)
    if (!match) throw fault(text, end, `does not read at "${text.slice(end).trim().slice(0, 12)}"`)
    const [whole, number, string, quoted, word, symbol] = match
    const at = end + whole.length - whole.trimStart().length
    end += whole.length
    if (number !== undefined) tokens.push({ kind: 'number', text: number, at })
    else if (string !== undefined) tokens.push({ kind: 'string', text: string.replaceAll("''", "'"), at })
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replaceAll('``', '`'), at })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at })
    else tokens.push({ kind: 'symbol', text: symbol ?? '', at })
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

function fault(text: string, at: number, message: string): RapportError {
  return new RapportError({
    code: 'expression-unreadable',
    message: `The expression "${text}" ${message} (character ${at + 1}).`,
    fix: 'Use columns, literals, and/or/not, comparisons, in (...), between, is null, + - * /, case when, and the functions of docs/functions.md.',
  })
}

const comparisons: Record<string, Op> = {
  '=': 'eq',
  '<>': 'ne',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
}
const constants: Record<string, boolean | null> = { true: true, false: false, null: null }
const reserved = new Set([
  'and',
  'or',
  'not',
  'in',
  'between',
  'is',
  'case',
  'when',
  'then',
  'else',
  'end',
  'true',
  'false',
  'null',
])

class Parser {
  private at = 0
  private readonly text: string
  private readonly tokens: Token[]

  constructor(text: string) {
    this.text = text
    this.tokens = tokenize(text)
  }

  parse(): Expression {
    const expression = this.or()
    if (this.peek().kind !== 'end') throw this.unexpected()
    return expression
  }

  private peek(): Token {
    return this.tokens[this.at]!
  }

  private is(text: string): boolean {
    const token = this.peek()
    return (token.kind === 'word' || token.kind === 'symbol') && token.text.toLowerCase() === text
  }

  private take(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }

  private expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(`"${text}"`)
  }

  private unexpected(wanted?: string): RapportError {
    const token = this.peek()
    const found = token.kind === 'end' ? 'ends too early' : `does not read at "${token.text}"`
    return fault(this.text, token.at, wanted ? `${found}: ${wanted} was expected` : found)
  }

  private or(): Expression {
    let left = this.and()
    while (this.take('or')) left = { kind: 'call', op: 'or', args: [left, this.and()] }
    return left
  }

  private and(): Expression {
    let left = this.not()
    while (this.take('and')) left = { kind: 'call', op: 'and', args: [left, this.not()] }
    return left
  }

  private not(): Expression {
    return this.take('not') ? { kind: 'call', op: 'not', args: [this.not()] } : this.comparison()
  }

  private comparison(): Expression {
    const left = this.sum()
    const op = comparisons[this.peek().kind === 'symbol' ? this.peek().text : '']
    if (op) {
      this.at++
      return { kind: 'call', op, args: [left, this.sum()] }
    }
    if (this.take('is')) {
      const negated = this.take('not')
      this.expect('null')
      return { kind: 'call', op: negated ? 'is_not_null' : 'is_null', args: [left] }
    }
    const negated = this.take('not')
    const test = this.membership(left)
    if (!test && negated) throw this.unexpected('"in" or "between"')
    if (!test) return left
    return negated ? { kind: 'call', op: 'not', args: [test] } : test
  }

  private membership(left: Expression): Expression | null {
    if (this.take('in')) {
      this.expect('(')
      if (this.is(')')) throw this.unexpected('at least one value')
      return { kind: 'call', op: 'in_list', args: [left, ...this.list()] }
    }
    if (this.take('between')) {
      const low = this.sum()
      this.expect('and')
      return { kind: 'call', op: 'between', args: [left, low, this.sum()] }
    }
    return null
  }

  private list(): Expression[] {
    const items: Expression[] = []
    if (this.take(')')) return items
    do items.push(this.or())
    while (this.take(','))
    this.expect(')')
    return items
  }

  private sum(): Expression {
    let left = this.product()
    for (;;) {
      if (this.take('+')) left = { kind: 'call', op: 'add', args: [left, this.product()] }
      else if (this.take('-')) left = { kind: 'call', op: 'sub', args: [left, this.product()] }
      else return left
    }
  }

  private product(): Expression {
    let left = this.unary()
    for (;;) {
      if (this.take('*')) left = { kind: 'call', op: 'mul', args: [left, this.unary()] }
      else if (this.take('/')) left = { kind: 'call', op: 'div', args: [left, this.unary()] }
      else return left
    }
  }

  private unary(): Expression {
    return this.take('-') ? { kind: 'call', op: 'negate', args: [this.unary()] } : this.primary()
  }

  private primary(): Expression {
    const token = this.peek()
    if (this.take('(')) {
      const inner = this.or()
      this.expect(')')
      return inner
    }
    if (token.kind === 'number') return this.literal(Number(token.text))
    if (token.kind === 'string') return this.literal(token.text)
    if (token.kind === 'word' && token.text.toLowerCase() in constants)
      return this.literal(constants[token.text.toLowerCase()]!)
    if (this.take('case')) return this.caseWhen()
    if (token.kind === 'quoted' || (token.kind === 'word' && !reserved.has(token.text.toLowerCase())))
      return this.name()
    throw this.unexpected()
  }

  private literal(value: string | number | boolean | null): Expression {
    this.at++
    return { kind: 'literal', value }
  }

  private caseWhen(): Expression {
    const branches: { when: Expression; result: Expression }[] = []
    while (this.take('when')) {
      const when = this.or()
      this.expect('then')
      branches.push({ when, result: this.or() })
    }
    if (branches.length === 0) throw this.unexpected('"when"')
    const otherwise = this.take('else') ? this.or() : undefined
    this.expect('end')
    return { kind: 'case', branches, otherwise }
  }

  private name(): Expression {
    const first = this.peek()
    this.at++
    if (first.kind === 'word' && this.take('(')) return this.call(first)
    const path = [first.text]
    while (this.take('.')) {
      const next = this.peek()
      if (next.kind !== 'word' && next.kind !== 'quoted') throw this.unexpected('a column name')
      path.push(next.text)
      this.at++
    }
    return { kind: 'column', path, at: first.at }
  }

  private call(name: Token): Expression {
    const args = this.list()
    const op = name.text.toLowerCase()
    if (!isOp(op)) throw fault(this.text, name.at, `uses "${name.text}", which is not a function here`)
    const [min, max] = (ops[op] as Operation).args
    if (args.length < min || args.length > max) {
      throw fault(
        this.text,
        name.at,
        `gives ${op} ${args.length} arguments; it takes ${min === max ? min : `${min} to ${max}`}`,
      )
    }
    return { kind: 'call', op, args }
  }
}

/** Text -> expression; throws `expression-unreadable` with the character where it stopped. */
export function parseExpression(text: string): Expression {
  return new Parser(text).parse()
}

/** Every column that an expression reads, in order of appearance. */
export function columnsIn(expression: Expression): string[][] {
  switch (expression.kind) {
    case 'literal':
      return []
    case 'column':
      return [expression.path]
    case 'call':
      return expression.args.flatMap(columnsIn)
    case 'case':
      return [
        ...expression.branches.flatMap(({ when, result }) => [...columnsIn(when), ...columnsIn(result)]),
        ...(expression.otherwise ? columnsIn(expression.otherwise) : []),
      ]
  }
}

export interface Compilation {
  dialect: Dialect
  /** The SQL of a column; throws or collects a problem for one that is not there. */
  column: (path: string[]) => string
}

/** Expression -> SQL of one engine. Constants are written as literals: they come from the catalogue, never from a request. */
export function compileExpression(expression: Expression, compilation: Compilation): string {
  const compile = (inner: Expression): string => compileExpression(inner, compilation)
  switch (expression.kind) {
    case 'literal':
      return literal(expression.value)
    case 'column':
      return compilation.column(expression.path)
    case 'call':
      return operate(compilation.dialect, expression.op, ...expression.args.map(compile))
    case 'case': {
      const branches = expression.branches.map(({ when, result }) => ` WHEN ${compile(when)} THEN ${compile(result)}`)
      const otherwise = expression.otherwise ? ` ELSE ${compile(expression.otherwise)}` : ''
      return `CASE${branches.join('')}${otherwise} END`
    }
  }
}

const symbols: Partial<Record<Op, string>> = {
  eq: '=',
  ne: '<>',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  and: 'and',
  or: 'or',
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
}

/** Expression -> text of the grammar; parsing it gives an expression of the same value. Outer brackets are left off. */
export function printExpression(expression: Expression): string {
  const text = printInner(expression)
  return expression.kind === 'call' && text.startsWith('(') ? text.slice(1, -1) : text
}

function printInner(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' ? literal(expression.value) : String(expression.value)
    case 'column':
      return expression.path.map(printName).join('.')
    case 'case': {
      const branches = expression.branches.map(
        ({ when, result }) => ` when ${printInner(when)} then ${printInner(result)}`,
      )
      const otherwise = expression.otherwise ? ` else ${printInner(expression.otherwise)}` : ''
      return `case${branches.join('')}${otherwise} end`
    }
    case 'call':
      return printCall(expression.op, expression.args.map(printInner))
  }
}

function printCall(op: Op, args: string[]): string {
  const [a = '', b = '', c = ''] = args
  const symbol = symbols[op]
  if (symbol) return `(${a} ${symbol} ${b})`
  if (op === 'not') return `(not ${a})`
  if (op === 'negate') return `(- ${a})`
  if (op === 'is_null') return `(${a} is null)`
  if (op === 'is_not_null') return `(${a} is not null)`
  if (op === 'between') return `(${a} between ${b} and ${c})`
  if (op === 'in_list') return `(${a} in (${args.slice(1).join(', ')}))`
  return `${op}(${args.join(', ')})`
}

function printName(name: string): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name.toLowerCase())
  return plain ? name : `\`${name.replaceAll('`', '``')}\``
}

/** Parses, and adds a problem with its place instead of throwing: for catalogue readers that report everything at once. */
export function tryExpression(text: string, where: string, problems: Problem[]): Expression | null {
  try {
    return parseExpression(text)
  } catch (error) {
    if (!(error instanceof RapportError)) throw error
    problems.push(...error.problems.map((problem) => ({ ...problem, where })))
    return null
  }
}
