import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
import type { BucketSums } from '../stats/bucket-regression.ts'
import { findThreshold } from '../stats/threshold.ts'
import type { Store } from '../store/store.ts'
import { delayBin, delayEdges } from './delay-bins.ts'
import { type DriverCells, readOdds } from './driver-cells.ts'
import {
  type LooseMeans,
  looseMeans,
  looseness,
  type ModelColumn,
  modelColumns,
  noiseOf,
  readSums,
  scaled,
} from './driver-columns.ts'
import {
  buckets,
  type DriverDelay,
  type FeatureFacts,
  fewestRows,
  isCounted,
  logged,
  type Reader,
  steps,
} from './driver-facts.ts'
import { type LevelCounts, readLevels } from './driver-levels.ts'
import { type RankCell, readCorrelations } from './driver-ranks.ts'
import { type SurveyFeature, type SurveyKind, type SurveyRows, surveyRows } from './survey-rows.ts'

/** Answers below which no model is tried. */
export const fewestAnswers = 200

/** What the store says about what goes with a score: sums and counts, whatever the number of surveys. */
export interface DriverEvidence {
  kind: SurveyKind
  scale: { min: number; max: number }
  answered: number
  offered: number | null
  /** Mean and variance of the score on 0-1. */
  mean: number
  variance: number
  top: number
  bottom: number
  features: FeatureFacts[]
  dimensions: string[]
  correlations: RankCell[]
  delay: DriverDelay | null
  columns: ModelColumn[]
  sums: BucketSums
  odds: DriverCells
  levels: LevelCounts[]
}

/** A question about scores that has no answer, and what would give one. */
export interface NoDrivers {
  lacks: 'scores' | 'answers' | 'same'
  answered: number
}

/** What goes with the scores of a kind of survey, in a handful of passes over rows that are put together once. */
export async function readDrivers(
  context: Pick<MetricContext, 'store' | 'version'>,
  kind: SurveyKind = 'csat',
): Promise<DriverEvidence | NoDrivers> {
  const rows = surveyRows(context, kind)
  if (!rows) return { lacks: 'scores', answered: 0 }
  const { store } = context
  const kept = await store.hold(keptRows(store, rows))
  try {
    const offered = await countOffered(context, kind)
    return await evidenceOf(store, kept.name, rows, { kind, offered })
  } finally {
    await kept.release()
  }
}

/** Rows with their lot: which bucket their customer is in, and whether the odds see them. */
export function keptRows(store: Store, { statement, features, dimensions }: SurveyRows): Sql {
  const lot = `CAST(${operate(store.dialect, 'row_hash', '"customer_key"')} % ${buckets * 1000} AS INTEGER)`
  const columns = [
    ...features.flatMap(({ id }) => (id === 'spread' ? [id, 'replies'] : [id])),
    ...dimensions.map((id) => `of_${id}`),
  ].map((each) => `"${each}"`)
  return sql`SELECT ${raw(`${lot} AS "lot", ${lot} % ${buckets} AS "bucket", "y", CAST(round("y" * ${steps}) AS INTEGER) AS "step", "top", "bottom"${columns.map((each) => `, ${each}`).join('')}`)}
FROM (${statement}) AS "answers"`
}

async function countOffered(
  { store, version: { present } }: Pick<MetricContext, 'store' | 'version'>,
  kind: SurveyKind,
): Promise<number | null> {
  if (!present.has('surveys.offered_at')) return null
  const [row] = await store.rows(sql`SELECT count(*) AS "n" FROM cx."surveys" WHERE "kind" = ${kind}`)
  return Number(row?.n ?? 0)
}

/** All that is counted from rows that are kept in a table. */
export async function evidenceOf(
  store: Store,
  table: string,
  rows: Pick<SurveyRows, 'features' | 'dimensions' | 'scale'>,
  about: { kind: SurveyKind; offered: number | null },
): Promise<DriverEvidence | NoDrivers> {
  const read: Reader = { table, read: (text) => store.rows(raw(text)) }
  const summary = await readSummary(read, rows.features, store)
  if (summary.answered < fewestAnswers) return { lacks: 'answers', answered: summary.answered }
  if (!(summary.variance > 0)) return { lacks: 'same', answered: summary.answered }
  const { features } = summary
  const levels = await readLevels(read, rows.dimensions, features, summary.answered)
  const correlations = await readCorrelations(read, features, levels)
  const delay = await readDelay(read, features)
  const columns = modelColumns(features, delay, levels, summary.answered)
  const sums = await readSums(read, columns)
  const odds = await readOdds(read, features, delay, levels, summary.answered)
  return {
    ...about,
    ...summary,
    scale: rows.scale,
    dimensions: rows.dimensions,
    correlations,
    delay,
    columns,
    sums,
    odds,
    levels,
  }
}

