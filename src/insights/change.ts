import type { Days } from '../calendar.ts'
import type { Frame, MetricCard, MetricCell } from '../metrics/frame.ts'
import { chiSquareIndependence } from '../stats/chi-square.ts'
import { type DayValue, levelShift } from '../stats/day-levels.ts'
import { differenceOf, type Estimate } from '../stats/difference.ts'
import { chiSquareSurvival } from '../stats/distributions.ts'
import { benjaminiHochberg, isReal } from '../stats/false-discovery.ts'
import type { Interval } from '../stats/intervals.ts'
import { type Amount, addEffects, type Effects, splitRate, splitTotal } from '../stats/split-change.ts'

/** How the numbers of groups make the number of the whole. */
export type ChangeKind = 'count' | 'sum' | 'ratio' | 'mean'

export interface TwoPeriods<Value> {
  before: Value
  after: Value
}

/** What a change is explained from: two answers without a split, two for each dimension, and days for what grows with them. */
export interface ChangeEvidence {
  metric: string
  kind: ChangeKind
  days: TwoPeriods<Days>
  /** Days of each period that the data cover. */
  seen: TwoPeriods<number>
  whole: TwoPeriods<Frame>
  /** Of counts and sums. */
  daily?: TwoPeriods<DayValue[]>
  splits: { dimension: string; label: string; before: Frame; after: Frame }[]
}

export interface GroupChange {
  group: string | null
  label: string
  before: Amount & { value: number | null }
  after: Amount & { value: number | null }
  /** In the unit of the metric; the parts of all groups add up to the change of the whole. */
  effects: Effects
  /** Of the effect of its own rate, the parts of the groups taken as they are. */
  interval?: Interval
  /** Did its own value move? */
  p: number | null
  /** Benjamini-Hochberg over the groups of the dimension. */
  q: number | null
}

/** The same change by the groups of one dimension. */
export interface ChangeSplit {
  dimension: string
  label: string
  effects: Effects
  groups: GroupChange[]
  /** Of the rate effect of all groups. */
  interval?: Interval
  /** Do the groups have another part of the rows? */
  mix: { p: number | null; q: number | null }
  /** Did some groups move otherwise than others? */
  uneven: { p: number | null; q: number | null }
  /** How much of the change the dimension tells apart, counting only what is no accident of the sample. */
  explains: number
  /** Every group that is there in both periods moved one way, the whole the other way. */
  simpson: boolean
}

/** Why a number moved between two periods. */
export interface Change {
  metric: string
  kind: ChangeKind
  days: TwoPeriods<Days>
  seen: TwoPeriods<number>
  before: MetricCell
  after: MetricCell
  change: number
  /** Of a count or sum, of a day: by how much, and whether that is more than days differ anyway. Null where it cannot be tested. */
  test: (Interval & { value: number; p: number; real: boolean; of: 'difference' | 'days' }) | null
  /** What explains most first. */
  splits: ChangeSplit[]
  /** Dimensions whose groups do not make the whole, or are too many to read. */
  left: string[]
  card: MetricCard
}

/** No change can be told: a period has no value. */
export interface NoChange {
  lacks: 'before' | 'after' | 'metric'
  because?: string
}

const level = 0.05
/** Fewer rows in a period say little of a group's own value. */
const fewest = 30
const mostGroups = 50

/**
 * Parts a change into effects of the groups of each dimension. They add up to it exactly; formulas and sources are in
 * `stats/split-change.ts`. Dimensions are in the order of what they explain, where every part is counted only if its test holds after
 * all dimensions were tried.
 */
export function findChange(evidence: ChangeEvidence): Change | NoChange {
  const { metric, whole, kind } = evidence
  const cells = { before: cellOf(whole.before, metric), after: cellOf(whole.after, metric) }
  const refused = cells.after.refused ?? cells.before.refused
  if (refused) return { lacks: 'metric', because: refused.message }
  // Nothing is no level to come from: 0 of a count has no groups, and null of a mean no value.
  if (!cells.before.n || cells.before.value === null) return { lacks: 'before' }
  if (!cells.after.n || cells.after.value === null) return { lacks: 'after' }
  const change = cells.after.value - cells.before.value
  const found = evidence.splits.map((split) => ({ label: split.label, split: splitBy(split, evidence, change) }))
  const splits = found.flatMap(({ split }) => (typeof split === 'string' ? [] : split))
  return {
    metric,
    kind,
    days: evidence.days,
    seen: evidence.seen,
    ...cells,
    change,
    test: testWhole(evidence, cells),
    splits: ordered(splits, kind),
    left: found.filter(({ split }) => split === 'no whole').map(({ label }) => label),
    card: whole.after.metrics[metric]!,
  }
}

function testWhole(evidence: ChangeEvidence, { before, after }: TwoPeriods<MetricCell>): Change['test'] {
  if (evidence.daily) {
    const found = levelShift(evidence.daily.before, evidence.daily.after)
    return found && { ...found, real: found.p < level, of: 'days' }
  }
  const gap = gapOf(before, after)
  return gap && { ...gap, real: gap.p < level, of: 'difference' }
}

