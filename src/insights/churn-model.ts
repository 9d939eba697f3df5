import { type Brier, brier, type CalibrationBin, calibrationBins, calibrationLine } from '../stats/calibration.ts'
import type { Estimate } from '../stats/difference.ts'
import { benjaminiHochberg } from '../stats/false-discovery.ts'
import { fitLogistic, type LogisticFit, type LogisticPass, logisticPass, probability } from '../stats/logistic.ts'
import { averagePrecision, type Discrimination, discrimination, topLift } from '../stats/roc.ts'
import {
  type ChurnColumn,
  columnsOf,
  designOf,
  findLeaks,
  independentOf,
  type Leak,
  weightOf,
} from './churn-columns.ts'
import type { ChurnEvidence, ChurnRow } from './churn-evidence.ts'

/** A column with its odds ratio: for one standard step, or for a group against the largest. */
export interface ChurnDriver {
  column: ChurnColumn
  odds: Estimate
  p: number
  /** Benjamini-Hochberg over all that are told. */
  q: number
}

/** What the model was worth on customers of days that it had not seen. */
export interface ChurnValidation {
  /** `time`: learnt on earlier days, tested on the latest. `folds`: each fifth of the customers by a model of the others. */
  by: 'time' | 'folds'
  /** Customers tested on, and those of them who left. */
  n: number
  left: number
  auc: Discrimination
  average_precision: number
  base_rate: number
  brier: Brier
  bins: CalibrationBin[]
  /** Null where the scores do not differ. */
  slope: Estimate | null
  top: { n: number; outcomes: number; caught: number; lift: number }
}

export interface ChurnModel {
  columns: ChurnColumn[]
  /** Log-odds of leaving; the intercept first, in the proportions of all customers. */
  coefficients: number[]
  covariance: number[][]
  /** Probabilities were corrected by what the folds of the earlier days showed. */
  recalibrated: boolean
  drivers: ChurnDriver[]
  validation: ChurnValidation
  leaks: Leak[]
  left_out: string[]
  /** Looks at customers that it was learnt from, and how many ended in leaving. */
  n: number
  left: number
}

/** Why there is no model. */
export interface NoChurnModel {
  lacks: 'leavings' | 'tested' | 'columns' | 'fit'
  left: number
  needed: number
  leaks: Leak[]
}

const perColumn = 10
const fewestLeft = 50
const fewestTested = 20
const folds = [0, 1, 2, 3, 4]
/**
 * Pull on the coefficients of the risk (not on the odds ratios): as if one standard step were unlikely to change the odds more than
 * sevenfold. With ten leavings a column it changes little, and it keeps columns that say nearly the same from taking opposite sides.
 */
const ridge = 1

/** Learns who leaves, and tests it on what it had not seen. Pure. */
export async function learnChurn(evidence: ChurnEvidence): Promise<ChurnModel | NoChurnModel> {
  const { rows, drawn, cutoffs } = evidence
  const leaks = findLeaks(evidence)
  const earlier = rows.filter(({ cutoff }) => cutoff > 0)
  const latest = rows.filter(({ cutoff }) => cutoff === 0)
  const byTime = cutoffs.length > 1 && leftOf(earlier) >= fewestLeft && leftOf(latest) >= fewestTested
  const training = byTime ? earlier : rows
  const left = leftOf(training)
  if (left < fewestLeft) return { lacks: 'leavings', left, needed: fewestLeft, leaks }
  const { columns: all, left_out } = columnsOf(evidence, training, leaks, Math.floor(left / perColumn))
  const columns = independentOf(all, training)
  if (columns.length === 0) return { lacks: 'columns', left, needed: 0, leaks }
  const across = await acrossFolds(columns, training)
  const fitted = byTime ? await fitTo(columns, training, ridge) : null
  if (!across || (byTime && !fitted)) return { lacks: 'fit', left, needed: 0, leaks }
  const line = await calibrationLine(across)
  const correction = line && (line.slope.low > 1 || line.slope.high < 1) ? line : null
  const correct = (logOdds: number) =>
    correction ? correction.intercept.value + correction.slope.value * logOdds : logOdds
  const tested = fitted
    ? latest.map((row) => ({ row, y: row.left, logOdds: correct(score(fitted, designOf(columns, row))) }))
    : across.map((each) => ({ ...each, logOdds: correct(each.logOdds) }))
  const validation = await validate(tested, byTime ? 'time' : 'folds', drawn)
  const whole = await fitTo(columns, rows, ridge)
  const drivers = await driversOf(columns, rows)
  if (!validation || !whole || !drivers) return { lacks: 'fit', left, needed: 0, leaks }
  const scale = correction?.slope.value ?? 1
  const own = [whole.intercept.value, ...whole.coefficients.map(({ value }) => value)]
  return {
    columns,
    coefficients: own.map((each, at) =>
      at === 0 ? (correction?.intercept.value ?? 0) + scale * each + Math.log(drawn.stayed / drawn.left) : scale * each,
    ),
    covariance: whole.covariance.map((line) => line.map((each) => each * scale ** 2)),
    recalibrated: correction !== null,
    drivers,
    validation,
    leaks,
    left_out,
    n: rows.length,
    left: leftOf(rows),
  }
}

