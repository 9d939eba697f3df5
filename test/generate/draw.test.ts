import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { alongQuantiles, drawsOf } from '../../src/generate/draw.ts'

const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
const rowsOf = async (text: string) =>
  (await connection.runAndReadAll(text)).getRowsJson().map((row) => row.map(Number))

test('two draws of one row are independent of each other', async () => {
  const draws = drawsOf(7)
  const [row] =
    await rowsOf(`WITH drawn AS (SELECT ${draws.whole('a', 10)} AS a, ${draws.whole('b', 10)} AS b FROM (SELECT hash(range) AS h FROM range(100000))),
    cells AS (SELECT a, b, count(*) AS n FROM drawn GROUP BY ALL) SELECT count(*), sum((n - 1000.0) ** 2 / 1000) FROM cells`)
  expect(row![0]).toBe(100)
  // Chi-squared with 99 degrees of freedom: below 149 in 999 of 1,000 cases, and above 50.
  expect(row![1]).toBeGreaterThan(50)
  expect(row![1]).toBeLessThan(149)
})

test('quantiles are met at their steps and lie between them otherwise', async () => {
  const rows = await rowsOf(
    `SELECT ${alongQuantiles([0, 100, 90, 1000], 'u', 900)} FROM (SELECT unnest([0, 150, 300, 450, 600, 899]) AS u)`,
  )
  expect(rows.flat()).toEqual([0, 50, 100, 95, 90, 996])
})

test('shares are met', async () => {
  const draws = drawsOf(7)
  const [row] = await rowsOf(
    `SELECT avg(CAST(${draws.byShare('word', [
      { word: 'x', share: 30 },
      { word: 'y', share: 70 },
    ])} = 'x' AS INTEGER)) FROM (SELECT hash(range) AS h FROM range(100000))`,
  )
  expect(row![0]).toBeCloseTo(0.3, 2)
})
