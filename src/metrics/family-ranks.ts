import { join, raw, type Sql, sql } from '../sql/sql.ts'
import type { Row, Store } from '../store/store.ts'
import { groupsOf, headSql, setsSql, splitName } from './family-sets.ts'

/** Rows whose values are ranked: `d0`, `d1` ... are the splits, `v` is the value. */
export interface RankedRows {
  statement: Sql
  /** The same with `v` alone. */
  values: Sql
  splits: number
  /** A group with fewer values is out before ranking. */
  fewest: number
}

/** A split of which some rows are not ranked: they have no group, or are in one that is too small. */
interface Cut {
  split: number
  unset: boolean
  small: string[]
}

/** Up to so many different values, such as those of a scale, are counted within each group; more would be as many rows again. */
const mostCounted = 100

/**
 * Rank sums of each group of each split, one row a group: from counts of values where these are few, else in two passes, whatever the
 * number of splits: sizes of groups, then ranks. Values are ranked once for all splits; where a split leaves rows out, the ranks of the
 * others are counted beside it from the same values.
 */
export async function readRanks(store: Store, rows: RankedRows): Promise<Row[]> {
  if (await hasFewValues(store, rows)) return readCounted(store, rows)
  const sized = groupsOf(await store.rows(sizesSql(rows)), rows.splits).map((group) => ({
    ...group,
    n: Number(group.row.n),
  }))
  const named = sized.filter(({ g }) => g !== null)
  const kept = named.filter(({ n }) => n >= rows.fewest)
  if (kept.length === 0) return named.map(({ split, g, n }) => ({ d: split, g, n, rank_sum: null, tie_sum: null }))
  const cuts = Array.from({ length: rows.splits }, (_, split): Cut => {
    const own = sized.filter((group) => group.split === split)
    const small = own.flatMap(({ g, n }) => (g !== null && n < rows.fewest ? [g] : []))
    return { split, unset: own.some(({ g }) => g === null), small }
  }).filter(({ split, unset, small }) => (unset || small.length > 0) && kept.some((group) => group.split === split))
  const ranked = groupsOf(await store.rows(rankedSql(rows, cuts)), rows.splits)
  return named.map(({ split, g, n }) => {
    const same = ranked.filter((group) => group.split === split)
    const row = n >= rows.fewest ? same.find((group) => group.g === g)?.row : undefined
    const own = cuts.some((cut) => cut.split === split) ? String(split) : ''
    return { d: split, g, n, rank_sum: row?.[`rank${own}`] ?? null, tie_sum: same[0]?.row[`tie${own}`] ?? null }
  })
}

async function hasFewValues(store: Store, { values }: RankedRows): Promise<boolean> {
  const found = await store.rows(sql`SELECT DISTINCT "v" FROM (${values}) AS "rows" LIMIT ${mostCounted + 1}`)
  return found.length <= mostCounted
}

async function readCounted(store: Store, { statement, splits, fewest }: RankedRows): Promise<Row[]> {
  const counts = sql`SELECT ${raw(headSql(splits))}, "v", count(*) AS "c" FROM (${statement}) AS "rows" WHERE "v" IS NOT NULL ${raw(setsSql(splits, ', "v"'))}`
  const found = await store.rows(
    sql`WITH "counted" AS MATERIALIZED (SELECT "set" AS "d", "g", "v", "c" FROM (${counts}) AS "counts" WHERE "g" IS NOT NULL)${raw(ranksSql(fewest))}`,
  )
  const groups = groupsOf(
    found.map((row) => ({ ...row, set: row.d ?? null })),
    splits,
  )
  return groups.map(({ split, g, row }) => ({ ...row, d: split, g, n: Number(row.n) }))
}

/**
 * Mid-ranks, rank sums and ties from `"counted"`, how often (`"c"`) each value `"v"` stands in group `"g"` of split `"d"`. Groups below
 * the minimum are out before ranking.
 */
