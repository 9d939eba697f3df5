import {
  type BucketFit,
  bucketRegression,
  combinationOf,
  covarianceOf,
  jointP,
  totalOf,
} from '../stats/bucket-regression.ts'
import { spearmanTest } from '../stats/correlation.ts'
import type { Estimate } from '../stats/difference.ts'
import { type Dominance, dominanceOf } from '../stats/dominance.ts'
import { benjaminiYekutieli, isReal } from '../stats/false-discovery.ts'
import type { Interval } from '../stats/intervals.ts'
import { rankInterval } from '../stats/rank-interval.ts'
import { shapleyShares } from '../stats/shapley-shares.ts'
import type { Threshold } from '../stats/threshold.ts'
import { uniformDraws } from '../stats/uniform-draws.ts'
import type { LevelCounts } from './driver-levels.ts'
import { adjustedOdds, type TwoSided } from './driver-odds.ts'
import type { RankCell } from './driver-ranks.ts'
import type { DriverEvidence } from './drivers-evidence.ts'

/** What became of a hypothesis: `q` over all that were tested on these scores, signals among them: by Benjamini and Yekutieli, since
 * a field, its quarters and its cells of the matrix are tests of the same rows. */
export interface Tested {
  p: number
  q: number
  real: boolean
}

export type TestedCell = RankCell & Interval & Tested

/** A group of columns of the linear model: a feature, or a category with its values. */
export interface TestedDriver extends Tested {
  id: string
  /** Share of the variance that it explains; only where it is real. */
  share: Estimate | null
  /** Points of 0-1 that the score changes by: where a flag is set, by each unit of the model's scale; null for categories. */
  effect: Estimate | null
  /** Rows that the effect is about, of a flag. */
  n: number | null
  flag: boolean
}

export interface TestedSegments extends Tested {
  about: string
  /** Effect on 0-1 in each segment. */
  effects: { segment: string; n: number; effect: Estimate }[]
}

export interface TestedSignal extends Tested {
  field: string
  level: string
  dominance: Dominance
  /** Means on 0-1 of the group and of all others, and their shares of the worst and best answers. */
  mean: number
  others: number
}

type With<T> = T & Tested

/** All that was tested on the scores of one kind of survey, under one correction. */
export interface DriverTests {
  tried: number
  real: number
  r2: number
  cells: TestedCell[]
  drivers: TestedDriver[]
  threshold: (Threshold & Tested) | null
  odds: (Omit<TwoSided, 'top' | 'bottom' | 'symmetric'> & {
    top: With<TwoSided['top']>
    bottom: With<TwoSided['bottom']>
    symmetric: With<TwoSided['symmetric']>
  })[]
  segments: TestedSegments[]
  signals: TestedSignal[]
}

/** Below it the score tells the two apart in fewer than 21 of 40 pairs: real or not, nobody would notice. */
const leastDominance = 0.05
/** More would take as long as all the rest; a case has fewer things that could drive a score. */
const mostGroups = 12

/** Tests everything once. Pure; what is simulated is the same in every run. */
export async function testDrivers(evidence: DriverEvidence): Promise<DriverTests> {
  const ps: number[] = []
  const noted = (p: number): number => ps.push(p) - 1
  const cells = evidence.correlations.flatMap((cell) => {
    const [test, interval] = [spearmanTest(cell.rho, cell.n), rankInterval(cell.rho, cell.n)]
    return test && interval ? [{ cell, interval, at: noted(test.p) }] : []
  })
  const { columns, sums, delay } = evidence
  const main = columns.filter(({ model }) => model !== 'segments')
  const fit = bucketRegression(
    sums,
    'y',
    main.map(({ name }) => name),
  )
  // Without the lines before and after the threshold, what a delay costs is the whole difference and not the jump alone.
  const plain = bucketRegression(
    sums,
    'y',
    columns.filter(({ model }) => model === 'main').map(({ name }) => name),
  )
  const groups = [...new Set(main.map(({ group }) => group))].slice(0, mostGroups)
  // The place of the threshold was chosen by the scores: what it is part of pays for all places.
  const price = (id: string) => (delay?.feature === id && delay.at !== null ? (delay.threshold?.tried ?? 1) : 1)
  const drivers = groups.flatMap((id) => {
    const own = main.filter(({ group, aside }) => group === id && !aside).map(({ name }) => name)
    const p = fit && jointP(fit, own)
    return p === null || p === undefined ? [] : [{ id, at: noted(Math.min(1, p * price(id))) }]
  })
  const threshold = delay?.threshold
    ? { ...delay.threshold, ...(fit && shapeOf(delay.feature, fit)), at: noted(delay.threshold.p) }
    : null
  const odds = (await adjustedOdds(evidence)).map((each) => ({
    each,
    top: noted(Math.min(1, each.top.p * price(each.feature))),
    bottom: noted(Math.min(1, each.bottom.p * price(each.feature))),
    symmetric: noted(each.symmetric.p),
  }))
  const segmented = bucketRegression(
    sums,
    'y',
    columns.filter(({ model }) => model !== 'shape').map(({ name }) => name),
  )
  const segments = [...new Set(columns.filter(({ model }) => model === 'segments').map(({ group }) => group))].flatMap(
    (group) => {
      const names = columns.filter((each) => each.group === group).map(({ name }) => name)
      const p = segmented && jointP(segmented, names)
      return segmented && p !== null ? [{ group, fit: segmented, at: noted(p) }] : []
    },
  )
  const signals = evidence.levels.flatMap((counts) => {
    const dominance = dominanceOf(counts.group, counts.rest)
    return dominance ? [{ counts, dominance, at: noted(dominance.p) }] : []
  })
  const qs = benjaminiYekutieli(ps)
  const tested = (at: number): Tested => ({ p: ps[at]!, q: qs[at]!, real: isReal(qs[at]) })
  const known = drivers.map(({ id, at }) => ({ id, ...tested(at) }))
  const shares = known.some(({ real }) => real) ? sharesOf(evidence, groups) : null
  return {
    tried: ps.length,
    real: qs.filter(isReal).length,
    r2: shares?.r2 ?? 0,
    cells: cells.map(({ cell, interval, at }) => ({ ...cell, ...interval, ...tested(at) })),
    drivers: known
      .map((each) => ({
        ...each,
        ...effectOf(each.id, evidence, each.id === delay?.feature ? plain : fit),
        share: each.real ? (shares?.of.get(each.id) ?? null) : null,
      }))
      .toSorted((a, b) => (b.share?.value ?? 0) - (a.share?.value ?? 0) || a.p - b.p),
    threshold: threshold && { ...threshold, ...tested(threshold.at) },
    odds: odds.map(({ each, top, bottom, symmetric }) => ({
      ...each,
      top: { ...each.top, ...tested(top) },
      bottom: { ...each.bottom, ...tested(bottom) },
      symmetric: { ...tested(symmetric) },
    })),
    segments: segments.map(({ group, fit: own, at }) => ({ ...segmentsOf(group, evidence, own), ...tested(at) })),
    signals: signals
      .map(({ counts, dominance, at }) => {
        const found = tested(at)
        return {
          ...signalOf(counts),
          dominance,
          ...found,
          real: found.real && Math.abs(dominance.value) >= leastDominance,
        }
      })
      .toSorted((a, b) => Math.abs(b.dominance.value) - Math.abs(a.dominance.value)),
  }
}

