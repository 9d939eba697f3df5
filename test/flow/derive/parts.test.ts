import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import { partsOf } from '../../../src/flow/derive/parts.ts'

test('few groups are one part', () => {
  expect(partsOf(0, 'id')).toEqual(['TRUE'])
  expect(partsOf(250_000, 'id')).toEqual(['TRUE'])
})

test('the parts of many groups hold each value once, and are about as large', async () => {
  const parts = partsOf(1_000_000, 'id')
  expect(parts).toHaveLength(4)
  const connection = await (await DuckDBInstance.create()).connect()
  const counts = parts.map((part) => `count(*) FILTER (WHERE ${part})`)
  const reader = await connection.runAndReadAll(
    `SELECT ${counts.join(', ')} FROM (SELECT 'm:' || range AS id FROM range(100000))`,
  )
  const sizes = reader.getRows()[0]!.map(Number)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100_000)
  for (const size of sizes) expect(Math.abs(size - 25_000)).toBeLessThan(1000)
})
