import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { duckdb } from '../../src/sql/duckdb.ts'
import { type Op, type Operation, operate, ops } from '../../src/sql/ops.ts'
import { ident, join as joinSql, literal, numbered, quoteIdentifier, raw, shown, sql } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import type { Store } from '../../src/store/store.ts'
import { cases, exceptions, nastyStrings } from './cases.ts'

let store: Store
beforeAll(async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'rapport-sql-'))
  store = await openDuckdb({ file: join(temporary, 'sql.duckdb'), alias: 'v1', mode: 'write', temporary })
})
afterAll(() => store?.close())

const table = '(VALUES (1, 9), (3, 1), (NULL, 2)) AS t(x, y)'

describe('every operation', () => {
  test.each(cases)('$op $args', async ({ op, args, text, value }) => {
    expect(operate(duckdb, op, ...args)).toBe(text)
    const from = (ops[op] as Operation).aggregate ? ` FROM ${table}` : ''
    await store.rows(raw(`EXPLAIN SELECT ${text}${from}`))
    const [row] = await store.rows(raw(`SELECT ${text} AS v${from}`))
    expect(typeof value === 'number' ? Number(row?.v) : row?.v).toBe(value)
  })

  test('has a case or a reason', () => {
    const covered = new Set<string>([...cases.map(({ op }) => op), ...exceptions.map(({ op }) => op)])
    expect(Object.keys(ops).filter((op) => !covered.has(op))).toEqual([])
  })

  test('takes as many arguments as it says', () => {
    for (const { op, args } of cases) {
      const [min, max] = (ops[op as Op] as Operation).args
      expect([op, args.length >= min && args.length <= max]).toEqual([op, true])
    }
  })

  test('that an engine cannot do is refused with a way out', () => {
    const other = { name: 'Elsewhere', overrides: { quantile: { unsupported: 'Use the mean.' } } }
    expect(() => operate(other, 'quantile', 'x', '0.5')).toThrow('Elsewhere cannot do quantile.\n  Use the mean.')
  })
})

describe('nasty strings come back as they went', () => {
  test.each(nastyStrings.map((text) => [text.slice(0, 30), text]))('%j', async (_, text) => {
    expect((await store.rows(sql`SELECT ${text} AS v`))[0]?.v).toBe(text)
    expect((await store.rows(raw(`SELECT ${literal(text)} AS v`)))[0]?.v).toBe(text)
    if (text !== '')
      expect(Object.keys((await store.rows(raw(`SELECT 1 AS ${quoteIdentifier(text)}`)))[0] ?? {})).toEqual([text])
  })
})

describe('text of a statement', () => {
  test('values become parameters, pieces are spliced', () => {
    const where = joinSql([sql`a = ${1}`, sql`b IN (${joinSql([sql`${'x'}`, sql`${null}`])})`], ' AND ')
    const statement = sql`SELECT * FROM ${ident('cx', 'ca"ses')} WHERE ${where} LIMIT ${5}`
    expect(numbered(statement)).toEqual({
      text: 'SELECT * FROM "cx"."ca""ses" WHERE a = $1 AND b IN ($2, $3) LIMIT $4',
      values: [1, 'x', null, 5],
    })
    expect(shown(statement)).toBe(`SELECT * FROM "cx"."ca""ses" WHERE a = 1 AND b IN ('x', NULL) LIMIT 5`)
  })

  test('an empty join is empty', () => {
    expect(numbered(joinSql([])).text).toBe('')
  })
})