/** Shares of variance with their spread over customers drawn again, a bucket at a time. */
function sharesOf({ sums, columns }: DriverEvidence, groups: string[]): { r2: number; of: Map<string, Estimate> } {
  const main = columns.filter(({ model }) => model !== 'segments')
  const places = main.map(({ name }) => sums.names.indexOf(name))
  const members = groups.map((id) => main.flatMap(({ group }, at) => (group === id ? [at] : [])))
  const sharesIn = (of: Float64Array[]) => shapleyShares(covarianceOf(totalOf(of), [...places, 1]), members)
  const own = sharesIn(sums.sums)
  const draw = uniformDraws(1)
  const again = Array.from({ length: redraws }, () =>
    sharesIn(sums.sums.map(() => sums.sums[Math.floor(draw() * sums.sums.length)]!)),
  )
  const of = new Map(
    groups.map((id, at) => {
      const drawn = again.map((each) => each[at]!).toSorted((a, b) => a - b)
      const quantile = (p: number) => drawn[Math.round(p * (redraws - 1))]!
      return [id, { value: own[at]!, low: quantile(0.025), high: quantile(0.975) }]
    }),
  )
  return { r2: own.reduce((sum, each) => sum + each, 0), of }
}

const redraws = 200

function effectOf(
  id: string,
  { columns }: DriverEvidence,
  fit: BucketFit | null,
): Pick<TestedDriver, 'effect' | 'n' | 'flag'> {
  const own = columns.find(({ name, level: value }) => name === id && value === undefined)
  const found = own && fit && combinationOf(fit, { [id]: 1 })
  return {
    effect: found ? { value: found.value, low: found.low, high: found.high } : null,
    n: own?.n ?? null,
    flag: own?.flag ?? false,
  }
}

/**
 * The jump and the slopes beside it with all else in the model, where it has them: how uneven or unresolved a service is may go with
 * delays. What is lost more slowly later is lost at the full rate right after the limit.
 */
function shapeOf(id: string, fit: BucketFit): Partial<Pick<Threshold, 'jump' | 'before' | 'beyond'>> {
  const jump = combinationOf(fit, { [id]: 1 })
  const before = combinationOf(fit, { [`${id}.before`]: 1 })
  const beyond = combinationOf(fit, { [`${id}.beyond`]: 1, [`${id}.slowing`]: 1 })
  return jump && before && beyond ? { jump, before, beyond } : {}
}

/** The effect in each segment: that of the largest, and what the others add to it. */
function segmentsOf(
  group: string,
  { columns, levels }: DriverEvidence,
  fit: BucketFit,
): Omit<TestedSegments, keyof Tested> {
  const about = group.split('*')[0]!
  const values = levels.filter(({ field }) => field === 'segment')
  const others = columns.filter((each) => each.group === group)
  const effects = values.flatMap(({ level: segment, n }, at) => {
    const more = others.find(({ level: value }) => value === segment)
    if (at > 0 && !more) return []
    const found = combinationOf(fit, { [about]: 1, ...(more && { [more.name]: 1 }) })
    return found ? [{ segment, n, effect: { value: found.value, low: found.low, high: found.high } }] : []
  })
  return { about, effects }
}

function signalOf({
  field,
  level: value,
  group,
  rest,
}: LevelCounts): Pick<TestedSignal, 'field' | 'level' | 'mean' | 'others'> {
  return { field, level: value, mean: meanOf(group), others: meanOf(rest) }
}

function meanOf(counts: number[][]): number {
  let [n, sum] = [0, 0]
  for (const row of counts)
    for (const [step, count] of row.entries()) {
      n += count
      sum += (count * step) / (row.length - 1)
    }
  return sum / n
}