/** The difference of two cells with its interval; null where one of them has none. */
function gapOf(before: MetricCell, after: MetricCell): (Estimate & { p: number }) | null {
  const [from, to] = [estimateOf(before), estimateOf(after)]
  return from && to && differenceOf(to, from)
}

function estimateOf({ value, low, high }: MetricCell): Estimate | null {
  return value === null || low === undefined || high === undefined ? null : { value, low, high }
}

interface GroupCells {
  group: string | null
  label: string
  before: MetricCell
  after: MetricCell
}

/** Where the groups do not make the whole, their parts would not add up to its change; one group is the whole itself. */
function splitBy(
  answers: ChangeEvidence['splits'][number],
  evidence: ChangeEvidence,
  change: number,
): ChangeSplit | 'one group' | 'no whole' {
  const { kind, metric, seen, whole } = evidence
  const cells = groupsOf(answers, evidence)
  if (cells.length < 2) return 'one group'
  if (cells.length > mostGroups) return 'no whole'
  const amounts = cells.map((each) => ({ before: amountOf(each.before, kind), after: amountOf(each.after, kind) }))
  for (const period of ['before', 'after'] as const) {
    const all = amountOf(cellOf(whole[period], metric), kind)
    const n = amounts.reduce((sum, each) => sum + each[period].n, 0)
    const sum = amounts.reduce((total, each) => total + each[period].sum, 0)
    if (n !== all.n || Math.abs(sum - all.sum) > 1e-6 * Math.max(1, Math.abs(all.sum))) return 'no whole'
  }
  const effects = isRate(kind) ? splitRate(amounts) : splitTotal(amounts, seen)
  if (!effects) return 'no whole'
  const gaps = cells.map((each) => gapOf(each.before, each.after))
  const qs = benjaminiHochberg(gaps.map((gap) => gap?.p ?? null))
  const weights = amounts.map((_, at) => weightOf(at, amounts, kind))
  const groups = cells.map((each, at): GroupChange => {
    const gap = gaps[at]
    const weight = weights[at]!
    return {
      group: each.group,
      label: each.label,
      before: { ...amounts[at]!.before, value: each.before.value },
      after: { ...amounts[at]!.after, value: each.after.value },
      effects: effects[at]!,
      ...(gap && isRate(kind) && { interval: { low: weight * gap.low, high: weight * gap.high } }),
      p: gap?.p ?? null,
      q: qs[at] ?? null,
    }
  })
  const total = addEffects(effects)
  return {
    dimension: answers.dimension,
    label: answers.label,
    effects: total,
    groups: groups.toSorted((a, b) => sizeOf(b.effects) - sizeOf(a.effects)),
    interval: isRate(kind) ? intervalOfSum(groups, total.rate) : undefined,
    mix: { p: mixP(groups), q: null },
    uneven: { p: isRate(kind) ? unevenP(cells) : null, q: null },
    explains: 0,
    simpson: isRate(kind) && isSimpson(groups, change),
  }
}

export function isRate(kind: ChangeKind): boolean {
  return kind === 'ratio' || kind === 'mean'
}

/** What a group does in all, whichever way its parts point. */
export function sizeOf({ days, volume, mix, rate }: Effects): number {
  return Math.abs(days + volume + mix + rate)
}

function groupsOf(
  { dimension, before, after }: ChangeEvidence['splits'][number],
  { metric, kind }: ChangeEvidence,
): GroupCells[] {
  const keys = new Map<string | null, string>()
  for (const frame of [before, after])
    for (const row of frame.rows) {
      const key = keyOf(row[dimension])
      keys.set(key, frame.labels[dimension]?.[String(key)] ?? String(key ?? ''))
    }
  const cell = (frame: Frame, key: string | null): MetricCell => {
    const row = frame.rows.find((each) => keyOf(each[dimension]) === key)
    return (row?.[metric] as MetricCell | undefined) ?? { value: kind === 'count' ? 0 : null, n: 0 }
  }
  return [...keys]
    .map(([group, label]) => ({ group, label, before: cell(before, group), after: cell(after, group) }))
    .filter((each) => (each.before.n ?? 0) > 0 || (each.after.n ?? 0) > 0)
}

