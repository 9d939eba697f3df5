import { say, type Words } from '../config/words.ts'
import { benjaminiHochberg, isReal } from '../stats/false-discovery.ts'
import { type GroupSummary, welchAnova } from '../stats/welch-anova.ts'
import type { DriverSegments } from './drivers.ts'
import type { Finding } from './finding.ts'
import { type Counted, type Segment, sensitiveService, serviceOf } from './segment-service.ts'
import type { CommercialProfile, GroupProfile, SegmentsEvidence } from './segments-evidence.ts'

export interface CommercialSegments {
  segments: Segment[]
  /** Measures in which they differ, after correction for all that were tried. */
  real: { feature: string; p: number; q: number }[]
  tried: number
  sentence: string
}

/** Deviations from which on a measure suggests how to serve a segment that was not made from it. */
const worthServing = 0.2

/** The source's own segments: not made from the measures, so their differing in them can be tested. */
export function commercialFrom(
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
  const real = tests.map((test, i) => ({ ...test, q: qs[i]! })).filter(({ q }) => isReal(q))
  const differing = new Set(real.map(({ feature }) => feature))
  const segments = profiles.map((profile): Segment => {
    const apart = measures
      .map(({ id, theme }) => ({ feature: id, theme, z: differing.has(id) ? distanceOf(id, profile, profiles) : 0 }))
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

/** Segments that something real suggests how to serve. */
export function commercialFindings({ segments, real, tried, sentence }: CommercialSegments, words: Words): Finding[] {
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
