import { bucketEstimate } from '../stats/bucket-regression.ts'
import type { Estimate } from '../stats/difference.ts'
import { fitLogistic, logisticPass, probability } from '../stats/logistic.ts'
import type { Tested } from '../stats/wald.ts'
import type { OddsCell, OddsFactor } from './driver-cells.ts'
import type { DriverEvidence } from './drivers-evidence.ts'

/** Odds of one outcome where a feature is over its limit against where it is not, the others being equal. */
export interface AdjustedOdds {
  odds: Estimate
  p: number
}

/** What a feature does to the best and to the worst answers. */
export interface TwoSided {
  feature: string
  /** Rows over the limit. */
  n: number
  top: AdjustedOdds
  bottom: AdjustedOdds
  /** That it takes as much from the best answers as it gives to the worst. */
  symmetric: { p: number }
}

/** Outcomes that each column of a model needs. */
const outcomesPerColumn = 10

interface Column {
  name: string
  value: (codes: number[]) => number
  n: number
}

/**
 * Odds ratios of the best and of the worst answers, each adjusted for the other features, channel and segment. Errors are taken from how
 * the buckets of customers differ, for both outcomes together. Empty where there are too few such answers, or a feature tells them
 * without fault.
 */
export async function adjustedOdds({ odds: { factors, cells } }: Pick<DriverEvidence, 'odds'>): Promise<TwoSided[]> {
  const rows = cells.reduce((sum, { n }) => sum + n, 0)
  const columns = columnsOf(factors, cells, rows)
  const designs = cells.map(({ codes }) => columns.map(({ value }) => value(codes)))
  const fits = await Promise.all(
    (['top', 'bottom'] as const).map((outcome) => influences(outcome, cells, designs, columns)),
  )
  const [top, bottom] = fits
  if (!top || !bottom) return []
  return factors.flatMap(({ id, kind }) => {
    const at = columns.findIndex(({ name }) => name === id)
    if (kind !== 'factor' || at < 0) return []
    const one = (fit: Influences): AdjustedOdds => {
      const { value, low, high, p } = judged(
        fit.values[at + 1]!,
        fit.buckets.map((each) => each[at + 1]!),
      )
      return { odds: { value: Math.exp(value), low: Math.exp(low), high: Math.exp(high) }, p }
    }
    const both = judged(
      top.values[at + 1]! + bottom.values[at + 1]!,
      top.buckets.map((each, b) => each[at + 1]! + bottom.buckets[b]![at + 1]!),
    )
    return [{ feature: id, n: columns[at]!.n, top: one(top), bottom: one(bottom), symmetric: { p: both.p } }]
  })
}

function columnsOf(factors: OddsFactor[], cells: OddsCell[], rows: number): Column[] {
  const least = 25
  return factors
    .flatMap(({ id, kind, levels }, at) =>
      kind === 'factor'
        ? [
            { name: id, value: (codes: number[]) => (codes[at] === 1 ? 1 : 0) },
            { name: `${id}.unknown`, value: (codes: number[]) => (codes[at] === -1 ? 1 : 0) },
          ]
        : [...levels.slice(1).keys(), levels.length - 1].map((place) => ({
            name: `${id}:${place + 1}`,
            value: (codes: number[]) => (codes[at] === place + 1 ? 1 : 0),
          })),
    )
    .map((each) => ({ ...each, n: cells.reduce((sum, { codes, n }) => sum + n * each.value(codes), 0) }))
    .filter(({ n }) => n >= least && rows - n >= least)
    .toSorted((a, b) => Number(a.name.endsWith('.unknown')) - Number(b.name.endsWith('.unknown')))
}

/** Coefficients, and by bucket what each of them owes to it. */
interface Influences {
  values: number[]
  buckets: number[][]
}

async function influences(
  outcome: 'top' | 'bottom',
  cells: OddsCell[],
  designs: number[][],
  columns: Column[],
): Promise<Influences | null> {
  const all = cells.reduce((sum, { n }) => sum + n, 0)
  const have = cells.reduce((sum, each) => sum + each[outcome], 0)
  if (columns.length === 0 || Math.min(have, all - have) < outcomesPerColumn * columns.length) return null
  const rows = cells.flatMap((cell, at) => [
    { x: designs[at]!, y: 1 as const, weight: cell[outcome] },
    { x: designs[at]!, y: 0 as const, weight: cell.n - cell[outcome] },
  ])
  let names = columns.map(({ name }) => name)
  let kept = columns.map((_, at) => at)
  for (;;) {
    const pass = logisticPass(
      rows.filter(({ weight }) => weight > 0).map((row) => ({ ...row, x: kept.map((at) => row.x[at]!) })),
    )
    const fit = await fitLogistic(names, pass)
    if ('lacks' in fit) {
      // What others make up, such as "not known" of two fields at once, is left out; anything else is no model.
      if (fit.lacks !== 'dependent' || fit.names.length === 0) return null
      kept = kept.filter((_, at) => names[at] !== fit.names[0])
      names = kept.map((at) => columns[at]!.name)
      continue
    }
    const beta = [fit.intercept.value, ...fit.coefficients.map(({ value }) => value)]
    const scores = new Map<number, number[]>()
    for (const [at, { bucket, n, ...cell }] of cells.entries()) {
      const x = [1, ...kept.map((place) => designs[at]![place]!)]
      const p = probability(x.reduce((sum, each, i) => sum + each * beta[i]!, 0))
      const own = scores.get(bucket) ?? x.map(() => 0)
      scores.set(bucket, own)
      for (const [i, each] of x.entries()) own[i]! += each * (cell[outcome] - n * p)
    }
    const places = new Map(kept.map((at, i) => [at + 1, i + 1]))
    const spread = (own: number[]) => {
      const moved = fit.covariance.map((row) => row.reduce((sum, each, j) => sum + each * own[j]!, 0))
      return [moved[0]!, ...columns.map((_, at) => moved[places.get(at + 1) ?? -1] ?? 0)]
    }
    return {
      values: [beta[0]!, ...columns.map((_, at) => beta[places.get(at + 1) ?? -1] ?? 0)],
      buckets: [...scores].toSorted(([a], [b]) => a - b).map(([, own]) => spread(own)),
    }
  }
}

function judged(value: number, influence: number[]): Tested {
  const count = influence.length
  const variance = (count / (count - 1)) * influence.reduce((sum, each) => sum + each ** 2, 0)
  return bucketEstimate(value, variance, count)
}
