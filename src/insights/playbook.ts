import { labelOf, say, type Words } from '../config/words.ts'
import { missingOf } from '../metrics/needs.ts'
import { type ExpectedEffect, expectEffect } from './playbook-effect.ts'
import { type PlaybookEvidence, splitKey } from './playbook-evidence.ts'
import { type Figure, type Proof, prove, type Silence, together, type Way } from './playbook-proof.ts'
import { type Concern, conditionsOf, type PlaybookRule, type Population, populationOf } from './playbook-rule.ts'

/** A rule whose evidence is there, in the viewer's language. */
export interface Recommendation {
  id: string
  concern: Concern
  do: string
  /** Labels of the groups that it is about; none where it is about all. */
  concerned: string[]
  evidence: string
  figures: Figure[]
  effect: ExpectedEffect
  effort: { size: PlaybookRule['effort']['size']; because: string }
  check: { text: string; metric: string; grain: PlaybookRule['check']['grain']; periods: number; where: Population[] }
  confidence: { n: number; q: number | null }
  rank: Rank
  sources: string[]
  defined_at: string
  way: Way | null
}

/** `impact` x `confidence` / `effort`. */
export interface Rank {
  impact: number
  confidence: number
  effort: number
  score: number
}

/** A rule that stays silent, and why. */
export interface Silent {
  id: string
  concern: Concern
  do: string
  because: Silence['because']
  sentence: string
}

export interface Playbook {
  /** The most worth doing first. */
  recommendations: Recommendation[]
  silent: Silent[]
  /** How the order comes about, one sentence. */
  order: string
  /** Splits that were tested, all corrected together. */
  tried: number
}

/** Which recommendations the evidence carries. Pure. */
export function findPlaybook(rules: readonly PlaybookRule[], evidence: PlaybookEvidence, words: Words): Playbook {
  const recommendations: Recommendation[] = []
  const silent: Silent[] = []
  for (const rule of rules) {
    const answer = proofOf(rule, evidence, words)
    const head = { id: rule.id, concern: rule.concern, do: labelOf(words, `playbook.${rule.id}.do`, rule.do) }
    if (answer.holds) recommendations.push({ ...head, ...recommend(rule, answer, evidence, words) })
    else silent.push({ ...head, because: answer.because, sentence: answer.sentence })
  }
  return {
    recommendations: recommendations.toSorted((a, b) => b.rank.score - a.rank.score || a.id.localeCompare(b.id)),
    silent: silent.toSorted((a, b) => silences.indexOf(a.because) - silences.indexOf(b.because)),
    order: say(words, 'say.playbook.order'),
    tried: [...evidence.splits.values()].filter(({ q }) => q !== null).length,
  }
}

const silences: Silence['because'][] = ['noise', 'lacks', 'otherwise']

function proofOf(rule: PlaybookRule, evidence: PlaybookEvidence, words: Words): Proof | Silence {
  const missing = missingOf(rule.needs, evidence.version.present)
  if (missing.length > 0) {
    const field = evidence.labelOfField(missing[0]!)
    return { holds: false, because: 'lacks', sentence: say(words, 'say.playbook.missing', { field }) }
  }
  const answers = rule.when.map((each) => prove(each, evidence, words))
  return answers.find((each) => !each.holds) ?? together(answers.filter((each) => each.holds))
}

function recommend(rule: PlaybookRule, proof: Proof, evidence: PlaybookEvidence, words: Words) {
  const effect = expectEffect(rule, proof, evidence, words)
  const { size, because } = rule.effort
  const { metric, grain, periods } = rule.check
  const where = populationOf(rule)
  const population = [...where, ...(where.length === 0 ? proof.filters : [])]
  return {
    concerned: proof.concerned,
    evidence: proof.sentence,
    figures: proof.figures,
    effect,
    effort: { size, because: labelOf(words, `playbook.${rule.id}.effort`, because) },
    check: {
      text: say(words, 'say.playbook.check', {
        metric: evidence.labelOfMetric(metric),
        population: populationText(where, proof, evidence, words),
        grain,
        periods,
      }),
      metric,
      grain,
      periods,
      where: population,
    },
    confidence: { n: proof.n, q: proof.q },
    rank: rankOf(rule, proof, effect, evidence),
    sources: rule.sources,
    defined_at: rule.defined_at,
    way: proof.way,
  }
}

function populationText(where: Population[], proof: Proof, evidence: PlaybookEvidence, words: Words): string {
  const named = where.map(({ dimension, values }) => {
    const groups = [...evidence.splits]
      .filter(([key]) => key.endsWith(`|${dimension}`))
      .flatMap(([, each]) => each.groups)
    const text = values.map((value) => groups.find((each) => each.value === String(value))?.label ?? String(value))
    return say(words, 'say.playbook.line', { label: evidence.labelOfDimension(dimension), text: text.join(', ') })
  })
  if (named.length > 0) return named.join('; ')
  return proof.concerned.length > 0 ? proof.concerned.join(', ') : say(words, 'say.playbook.everyone')
}

/** Share of the rows that the rule is judged by later, where the evidence itself is about all. */
function populationShare(rule: PlaybookRule, { splits }: PlaybookEvidence): number {
  const { check } = rule
  for (const each of conditionsOf(rule)) {
    const values = 'by' in each && each.by ? check.where[each.by]?.map(String) : undefined
    const groups = 'by' in each && each.by ? splits.get(splitKey(each.metric, each.by))?.groups : undefined
    if (!values || !groups) continue
    const rows = (list: typeof groups): number =>
      list.reduce((sum, { cell }) => sum + (cell.n ?? cell.denominator ?? 0), 0)
    const all = rows(groups)
    if (all > 0) return rows(groups.filter(({ value }) => values.includes(value))) / all
  }
  return 0
}

const efforts = { small: 1, medium: 2, large: 4 } as const

/** Confidence in an effect of unknown size. */
const unestimated = 0.5

/** What a recommendation without any counted share is taken to be about. */
const leastImpact = 0.01

/**
 * Impact is the share of what it is about: rows concerned, distance to the target, or KPIs that a field gives of all that there are.
 * What was counted is certain; what was tested is as certain as its q leaves it; what nobody can say the effect of counts half.
 */
function rankOf(rule: PlaybookRule, proof: Proof, effect: ExpectedEffect, evidence: PlaybookEvidence): Rank {
  const gives = effect.unlocks / Math.max(1, evidence.metric_count)
  const moved =
    rule.effect.kind === 'what_if' ? Math.abs(effect.value ?? 0) : (proof.share ?? populationShare(rule, evidence))
  const impact = Math.min(1, Math.max(leastImpact, gives, moved))
  const confidence = (1 - (proof.q ?? 0)) * (effect.estimable ? 1 : unestimated)
  const effort = efforts[rule.effort.size]
  return { impact, confidence, effort, score: (impact * confidence) / effort }
}
