import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../src/errors.ts'
import { duckdb } from '../../src/sql/duckdb.ts'
import {
  columnsIn,
  compileExpression,
  type Expression,
  parseExpression,
  printExpression,
  tryExpression,
} from '../../src/sql/expression.ts'
import { quoteIdentifier, raw } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import type { Store } from '../../src/store/store.ts'

let store: Store
beforeAll(async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'rapport-expression-'))
  store = await openDuckdb({ file: join(temporary, 'sql.duckdb'), alias: 'v1', mode: 'write', temporary })
})
afterAll(() => store?.close())

const compile = (expression: Expression): string =>
  compileExpression(expression, { dialect: duckdb, column: (path) => path.map(quoteIdentifier).join('.') })
const compiled = (text: string): string => compile(parseExpression(text))

describe('reading', () => {
  test.each([
    ['a or b and not c', '("a" OR ("b" AND (NOT "c")))'],
    ['1 + 2 * 3 - -4', '((1 + (2 * 3)) - (- 4))'],
    ["status in ('solved', 'it''s')", `("status" IN ('solved', 'it''s'))`],
    ['a not in (1)', '(NOT ("a" IN (1)))'],
    ['a between 1 and 2 and b', '(("a" BETWEEN 1 AND 2) AND "b")'],
    ['a is not null', '("a" IS NOT NULL)'],
    ['case when a then 1 else 0 end', 'CASE WHEN "a" THEN 1 ELSE 0 END'],
    ['`Ticket ID` != customer.age', '("Ticket ID" <> "customer"."age")'],
    ['COALESCE(a, 1.5e3)', 'coalesce("a", 1500)'],
    ['true and NULL', '(TRUE AND NULL)'],
  ])('%s', (text, expected) => {
    expect(compiled(text)).toBe(expected)
  })

  test.each([
    ['', 'ends too early'],
    ['a =', 'ends too early'],
    ['a b', 'does not read at "b"'],
    ['in (1)', 'does not read at "in"'],
    ['a in ()', 'at least one value was expected'],
    ['a not 1', '"in" or "between" was expected'],
    ['sleep(1)', 'uses "sleep", which is not a function here'],
    ['lower(a, b)', 'gives lower 2 arguments; it takes 1'],
    ['case end', '"when" was expected'],
    ["'open", 'does not read at'],
    ['a ; drop table b', 'does not read at ";'],
    ['(a', '")" was expected'],
  ])('refuses %j with its place', (text, message) => {
    expect(() => parseExpression(text)).toThrow(message)
  })

  test('a catalogue reader gets a problem with its line', () => {
    const problems: Problem[] = []
    expect(tryExpression('a b', 'x.yaml:3', problems)).toBeNull()
    expect(problems).toMatchObject([{ code: 'expression-unreadable', where: 'x.yaml:3' }])
  })

  test('names every column, in order', () => {
    expect(columnsIn(parseExpression('case when a > b.c then lower(d) else a end'))).toEqual([
      ['a'],
      ['b', 'c'],
      ['d'],
      ['a'],
    ])
  })
})

type Value = number | boolean | null

const variables: Record<string, Value> = { x: 3, y: -2, z: null, 'odd name': 10 }

const number: fc.Arbitrary<Expression> = fc.letrec<{ number: Expression; truth: Expression }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: 0, max: 20 }).map((value): Expression => ({ kind: 'literal', value })),
    fc.constantFrom(...Object.keys(variables)).map((name): Expression => ({ kind: 'column', path: [name], at: 0 })),
    fc
      .tuple(
        fc.constantFrom('add' as const, 'sub' as const, 'mul' as const, 'div' as const),
        tie('number'),
        tie('number'),
      )
      .map(([op, a, b]): Expression => ({ kind: 'call', op, args: [a, b] })),
    tie('number').map((a): Expression => ({ kind: 'call', op: 'negate', args: [a] })),
    tie('number').map((a): Expression => ({ kind: 'call', op: 'abs', args: [a] })),
    fc
      .tuple(tie('number'), tie('number'))
      .map(([a, b]): Expression => ({ kind: 'call', op: 'coalesce', args: [a, b] })),
    fc
      .tuple(tie('truth'), tie('number'), fc.option(tie('number'), { nil: undefined }))
      .map(([when, result, otherwise]): Expression => ({ kind: 'case', branches: [{ when, result }], otherwise })),
  ),
  truth: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(true, false).map((value): Expression => ({ kind: 'literal', value })),
    fc
      .tuple(
        fc.constantFrom('eq' as const, 'ne' as const, 'lt' as const, 'le' as const, 'gt' as const, 'ge' as const),
        tie('number'),
        tie('number'),
      )
      .map(([op, a, b]): Expression => ({ kind: 'call', op, args: [a, b] })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), tie('truth'), tie('truth'))
      .map(([op, a, b]): Expression => ({ kind: 'call', op, args: [a, b] })),
    tie('truth').map((a): Expression => ({ kind: 'call', op: 'not', args: [a] })),
    fc
      .tuple(fc.constantFrom('is_null' as const, 'is_not_null' as const), tie('number'))
      .map(([op, a]): Expression => ({ kind: 'call', op, args: [a] })),
    fc
      .tuple(tie('number'), fc.array(tie('number'), { minLength: 1, maxLength: 3 }))
      .map(([a, list]): Expression => ({ kind: 'call', op: 'in_list', args: [a, ...list] })),
    fc
      .tuple(tie('number'), tie('number'), tie('number'))
      .map((args): Expression => ({ kind: 'call', op: 'between', args })),
  ),
})).number

