import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRanks } from '../../src/metrics/family-ranks.ts'
import { raw, sql } from '../../src/sql/sql.ts'
import { rankSums } from '../../src/stats/kruskal-wallis.ts'
import type { Row, Store } from '../../src/store/store.ts'
import { emptyModel } from './fixture.ts'

// One split has every row; one lacks a third of them; one has two groups that are too small, one of them a word in quotes; one is all
// too small. Rows without a group have the lowest values: leaving them out moves every rank.
const statement = sql`SELECT 'g' || i % 3 AS "d0",
  CASE WHEN i % 40 < 27 THEN i % 2 = 0 END AS "d1",
  CASE WHEN i = 1 THEN 'o''clock' WHEN i < 9 THEN 'few' WHEN i % 5 > 0 THEN 'many' ELSE ${'some'} END AS "d2",
  'alone ' || i % 100 AS "d3",
  CASE WHEN i % 11 > 0 THEN CAST(CASE WHEN i % 40 >= 27 THEN i % 4 ELSE i % 17 END AS DOUBLE) END AS "v"
FROM range(600) AS t(i)`

let store: Store
beforeAll(async () => {
  store = await emptyModel()
})
afterAll(() => store.close())

// Few values are counted, many are ranked as they stand: the same answer.
describe.each([
  ['few', sql`SELECT "v" FROM (${statement}) AS "rows"`],
  ['many', sql`SELECT i AS "v" FROM range(200) AS t(i)`],
])('%s values', (_, values) => {
  let found: Row[]
  beforeAll(async () => {
    found = await readRanks(store, { statement, values, splits: 4, fewest: 30 })
  })

  test.each([0, 1, 2])('split %i has the rank sums and ties that its own large groups give by hand', async (split) => {
    const rows = await store.rows(
      sql`SELECT CAST(${raw(`"d${split}"`)} AS VARCHAR) AS "g", "v" FROM (${statement}) AS "rows" WHERE "v" IS NOT NULL AND "g" IS NOT NULL`,
    )
    const values = rows.map(({ g, v }) => ({ group: String(g), value: Number(v), count: 1 }))
    const sizeOf = (group: string) => values.filter((each) => each.group === group).length
    const kept = values.filter(({ group }) => sizeOf(group) >= 30)
    const ranks = kept.map(({ group, value }) => {
      const below = kept.filter((each) => each.value < value).length
      return { group, rank: below + (kept.filter((each) => each.value === value).length + 1) / 2 }
    })
    const sumOf = (group: string) => {
      const own = ranks.filter((each) => each.group === group)
      return own.length > 0 ? own.reduce((sum, { rank }) => sum + rank, 0) : null
    }
    const own = found.filter(({ d }) => d === split)
    expect(own.map(({ g }) => g).toSorted()).toEqual([...new Set(values.map(({ group }) => group))].toSorted())
    expect(own.filter(({ rank_sum }) => rank_sum !== null).length).toBeGreaterThan(1)
    expect(new Set(own.map(({ tie_sum }) => tie_sum))).toEqual(new Set([rankSums(kept).tieSum]))
    for (const { g, n, rank_sum } of own) {
      expect(n).toBe(sizeOf(String(g)))
      expect(rank_sum).toBe(sumOf(String(g)))
    }
  })

  test('a split of small groups alone has sizes and no ranks', () => {
    const own = found.filter(({ d }) => d === 3)
    expect(own.length).toBe(100)
    for (const row of own) expect(row.rank_sum).toBeNull()
  })

  test('with no group large enough nothing is ranked', async () => {
    const few = await readRanks(store, { statement, values, splits: 4, fewest: 1000 })
    expect(few.map(({ n }) => n).length).toBe(found.length)
    expect(new Set(few.map(({ rank_sum }) => rank_sum))).toEqual(new Set([null]))
  })
})