export function ranksSql(fewest: number): string {
  return `, "sized" AS (SELECT "d", "g", CAST(sum("c") AS DOUBLE) AS "n" FROM "counted" GROUP BY "d", "g"),
"kept" AS MATERIALIZED (SELECT "d", "g", "v", "c" FROM "counted" JOIN "sized" USING ("d", "g") WHERE "n" >= ${fewest}),
"tied" AS (SELECT "d", "v", CAST(sum("c") AS DOUBLE) AS "t" FROM "kept" GROUP BY "d", "v"),
"ranked" AS (SELECT "d", "v", sum("t") OVER (PARTITION BY "d" ORDER BY "v" ROWS UNBOUNDED PRECEDING) - "t" + ("t" + 1) / 2 AS "r" FROM "tied"),
"summed" AS (SELECT "d", "g", CAST(sum("c" * "r") AS DOUBLE) AS "rank_sum" FROM "kept" JOIN "ranked" USING ("d", "v") GROUP BY "d", "g"),
"ties" AS (SELECT "d", CAST(sum("t" * "t" * "t" - "t") AS DOUBLE) AS "tie_sum" FROM "tied" GROUP BY "d")
SELECT "d", "g", "n", "rank_sum", "tie_sum" FROM "sized" LEFT JOIN "summed" USING ("d", "g") LEFT JOIN "ties" USING ("d")`
}

function sizesSql(rows: RankedRows): Sql {
  return sql`SELECT ${raw(headSql(rows.splits))}, count(*) AS "n"\nFROM (${rows.statement}) AS "rows"\nWHERE "v" IS NOT NULL\n${raw(setsSql(rows.splits))}`
}

/** Mid-ranks from counts of values: how many are below, and half of those that are equal. */
function rankedSql(rows: RankedRows, cuts: Cut[]): Sql {
  const left = cuts.map((cut) => sql`, sum(CASE WHEN ${leftOut(cut)} THEN 0 ELSE 1 END) AS ${raw(`"t${cut.split}"`)}`)
  const own = ['', ...cuts.map(({ split }) => String(split))]
  const counts = own.map((each) => `CAST("t${each}" AS DOUBLE) AS "t${each}"`)
  const ranks = own.map((each) => `sum("t${each}") OVER "up" - "t${each}" + ("t${each}" + 1) / 2 AS "r${each}"`)
  const sums = own.map((each) => `CAST(sum("r${each}") AS DOUBLE) AS "rank${each}"`)
  const ties = own.map(
    (each) => `CAST(sum("t${each}" * "t${each}" * "t${each}" - "t${each}") AS DOUBLE) AS "tie${each}"`,
  )
  return sql`WITH "counted" AS (SELECT "v", count(*) AS "t"${join(left, '')} FROM (${rows.statement}) AS "rows" WHERE "v" IS NOT NULL GROUP BY "v"),
"exact" AS (SELECT "v", ${raw(counts.join(', '))} FROM "counted"),
"ranks" AS MATERIALIZED (SELECT *, ${raw(ranks.join(', '))} FROM "exact" WINDOW "up" AS (ORDER BY "v" ROWS UNBOUNDED PRECEDING)),
"ties" AS (SELECT ${raw(ties.join(', '))} FROM "ranks"),
"summed" AS (SELECT ${raw(headSql(rows.splits))}, ${raw(sums.join(', '))} FROM (${rows.statement}) AS "rows" JOIN "ranks" USING ("v") ${raw(setsSql(rows.splits))})
SELECT * FROM "summed", "ties"`
}

function leftOut({ split, unset, small }: Cut): Sql {
  const name = raw(splitName(split))
  const conditions = [
    ...(unset ? [sql`${name} IS NULL`] : []),
    ...(small.length > 0 ? [sql`CAST(${name} AS VARCHAR) IN (${join(small.map((each) => sql`${each}`))})`] : []),
  ]
  return sql`(${join(conditions, ' OR ')})`
}