/** SQL's three-valued logic in JavaScript. */
function evaluate(expression: Expression): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value as Value
    case 'column':
      return variables[expression.path[0]!]!
    case 'case': {
      const branch = expression.branches.find(({ when }) => evaluate(when) === true)
      return branch ? evaluate(branch.result) : expression.otherwise ? evaluate(expression.otherwise) : null
    }
    case 'call':
      return operateOn(expression.op, expression.args.map(evaluate))
  }
}

const both = (a: Value, b: Value): Value =>
  a === false || b === false ? false : a === null || b === null ? null : true
const not = (a: Value): Value => (a === null ? null : !a)
const either = (a: Value, b: Value): Value => not(both(not(a), not(b)))

function operateOn(op: string, args: Value[]): Value {
  const [a = null, b = null, c = null] = args
  const known = (value: (x: number, y: number) => Value): Value =>
    a === null || b === null ? null : value(Number(a), Number(b))
  switch (op) {
    case 'add':
      return known((x, y) => x + y)
    case 'sub':
      return known((x, y) => x - y)
    case 'mul':
      return known((x, y) => x * y)
    case 'div':
      return known((x, y) => (y === 0 ? null : x / y))
    case 'negate':
      return a === null ? null : -Number(a)
    case 'abs':
      return a === null ? null : Math.abs(Number(a))
    case 'coalesce':
      return a ?? b
    case 'eq':
      return known((x, y) => x === y)
    case 'ne':
      return known((x, y) => x !== y)
    case 'lt':
      return known((x, y) => x < y)
    case 'le':
      return known((x, y) => x <= y)
    case 'gt':
      return known((x, y) => x > y)
    case 'ge':
      return known((x, y) => x >= y)
    case 'and':
      return both(a, b)
    case 'or':
      return either(a, b)
    case 'not':
      return not(a)
    case 'is_null':
      return a === null
    case 'is_not_null':
      return a !== null
    case 'in_list':
      return args.slice(1).reduce<Value>((found, each) => either(found, operateOn('eq', [a, each])), false)
    case 'between':
      return both(operateOn('ge', [a, b]), operateOn('le', [a, c]))
    default:
      throw new Error(op)
  }
}

describe('any expression', () => {
  test('printed and read again is the same SQL', () => {
    fc.assert(
      fc.property(number, (expression) => {
        expect(compile(parseExpression(printExpression(expression)))).toBe(compile(expression))
      }),
      { numRuns: 300 },
    )
  })

  test('is worth in the engine what it is worth in logic', async () => {
    const columns = 'SELECT 3::DOUBLE AS x, -2::DOUBLE AS y, NULL::DOUBLE AS z, 10::DOUBLE AS "odd name"'
    await fc.assert(
      fc.asyncProperty(number, async (expression) => {
        const wanted = evaluate(expression)
        fc.pre(wanted === null || Math.abs(Number(wanted)) < 1e6)
        const [row] = await store.rows(
          raw(`SELECT CAST(${compiled(printExpression(expression))} AS DOUBLE) AS v FROM (${columns})`),
        )
        if (wanted === null) expect(row?.v).toBeNull()
        else expect(Number(row?.v)).toBeCloseTo(Number(wanted), 6)
      }),
      { numRuns: 200 },
    )
  })
})
