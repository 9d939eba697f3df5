import { formatDuration, formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { differenceInterval, differenceP, type Estimate } from '../stats/difference.ts'
import { benjaminiHochberg } from '../stats/false-discovery.ts'
import { meanInterval, wilsonInterval } from '../stats/intervals.ts'
import type { ConformanceEvidence, DeviationEvidence, Sample } from './conformance-evidence.ts'
import { stepLabel } from './process.ts'
import type { TargetProcess } from './target-process.ts'

/** Whether customers of cases that parted so were less satisfied than those of cases that followed. */
export type RatingVerdict = 'lower' | 'higher' | 'not_shown' | 'too_few' | 'unknown'

export interface Deviation extends DeviationEvidence {
  /** In the viewer's language: `Resolve ticket is missing`. */
  label: string
  /** Of the finished cases. */
  share: number
  /** Median of the cases with it less that of those that follow; null where none follows. */
  extra: number | null
  rating: { verdict: RatingVerdict; difference: Estimate | null; p: number | null; q: number | null }
}

export interface ConformanceStep {
  step: string
  label: string
  optional: boolean
  within: number | null
  /** Finished cases that have it. */
  cases: number
}

/** Cases beside the process that they should follow. */
export interface Conformance extends Omit<ConformanceEvidence, 'deviations'> {
  target: { id: string; title: string; defined_at: string }
  steps: ConformanceStep[]
  share: Estimate
  deviations: Deviation[]
  sentence: string
  /** What the figures do not say. */
  limits: string[]
}

export interface NoConformance {
  refused: string
}

/** Answers on each side below which a difference in satisfaction is not tested. */
const fewestAnswers = 30

/** Pure, on counts and moments alone. The differences in satisfaction are corrected over all deviations that were tested. */
export function findConformance(
  target: TargetProcess,
  evidence: ConformanceEvidence | null,
  words: Words,
): Conformance | NoConformance {
  if (!evidence) return { refused: say(words, 'say.conformance.nothing') }
  const { finished, followed } = evidence
  const interval = wilsonInterval(followed, finished)
  if (!interval) return { refused: say(words, 'say.conformance.unfinished', { cases: evidence.traced }) }
  const tested = evidence.deviations.map(({ csat }) => testRating(csat, evidence.csat.followed))
  const qs = benjaminiHochberg(tested.map((each) => each?.p ?? null))
  const deviations = evidence.deviations.map((each, index): Deviation => {
    const test = tested[index] ?? null
    const q = qs[index] ?? null
    return {
      ...each,
      label: deviationLabel(each, words),
      share: each.cases / finished,
      extra: evidence.lasted.followed === null ? null : each.lasted - evidence.lasted.followed,
      rating: {
        verdict: verdictOf(test, q, evidence.rated),
        difference: test?.difference ?? null,
        p: test?.p ?? null,
        q,
      },
    }
  })
  const steps = target.steps.map(({ step, optional, within }, index) => ({
    step,
    label: stepLabel(step, words),
    optional,
    within,
    cases: evidence.reached[index] ?? 0,
  }))
  const { id, title, defined_at } = target
  const share = { value: followed / finished, ...interval }
  const found = { ...evidence, target: { id, title, defined_at }, steps, share, deviations }
  return { ...found, sentence: sentenceOf(found, words), limits: limitsOf(found, words) }
}

function testRating(parted: Sample, followed: Sample): { difference: Estimate; p: number } | null {
  if (parted.n < fewestAnswers || followed.n < fewestAnswers) return null
  const [a, b] = [parted, followed].map((sample) => {
    const interval = meanInterval(sample)
    return interval && { value: sample.mean!, ...interval }
  })
  if (!a || !b) return null
  const value = a.value - b.value
  const interval = differenceInterval(a, b)
  return { difference: { value, ...interval }, p: differenceP(value, interval) }
}

function verdictOf(test: ReturnType<typeof testRating>, q: number | null, rated: boolean): RatingVerdict {
  if (!rated) return 'unknown'
  if (!test || q === null) return 'too_few'
  if (q > 0.05) return 'not_shown'
  return test.difference.value < 0 ? 'lower' : 'higher'
}

export function deviationLabel(
  { kind, step, other }: Pick<DeviationEvidence, 'kind' | 'step' | 'other'>,
  words: Words,
): string {
  return say(words, `say.conformance.${kind}`, {
    step: step === null ? '' : stepLabel(step, words),
    other: other === null ? '' : stepLabel(other, words),
  })
}

type Found = Omit<Conformance, 'sentence' | 'limits'>

function sentenceOf({ target, share, finished, followed, deviations, lasted }: Found, words: Words): string {
  const ratio = (value: number): string => formatValue(value, 'ratio', words)
  const [first] = deviations
  return [
    say(words, 'say.conformance.share', {
      process: target.title,
      followed,
      finished: formatNumber(finished, words),
      share: ratio(share.value),
      low: ratio(share.low),
      high: ratio(share.high),
    }),
    first
      ? say(words, 'say.conformance.first', { label: first.label, cases: first.cases, share: ratio(first.share) })
      : '',
    lasted.followed !== null && lasted.parted !== null
      ? say(words, 'say.conformance.lasted', {
          followed: formatDuration(lasted.followed, words),
          parted: formatDuration(lasted.parted, words),
        })
      : '',
  ]
    .filter(Boolean)
    .join(' ')
}

function limitsOf({ traced, finished, running_parted: parted, rated }: Found, words: Words): string[] {
  return [
    traced > finished ? say(words, 'say.conformance.running', { count: traced - finished, parted }) : '',
    say(words, rated ? 'say.conformance.observed' : 'say.conformance.unrated'),
  ].filter(Boolean)
}

/** The difference where it was shown, else why none is told. */
export function ratingText({ rating: { verdict, difference } }: Deviation, words: Words): string {
  return say(words, `say.conformance.rating.${verdict}`, {
    difference: difference ? formatNumber(Math.abs(difference.value), words, 2) : '',
  })
}
