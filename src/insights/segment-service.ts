import { formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { differenceInterval, type Estimate } from '../stats/difference.ts'
import { wald } from '../stats/wald.ts'
import type { CustomerFeature } from './customer-features.ts'
import type { DriverSegments } from './drivers.ts'
import type { GroupProfile } from './segments-evidence.ts'

/** How such customers might be served: an idea to be tried, never a promise. */
export interface ServiceModel {
  id: ServiceId
  /** What to do. */
  advice: string
  /** The figures that suggest it. */
  why: string
}

export type ServiceId = 'follow_up' | 'one_contact' | 'faster' | 'self_service' | 'call_back' | 'watch' | 'as_is'

/** How far customers of a group are from all others in one feature: `z` in standard deviations. */
export interface Apart {
  feature: string
  theme: CustomerFeature['theme']
  z: number
}

export type Counted = Pick<GroupProfile, 'customers' | 'features'>

/** Customers who behave and fare alike. */
export interface Segment {
  /** In plain words, from what sets it apart: `Many cases, slow replies`. */
  name: string
  customers: number
  /** Of all customers in the window. */
  share: number
  /** Features in order of how far they are from all others, farthest first; `z` in standard deviations. Empty for the quiet. */
  apart: Apart[]
  profile: GroupProfile['features']
  service: ServiceModel
}

/** Which side of which features suggests which way to serve; the first that fits. */
const rules: { id: ServiceId; features: string[]; side: 1 | -1 }[] = [
  { id: 'follow_up', features: ['unresolved_share', 'reopened_share'], side: 1 },
  { id: 'one_contact', features: ['reply_time_spread', 'wait_time_spread', 'agents'], side: 1 },
  { id: 'faster', features: ['reply_time', 'wait_time', 'resolution_time', 'abandoned_share'], side: 1 },
  { id: 'call_back', features: ['satisfaction', 'lowest_satisfaction'], side: -1 },
  { id: 'self_service', features: ['cases', 'touchpoints'], side: 1 },
]

/** What sets a group apart strongly, farthest first, as a way to serve it. */
export function serviceOf(group: Counted, strong: Apart[], groups: Counted[], words: Words): ServiceModel {
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

/** A way to serve that no single feature suggests. */
export function told(id: ServiceId, words: Words): Pick<ServiceModel, 'advice' | 'why'> {
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

/** What weighs on this segment more than on every other one, intervals and all, is what to serve it by. */
export function sensitiveService(segment: string, sensitivities: DriverSegments[], words: Words): ServiceModel | null {
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
