import { formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { listed } from '../metrics/needs.ts'
import { type Memory, remember } from '../metrics/remember.ts'
import { differenceInterval, type Estimate } from '../stats/difference.ts'
import { kMeans } from '../stats/k-means.ts'
import { oneCloudP } from '../stats/one-cloud.ts'
import { type PredictionStrength, predictionStrength } from '../stats/prediction-strength.ts'
import { uniformDraws } from '../stats/uniform-draws.ts'
import type { CustomerFeature } from './customer-features.ts'
import type { Finding, NoFindings } from './finding.ts'
import { type GroupProfile, readSegments, type Scale, type SegmentsEvidence } from './segments-evidence.ts'

/** Customers who behave and fare alike. */
export interface Segment {
  /** In plain words, from what sets it apart: `Many cases, slow replies`. */
  name: string
  customers: number
  /** Of all customers in the window. */
  share: number
  /** Features in order of how far they are from all others, farthest first; `z` in standard deviations. Empty for the quiet. */
  apart: { feature: string; theme: CustomerFeature['theme']; z: number }[]
  profile: GroupProfile['features']
  service: ServiceModel
}

/** How such customers might be served: an idea to be tried, never a promise. */
export interface ServiceModel {
  id: ServiceId
  /** What to do. */
  advice: string
  /** The figures that suggest it. */
  why: string
}

export type ServiceId = 'follow_up' | 'one_contact' | 'faster' | 'self_service' | 'call_back' | 'watch' | 'as_is'

export interface Segments {
  segments: Segment[]
  scales: Scale[]
  customers: number
  window: SegmentsEvidence['window']
  /** Every number of groups that was tried. */
  tried: (PredictionStrength & { p: number | null })[]
  sentence: string
  /** Why so many groups. */
  choice: string
  limits: string[]
  findings: Finding[]
}

const fewest = 200
const mostGroups = 7
/** What the authors of prediction strength call well-separated. */
const strongEnough = 0.8
const level = 0.05
const smallest = 0.02
/** Standard deviations from which on a feature names a group. */
const telling = 0.5
const seed = 20_240_501

/**
 * Finds groups of customers, or says that they differ by degree only. The number of groups is the largest whose groups hold when they
 * are found again in one half of the customers and judged in the other, and which one cloud of the same widths and correlations would
 * not give as well. Customers without any contact are a group of their own.
 */
export async function segmentsFrom(evidence: SegmentsEvidence | null, words: Words): Promise<Segments | NoFindings> {
  if (!evidence) return { refused: say(words, 'say.segments.none'), missing: ['cases.customer', 'customers.id'] }
  const { scales, sample, customers, quiet } = evidence
  if (customers - quiet < fewest)
    return {
      refused: say(words, 'say.segments.few', { customers: customers - quiet, needed: fewest }),
      missing: [],
    }
  if (scales.length < 2)
    return { refused: say(words, 'say.segments.alike'), missing: ['cases.first_response_at', 'surveys.customer'] }
  const { k, tried } = chooseGroups(sample)
  const centres = k > 1 ? kMeans(sample, k, uniformDraws(seed), 10).centres : [scales.map(() => 0)]
  const groups = (await evidence.profile(centres)).filter((each) => each.customers > 0)
  const segments = k > 1 ? segmentsOf(groups, centres, evidence, words) : []
  const choice = sayChoice(k, tried, words)
  const limits = limitsOf(evidence, words)
  const sentence =
    k > 1
      ? say(words, 'say.segments.found', {
          groups: segments.length,
          customers: formatNumber(customers, words),
          largest: segments[0]!.name,
          share: formatValue(segments[0]!.share, 'ratio', words),
        })
      : say(words, 'say.segments.degree', { customers: formatNumber(customers, words) })
  return {
    segments,
    scales,
    customers,
    window: evidence.window,
    tried,
    sentence,
    choice,
    limits,
    findings: segments.map((segment) => findingOf(segment, choice, limits, words)),
  }
}

const memory: Memory<Segments | NoFindings> = new WeakMap()

/** The same of an open version, found once as long as it is open: its groups do not change. */
export function findSegments(context: MetricContext): Promise<Segments | NoFindings> {
  return remember(memory, context.store, context.words.locale, async () => {
    const evidence = await readSegments(context)
    try {
      return await segmentsFrom(evidence, context.words)
    } finally {
      await evidence?.release()
    }
  })
}

/** The largest number of groups that holds; 1 where none does. */
function chooseGroups(sample: number[][]): { k: number; tried: Segments['tried'] } {
  const tried: Segments['tried'] = []
  for (let k = 2; k <= mostGroups; k++)
    tried.push({ ...predictionStrength(sample, k, uniformDraws(seed + k)), p: null })
  for (const candidate of tried.toReversed()) {
    if (candidate.strength < strongEnough) continue
    const { k } = candidate
    const { members } = kMeans(sample, k, uniformDraws(seed), 10)
    const sizes = Array.from({ length: k }, (_, group) => members.filter((each) => each === group).length)
    if (Math.min(...sizes) < smallest * sample.length) continue
    candidate.p = oneCloudP(sample, k, uniformDraws(seed + 100 + k))
    if (candidate.p <= level) return { k, tried }
  }
  return { k: 1, tried }
}

function segmentsOf(groups: GroupProfile[], centres: number[][], evidence: SegmentsEvidence, words: Words): Segment[] {
  const made = groups.map((group) => {
    const apart =
      group.group === null
        ? []
        : evidence.scales
            .map(({ feature: { id, theme } }, j) => ({ feature: id, theme, z: centres[group.group!]![j]! }))
            .toSorted((a, b) => Math.abs(b.z) - Math.abs(a.z))
    return { group, apart }
  })
  const names = namesOf(
    made.map(({ apart, group }) => (group.group === null ? null : apart)),
    words,
  )
  return made
    .map(({ group, apart }, at) => ({
      name: names[at]!,
      customers: group.customers,
      share: group.customers / evidence.customers,
      apart,
      profile: group.features,
      service: serviceOf(group, apart, groups, evidence, words),
    }))
    .toSorted((a, b) => b.customers - a.customers)
}

type Apart = Segment['apart']

/** Two features name a group, a third one where two groups would be called the same; null is the quiet group. */
function namesOf(aparts: (Apart | null)[], words: Words): string[] {
  const named = (apart: Apart | null, most: number) => {
    if (!apart) return say(words, 'say.segments.quiet')
    const strong = apart.filter(({ z }) => Math.abs(z) >= telling)
    // Many cases and many contacts are one thing said twice.
    const [firsts, others] = partition(strong, (each, at) => strong.findIndex((one) => one.theme === each.theme) === at)
    const parts = [...firsts, ...others]
      .slice(0, most)
      .map(({ feature, z }) => say(words, `say.segments.${z > 0 ? 'high' : 'low'}.${feature}`))
    if (parts.length === 0) return say(words, 'say.segments.usual')
    return sentenceCase(parts.join(', '), words)
  }
  const short = aparts.map((apart) => named(apart, 2))
  return aparts.map((apart, at) =>
    short.filter((each) => each === short[at]).length > 1 ? named(apart, 4) : short[at]!,
  )
}

function partition<T>(values: T[], first: (value: T, at: number) => boolean): [T[], T[]] {
  return [values.filter(first), values.filter((value, at) => !first(value, at))]
}

function sentenceCase(text: string, words: Words): string {
  return text.charAt(0).toLocaleUpperCase(words.locale) + text.slice(1)
}

/** Which side of which features suggests which way to serve; the first that fits. */
const rules: { id: ServiceId; features: string[]; side: 1 | -1 }[] = [
  { id: 'follow_up', features: ['unresolved_share', 'reopened_share'], side: 1 },
  { id: 'one_contact', features: ['reply_time_spread', 'wait_time_spread', 'agents'], side: 1 },
  { id: 'faster', features: ['reply_time', 'wait_time', 'resolution_time', 'abandoned_share'], side: 1 },
  { id: 'call_back', features: ['satisfaction', 'lowest_satisfaction'], side: -1 },
  { id: 'self_service', features: ['cases', 'touchpoints'], side: 1 },
]

function serviceOf(
  group: GroupProfile,
  apart: Apart,
  groups: GroupProfile[],
  { scales }: SegmentsEvidence,
  words: Words,
): ServiceModel {
  if (group.group === null) return { id: 'watch', ...told('watch', words) }
  const strong = apart.filter(({ z }) => Math.abs(z) >= telling)
  for (const { id, features, side } of rules) {
    for (const { feature, z } of strong) {
      if (!features.includes(feature) || Math.sign(z) !== side) continue
      const gap = gapOf(feature, group, groups)
      // A group is made to differ; advice follows only where the difference would be seen in other customers too.
      if (!gap || (gap.low <= 0 && gap.high >= 0)) continue
      const { unit } = scales.find((each) => each.feature.id === feature)!.feature
      const [own, others] = [group.features[feature]!.mean!, gap.others]
      return {
        id,
        advice: say(words, `say.segments.service.${id}`),
        why: say(words, 'say.segments.service.why', {
          feature: say(words, `features.${feature}`),
          own: formatValue(own, unit, words),
          others: formatValue(others, unit, words),
        }),
      }
    }
  }
  return { id: 'as_is', ...told('as_is', words) }
}

function told(id: ServiceId, words: Words): Pick<ServiceModel, 'advice' | 'why'> {
  return { advice: say(words, `say.segments.service.${id}`), why: say(words, `say.segments.service.${id}.why`) }
}

/** Difference of means between a group and all others, by Welch's standard errors. */
function gapOf(feature: string, group: GroupProfile, groups: GroupProfile[]): (Estimate & { others: number }) | null {
  const own = group.features[feature]
  const others = groups
    .filter((each) => each !== group && each.group !== null)
    .flatMap((each) => each.features[feature] ?? [])
  const known = others.filter(({ n, mean }) => n > 1 && mean !== null)
  const n = known.reduce((sum, each) => sum + each.n, 0)
  if (!own || own.n < 2 || own.mean === null || n < 2) return null
  const mean = known.reduce((sum, each) => sum + each.n * each.mean!, 0) / n
  const squares = known.reduce(
    (sum, each) => sum + (each.n - 1) * (each.deviation ?? 0) ** 2 + each.n * (each.mean! - mean) ** 2,
    0,
  )
  const reach = 1.959964
  const around = (value: number, error: number) => ({ value, low: value - reach * error, high: value + reach * error })
  const a = around(own.mean, (own.deviation ?? 0) / Math.sqrt(own.n))
  const b = around(mean, Math.sqrt(squares / (n - 1) / n))
  return { value: a.value - b.value, ...differenceInterval(a, b), others: mean }
}

function sayChoice(k: number, tried: Segments['tried'], words: Words): string {
  const best = tried.toSorted((a, b) => b.strength - a.strength)[0]!
  if (k === 1) {
    const held = tried.filter(({ strength }) => strength >= strongEnough)
    if (held.length > 0) return say(words, 'say.segments.choice.cloud', { groups: held.at(-1)!.k })
    return say(words, 'say.segments.choice.weak', {
      groups: best.k,
      strength: formatValue(best.strength, 'ratio', words),
      needed: formatValue(strongEnough, 'ratio', words),
    })
  }
  const chosen = tried.find((each) => each.k === k)!
  return say(words, 'say.segments.choice.held', {
    groups: k,
    strength: formatValue(chosen.strength, 'ratio', words),
    needed: formatValue(strongEnough, 'ratio', words),
  })
}

function limitsOf({ scales, customers, sample, quiet }: SegmentsEvidence, words: Words): string[] {
  const gaps = scales.filter(({ known }) => known < 0.9)
  return [
    say(words, 'say.segments.limit.made'),
    ...(sample.length < customers - quiet
      ? [say(words, 'say.segments.limit.sample', { sample: formatNumber(sample.length, words) })]
      : []),
    ...(gaps.length > 0
      ? [
          say(words, 'say.segments.limit.unknown', {
            features: listed(
              gaps.map(
                ({ feature, known }) =>
                  `${say(words, `features.${feature.id}`)} (${formatValue(1 - known, 'ratio', words)})`,
              ),
              words,
            ),
          }),
        ]
      : []),
  ]
}

function findingOf(segment: Segment, choice: string, limits: string[], words: Words): Finding {
  return {
    id: `segments.${
      segment.apart
        .slice(0, 2)
        .map(({ feature, z }) => `${feature}.${z > 0 ? 'high' : 'low'}`)
        .join('.') || 'quiet'
    }`,
    kind: 'segments',
    claim: say(words, 'say.segments.claim', {
      name: segment.name,
      share: formatValue(segment.share, 'ratio', words),
      customers: formatNumber(segment.customers, words),
    }),
    evidence: `${choice} ${segment.service.why}`,
    confidence: { n: segment.customers, effect: null, p: null, q: null, tried: 1 },
    check: null,
    limits,
  }
}
