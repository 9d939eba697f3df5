import { literal } from '../sql/sql.ts'
import { buckets, type DriverDelay, type FeatureFacts, isCounted, mostInModel, type Reader } from './driver-facts.ts'
import type { LevelCounts } from './driver-levels.ts'

/** Answers that odds are estimated from; of more, those of so many customers by lot. */
const mostForOdds = 100_000

/** A factor of the odds: 0, 1 or not known. */
export interface OddsFactor {
  id: string
  kind: 'factor' | 'control'
  /** Value of a category; without one the factor is a feature. */
  levels: string[]
}

export interface OddsCell {
  bucket: number
  codes: number[]
  n: number
  top: number
  bottom: number
}

/** Answers that are alike in every factor, counted. */
export interface DriverCells {
  factors: OddsFactor[]
  cells: OddsCell[]
  rows: number
}

export async function readOdds(
  { table, read }: Reader,
  features: FeatureFacts[],
  delay: DriverDelay | null,
  levels: LevelCounts[],
  answered: number,
): Promise<DriverCells> {
  const factors: OddsFactor[] = []
  const codes: string[] = []
  for (const each of features) {
    const { id, kind, median, high } = each
    const over = isCounted(each)
      ? 0
      : delay?.feature === id && delay.at !== null
        ? delay.at
        : kind === 'spread'
          ? high
          : median
    factors.push({ id, kind: 'factor', levels: [] })
    codes.push(`CASE WHEN "${id}" > ${over} THEN 1 WHEN "${id}" IS NOT NULL THEN 0 ELSE -1 END`)
  }
  for (const id of ['channel', 'segment']) {
    const own = levels
      .filter(({ field }) => field === id)
      .slice(0, mostInModel)
      .map(({ level }) => level)
    if (own.length < 2) continue
    factors.push({ id, kind: 'control', levels: own })
    codes.push(
      `CASE ${own.map((level, at) => `WHEN "of_${id}" = ${literal(level)} THEN ${at}`).join(' ')} ELSE ${own.length} END`,
    )
  }
  const share = Math.min(1, mostForOdds / answered)
  const places = codes.map((_, i) => String(i + 2))
  const found = await read(
    `SELECT "bucket"${codes.map((code, i) => `, ${code} AS "f${i}"`).join('')}, count(*) AS "n", sum("top") AS "top", sum("bottom") AS "bottom" FROM ${table} WHERE "lot" < ${Math.round(share * 1000) * buckets} GROUP BY ${['1', ...places].join(', ')}`,
  )
  const cells = found.map((row) => ({
    bucket: Number(row.bucket),
    codes: codes.map((_, i) => Number(row[`f${i}`])),
    n: Number(row.n),
    top: Number(row.top),
    bottom: Number(row.bottom),
  }))
  return { factors, cells, rows: cells.reduce((sum, { n }) => sum + n, 0) }
}
