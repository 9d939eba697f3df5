import { formatNumber, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { Estimate } from '../stats/difference.ts'
import { signLabel } from './driver-labels.ts'
import type { Tested } from './driver-tests.ts'
import { limitsOf, refusal } from './drivers.ts'
import type { NoDrivers } from './drivers-evidence.ts'
import type { Finding, NoFindings } from './finding.ts'
import type { DriverReading } from './read-drivers.ts'
import type { SurveyKind } from './survey-rows.ts'

/** A value of a field that goes with better or worse answers than all its other values. */
export interface Signal extends Tested {
  field: string
  level: string
  label: string
  n: number
  others: number
  /** Means on the scale of the survey, here and elsewhere. */
  mean: number
  mean_others: number
  /** Cliff's delta: how much more often the answer here is the better of two, less how often the worse. */
  effect: Estimate
}

export interface Signals {
  kind: SurveyKind
  answered: number
  /** Hypotheses on these scores, those of the drivers among them; and values of fields that were looked at. */
  tried: number
  looked: number
  sentence: string
  /** Real ones only, the largest first. */
  signals: Signal[]
  findings: Finding[]
}

export function findSignals(reading: DriverReading | NoDrivers, words: Words): Signals | NoFindings {
  if ('lacks' in reading) return refusal(reading, words)
  const { evidence, tests } = reading
  const { kind, answered, scale, dimensions } = evidence
  const onScale = (value: number) => scale.min + (scale.max - scale.min) * value
  const signals = tests.signals
    .filter(({ real }) => real)
    .map(
      ({ field, level, dominance, mean, others, p, q, real }): Signal => ({
        field,
        level,
        label: signLabel(field, level, words),
        n: dominance.n,
        others: dominance.others,
        mean: onScale(mean),
        mean_others: onScale(others),
        effect: { value: dominance.value, low: dominance.low, high: dominance.high },
        p,
        q,
        real,
      }),
    )
  const limits = limitsOf(evidence, words)
  const metric = say(words, `drivers.metric.${kind}`)
  const good = signals.filter(({ effect }) => effect.value > 0)
  const bad = signals.filter(({ effect }) => effect.value < 0)
  const looked = tests.signals.length
  const sentence = say(words, signals.length > 0 ? 'signals.here' : 'signals.nothing', {
    metric,
    answered,
    looked,
    tried: tests.tried,
    good: good.length,
    bad: bad.length,
    best: good[0]?.label ?? 'none',
    worst: bad[0]?.label ?? 'none',
  })
  return {
    kind,
    answered,
    tried: tests.tried,
    looked,
    sentence,
    signals,
    findings: signals.map((each) => {
      const about = {
        metric,
        label: each.label,
        way: each.effect.value < 0 ? 'bad' : 'good',
        mean: formatNumber(each.mean, words, 2),
        others: formatNumber(each.mean_others, words, 2),
        n: each.n,
        chance: formatValue((1 + each.effect.value) / 2, 'ratio', words),
        low: formatValue((1 + each.effect.low) / 2, 'ratio', words),
        high: formatValue((1 + each.effect.high) / 2, 'ratio', words),
        p: formatP(each.p, words),
      }
      const mean = { csat: 'csat_mean', nps: 'nps', ces: 'ces' }[kind]
      return {
        id: `signals.${kind}.${each.field}.${each.level}`,
        kind: 'signals' as const,
        claim: say(words, 'signals.claim', about),
        evidence: say(words, 'signals.evidence', about),
        confidence: {
          n: each.n,
          effect: { ...each.effect, unit: 'ratio' as const },
          p: each.p,
          q: each.q,
          tried: tests.tried,
        },
        check: dimensions.includes(each.field)
          ? { metrics: [mean], by: [each.field] }
          : { table: 'surveys', metric: { id: mean, part: 'population' as const } },
        limits,
      }
    }),
  }
}
