import { join, raw, type Sql, sql } from '../sql/sql.ts'
import type { Row, Store } from '../store/store.ts'

/** Rows whose values are ranked: `d0`, `d1` ... are the splits, `v` is the value. */
export interface RankedRows {
  statement: Sql
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

/**
 * Rank sums of each group of each split, one row a group, in two passes whatever the number of splits: sizes of groups, then ranks. Values
 * are ranked once for all splits; where a split leaves rows out, the ranks of the others are counted beside it from the same values.
 */
export async function readRanks(store: Store, rows: RankedRows): Promise<Row[]> {
  const sized = groupsOf(await store.rows(sizesSql(rows)), rows)
  const named = sized.filter(({ g }) => g !== null)
  const kept = named.filter(({ n }) => n >= rows.fewest)
  if (kept.length === 0) return named.map(({ split, g, n }) => ({ d: split, g, n, rank_sum: null, tie_sum: null }))
  const cuts = Array.from({ length: rows.splits }, (_, split): Cut => {
    const own = sized.filter((group) => group.split === split)
    const small = own.flatMap(({ g, n }) => (g !== null && n < rows.fewest ? [g] : []))
    return { split, unset: own.some(({ g }) => g === null), small }
  }).filter(({ split, unset, small }) => (unset || small.length > 0) && kept.some((group) => group.split === split))
  const ranked = groupsOf(await store.rows(rankedSql(rows, cuts)), rows)
  return named.map(({ split, g, n }) => {
    const same = ranked.filter((group) => group.split === split)
    const row = n >= rows.fewest ? same.find((group) => group.g === g)?.row : undefined
    const own = cuts.some((cut) => cut.split === split) ? String(split) : ''
    return { d: split, g, n, rank_sum: row?.[`rank${own}`] ?? null, tie_sum: same[0]?.row[`tie${own}`] ?? null }
  })
}

const nameOf = (split: number): string => `"d${split}"`
const namesOf = ({ splits }: RankedRows): string[] => Array.from({ length: splits }, (_, split) => nameOf(split))

/** Which split a group is of, its value, and its size. `set` has a bit for each split, the first one highest: 0 where it is grouped by. */
function headSql(rows: RankedRows): string {
  const names = namesOf(rows)
  const value = `coalesce(${names.map((name) => `CAST(${name} AS VARCHAR)`).join(', ')})`
  return `${names.length > 1 ? value : `CAST(${names[0]} AS VARCHAR)`} AS "g", GROUPING(${names.join(', ')}) AS "set", count(*) AS "n"`
}

const setsSql = (rows: RankedRows): string =>
  `GROUP BY GROUPING SETS (${namesOf(rows)
    .map((name) => `(${name})`)
    .join(', ')})`

function groupsOf(found: Row[], { splits }: RankedRows) {
  const whole = 2 ** splits - 1
  return found.map((row) => ({
    split: splits - 1 - Math.round(Math.log2(whole - Number(row.set))),
    g: row.g === null || row.g === undefined ? null : String(row.g),
    n: Number(row.n),
    row,
  }))
}

function sizesSql(rows: RankedRows): Sql {
  return sql`SELECT ${raw(headSql(rows))}\nFROM (${rows.statement}) AS "rows"\nWHERE "v" IS NOT NULL\n${raw(setsSql(rows))}`
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
"summed" AS (SELECT ${raw(headSql(rows))}, ${raw(sums.join(', '))} FROM (${rows.statement}) AS "rows" JOIN "ranks" USING ("v") ${raw(setsSql(rows))})
SELECT * FROM "summed", "ties"`
}

function leftOut({ split, unset, small }: Cut): Sql {
  const name = raw(nameOf(split))
  const conditions = [
    ...(unset ? [sql`${name} IS NULL`] : []),
    ...(small.length > 0 ? [sql`CAST(${name} AS VARCHAR) IN (${join(small.map((each) => sql`${each}`))})`] : []),
  ]
  return sql`(${join(conditions, ' OR ')})`
}
