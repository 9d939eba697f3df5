import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ansi } from '../../src/sql/ansi.ts'
import { type Operation, operate, ops } from '../../src/sql/ops.ts'
import { raw } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import type { Store } from '../../src/store/store.ts'
import { cases } from './cases.ts'

/** Standard SQL is never run by the product; here it is, by an engine that knows it, and says what every engine must say. */
let store: Store
beforeAll(async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'rapport-ansi-'))
  store = await openDuckdb({ file: join(temporary, 'sql.duckdb'), alias: 'v1', mode: 'write', temporary })
})
afterAll(() => store?.close())

const table = '(VALUES (1, 9), (3, 1), (NULL, 2)) AS t(x, y)'
const refused = new Set(
  Object.entries(ansi.overrides).flatMap(([op, override]) => ('unsupported' in override ? [op] : [])),
)
const said = cases.filter(({ op }) => !refused.has(op))

test.each(said)('$op $args', async ({ op, args, value }) => {
  const text = operate(ansi, op, ...args)
  const from = (ops[op] as Operation).aggregate ? ` FROM ${table}` : ''
  const [row] = await store.rows(raw(`SELECT ${text} AS v${from}`))
  if (typeof value === 'number') expect(Number(row?.v)).toBeCloseTo(value, 12)
  else expect(row?.v).toBe(value)
})

const between: [string, string, number][] = [
  ["TIMESTAMP '2024-02-28 23:59:59'", "TIMESTAMP '2024-03-01 00:00:01'", 86402],
  ["TIMESTAMP '2024-03-01 00:00:01'", "TIMESTAMP '2024-02-28 23:59:59'", -86402],
  ["TIMESTAMP '2020-01-01 00:00:00'", "TIMESTAMP '2024-01-01 12:00:00'", 126273600],
  ["DATE '2024-01-01'", "TIMESTAMP '2024-01-02 01:00:00'", 90000],
]

test.each(between)('seconds from %s to %s are whole, over days and backwards', async (a, b, value) => {
  for (const dialect of [{ name: 'DuckDB', overrides: {} }, ansi])
    expect(Number((await store.rows(raw(`SELECT ${operate(dialect, 'seconds_between', a, b)} AS v`)))[0]?.v)).toBe(
      value,
    )
})

test('what has no word that engines agree on is refused with a way out', () => {
  expect([...refused].length).toBeGreaterThan(10)
  expect(() => operate(ansi, 'matches', 'a', 'b')).toThrow(
    /Standard SQL cannot do matches\.\s+Standard SQL has no word for patterns/,
  )
})
