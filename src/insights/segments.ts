import { formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { listed } from '../metrics/needs.ts'
import { type Memory, rememberFor } from '../metrics/remember.ts'
import { differenceInterval, type Estimate } from '../stats/difference.ts'
import { benjaminiHochberg } from '../stats/false-discovery.ts'
import { kMeans } from '../stats/k-means.ts'
import { oneCloudP } from '../stats/one-cloud.ts'
import { type PredictionStrength, predictionStrength } from '../stats/prediction-strength.ts'
import { uniformDraws } from '../stats/uniform-draws.ts'
import { wald } from '../stats/wald.ts'
import { type GroupSummary, welchAnova } from '../stats/welch-anova.ts'
import type { CustomerFeature } from './customer-features.ts'
import { type DriverSegments, findDrivers } from './drivers.ts'
import type { Finding, NoFindings } from './finding.ts'
import { readDriverTests } from './read-drivers.ts'
import {
  type CommercialProfile,
  type GroupProfile,
  readSegments,
  type Scale,
  type SegmentsEvidence,
} from './segments-evidence.ts'

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

export interface CommercialSegments {
  segments: Segment[]
  /** Measures in which they differ, after correction for all that were tried. */
  real: { feature: string; p: number; q: number }[]
  tried: number
  sentence: string
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
  /** The customers' own segments, as the source names them, with what sets each apart beyond chance. */
  commercial: CommercialSegments | null
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
export async function segmentsFrom(
  evidence: SegmentsEvidence | null,
  words: Words,
  sensitivities: DriverSegments[] = [],
): Promise<Segments | NoFindings> {
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
  const commercial = commercialFrom(await evidence.commercial(), evidence, sensitivities, words)
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
    commercial,
    tried,
    sentence,
    choice,
    limits,
    findings: [
      ...segments.map((segment) => findingOf(segment, choice, limits, words)),
      ...(commercial ? commercialFindings(commercial, words) : []),
    ],
  }
}

const memory: Memory<Segments | NoFindings> = new WeakMap()

/** The same of an open version, found once as long as it is open: its groups do not change. */
export function findSegments(context: MetricContext): Promise<Segments | NoFindings> {
  return rememberFor(memory, context, null, async () => {
    const evidence = await readSegments(context)
    try {
      const drivers = evidence && findDrivers(await readDriverTests({ metric: 'csat' }, context), context.words)
      const sensitivities = drivers && 'segments' in drivers ? drivers.segments.filter(({ real }) => real) : []
      return await segmentsFrom(evidence, context.words, sensitivities)
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
      service:
        group.group === null
          ? { id: 'watch' as const, ...told('watch', words) }
          : serviceOf(
              group,
              apart.filter(({ z }) => Math.abs(z) >= telling),
              groups.filter((each) => each.group !== null),
              words,
            ),
    }))
    .toSorted((a, b) => b.customers - a.customers)
}

type Apart = Segment['apart']
type Counted = Pick<GroupProfile, 'customers' | 'features'>

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

function serviceOf(group: Counted, strong: Apart, groups: Counted[], words: Words): ServiceModel {
  for (const { id, features, side } of rules) {
    for (const { feature, z } of strong) {
      if (!features.includes(feature) || Math.sign(z) !== side) continue
      const gap = gapOf(feature, group, groups)
      // A group is made to differ; advice follows only where the difference would be seen in other customers too.
      if (!gap || (gap.low <= 0 && gap.high >= 0)) continue
      const { unit, mean } = group.features[feature]!
      return {
        id,
        advice: say(words, `say.segments.service.${id}`),
        why: say(words, 'say.segments.service.why', {
          feature: say(words, `features.${feature}`),
          own: formatValue(mean, unit, words),
          others: formatValue(gap.others, unit, words),
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
function gapOf(feature: string, group: Counted, groups: Counted[]): (Estimate & { others: number }) | null {
  const own = group.features[feature]
  const others = groups.filter((each) => each !== group).flatMap((each) => each.features[feature] ?? [])
  const known = others.filter(({ n, mean }) => n > 1 && mean !== null)
  const n = known.reduce((sum, each) => sum + each.n, 0)
  if (!own || own.n < 2 || own.mean === null || n < 2) return null
  const mean = known.reduce((sum, each) => sum + each.n * each.mean!, 0) / n
  const squares = known.reduce(
    (sum, each) => sum + (each.n - 1) * (each.deviation ?? 0) ** 2 + each.n * (each.mean! - mean) ** 2,
    0,
  )
  const a = wald(own.mean, (own.deviation ?? 0) / Math.sqrt(own.n))
  const b = wald(mean, Math.sqrt(squares / (n - 1) / n))
  return { value: a.value - b.value, ...differenceInterval(a, b), others: mean }
}

/** Deviations from which on a measure suggests how to serve a segment that was not made from it. */
const worthServing = 0.2

/** The source's own segments: not made from the measures, so their differing in them can be tested. */
function commercialFrom(
  profiles: CommercialProfile[],
  { customers, scales }: SegmentsEvidence,
  sensitivities: DriverSegments[],
  words: Words,
): CommercialSegments | null {
  if (profiles.length < 2) return null
  const measures = scales.map(({ feature }) => feature)
  const tests = measures.flatMap(({ id }) => {
    const groups = profiles.flatMap(({ features }) => summaryOf(features[id]!) ?? [])
    const test = groups.length === profiles.length ? welchAnova(groups) : null
    return test ? [{ feature: id, p: test.p }] : []
  })
  const qs = benjaminiHochberg(tests.map(({ p }) => p))
  const real = tests.map((test, i) => ({ ...test, q: qs[i]! })).filter(({ q }) => q <= level)
  const told = new Set(real.map(({ feature }) => feature))
  const segments = profiles.map((profile): Segment => {
    const apart = measures
      .map(({ id, theme }) => ({ feature: id, theme, z: told.has(id) ? distanceOf(id, profile, profiles) : 0 }))
      .toSorted((a, b) => Math.abs(b.z) - Math.abs(a.z))
    return {
      name: profile.segment,
      customers: profile.customers,
      share: profile.customers / customers,
      apart,
      profile: profile.features,
      service:
        sensitiveService(profile.segment, sensitivities, words) ??
        serviceOf(
          profile,
          apart.filter(({ z }) => Math.abs(z) >= worthServing),
          profiles,
          words,
        ),
    }
  })
  return {
    segments,
    real,
    tried: tests.length,
    sentence: say(words, 'say.segments.commercial', { real: real.length, tried: tests.length }),
  }
}

/** What weighs on this segment more than on every other one, intervals and all, is what to serve it by. */
function sensitiveService(segment: string, sensitivities: DriverSegments[], words: Words): ServiceModel | null {
  for (const { about, label, effects } of sensitivities) {
    const own = effects.find((each) => each.segment === segment)
    const others = effects.filter((each) => each !== own)
    if (!own || others.length === 0 || !others.every(({ effect }) => own.effect.high < effect.low)) continue
    const id = about.startsWith('unresolved') || about.startsWith('reopened') ? 'follow_up' : 'faster'
    const text = (value: number) => formatNumber(value, words, 2)
    const n = others.reduce((sum, each) => sum + each.n, 0)
    return {
      id,
      advice: say(words, `say.segments.service.${id}`),
      why: say(words, 'say.segments.service.sensitive', {
        feature: label,
        own: text(own.effect.value),
        others: text(others.reduce((sum, each) => sum + (each.n * each.effect.value) / n, 0)),
      }),
    }
  }
  return null
}

function summaryOf({ n, mean, deviation }: GroupProfile['features'][string]): GroupSummary | null {
  return mean === null || deviation === null ? null : { n, mean, deviation }
}

/** How far a segment's mean lies from the mean of all, in deviations inside the segments. */
function distanceOf(feature: string, profile: Counted, profiles: Counted[]): number {
  const all = profiles.flatMap(({ features }) => summaryOf(features[feature]!) ?? [])
  const own = summaryOf(profile.features[feature]!)
  const n = all.reduce((sum, each) => sum + each.n, 0)
  const mean = all.reduce((sum, each) => sum + each.n * each.mean, 0) / n
  const inside = Math.sqrt(all.reduce((sum, each) => sum + each.n * each.deviation ** 2, 0) / n)
  return own && inside > 0 ? (own.mean - mean) / inside : 0
}

function commercialFindings({ segments, real, tried, sentence }: CommercialSegments, words: Words): Finding[] {
  return segments
    .filter(({ service }) => service.id !== 'as_is')
    .map((segment): Finding => {
      const first = segment.apart[0]!
      const test = real.find(({ feature }) => feature === first.feature)
      return {
        id: `segments.commercial.${segment.name}`,
        kind: 'segments',
        claim: say(words, 'say.segments.commercial.claim', { name: segment.name, why: segment.service.why }),
        evidence: `${sentence} ${segment.service.advice}.`,
        confidence: { n: segment.customers, effect: null, p: test?.p ?? null, q: test?.q ?? null, tried },
        check: { metrics: ['cases_per_customer', 'csat_mean'], by: ['segment'] },
        limits: [say(words, 'say.segments.commercial.limit')],
      }
    })
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