const leftOf = (rows: ChurnRow[]): number => rows.reduce((sum, { left }) => sum + left, 0)

interface Tested {
  row: ChurnRow
  y: 0 | 1
  logOdds: number
}

async function fitTo(columns: ChurnColumn[], rows: ChurnRow[], pull: number): Promise<LogisticFit | null> {
  const found = await fitLogistic(
    columns.map(({ id }) => id),
    passOver(columns, rows),
    pull,
  )
  return 'lacks' in found ? null : found
}

function score({ intercept, coefficients }: LogisticFit, x: number[]): number {
  return x.reduce((sum, each, at) => sum + each * coefficients[at]!.value, intercept.value)
}

const passOver = (columns: ChurnColumn[], rows: ChurnRow[]): ((beta: number[]) => LogisticPass) =>
  logisticPass(rows.map((row) => ({ x: designOf(columns, row), y: row.left })))

/** Each fifth of the customers by a model of the other four. */
async function acrossFolds(columns: ChurnColumn[], rows: ChurnRow[]): Promise<Tested[] | null> {
  const tested: Tested[] = []
  for (const fold of folds) {
    const own = rows.filter((row) => row.fold === fold)
    if (own.length === 0) continue
    const found = await fitTo(
      columns,
      rows.filter((row) => row.fold !== fold),
      ridge,
    )
    if (!found) return null
    for (const row of own) tested.push({ row, y: row.left, logOdds: score(found, designOf(columns, row)) })
  }
  return tested
}

async function validate(
  tested: Tested[],
  by: ChurnValidation['by'],
  drawn: ChurnEvidence['drawn'],
): Promise<ChurnValidation | null> {
  const shift = Math.log(drawn.stayed / drawn.left)
  const stated = tested.map(({ row, y, logOdds }) => ({
    y,
    score: logOdds,
    p: probability(logOdds + shift),
    weight: weightOf(row, drawn),
  }))
  const auc = discrimination(stated)
  const precision = averagePrecision(stated)
  const top = topLift(stated)
  if (!auc || precision === null || !top) return null
  const n = stated.reduce((sum, { weight }) => sum + weight, 0)
  const left = stated.reduce((sum, { weight, y }) => sum + weight * y, 0)
  const line = await calibrationLine(tested)
  return {
    by,
    n,
    left,
    auc,
    average_precision: precision,
    base_rate: left / n,
    brier: brier(stated),
    bins: calibrationBins(stated),
    slope: line?.slope ?? null,
    top,
  }
}

/**
 * Less of its own than this, and no number of customers tells what a column adds to the others: a mean of two scores and the lower of
 * them. A variance inflated tenfold; source: J. F. Hair et al., Multivariate Data Analysis, 7th ed. (2010), ch. 4.
 */
const tellsApart = 0.1

/**
 * Odds ratios of all columns together, without the pull; columns that others make up, or that leave no finite ratio, are left out. That
 * something is not known is allowed for and not told: it makes up for the bend in what is known and has no sense of its own.
 */
async function driversOf(columns: ChurnColumn[], rows: ChurnRow[]): Promise<ChurnDriver[] | null> {
  let kept = independentOf(columns, rows, tellsApart)
  while (kept.length > 0) {
    const held = kept
    const found = await fitLogistic(
      held.map(({ id }) => id),
      passOver(held, rows),
    )
    if (!('lacks' in found)) {
      const told = found.coefficients.flatMap(({ odds, p }, at) =>
        held[at]!.kind === 'unknown' ? [] : [{ column: held[at]!, odds, p }],
      )
      const qs = benjaminiHochberg(told.map(({ p }) => p))
      return told.map((each, at) => ({ ...each, q: qs[at] ?? 1 }))
    }
    if (found.names.length === 0) return null
    const gone = found.lacks === 'dependent' ? found.names.slice(0, 1) : found.names
    kept = kept.filter(({ id }) => !gone.includes(id))
  }
  return []
}
