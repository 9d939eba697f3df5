import { formatDate, formatNumber, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricUnit } from '../metrics/frame.ts'
import { listed } from '../metrics/needs.ts'
import {
  type Change,
  type ChangeSplit,
  type GroupChange,
  isRate,
  leastExplained,
  type NoChange,
  sizeOf,
} from './change.ts'

/** `−0.15`, `+12`, `−2.1 pts`: a change, or a part of one, with its sign. A part of a count is no whole number. */
export function changeText(change: number, unit: MetricUnit, words: Words, part = true): string {
  const size = Math.abs(change)
  const text =
    unit === 'ratio'
      ? say(words, 'say.change.points', { size: formatNumber(size * 100, words, 1) })
      : unit === 'count' && part
        ? formatNumber(size, words, 1)
        : formatValue(size, unit, words)
  return (change > 0 ? '+' : change < 0 ? '−' : '±') + text
}

/** What there is to say, the most important first: did it move at all, then why. */
export function sayChange(change: Change, words: Words): string[] {
  const best = change.splits[0]
  return [
    saidWhole(change, words),
    ...saidSeen(change, words),
    ...(best
      ? [saidSplit(best, change, words), ...saidBest(best, change, words), ...saidGroups(best, change, words)]
      : []),
    ...saidSimpson(change, words),
  ]
}

export function sayNoChange({ lacks, because }: NoChange, words: Words): string {
  return lacks === 'metric' ? say(words, 'say.change.metric', { because }) : say(words, 'say.change.empty', { lacks })
}

/** `1 Jan 2026 – 31 Jan 2026`. */
export function periodText({ from, to }: { from: string; to: string }, words: Words): string {
  return say(words, 'say.change.period', { from: formatDate(from, words), to: formatDate(to, words) })
}

function saidWhole({ card, before, after, change, test }: Change, words: Words): string {
  const { unit } = card
  const values = {
    metric: card.label,
    before: formatValue(before.value, unit, words),
    after: formatValue(after.value, unit, words),
    change: changeText(change, unit, words, false),
    way: change > 0 ? 'up' : change < 0 ? 'down' : 'none',
  }
  if (!test) return say(words, 'say.change.untested', values)
  return say(words, test.real ? 'say.change.moved' : 'say.change.still', {
    ...values,
    of: test.of,
    daily: changeText(test.value, unit, words),
    low: changeText(test.low, unit, words),
    high: changeText(test.high, unit, words),
    p: formatP(test.p, words),
  })
}

function saidSeen({ seen, days }: Change, words: Words): string[] {
  return (['before', 'after'] as const).flatMap((period) => {
    const all = Math.round((Date.parse(days[period].to) - Date.parse(days[period].from)) / 86_400_000) + 1
    return seen[period] < all ? [say(words, 'say.change.seen', { period, seen: seen[period], all })] : []
  })
}

function saidSplit({ label, effects, interval }: ChangeSplit, { card, kind }: Change, words: Words): string {
  const text = (value: number) => changeText(value, card.unit, words)
  return say(words, `say.change.split.${isRate(kind) ? 'rate' : kind}`, {
    dimension: label,
    longer: effects.days === 0 ? 'no' : 'yes',
    days: text(effects.days),
    volume: text(effects.volume),
    mix: text(effects.mix),
    rate: text(effects.rate),
    known: interval ? 'yes' : 'no',
    low: interval ? text(interval.low) : '',
    high: interval ? text(interval.high) : '',
  })
}

function saidBest(best: ChangeSplit, { splits, card, change }: Change, words: Words): string[] {
  const tried = splits.length
  if (best.explains <= leastExplained * Math.abs(change)) return [say(words, 'say.change.nothing', { tried })]
  if (tried < 2) return []
  const size = changeText(best.explains, card.unit, words).slice(1)
  return [say(words, 'say.change.best', { tried, dimension: best.label, size })]
}

const mostNamed = 3

/** The groups that did most, and those that came or went. */
function saidGroups({ groups }: ChangeSplit, { card }: Change, words: Words): string[] {
  const moved = groups.filter(({ effects }) => sizeOf(effects) > 0).slice(0, mostNamed)
  const texts = moved.map(
    ({ label, effects }) =>
      `${label} ${changeText(effects.days + effects.volume + effects.mix + effects.rate, card.unit, words)}`,
  )
  const named = (found: GroupChange[]) =>
    listed(
      found.slice(0, mostNamed).map(({ label }) => label),
      words,
    )
  const fresh = groups.filter(({ before }) => before.n === 0)
  const gone = groups.filter(({ after }) => after.n === 0)
  return [
    ...(moved.length > 0 ? [say(words, 'say.change.groups', { groups: listed(texts, words) })] : []),
    ...(fresh.length > 0 ? [say(words, 'say.change.fresh', { count: fresh.length, groups: named(fresh) })] : []),
    ...(gone.length > 0 ? [say(words, 'say.change.gone', { count: gone.length, groups: named(gone) })] : []),
  ]
}

function saidSimpson({ splits, change }: Change, words: Words): string[] {
  const turned = splits.filter(({ simpson }) => simpson).map(({ label }) => label)
  if (turned.length === 0) return []
  return [say(words, 'say.change.simpson', { dimension: listed(turned, words), way: change > 0 ? 'up' : 'down' })]
}

/** `0.023`, `< 0.001`; a dash where there was no test. */
export function qText(q: number | null, words: Words): string {
  return q === null ? '–' : formatP(q, words).replace(/^= /, '')
}
