import { literal } from '../sql/sql.ts'
import { type FeatureFacts, fewestRows, logged, type Reader } from './driver-facts.ts'
import type { LevelCounts } from './driver-levels.ts'

/** How a feature and the score rank the same rows: all, or those of one value of `by`. */
export interface RankCell {
  feature: string
  by: string
  value: string
  n: number
  rho: number
}

const ranked = new Set(['wait', 'reply', 'resolution', 'handling', 'transfers', 'reopens'])
/** Values of a dimension that the matrix has columns for. */
const mostColumns = 8

/**
 * Rank correlations over all surveys and by channel and market. Delays are told apart to a thousandth of their logarithm, so that equal
 * ones are counted together before they are put in order.
 */
export async function readCorrelations(
  { table, read }: Reader,
  features: FeatureFacts[],
  levels: LevelCounts[],
): Promise<RankCell[]> {
  const chosen = features.filter(({ id }) => ranked.has(id))
  if (chosen.length === 0) return []
  const splits = ['channel', 'market'].flatMap((by) => {
    const values = levels.filter(({ field }) => field === by).slice(0, mostColumns)
    return values.length > 1 ? [{ by, values: values.map(({ level }) => level) }] : []
  })
  const long = chosen
    .map(
      ({ id, kind }) =>
        `SELECT '${id}' AS "f"${splits.map(({ by }) => `, "of_${by}"`).join('')}, ${kind === 'delay' ? `CAST(round(1000 * ${logged(id)}) AS INTEGER)` : `CAST("${id}" AS INTEGER)`} AS "x", "step" FROM ${table} WHERE "${id}" IS NOT NULL`,
    )
    .join(' UNION ALL ')
  const counted = [
    `SELECT "f", '' AS "b", '' AS "v", "x", "step", count(*) AS "n" FROM "long" GROUP BY 1, 4, 5`,
    ...splits.map(
      ({ by, values }) =>
        `SELECT "f", '${by}', "of_${by}", "x", "step", count(*) FROM "long" WHERE "of_${by}" IN (${values.map(literal).join(', ')}) GROUP BY 1, 3, 4, 5`,
    ),
  ].join(' UNION ALL ')
  const rank = (column: string) =>
    `SELECT "f", "b", "v", "${column}", sum(sum("n")) OVER (PARTITION BY "f", "b", "v" ORDER BY "${column}") - (sum("n") - 1) / 2.0 - (sum(sum("n")) OVER (PARTITION BY "f", "b", "v") + 1) / 2.0 AS "r" FROM "counted" GROUP BY 1, 2, 3, 4`
  const found =
    await read(`WITH "long" AS (${long}), "counted" AS (${counted}), "xs" AS (${rank('x')}), "ys" AS (${rank('step')})
SELECT "c"."f", "c"."b", "c"."v", sum("c"."n") AS "n", sum("c"."n" * "xs"."r" * "ys"."r") / NULLIF(sqrt(sum("c"."n" * "xs"."r" * "xs"."r")) * sqrt(sum("c"."n" * "ys"."r" * "ys"."r")), 0) AS "rho"
FROM "counted" AS "c" JOIN "xs" USING ("f", "b", "v", "x") JOIN "ys" USING ("f", "b", "v", "step") GROUP BY 1, 2, 3`)
  const order = (cell: RankCell) => {
    const at = splits
      .flatMap(({ by, values }) => values.map((value) => `${by}.${value}`))
      .indexOf(`${cell.by}.${cell.value}`)
    return chosen.findIndex(({ id }) => id === cell.feature) * 1000 + at + 1
  }
  return found
    .map((row) => ({
      feature: String(row.f),
      by: String(row.b),
      value: String(row.v),
      n: Number(row.n),
      rho: row.rho === null ? Number.NaN : Number(row.rho),
    }))
    .filter(({ n, rho }) => n >= fewestRows && Number.isFinite(rho))
    .toSorted((a, b) => order(a) - order(b))
}