function keyOf(value: Frame['rows'][number][string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}

function cellOf(frame: Frame, metric: string): MetricCell {
  return (frame.rows[0]?.[metric] as MetricCell | undefined) ?? { value: null, n: 0 }
}

function amountOf({ value, n = 0, numerator, denominator }: MetricCell, kind: ChangeKind): Amount {
  if (kind === 'ratio') return { n: denominator ?? 0, sum: numerator ?? 0 }
  if (kind === 'mean') return { n, sum: (value ?? 0) * n }
  return { n, sum: value ?? 0 }
}

/** The part of the rows that a group has, both periods weighing alike. */
function weightOf(at: number, amounts: TwoPeriods<Amount>[], kind: ChangeKind): number {
  if (!isRate(kind)) return 0
  const part = (period: 'before' | 'after') =>
    amounts[at]![period].n / amounts.reduce((sum, each) => sum + each[period].n, 0)
  return (part('before') + part('after')) / 2
}

/** Of independent groups, whose distances from their bounds add up as squares (Zou and Donner 2008). Of all groups or of none. */
function intervalOfSum(groups: GroupChange[], total: number): Interval | undefined {
  const moved = groups.filter(({ before, after }) => before.n > 0 && after.n > 0)
  if (moved.length === 0 || moved.some(({ interval }) => !interval)) return undefined
  const reach = (side: 'low' | 'high') =>
    Math.sqrt(moved.reduce((sum, { effects, interval }) => sum + (effects.rate - interval![side]) ** 2, 0))
  return { low: total - reach('low'), high: total + reach('high') }
}

/** Do the groups have the same parts in both periods? Groups too rare for the approximation are taken as one. */
function mixP(groups: GroupChange[]): number | null {
  const counts = groups.map(({ before, after }): [number, number] => [before.n, after.n])
  const all = [0, 1].map((period) => counts.reduce((sum, each) => sum + each[period]!, 0))
  const least = (row: [number, number]) => ((row[0] + row[1]) * Math.min(...all)) / (all[0]! + all[1]!)
  const rare = counts.filter((row) => least(row) < 5)
  const rest = rare.reduce((sum, row): [number, number] => [sum[0] + row[0], sum[1] + row[1]], [0, 0])
  const found = chiSquareIndependence([...counts.filter((row) => least(row) >= 5), rest])
  return found && found.minExpected >= 5 ? found.p : null
}

/** Cochran's Q (Biometrics 10, 1954): do the groups' own changes differ by more than their intervals tell? */
function unevenP(cells: GroupCells[]): number | null {
  const gaps = cells
    .filter(({ before, after }) => (before.n ?? 0) >= fewest && (after.n ?? 0) >= fewest)
    .flatMap(({ before, after }) => gapOf(before, after) ?? [])
    .map(({ value, low, high }) => ({ value, weight: (3.92 / (high - low)) ** 2 }))
    .filter(({ weight }) => Number.isFinite(weight))
  if (gaps.length < 2) return null
  const weights = gaps.reduce((sum, { weight }) => sum + weight, 0)
  const mean = gaps.reduce((sum, { value, weight }) => sum + value * weight, 0) / weights
  const statistic = gaps.reduce((sum, { value, weight }) => sum + weight * (value - mean) ** 2, 0)
  return chiSquareSurvival(statistic, gaps.length - 1)
}

/** Differences of rounding are no move. */
const still = 1e-12
/** A dimension that tells less than this part of the change apart explains none of it, however sure that little is. */
export const leastExplained = 0.1

function isSimpson(groups: GroupChange[], change: number): boolean {
  const moves = groups
    .filter(({ before, after }) => before.n > 0 && after.n > 0)
    .map(({ before, after }) => (after.value ?? 0) - (before.value ?? 0))
  if (moves.length < 2 || Math.abs(change) < still) return false
  return moves.every((move) => Math.abs(move) > still && move > 0 !== change > 0)
}

/** All tests of all dimensions are one family: of many dimensions, one will look telling by accident. */
function ordered(splits: ChangeSplit[], kind: ChangeKind): ChangeSplit[] {
  const qs = benjaminiHochberg(splits.flatMap(({ mix, uneven }) => [mix.p, uneven.p]))
  return splits
    .map((split, at) => {
      const [mix, uneven] = [qs[2 * at] ?? null, qs[2 * at + 1] ?? null]
      const tested = { ...split, mix: { ...split.mix, q: mix }, uneven: { ...split.uneven, q: uneven } }
      return { ...tested, explains: explainedBy(tested, kind) }
    })
    .toSorted((a, b) => b.explains - a.explains || a.dimension.localeCompare(b.dimension))
}

/**
 * Of a share or a mean: what the mix moved, and what groups moved beyond what they would have if all had moved alike. Of a count or sum:
 * what groups moved beyond their part. Half of it, since one group's more is another's less.
 */
function explainedBy(split: ChangeSplit, kind: ChangeKind): number {
  const { groups, effects } = split
  if (!isRate(kind)) {
    if (!isReal(split.mix.q)) return 0
    const size = (at: 'before' | 'after') => groups.reduce((sum, group) => sum + Math.abs(group[at].sum), 0)
    const whole = size('before') + size('after')
    const change = effects.days + effects.volume + effects.mix + effects.rate
    return half(
      groups.map((group) => {
        const own = group.after.sum - group.before.sum
        return own - (change * (Math.abs(group.before.sum) + Math.abs(group.after.sum))) / whole
      }),
    )
  }
  const both = groups.filter(({ before, after }) => before.n > 0 && after.n > 0)
  const n = (at: 'before' | 'after') => groups.reduce((sum, group) => sum + group[at].n, 0)
  const weight = (group: GroupChange) => (group.before.n / n('before') + group.after.n / n('after')) / 2
  const weights = both.reduce((sum, group) => sum + weight(group), 0)
  const uneven = half(both.map((group) => group.effects.rate - (effects.rate * weight(group)) / weights))
  return (isReal(split.mix.q) ? Math.abs(effects.mix) : 0) + (isReal(split.uneven.q) ? uneven : 0)
}

function half(values: number[]): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) / 2
}
