import { formatDuration, formatNumber, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { Estimate } from '../stats/difference.ts'
import { meanInterval } from '../stats/intervals.ts'
import type { DelayBin, FeatureFacts } from './driver-facts.ts'
import { estimateText, fieldLabel, levelLabel, signLabel } from './driver-labels.ts'
import type { DriverTests, Tested, TestedDriver } from './driver-tests.ts'
import type { DriverEvidence, NoDrivers } from './drivers-evidence.ts'
import type { Finding, NoFindings } from './finding.ts'
import type { DriverReading } from './read-drivers.ts'
import type { SurveyKind } from './survey-rows.ts'

/** One thing that could drive a score, in points of its scale. */
export interface Driver extends Tested {
  id: string
  label: string
  /** What is compared with what: `not resolved against resolved`. */
  contrast: string
  effect: Estimate | null
  /** Part of the differences between answers that goes with it; only where it is real. */
  share: Estimate | null
  n: number | null
}

export interface DriverSegments extends Tested {
  about: string
  label: string
  effects: { segment: string; label: string; n: number; effect: Estimate }[]
}

/** Answers whose delay was alike. */
export interface DelayStep {
  from: number
  to: number | null
  n: number
  mean: Estimate
}

/** Where many answers meet a real effect: what it would be worth if it were gone. */
export interface Priority {
  id: string
  label: string
  n: number
  share: number
  /** Points of the scale, each of these answers and over all answers. */
  effect: Estimate
  weight: number
}

/** What goes with good and bad answers, as far as it is real. */
export interface Drivers {
  kind: SurveyKind
  answered: number
  offered: number | null
  /** Mean on the scale of the survey. */
  mean: number
  scale: { min: number; max: number }
  tried: number
  real: number
  r2: number
  sentence: string
  drivers: Driver[]
  odds: (DriverTests['odds'][number] & { label: string; contrast: string })[]
  segments: DriverSegments[]
  cells: (DriverTests['cells'][number] & { label: string; column: string })[]
  delay: {
    feature: string
    label: string
    steps: DelayStep[]
    threshold:
      | (Tested & { seconds: number; from: number; to: number; jump: Estimate; before: Estimate; beyond: Estimate })
      | null
    sentence: string
  } | null
  priorities: Priority[]
  limits: string[]
  findings: Finding[]
}

/** What has been read and tested, in words. */
export function findDrivers(reading: DriverReading | NoDrivers, words: Words): Drivers | NoFindings {
  if ('lacks' in reading) return refusal(reading, words)
  return sayDrivers(reading, words)
}

export function refusal({ lacks, answered }: NoDrivers, words: Words): NoFindings {
  return {
    refused: say(words, `drivers.refused.${lacks}`, { answered }),
    missing: lacks === 'scores' ? ['surveys.score', 'surveys.kind', 'surveys.case', 'surveys.customer'] : [],
  }
}

function sayDrivers({ evidence, tests }: DriverReading, words: Words): Drivers {
  const { kind, answered, offered, scale } = evidence
  const span = scale.max - scale.min
  const drivers = tests.drivers.map((each): Driver => {
    const facts = evidence.features.find(({ id }) => id === each.id)
    return {
      ...pickTested(each),
      id: each.id,
      label: fieldLabel(each.id, words),
      contrast: contrastOf(each, facts, evidence, words),
      effect: each.effect && timesOf(each.effect, span * unitOf(each, facts)),
      share: each.share,
      n: each.n,
    }
  })
  const segments = tests.segments.map(({ about, effects, ...each }) => ({
    ...pickTested(each),
    about,
    label: fieldLabel(about, words),
    effects: effects.map(({ segment, n, effect }) => ({
      segment,
      label: levelLabel('segment', segment, words),
      n,
      effect: timesOf(effect, span),
    })),
  }))
  const answer: Unsaid = {
    kind,
    answered,
    offered,
    scale,
    mean: scale.min + span * evidence.mean,
    tried: tests.tried,
    real: tests.real,
    r2: tests.r2,
    drivers,
    odds: tests.odds.map((each) => ({
      ...each,
      label: fieldLabel(each.feature, words),
      contrast: oddsContrast(each.feature, evidence, words),
    })),
    segments,
    cells: tests.cells.map((each) => ({
      ...each,
      label: fieldLabel(each.feature, words),
      column: each.by === '' ? say(words, 'drivers.all') : levelLabel(each.by, each.value, words),
    })),
    delay: delayOf(evidence, tests, words),
    limits: limitsOf(evidence, words),
  }
  const priorities = prioritiesOf(answer, evidence, tests, words)
  return { ...answer, priorities, sentence: sentenceOf(answer, words), findings: findingsOf(answer, words) }
}

const pickTested = ({ p, q, real }: Tested): Tested => ({ p, q, real })

function timesOf({ value, low, high }: Estimate, by: number): Estimate {
  return { value: value * by, low: low * by, high: high * by }
}

/** What an effect is told for: yes against no, twice as long, or the uneven quarter against the even one. */
function unitOf({ flag }: TestedDriver, facts: FeatureFacts | undefined): number {
  if (flag || !facts) return 1
  return facts.kind === 'spread' ? facts.high - facts.quarter : Math.LN2
}

function contrastOf(
  { id, flag }: TestedDriver,
  facts: FeatureFacts | undefined,
  { delay }: DriverEvidence,
  words: Words,
): string {
  if (!facts) return say(words, 'drivers.contrast.category')
  if (facts.kind === 'delay')
    return flag
      ? say(words, 'drivers.contrast.late', { limit: formatDuration(delay?.at ?? 0, words) })
      : say(words, 'drivers.contrast.doubled')
  return say(words, `drivers.contrast.${id}`)
}

function oddsContrast(id: string, { delay, features }: DriverEvidence, words: Words): string {
  const facts = features.find((each) => each.id === id)
  if (facts?.kind === 'delay') {
    const limit = delay?.feature === id && delay.at !== null ? delay.at : facts.median
    return say(words, 'drivers.contrast.late', { limit: formatDuration(limit, words) })
  }
  if (id === 'contacts') return say(words, 'drivers.contrast.many', { count: facts?.median ?? 0 })
  if (id === 'spread') return say(words, 'drivers.contrast.uneven')
  return say(words, `drivers.contrast.${id}`)
}

function delayOf({ delay, scale }: DriverEvidence, { threshold }: DriverTests, words: Words): Drivers['delay'] {
  if (!delay) return null
  const span = scale.max - scale.min
  const found = threshold && {
    ...pickTested(threshold),
    seconds: delay.bins[threshold.after]!.to ?? 0,
    from: delay.bins[threshold.from]!.to ?? 0,
    to: delay.bins[threshold.to]!.to ?? 0,
    jump: timesOf(threshold.jump, span),
    before: timesOf(threshold.before, span * Math.LN2),
    beyond: timesOf(threshold.beyond, span * Math.LN2),
  }
  const label = fieldLabel(delay.feature, words)
  const about = found && {
    delay: label,
    limit: formatDuration(found.seconds, words),
    p: formatP(found.p, words),
    jump: estimateText(found.jump, 'score', words),
    before: estimateText(found.before, 'score', words),
    beyond: estimateText(found.beyond, 'score', words),
    way: found.jump.value < 0 ? 'down' : 'up',
  }
  const sentence = say(
    words,
    `drivers.threshold.${!found ? 'few' : found.real ? 'real' : 'none'}`,
    about ?? { delay: label },
  )
  const cut = found?.real ? found.seconds : null
  return { feature: delay.feature, label, steps: stepsOf(delay.bins, cut, scale), threshold: found, sentence }
}

/** Bins that are drawn: a dozen at most, and one of them begins at the threshold. */
function stepsOf(bins: DelayBin[], cut: number | null, { min, max }: { min: number; max: number }): DelayStep[] {
  const all = bins.reduce((sum, { n }) => sum + n, 0)
  const least = Math.max(30, all / 14)
  const merged: DelayBin[] = []
  for (const bin of bins) {
    const last = merged.at(-1)
    if (last && last.n < least && last.to !== cut)
      Object.assign(last, {
        to: bin.to,
        n: last.n + bin.n,
        sum: last.sum + bin.sum,
        squares: last.squares + bin.squares,
      })
    else merged.push({ ...bin })
  }
  return merged.flatMap(({ from, to, n, sum, squares }) => {
    const mean = sum / n
    const variance = n > 1 ? Math.max(0, (squares - sum * mean) / (n - 1)) : null
    const interval = meanInterval({ n, mean, variance })
    const onScale = (value: number) => Math.max(min, Math.min(max, min + (max - min) * value))
    return interval && n >= 10
      ? [{ from, to, n, mean: { value: onScale(mean), low: onScale(interval.low), high: onScale(interval.high) } }]
      : []
  })
}

function prioritiesOf(
  { drivers, scale, answered }: Pick<Drivers, 'drivers' | 'scale' | 'answered'>,
  evidence: DriverEvidence,
  { signals }: DriverTests,
  words: Words,
): Priority[] {
  const span = scale.max - scale.min
  const ofDrivers = drivers.flatMap(({ id, label, contrast, effect, n, real }) =>
    real && effect && n && effect.high < 0
      ? [
          {
            id,
            label: id === evidence.delay?.feature ? say(words, 'drivers.labelled', { label, value: contrast }) : label,
            n,
            effect,
          },
        ]
      : [],
  )
  const ofGroups = signals.flatMap(({ field, level, mean, others, dominance, real }) => {
    if (!real || dominance.value >= 0 || !evidence.dimensions.includes(field)) return []
    const value = (mean - others) * span
    // The interval of the means is as wide, for its size, as that of the dominance that was tested.
    const times = value / dominance.value
    const effect = { value, low: Math.min(dominance.low * times, value), high: Math.max(dominance.high * times, value) }
    const label = signLabel(field, level, words)
    return [{ id: `${field}.${level}`, label, n: dominance.n, effect }]
  })
  return [...ofDrivers, ...ofGroups]
    .map((each) => ({ ...each, share: each.n / answered, weight: (-each.n * each.effect.value) / answered }))
    .toSorted((a, b) => b.weight - a.weight)
}

/** What the data cannot say of scores. */
export function limitsOf({ answered, offered, odds, features }: DriverEvidence, words: Words): string[] {
  const silent = offered !== null && offered > answered ? 1 - answered / offered : null
  const known = new Set(features.map(({ id }) => id as string))
  const missing = ['wait', 'reply', 'resolution', 'transfers', 'reopens', 'unresolved', 'spread'].filter(
    (id) => !known.has(id),
  )
  return [
    say(words, 'drivers.limit.observed'),
    silent === null
      ? say(words, 'drivers.limit.unknown_silent')
      : say(words, 'drivers.limit.silent', { share: formatValue(silent, 'ratio', words) }),
    ...(missing.length > 0
      ? [
          say(words, 'drivers.limit.missing', {
            fields: missing.map((id) => fieldLabel(id, words).toLocaleLowerCase(words.locale)).join(', '),
          }),
        ]
      : []),
    ...(odds.rows < answered ? [say(words, 'drivers.limit.sampled', { rows: odds.rows })] : []),
  ]
}

type Unsaid = Omit<Drivers, 'sentence' | 'findings' | 'priorities'>

function sentenceOf({ kind, drivers, answered, tried, real, r2 }: Unsaid, words: Words): string {
  const found = drivers.filter((each) => each.real)
  const metric = say(words, `drivers.metric.${kind}`)
  if (real === 0) return say(words, 'drivers.nothing', { metric, answered, tried })
  if (found.length === 0) return say(words, 'drivers.loose', { metric, answered, tried, real })
  return say(words, 'drivers.here', {
    metric,
    answered,
    tried,
    count: found.length,
    first: found[0]!.label,
    others:
      found
        .slice(1, 4)
        .map(({ label }) => label)
        .join(', ') || 'none',
    r2: formatValue(r2, 'ratio', words),
  })
}

function findingsOf(answer: Unsaid, words: Words): Finding[] {
  return [
    ...ofDrivers(answer, words),
    ...ofThreshold(answer, words),
    ...ofSegments(answer, words),
    ...ofSides(answer, words),
  ]
}

const means: Record<SurveyKind, string> = { csat: 'csat_mean', nps: 'nps', ces: 'ces' }

function common({ kind, limits, tried, answered }: Unsaid, tested: Tested, effect: Estimate | null, n = answered) {
  return {
    kind: 'drivers' as const,
    confidence: { n, effect: effect && { ...effect, unit: 'score' as const }, p: tested.p, q: tested.q, tried },
    check: { table: 'surveys', metric: { id: means[kind], part: 'population' as const } } as Finding['check'],
    limits,
  }
}

function ofDrivers(answer: Unsaid, words: Words): Finding[] {
  const { drivers, kind } = answer
  const metric = say(words, `drivers.metric.${kind}`)
  const frequency = drivers.find(({ id }) => id === 'contacts')
  return drivers
    .filter((each) => each.real && !(answer.delay?.feature === each.id && answer.delay.threshold?.real))
    .map((each) => {
      const about = {
        metric,
        label: each.label,
        contrast: each.contrast,
        effect: each.effect ? estimateText(each.effect, 'score', words) : '',
        way: (each.effect?.value ?? 0) < 0 ? 'lower' : 'higher',
        size: each.effect ? formatNumber(Math.abs(each.effect.value), words, 2) : '',
        share: each.share ? estimateText(each.share, 'ratio', words) : '',
        n: each.n ?? answer.answered,
        p: formatP(each.p, words),
        frequency: each.id === 'spread' && frequency ? (frequency.real ? 'too' : 'not') : 'none',
      }
      const base = common(answer, each, each.effect, each.n ?? answer.answered)
      return {
        ...base,
        id: `drivers.${kind}.${each.id}`,
        claim: say(words, each.effect ? 'drivers.claim.effect' : 'drivers.claim.category', about),
        evidence: say(words, each.effect ? 'drivers.evidence.effect' : 'drivers.evidence.category', about),
        check: each.effect ? base.check : { metrics: [means[kind]], by: [each.id] },
      }
    })
}

function ofThreshold(answer: Unsaid, words: Words): Finding[] {
  const { delay, kind } = answer
  const found = delay?.threshold
  if (!delay || !found?.real) return []
  const about = {
    metric: say(words, `drivers.metric.${kind}`),
    delay: delay.label.toLocaleLowerCase(words.locale),
    limit: formatDuration(found.seconds, words),
    size: formatNumber(Math.abs(found.jump.value), words, 2),
    way: found.jump.value < 0 ? 'down' : 'up',
    from: formatDuration(found.from, words),
    to: formatDuration(found.to, words),
    sure: found.from === found.to ? 'yes' : 'no',
  }
  return [
    {
      ...common(answer, found, found.jump),
      id: `drivers.${kind}.threshold`,
      claim: say(words, 'drivers.claim.threshold', about),
      evidence: [delay.sentence, say(words, 'drivers.evidence.threshold', about)].join(' '),
    },
  ]
}

function ofSegments(answer: Unsaid, words: Words): Finding[] {
  return answer.segments.flatMap((each) => {
    const sorted = each.effects.toSorted((a, b) => a.effect.value - b.effect.value)
    const [most, least] = [sorted[0], sorted.at(-1)]
    if (!each.real || !most || !least) return []
    return [
      {
        ...common(answer, each, null),
        id: `drivers.${answer.kind}.${each.about}.by_segment`,
        claim: say(words, 'drivers.claim.segments', {
          label: each.label,
          most: most.label,
          most_effect: formatNumber(most.effect.value, words, 2),
          least: least.label,
          least_effect: formatNumber(least.effect.value, words, 2),
        }),
        evidence: say(words, 'drivers.evidence.segments', {
          list: each.effects.map(({ label, effect }) => `${label} ${estimateText(effect, 'score', words)}`).join('; '),
          p: formatP(each.p, words),
        }),
        check: { metrics: [means[answer.kind]], by: ['segment'] },
      },
    ]
  })
}

/** Where gains and losses are not each other's mirror. */
function ofSides(answer: Unsaid, words: Words): Finding[] {
  return answer.odds.flatMap(({ feature, label, contrast, n, top, bottom, symmetric }) => {
    if (!symmetric.real || !(top.real || bottom.real)) return []
    const more = Math.abs(Math.log(top.odds.value)) > Math.abs(Math.log(bottom.odds.value)) ? 'top' : 'bottom'
    const about = {
      label,
      contrast,
      more,
      top: estimateText(top.odds, 'number', words),
      bottom: estimateText(bottom.odds, 'number', words),
      p: formatP(symmetric.p, words),
    }
    return [
      {
        ...common(answer, symmetric, null, n),
        id: `drivers.${answer.kind}.${feature}.sides`,
        claim: say(words, 'drivers.claim.sides', about),
        evidence: say(words, 'drivers.evidence.sides', about),
      },
    ]
  })
}