type Summary = Pick<DriverEvidence, 'answered' | 'mean' | 'variance' | 'top' | 'bottom' | 'features'>

async function readSummary({ table, read }: Reader, features: SurveyFeature[], store: Store): Promise<Summary> {
  const quantile = (id: string, p: number) => operate(store.dialect, 'quantile', `"${id}"`, String(p))
  const parts = features.flatMap((each, i) => [
    `count("${each.id}") AS "k${i}"`,
    `avg(${scaled(each)}) AS "m${i}"`,
    `var_pop(${scaled(each)}) AS "v${i}"`,
    ...(each.kind === 'spread'
      ? looseMeans.map(
          (name) =>
            `avg(${[...name].map((letter) => (letter === 's' ? `"${each.id}"` : `CASE WHEN "${each.id}" IS NOT NULL THEN ${looseness} END`)).join(' * ')}) AS "${name}${i}"`,
        )
      : []),
    `sum(CASE WHEN "${each.id}" > 0 THEN 1 ELSE 0 END) AS "p${i}"`,
    ...[0.25, 0.5, 0.75].map((p, at) => `${quantile(each.id, p)} AS "q${i}_${at}"`),
  ])
  const [row = {}] = await read(
    `SELECT ${['count(*) AS "n"', 'avg("y") AS "mean"', 'var_pop("y") AS "variance"', 'sum("top") AS "top"', 'sum("bottom") AS "bottom"', ...parts].join(', ')} FROM ${table}`,
  )
  const number = (key: string) => Number(row[key] ?? 0)
  const facts = features.map((each, i) => ({
    ...each,
    known: number(`k${i}`),
    mean: number(`m${i}`),
    positive: number(`p${i}`),
    variance: number(`v${i}`),
    looseness: number(`l${i}`),
    noise:
      each.kind === 'spread'
        ? noiseOf(
            number(`k${i}`),
            Object.fromEntries(looseMeans.map((name) => [name, number(`${name}${i}`)])) as LooseMeans,
          )
        : 0,
    quarter: number(`q${i}_0`),
    median: number(`q${i}_1`),
    high: number(`q${i}_2`),
  }))
  return {
    answered: number('n'),
    mean: number('mean'),
    variance: number('variance'),
    top: number('top'),
    bottom: number('bottom'),
    features: facts.filter(isVaried),
  }
}

/** Enough rows on both sides; otherwise nothing can be said of it. */
function isVaried(each: FeatureFacts): boolean {
  const { known, positive, quarter, high } = each
  if (known < 2 * fewestRows) return false
  if (isCounted(each)) return positive >= fewestRows && known - positive >= fewestRows
  return high > quarter
}

/** The delay that customers meet first: of it a threshold is looked for. */
async function readDelay({ table, read }: Reader, features: FeatureFacts[]): Promise<DriverDelay | null> {
  const chosen = ['reply', 'wait', 'resolution', 'handling'].flatMap((id) =>
    features.filter((each) => each.id === id),
  )[0]
  if (!chosen) return null
  const column = `"${chosen.id}"`
  const found = await read(
    `SELECT ${delayBin(column)} AS "bin", count(*) AS "n", avg(${logged(chosen.id)}) AS "x", sum("y") AS "sum", sum("y" * "y") AS "squares", sum("top") AS "top", sum("bottom") AS "bottom" FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY 1`,
  )
  const bins = found.map((row) => ({
    from: delayEdges[Number(row.bin) - 1] ?? 0,
    to: delayEdges[Number(row.bin)] ?? null,
    x: Number(row.x),
    n: Number(row.n),
    sum: Number(row.sum),
    squares: Number(row.squares),
    top: Number(row.top),
    bottom: Number(row.bottom),
  }))
  const threshold = findThreshold(bins, Math.max(fewestRows, 0.05 * chosen.known))
  // What is no jump is not taken for one anywhere else.
  const at = threshold && threshold.p < 0.01 ? bins[threshold.after]!.to : null
  return { feature: chosen.id, bins, threshold, at }
}
