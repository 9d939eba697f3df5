import { endOf } from '../calendar.ts'
import { formatDate, formatNumber, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { raw, sql } from '../sql/sql.ts'
import { differenceOf, type Estimate } from '../stats/difference.ts'
import { meanInterval } from '../stats/intervals.ts'
import type { ModelTopic } from '../stats/text/topic-model.ts'
import type { NoFindings } from './finding.ts'
import { type TextScope, textColumns } from './texts.ts'
import { topicOfCases } from './topic-cases.ts'

/** Cases of one month: of the topic, and of all others. */
export interface TopicMonth {
  month: string
  topic: number
  others: number
}

export interface Deflection {
  topic: string
  since: string
  sentence: string
  months: { before: number; after: number }
  /** How many times as many contacts as without the change: 0.7 is three in ten fewer. */
  factor: Estimate & { p: number; real: boolean }
  /** Cases of the months after that would have come but for the change, and did not; below 0 where more came. */
  avoided: Estimate
  /** The same comparison within the time before, where nothing changed; null where that is too short. */
  placebo: (Estimate & { p: number }) | null
  limits: string[]
}

/** Whole months on each side, and cases of the topic in each on average, below which nothing is compared. */
const fewestMonths = 3
const fewestCases = 5

/** Cases by month, of one topic and of the others. The month of the change, and those that the data cut, are left out. */
export async function readTopicMonths(
  topics: ModelTopic[],
  topic: string,
  scope: TextScope,
  context: MetricContext,
): Promise<TopicMonth[]> {
  if (!context.version.present.has('cases.created_at') || textColumns(scope.of, context).length === 0) return []
  const { dialect } = context.store
  const told = await topicOfCases(topics, scope, context)
  const month = raw(operate(dialect, 'to_text', operate(dialect, 'month', '"cases"."created_on"')))
  const bound = (of: 'min' | 'max') => raw(operate(dialect, 'to_text', `${of}("created_on")`))
  const rows =
    await context.store.rows(sql`SELECT ${month} AS "month", count(*) FILTER (WHERE "told"."topic" = ${topic}) AS "topic",
  count(*) FILTER (WHERE "told"."topic" <> ${topic}) AS "others"
FROM (${told}) AS "told" JOIN cx."cases" AS "cases" ON "cases"."id" = "told"."case"
WHERE "cases"."created_on" IS NOT NULL GROUP BY 1 ORDER BY 1`)
  const [span] = await context.store.rows(
    sql`SELECT ${bound('min')} AS "first", ${bound('max')} AS "last" FROM cx."cases"`,
  )
  return rows
    .map((row) => ({ month: String(row.month), topic: Number(row.topic), others: Number(row.others) }))
    .filter(({ month: start }) => start >= String(span?.first) && endOf(start, 'month') <= String(span?.last))
}

/** The topic that was meant, null where there is none, and its months. */
export interface DeflectionEvidence {
  topics: ModelTopic[]
  topic: ModelTopic | null
  months: TopicMonth[]
}

/** Of all cases; a topic is named by its id or by one of its words. */
export async function readDeflection(
  asked: string,
  topics: ModelTopic[],
  context: MetricContext,
): Promise<DeflectionEvidence> {
  const topic =
    topics.find(({ id }) => id === asked) ?? topics.find(({ terms }) => terms.includes(asked.toLowerCase())) ?? null
  return { topics, topic, months: topic ? await readTopicMonths(topics, topic.id, { of: 'cases' }, context) : [] }
}

/** The answer for a topic as it was asked for; where there is no such topic, those there are. */
export function findNamedDeflection(
  { topics, topic, months }: DeflectionEvidence,
  { topic: asked, since }: { topic: string; since: string },
  words: Words,
): Deflection | NoFindings {
  if (topic) return findDeflection(months, topic, since, words)
  const list = topics.map(({ id }) => id).join(', ') || '–'
  return { refused: say(words, 'say.deflection.topic', { topic: asked, list }), missing: [] }
}

/**
 * Did fewer customers write about a topic since a day? Difference in differences of the logarithm of cases of the topic over cases of the
 * others, month by month: what moves all topics alike, the number of customers first of all, cancels. The spread is that between months,
 * so a count that varies more than chance is not taken for an effect.
 */
export function findDeflection(
  months: TopicMonth[],
  topic: ModelTopic,
  since: string,
  words: Words,
): Deflection | NoFindings {
  const before = months.filter(({ month }) => endOf(month, 'month') < since)
  const after = months.filter(({ month }) => month >= since)
  if (before.length < fewestMonths || after.length < fewestMonths)
    return {
      refused: say(words, 'say.deflection.months', { least: fewestMonths, before: before.length, after: after.length }),
      missing: months.length === 0 ? ['cases.created_at'] : [],
    }
  if (mean(before.map((each) => each.topic)) < fewestCases || months.some(({ others }) => others === 0))
    return { refused: say(words, 'say.deflection.few', { least: fewestCases }), missing: [] }
  const gap = compare(before, after)
  const half = Math.floor(before.length / 2)
  const placebo = half >= fewestMonths ? compare(before.slice(0, half), before.slice(half)) : null
  const factor = {
    value: Math.exp(gap.value),
    low: Math.exp(gap.low),
    high: Math.exp(gap.high),
    p: gap.p,
    real: gap.p < 0.05 && !(placebo && placebo.p < 0.05),
  }
  const came = after.reduce((sum, each) => sum + each.topic, 0)
  const avoided = { value: came / factor.value - came, low: came / factor.high - came, high: came / factor.low - came }
  const name = topic.terms.slice(0, 3).join(', ')
  const told = placebo && placebo.p < 0.05 ? 'apart' : !factor.real ? 'none' : factor.value < 1 ? 'fewer' : 'more'
  const share = (value: number) => formatValue(Math.abs(1 - value), 'ratio', words)
  return {
    topic: topic.id,
    since,
    months: { before: before.length, after: after.length },
    factor,
    avoided,
    placebo: placebo && {
      value: Math.exp(placebo.value),
      low: Math.exp(placebo.low),
      high: Math.exp(placebo.high),
      p: placebo.p,
    },
    sentence: say(words, `say.deflection.${told}`, {
      topic: name,
      since: formatDate(since, words),
      share: share(factor.value),
      low: formatNumber(factor.low, words, 2),
      high: formatNumber(factor.high, words, 2),
      factor: formatNumber(factor.value, words, 2),
      avoided: Math.round(Math.abs(avoided.value)),
      before: before.length,
      after: after.length,
      p: formatP(gap.p, words),
    }),
    limits: ['same_day', 'moved'].map((id) => say(words, `say.deflection.limit.${id}`)),
  }
}

function compare(before: TopicMonth[], after: TopicMonth[]): Estimate & { p: number } {
  return differenceOf(levelOf(after), levelOf(before))
}

/** Mean of the monthly logarithms; half a case is added so that a month without any counts. */
function levelOf(months: TopicMonth[]): Estimate {
  const values = months.map(({ topic, others }) => Math.log((topic + 0.5) / (others + 0.5)))
  const value = mean(values)
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (values.length - 1)
  // Counts vary by chance alone at least as much as this, however alike a few months look.
  const least = mean(months.map(({ topic, others }) => 1 / (topic + 0.5) + 1 / (others + 0.5)))
  const interval = meanInterval({ n: values.length, mean: value, variance: Math.max(variance, least) })!
  return { value, ...interval }
}

function mean(values: number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length
}
