import { formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { listed } from '../metrics/needs.ts'
import { type Memory, rememberFor } from '../metrics/remember.ts'
import { kMeans } from '../stats/k-means.ts'
import { oneCloudP } from '../stats/one-cloud.ts'
import { type PredictionStrength, predictionStrength } from '../stats/prediction-strength.ts'
import { uniformDraws } from '../stats/uniform-draws.ts'
import { type CommercialSegments, commercialFindings, commercialFrom } from './commercial-segments.ts'
import { type DriverSegments, findDrivers } from './drivers.ts'
import type { Finding, NoFindings } from './finding.ts'
import { readDriverTests } from './read-drivers.ts'
import { type Apart, type Segment, serviceOf, told } from './segment-service.ts'
import { type GroupProfile, readSegments, type Scale, type SegmentsEvidence } from './segments-evidence.ts'

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

/** Two features name a group, a third one where two groups would be called the same; null is the quiet group. */
function namesOf(aparts: (Apart[] | null)[], words: Words): string[] {
  const named = (apart: Apart[] | null, most: number) => {
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
