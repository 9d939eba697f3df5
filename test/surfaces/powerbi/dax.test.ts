import { beforeAll, describe, expect, test } from 'vitest'
import { duckdb } from '../../../src/sql/duckdb.ts'
import { compileExpression, parseExpression } from '../../../src/sql/expression.ts'
import { ops } from '../../../src/sql/ops.ts'
import { raw } from '../../../src/sql/sql.ts'
import { openDuckdb } from '../../../src/store/duckdb.ts'
import type { Store } from '../../../src/store/store.ts'
import {
  amountOf,
  conditionOf,
  daxColumn,
  daxMeasure,
  daxOf,
  daxOps,
  daxTable,
} from '../../../src/surfaces/powerbi/dax.ts'
import type { SemanticModel } from '../../../src/surfaces/powerbi/semantic-model.ts'
import { measuresOf } from './dax-value.ts'
import { folderOf } from './starred.ts'

/** One row for each way in which two numbers and a truth can be there or not. */
let files: Store
beforeAll(async () => {
  const folder = folderOf()
  files = await openDuckdb({ file: `${folder}/t.duckdb`, alias: 't', mode: 'write', temporary: folder })
  await files.run(
    raw(`CREATE TABLE "rows" AS SELECT CAST(2 ** (row_number() OVER () - 1) AS DOUBLE) AS bit, a, b, t
      FROM (VALUES (NULL), (-1), (0), (2)) AS x(a), (VALUES (NULL), (-1), (0), (2)) AS y(b), (VALUES (NULL), (TRUE), (FALSE)) AS z(t)`),
  )
  return () => files.close()
})

const column = (path: string[]) => {
  const text = daxColumn("Row's", path[0]!)
  if (!['a', 'b', 't'].includes(path[0]!)) return null
  return { text, known: `NOT ISBLANK(${text})`, type: path[0] === 't' ? ('boolean' as const) : ('number' as const) }
}

function modelOf(dax: string): SemanticModel {
  const columns = ['bit', 'a', 'b', 't'].map((name) => ({ name, source: name, type: 'double' as const }))
  const measures = [{ metric: 'm', name: 'M', description: '', dax, format: '', folder: '' }]
  const table = { name: "Row's", file: 'rows.parquet', description: '', columns, hierarchies: [], measures }
  return { name: 'T', culture: 'en-US', tables: [table], relationships: [], roles: [], without: [] }
}

const sumOf = async (condition: string, value = daxColumn("Row's", 'bit')): Promise<number> =>
  Number((await measuresOf(modelOf(`SUMX(FILTER(${daxTable("Row's")}, ${condition}), ${value})`), files)('M', {})) ?? 0)

const inSql = async (sql: string): Promise<number> =>
  Number((await files.rows(raw(`SELECT coalesce(${sql}, 0) AS n FROM "rows"`)))[0]!.n)

describe('a condition holds in DAX for the rows for which it holds in SQL', () => {
  const conditions = [
    'a = 0',
    'a <> 0',
    'a < 0',
    'a <= 0',
    'a > b',
    'a >= b',
    'a = b',
    'a <> b',
    'a is null',
    'a is not null',
    'not a = 0',
    'not (a < b and b < 1)',
    'a < b or t',
    'a < 1 and not t',
    't',
    'not t',
    't is null',
    't is not null',
    'a in (0, 2)',
    'not a in (0, 2)',
    'a between -1 and b',
    'not a between -1 and b',
    'coalesce(a, b) = 0',
    'coalesce(a, 0) = 0',
    'coalesce(t, false)',
    'coalesce(a > 0, b > 0, false)',
    'not coalesce(a > b, t)',
    'a + b > 0',
    'a - b = 0',
    'a * b = 0',
    'a / b > 0',
    'not a / b > 0',
    'a + 1 < 2',
    'a - 1 is null',
    'case when a > 0 then b > 0 when t then false else a is null end',
    'not case when a > 0 then b > 0 else t end',
    'case when a > 0 then 1 else b end >= 1',
    'case when a > 0 then 1 end is null',
    'true',
    'a is null or false',
    'coalesce(a, b) is null',
  ]
  test.each(conditions)('%s', async (text) => {
    const expression = parseExpression(text)
    const dax = daxOf(expression, column)
    const condition = conditionOf(dax)
    expect(condition).not.toBeNull()
    const sql = compileExpression(expression, { dialect: duckdb, column: ([name]) => name! })
    expect(await sumOf(condition!)).toBe(await inSql(`sum(bit) FILTER (WHERE ${sql})`))
    const fails = dax && 'fails' in dax ? dax.fails : `${dax!.text} == FALSE()`
    expect(await sumOf(fails)).toBe(await inSql(`sum(bit) FILTER (WHERE NOT (${sql}))`))
  })
})

describe('a value is what it is in SQL, and blank where it is NULL there', () => {
  const values = [
    'a',
    'a + b',
    'a - 3',
    'a * b',
    'a / b',
    'coalesce(a, b)',
    'coalesce(a, b, 7)',
    'case when a > 0 then 100 when a < 0 then -100 else 0 end',
    'case when a > b then a - b end',
    '- a',
    'a - (- b)',
  ]
  test.each(values)('%s', async (text) => {
    const expression = parseExpression(text)
    const value = amountOf(daxOf(expression, column))
    const sql = compileExpression(expression, { dialect: duckdb, column: ([name]) => name! })
    expect(await sumOf(value!.known ?? 'TRUE()')).toBe(await inSql(`sum(bit) FILTER (WHERE (${sql}) IS NOT NULL)`))
    expect(await sumOf('TRUE()', `${value!.text} * ${daxColumn("Row's", 'bit')}`)).toBe(
      await inSql(`sum((${sql}) * bit)`),
    )
  })
})

test('what DAX would take for something else, or cannot say, is not said', () => {
  for (const text of [
    "a = 'open'",
    "name in ('x')",
    'seconds_between(a, b)',
    'lower(a)',
    'floor(a)',
    't + 1',
    'unknown > 1',
  ])
    expect(daxOf(parseExpression(text), column), text).toBeNull()
  const unsupported = Object.values(daxOps).filter((each) => typeof each === 'object')
  for (const each of unsupported) expect(each.unsupported).toMatch(/^[A-Z].*\.$/)
  expect(Object.keys(daxOps).filter((op) => !(op in ops))).toEqual([])
})

test('names are quoted', () => {
  expect(daxColumn("Agent's", 'a]b')).toBe("'Agent''s'[a]]b]")
  expect(daxMeasure('x] + [y')).toBe('[x]] + [y]')
})
