import { say, type Words } from '../config/words.ts'
import { type FigureFinding, isDuration, keyOf, nameOf, type Say, written } from './figure-finding.ts'
import { findContradictions } from './figure-pairs.ts'
import type { Figure } from './figures.ts'
import { restoreRates } from './lint.ts'

/**
 * Figures that contradict each other or themselves. Judged with the rounding in which they were printed, so that a table computed
 * from rows raises nothing.
 */
export function lintFigures(figures: Figure[], words: Words): FigureFinding[] {
  const found: Say = (code, { where, metric }, values, evidence, severity = 'error') => ({
    code,
    severity,
    message: say(words, `say.metrics.figures.${code}`, { metric, ...values }),
    fix: say(words, `say.metrics.figures.${code}.fix`, { metric, ...values }),
    evidence,
    where,
  })
  return [
    ...figures.flatMap((figure) => ownFaults(figure, found, words)),
    ...setsOf(figures).flatMap((set) => setFaults(set, found, words)),
    ...findContradictions(figures, found, words),
  ]
}

/** A part above its whole, a ratio that is not its own parts, a value outside what it can be. */
function ownFaults(figure: Figure, found: Say, words: Words): FigureFinding[] {
  const { value, slack, numerator, denominator, kind, printed } = figure
  const faults: FigureFinding[] = []
  const name = nameOf(figure)
  if (numerator !== undefined && denominator !== undefined && denominator > 0 && kind !== 'count') {
    const share = numerator / denominator
    if (numerator > denominator && kind !== 'mean')
      faults.push(
        found('part-above-whole', figure, { name, part: numerator, whole: denominator }, { numerator, denominator }),
      )
    else if (Math.abs(share - value) > slack)
      faults.push(
        found(
          'not-its-parts',
          figure,
          { name, value: printed, part: numerator, whole: denominator, share: written(share, figure, words) },
          { value, numerator, denominator, share },
        ),
      )
  }
  const [low, high] = boundsOf(figure)
  if (value < low - slack || value > high + slack)
    faults.push(
      found(
        'outside-scale',
        figure,
        {
          name,
          value: printed,
          low: written(low, figure, words),
          high: high === Number.POSITIVE_INFINITY ? 'none' : written(high, figure, words),
        },
        { value, low, ...(Number.isFinite(high) && { high }) },
      ),
    )
  return faults
}

function boundsOf(figure: Figure): [number, number] {
  const { kind, scale } = figure
  if (scale) return scale
  if (kind === 'rate' || kind === 'share') return [0, 1]
  return isDuration(figure) ? [0, Number.POSITIVE_INFINITY] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
}

/** The groups of one metric on one surface, and the overall values that are published of it. */
interface FigureSet {
  groups: Figure[]
  overalls: Figure[]
}

function setsOf(figures: Figure[]): FigureSet[] {
  const sets = new Map<string, Figure[]>()
  for (const figure of figures) {
    if (figure.group === null) continue
    const key = JSON.stringify([keyOf(figure.metric), figure.by, figure.surface])
    sets.set(key, [...(sets.get(key) ?? []), figure])
  }
  return [...sets.values()].map((groups) => {
    const first = groups[0]!
    const same = figures.filter(({ group, metric }) => group === null && keyOf(metric) === keyOf(first.metric))
    const near = same.filter(({ by, surface }) => by === first.by && surface === first.surface)
    return { groups, overalls: near.length > 0 ? near : same.filter(({ by }) => by === '' || by === first.by) }
  })
}

function setFaults({ groups, overalls }: FigureSet, found: Say, words: Words): FigureFinding[] {
  const first = groups[0]!
  if (first.kind === 'share') return shareFaults(groups, overalls[0], found, words)
  const overall = overalls[0]
  if (!overall || first.kind === 'count' || overall.kind !== first.kind) return []
  const sum = groups.every(({ n }) => n !== undefined) ? groups.reduce((total, { n = 0 }) => total + n, 0) : null
  if (sum !== null && overall.n !== undefined && sum !== overall.n)
    return sum < overall.n ? restFaults(groups, overall, sum, found, words) : []
  const outside = outsideFaults(groups, overall, found, words)
  return outside.length > 0 || sum === null || sum === 0 ? outside : weightFaults(groups, overall, sum, found, words)
}

