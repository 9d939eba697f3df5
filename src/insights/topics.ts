import { formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { differenceInterval, type Estimate } from '../stats/difference.ts'
import { benjaminiHochberg, isRealAt } from '../stats/false-discovery.ts'
import { meanInterval } from '../stats/intervals.ts'
import type { ModelTopic } from '../stats/text/topic-model.ts'
import { welchT } from '../stats/welch-t.ts'
import type { Finding, NoFindings } from './finding.ts'
import { satisfactionLevel } from './satisfaction-level.ts'
import { findContrasts, type TextContrast } from './text-contrast.ts'
import { missingTexts, type TextField } from './texts.ts'
import type { Quote, SameTexts, TextSums, TopicsEvidence } from './topics-evidence.ts'

/** Answers on each side below which satisfaction is not compared. */
const fewestAnswers = 20

/** One thing that people write about. */
export interface Topic {
  id: string
  label: string
  terms: string[]
  texts: number
  share: number
  stability: number
  satisfaction: (Estimate & { n: number }) | null
  /** Against all other rated texts; null where too few are rated. */
  difference: (Estimate & { p: number; q: number; real: boolean }) | null
  /** What the difference says, in words. */
  verdict: string
  /** Measured work, and on how many texts it was measured; null without any. */
  work: { seconds: number; texts: number } | null
  quote: Quote | null
}

/** A text that many wrote, so that one answer would do for all. */
export interface ReplyCandidate extends SameTexts {
  /** A question belongs in a FAQ, a report needs a reply that is written already. */
  kind: 'faq' | 'saved_reply'
  /** Measured hours of work on these texts; null where none was measured. */
  hours: number | null
}

/** How many texts one answer would do for, by what kind of answer; `questions` are texts that differ. */
export interface RepeatedTexts {
  texts: number
  faq: { questions: number; texts: number }
  saved_reply: { questions: number; texts: number }
}

/** The candidates of a reading, added up. */
export function repeatedTexts({ candidates, texts }: Pick<Topics, 'candidates' | 'texts'>): RepeatedTexts {
  const of = (kind: ReplyCandidate['kind']) => {
    const own = candidates.filter((each) => each.kind === kind)
    return { questions: own.length, texts: own.reduce((sum, each) => sum + each.texts, 0) }
  }
  return { texts, faq: of('faq'), saved_reply: of('saved_reply') }
}

export interface Topics {
  of: TextField
  sentence: string
  /** What else must be known to read the topics. */
  notes: string[]
  texts: number
  topics: Topic[]
  /** Texts of no topic. */
  rest: number
  by: { dimension: string; rows: { topic: string | null; label: string; texts: number }[] } | null
  candidates: ReplyCandidate[]
  /** Why the candidates have no hours, and the field that would tell; null where they have. */
  no_hours: { sentence: string; missing: string[] } | null
  contrast: TextContrast | null
  findings: Finding[]
  limits: string[]
  /** The topics with their words: what tells others of which topic a text is. */
  model: ModelTopic[]
}

/**
 * What people write about, from counts alone. Satisfaction is compared topic by topic with all other rated texts, and every comparison
 * that was made counts for the false discovery rate, at the level that is left for topics.
 */
export function findTopics(evidence: TopicsEvidence | null, of: TextField, words: Words): Topics | NoFindings {
  if (!evidence) return { refused: say(words, `say.topics.nothing.${of}`), missing: missingTexts(of) }
  const { texts, model } = evidence
  if (texts === 0) return { refused: say(words, 'say.topics.empty'), missing: [] }
  const topics = topicsOf(evidence, words)
  const contrast = evidence.contrast && findContrasts(evidence.contrast, of, words)
  const candidates = candidatesOf(evidence.same, texts, evidence.knows.handling)
  return {
    of,
    sentence: sentenceOf(evidence, topics, words),
    notes: notesOf(evidence, topics, words),
    texts,
    topics,
    rest: evidence.sums.find(({ topic }) => topic === null)?.texts ?? 0,
    by: evidence.groups && {
      dimension: evidence.groups.by,
      rows: evidence.groups.rows.map(({ topic, label, texts: count }) => ({ topic, label, texts: count })),
    },
    candidates,
    no_hours:
      candidates.length > 0 && candidates.every(({ hours }) => hours === null)
        ? { sentence: say(words, 'say.topics.hours.refused'), missing: ['touchpoints.talk_seconds'] }
        : null,
    contrast,
    findings: [...topicFindings(topics, of, words), ...(contrast?.findings ?? [])],
    limits: ['sample', 'cause', 'answers', 'sentiment'].map((id) => say(words, `say.topics.limit.${id}`)),
    model: model.topics,
  }
}

function topicsOf({ model, sums, texts, quotes, knows }: TopicsEvidence, words: Words): Topic[] {
  const whole = sums.reduce(add, nothing)
  const judged = model.topics.map((topic) => {
    const own = sums.find((each) => each.topic === topic.id) ?? nothing
    const satisfaction = meanOf(own)
    const rest = meanOf(minus(whole, own))
    const gap = satisfaction && rest ? gapOf(satisfaction, rest) : null
    return { topic, own, satisfaction: satisfaction && shownOf(satisfaction), gap }
  })
  const qs = benjaminiHochberg(judged.map(({ gap }) => gap?.p ?? null))
  return judged
    .map(({ topic, own, satisfaction, gap }, at): Topic => {
      const q = qs[at] ?? 1
      const difference = gap && { ...gap, q, real: isRealAt(q, satisfactionLevel.topics) }
      return {
        id: topic.id,
        label: labelOf(topic),
        terms: topic.terms,
        texts: own.texts,
        share: own.texts / texts,
        stability: topic.stability,
        satisfaction,
        difference,
        verdict: verdictOf(difference, knows.satisfaction, words),
        work: own.handled > 0 ? { seconds: own.seconds, texts: own.handled } : null,
        quote: quotes[topic.id] ?? null,
      }
    })
    .toSorted((a, b) => b.texts - a.texts || (a.id < b.id ? -1 : 1))
}

interface Rated extends Estimate {
  n: number
  variance: number
}

const nothing: TextSums = { texts: 0, answers: 0, sum: 0, squares: 0, handled: 0, seconds: 0 }

function add(a: TextSums, b: TextSums): TextSums {
  return combined(a, b, 1)
}

function minus(a: TextSums, b: TextSums): TextSums {
  return combined(a, b, -1)
}

function combined(a: TextSums, b: TextSums, sign: 1 | -1): TextSums {
  return {
    texts: a.texts + sign * b.texts,
    answers: a.answers + sign * b.answers,
    sum: a.sum + sign * b.sum,
    squares: a.squares + sign * b.squares,
    handled: a.handled + sign * b.handled,
    seconds: a.seconds + sign * b.seconds,
  }
}

function meanOf({ answers, sum, squares }: TextSums): Rated | null {
  if (answers < 2) return null
  const mean = sum / answers
  const variance = Math.max(0, (squares - answers * mean * mean) / (answers - 1))
  const interval = meanInterval({ n: answers, mean, variance })
  return interval && { value: mean, ...interval, n: answers, variance }
}

const shownOf = ({ variance: _, ...shown }: Rated): Estimate & { n: number } => shown

/** Welch's test: the p of an interval is rough in its tails, where one topic of many has to stand. */
function gapOf(own: Rated, rest: Rated): (Estimate & { p: number }) | null {
  if (own.n < fewestAnswers || rest.n < fewestAnswers) return null
  const test = welchT({ ...own, mean: own.value }, { ...rest, mean: rest.value })
  const value = own.value - rest.value
  return { value, ...differenceInterval(own, rest), p: test?.p ?? (value === 0 ? 1 : 0) }
}

function labelOf({ terms }: ModelTopic): string {
  return terms.slice(0, 3).join(', ')
}

function verdictOf(difference: Topic['difference'], known: boolean, words: Words): string {
  if (!known) return say(words, 'say.topics.verdict.unknown')
  if (!difference) return say(words, 'say.topics.verdict.few')
  if (!difference.real) return say(words, 'say.topics.verdict.none')
  return say(words, `say.topics.verdict.${difference.value < 0 ? 'lower' : 'higher'}`, {
    gap: formatNumber(Math.abs(difference.value), words, 2),
  })
}

/** Fewer than these are nobody's flood. */
const fewestSame = 5
const mostCandidates = 20

/** A question in either language, by its mark or its first word. */
const question =
  /\?|^\W*(how|where|when|what|why|can|could|is|do|does|comment|où|quand|quel|quelle|pourquoi|puis|pouvez|est)\b/iu

function candidatesOf(same: SameTexts[], texts: number, measured: boolean): ReplyCandidate[] {
  return same
    .filter((each) => each.texts >= Math.max(fewestSame, 0.001 * texts))
    .slice(0, mostCandidates)
    .map((each) => ({
      ...each,
      kind: question.test(each.text) ? 'faq' : 'saved_reply',
      hours: measured && each.handled > 0 ? each.seconds / 3600 : null,
    }))
}

function sentenceOf({ texts, model }: TopicsEvidence, topics: Topic[], words: Words): string {
  const [first] = topics
  if (!first) return say(words, model.tried.length === 0 ? 'say.topics.few' : 'say.topics.none', { texts })
  return say(words, 'say.topics.here', {
    texts,
    topics: topics.length,
    first: first.label,
    share: formatValue(first.share, 'ratio', words),
  })
}

function notesOf(
  { texts, different, templates, model, sampled, knows }: TopicsEvidence,
  topics: Topic[],
  words: Words,
): string[] {
  const ratio = (value: number) => formatValue(value, 'ratio', words)
  const rated = topics.filter(({ difference }) => difference)
  const told = [
    different < 0.5 * texts ? say(words, 'say.topics.different', { texts, different }) : '',
    templates.share >= 0.5 && templates.first
      ? say(words, 'say.topics.templates', {
          share: ratio(templates.share),
          sentences: templates.sentences,
          first: ratio(templates.first.share),
          sentence: templates.first.sentence,
        })
      : '',
    topics.length > 0
      ? say(words, 'say.topics.number', {
          topics: topics.length + model.unstable,
          tried: model.tried.length,
          back: topics.length,
          unstable: model.unstable,
          texts: sampled,
        })
      : '',
    knows.satisfaction && rated.length > 0 && rated.every(({ difference }) => !difference?.real)
      ? say(words, 'say.topics.same_satisfaction', { topics: rated.length })
      : '',
  ]
  return told.filter(Boolean)
}

function topicFindings(topics: Topic[], of: TextField, words: Words): Finding[] {
  const tried = topics.filter(({ difference }) => difference).length
  return topics.flatMap(({ id, label, difference, satisfaction, texts }) => {
    if (!difference?.real || !satisfaction) return []
    const number = (value: number) => formatNumber(value, words, 2)
    return [
      {
        id: `topics.${of}.${id}`,
        kind: 'topics',
        claim: say(words, `say.topics.claim.${difference.value < 0 ? 'lower' : 'higher'}`, {
          topic: label,
          gap: number(Math.abs(difference.value)),
        }),
        evidence: say(words, 'say.topics.claim.evidence', {
          mean: number(satisfaction.value),
          low: number(satisfaction.low),
          high: number(satisfaction.high),
          answers: satisfaction.n,
          texts,
        }),
        confidence: {
          n: satisfaction.n,
          effect: { value: difference.value, low: difference.low, high: difference.high, unit: 'score' },
          p: difference.p,
          q: difference.q,
          tried,
        },
        check: null,
        limits: ['cause', 'answers'].map((each) => say(words, `say.topics.limit.${each}`)),
      } satisfies Finding,
    ]
  })
}