/** The overall value lies between the lowest and the highest group; where it does not, what explains all figures at once. */
function outsideFaults(groups: Figure[], overall: Figure, found: Say, words: Words): FigureFinding[] {
  const sorted = groups.toSorted((a, b) => a.value - b.value)
  const [lowest, highest] = [sorted[0]!, sorted.at(-1)!]
  // One group says nothing about the whole, unless it is said to be the lowest or the highest.
  const low = groups.length > 1 || lowest.rank === 'lowest' ? lowest.value : Number.NEGATIVE_INFINITY
  const high = groups.length > 1 || highest.rank === 'highest' ? highest.value : Number.POSITIVE_INFINITY
  if (overall.value >= low - lowest.slack - overall.slack && overall.value <= high + highest.slack + overall.slack)
    return []
  const about = { overall: overall.printed, low: lowest.printed, high: highest.printed, count: groups.length }
  const evidence = { overall: overall.value, groups: groups.map(({ value }) => value) }
  const faults = [found('overall-outside', overall, about, evidence)]
  const rates = overall.kind === 'rate' && groups.length > 1 ? restoreRates(evidence) : null
  if (rates) {
    const list = groups.map((group, i) => `${group.group} ${written(rates[i]!, group, words)}`).join(', ')
    faults.push(found('part-and-whole', overall, { rates: list }, { ...evidence, rates }))
  }
  const factor = overall.kind === 'mean' ? factorOf(overall.value, low, high) : null
  if (factor !== null) {
    const restored = overall.value * factor.times
    const values = { overall: overall.printed, factor: factor.text, restored: written(restored, overall, words) }
    faults.push(found('unit-factor', overall, values, { ...evidence, factor: factor.times, restored }))
  }
  return faults
}

/** Confusions of units, the likely first: minutes for hours, seconds for hours, hours for days. */
const factors = [60, 3600, 24, 1440]

function factorOf(overall: number, low: number, high: number): { times: number; text: string } | null {
  for (const factor of factors)
    for (const up of [true, false]) {
      const times = up ? factor : 1 / factor
      if (overall * times >= low && overall * times <= high) return { times, text: `${up ? '×' : '÷'} ${factor}` }
    }
  return null
}

/** With the n of every group the overall value is known exactly: their weighted mean. */
function weightFaults(groups: Figure[], overall: Figure, sum: number, found: Say, words: Words): FigureFinding[] {
  const mean = groups.reduce((total, { value, n = 0 }) => total + (value * n) / sum, 0)
  const slack = overall.slack + Math.max(...groups.map((each) => each.slack))
  if (Math.abs(mean - overall.value) <= slack) return []
  const plain = groups.reduce((total, { value }) => total + value / groups.length, 0)
  const averaged = Math.abs(plain - overall.value) <= slack
  const values = { overall: overall.printed, mean: written(mean, overall, words), averaged: averaged ? 'yes' : 'no' }
  return [found('not-weighted', overall, values, { overall: overall.value, weighted: mean, unweighted: plain })]
}

/** Groups that do not cover the whole leave a rest, and the rest has a value of its own. */
function restFaults(groups: Figure[], overall: Figure, sum: number, found: Say, words: Words): FigureFinding[] {
  const whole = overall.n ?? 0
  const rest =
    (overall.value * whole - groups.reduce((total, { value, n = 0 }) => total + value * n, 0)) / (whole - sum)
  const slack =
    (overall.slack * whole + groups.reduce((total, { slack: each, n = 0 }) => total + each * n, 0)) / (whole - sum)
  const [low, high] = boundsOf(overall)
  if (rest >= low - slack && rest <= high + slack) return []
  const values = { overall: overall.printed, left: whole - sum, rest: written(rest, overall, words) }
  return [found('rest-impossible', overall, values, { overall: overall.value, rest, n: whole - sum })]
}

/** Shares of one whole add up to it: to 100 %, or to the share that is published for all of them. */
function shareFaults(groups: Figure[], overall: Figure | undefined, found: Say, words: Words): FigureFinding[] {
  const sum = groups.reduce((total, { value }) => total + value, 0)
  const slack = groups.reduce((total, each) => total + each.slack, overall?.slack ?? 0)
  const whole = overall?.value ?? 1
  if (groups.length < 2 || Math.abs(sum - whole) <= slack) return []
  const first = groups[0]!
  const values = { sum: written(sum, first, words), whole: overall?.printed ?? written(1, first, words) }
  return [found('shares-not-whole', first, values, { sum, whole, shares: groups.map(({ value }) => value) })]
}
