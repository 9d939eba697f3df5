import { addDays } from '../calendar.ts'
import { formatDate, formatNumber, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { listed } from '../metrics/needs.ts'
import { type Memory, rememberFor } from '../metrics/remember.ts'
import type { Estimate } from '../stats/difference.ts'
import { benjaminiHochberg, isReal } from '../stats/false-discovery.ts'
import { wilsonInterval } from '../stats/intervals.ts'
import type { Finding, NoFindings } from './finding.ts'
import { issueFields } from './issue-fields.ts'
import { isSeasonal, type Movement, type MoveTest, movementOf, testsOf, wholeOf } from './issue-movements.ts'
import { fewestCases, type IssueCounts, type IssueEvidence, readIssues } from './issue-trends-evidence.ts'

/** One value of one field of cases that rises or falls. */
export interface IssueTrend extends Movement {
  field: string
  field_label: string
  value: string
  label: string
  /** The market whose figures these are, where all cases together do not move; null for all cases. */
  only_in: string | null
  /** Markets in which it moves by a test of their own, the most moved first. */
  markets: (Movement & { market: string; label: string })[]
  /** Markets in which it was looked at. */
  markets_tried: number
  first_day: string
  last_day: string
  /** Share of satisfied answers about these cases. */
  satisfaction: (Estimate & { n: number }) | null
  /** Measured work on these cases; null where none was measured. */
  work: { hours: number; cases: number } | null
  /** Rate of each week, for the picture. */
  rates: (number | null)[]
}

export interface IssueTrends {
  base: 'customers' | 'cases'
  weeks: string[]
  seasonal: boolean
  /** Rates that were tested: values of fields, in all cases and by market. */
  tried: number
  values: number
  /** Rates that move beyond chance by less than a quarter: counted, not told. */
  small: number
  trends: IssueTrend[]
  /** All cases together, where they are held against customers. */
  whole: Estimate | null
  sentence: string
  /** What a rate is. */
  basis: string
  limits: string[]
  findings: Finding[]
}

const fewestWeeks = 20
/**
 * Values of cases that rise or fall beyond chance. Each is a rate over whole weeks, tested in all cases and in each market; one
 * correction over all that was tried. A rate must move by its slope and between its first and last quarter, and so must its share of all
 * cases.
 */
export async function issueTrendsFrom(evidence: IssueEvidence | null, words: Words): Promise<IssueTrends | NoFindings> {
  const weeks = evidence?.weeks ?? []
  if (!evidence || weeks.length < fewestWeeks)
    return { refused: say(words, 'say.trends.short', { weeks: weeks.length, needed: fewestWeeks }), missing: [] }
  if (evidence.issues.length === 0)
    return { refused: say(words, 'say.trends.alike', { needed: fewestCases }), missing: [] }
  const seasonal = isSeasonal(weeks)
  const tests = evidence.issues.flatMap((issue) => testsOf(issue, evidence, seasonal))
  const qs = benjaminiHochberg(tests.map(({ p }) => p))
  const moves = new Map<IssueCounts, { market: string | null; movement: Movement }[]>()
  let small = 0
  for (const [at, test] of tests.entries()) {
    const q = qs[at]
    const movement = q != null && isReal(q) ? movementOf(test, q, evidence) : null
    if (movement === 'small') small++
    else if (movement) moves.set(test.issue, [...(moves.get(test.issue) ?? []), { market: test.market, movement }])
  }
  const trends = await trendsOf(moves, tests, evidence)
  const tried = qs.filter((q) => q !== null).length
  const whole = evidence.base.of === 'customers' ? wholeOf(evidence, seasonal) : null
  const limits = limitsOf(evidence, seasonal, words)
  const answer = {
    base: evidence.base.of,
    weeks,
    seasonal,
    tried,
    values: evidence.issues.length,
    small,
    trends,
    whole,
    limits,
  }
  return {
    ...answer,
    sentence: sayFound(answer, evidence, words),
    basis: sayBasis(answer, words),
    findings: trends.map((trend) => findingOf(trend, answer, evidence, words)),
  }
}

const memory: Memory<IssueTrends | NoFindings> = new WeakMap()

/** The same of an open version, found once for the fields that were asked for; all of them by default. */
export function findIssueTrends(context: MetricContext, only?: string[]): Promise<IssueTrends | NoFindings> {
  return rememberFor(memory, context, only, async () => {
    if (!context.version.present.has('cases.created_at'))
      return { refused: say(context.words, 'say.trends.undated'), missing: ['cases.created_at'] }
    const fields = (await issueFields(context, only)).filter(({ id }) => !only || only.includes(id))
    if (fields.length === 0) return nothingToCount(context, only)
    return issueTrendsFrom(await readIssues(context, fields), context.words)
  })
}

function nothingToCount({ words }: MetricContext, only?: string[]): NoFindings {
  const missing = (only ?? ['reason', 'type', 'subject', 'product']).map((id) => `cases.${id}`)
  return { refused: say(words, 'say.trends.fieldless', { fields: listed(missing, words) }), missing }
}

async function trendsOf(
  moves: Map<IssueCounts, { market: string | null; movement: Movement }[]>,
  tests: MoveTest[],
  evidence: IssueEvidence,
): Promise<IssueTrend[]> {
  const cases = new Map<string, Awaited<ReturnType<IssueEvidence['casesOf']>>>()
  for (const field of new Set([...moves.keys()].map((issue) => issue.field))) {
    const values = [...moves.keys()].filter((issue) => issue.field === field).map(({ value }) => value)
    cases.set(field, await evidence.casesOf(field, values))
  }
  const labels = new Map(evidence.fields.map(({ id, label }) => [id, label]))
  return [...moves]
    .map(([issue, found]): IssueTrend => {
      const markets = found
        .flatMap(({ market, movement }) =>
          market === null ? [] : [{ market, label: evidence.marketLabels[market] ?? market, ...movement }],
        )
        .toSorted((a, b) => Math.abs(b.extra) - Math.abs(a.extra))
      const whole = found.find(({ market }) => market === null)?.movement
      const own = whole ?? markets[0]!
      const market = whole ? null : markets[0]!.market
      const of = cases.get(issue.field)?.get(issue.value)
      const { move, cases: counted, before, after, ratio, extra, since, p, q } = own
      return {
        field: issue.field,
        field_label: labels.get(issue.field) ?? issue.field,
        value: issue.value,
        label: issue.label,
        ...{ move, cases: counted, before, after, ratio, extra, since, p, q },
        only_in: market,
        markets,
        markets_tried: tests.filter((test) => test.issue === issue && test.market !== null && test.p !== null).length,
        first_day: issue.first_day,
        last_day: issue.last_day,
        satisfaction:
          of && of.answered > 0
            ? { value: of.satisfied / of.answered, ...wilsonInterval(of.satisfied, of.answered)!, n: of.answered }
            : null,
        work: of && of.worked_cases > 0 ? { hours: of.worked_seconds / 3600, cases: of.worked_cases } : null,
        rates: ratesOf(issue, market, evidence),
      }
    })
    .toSorted((a, b) => Math.abs(b.extra) - Math.abs(a.extra))
}

function ratesOf(issue: IssueCounts, market: string | null, { base }: IssueEvidence): (number | null)[] {
  const counts = market === null ? issue.weeks : issue.markets.get(market)!
  const exposures = market === null ? base.all : base.markets.get(market)!
  return counts.map((count, at) => (exposures[at]! > 0 ? count / exposures[at]! : null))
}

/** A rate as it is told: cases of 1,000 customers in a week, or a share of all cases. */
export function formatRate(rate: number | null, base: IssueTrends['base'], words: Words): string {
  if (rate === null) return '–'
  if (base === 'cases') return formatValue(rate, 'ratio', words)
  const many = rate * 1000
  return formatNumber(many, words, many >= 100 || many === 0 ? 0 : many >= 10 ? 1 : 2)
}

/** `3.2 times (2.1 to 4.9)`, or by another template. */
export function formatTimes({ value, low, high }: Estimate, words: Words, id = 'say.trends.times'): string {
  const write = (each: number) => formatNumber(each, words, each >= 100 ? 0 : each >= 10 ? 1 : 2)
  return say(words, id, { value: write(value), low: write(low), high: write(high) })
}

type Answer = Pick<
  IssueTrends,
  'base' | 'weeks' | 'seasonal' | 'tried' | 'values' | 'small' | 'trends' | 'whole' | 'limits'
>

function sayFound({ trends, values, weeks }: Answer, evidence: IssueEvidence, words: Words): string {
  const fields = listed(
    evidence.fields.map(({ label }) => label.toLocaleLowerCase(words.locale)),
    words,
  )
  const rising = trends.filter(({ extra }) => extra > 0)
  if (trends.length === 0) return say(words, 'say.trends.level', { values, fields, weeks: weeks.length })
  return say(words, 'say.trends.found', {
    rising: rising.length,
    falling: trends.length - rising.length,
    values,
    fields,
    weeks: weeks.length,
    first: formatDate(weeks[0]!, words),
    last: formatDate(addDays(weeks.at(-1)!, 6), words),
  })
}

function sayBasis({ base, whole, tried, small }: Answer, words: Words): string {
  const basis = [say(words, `say.trends.basis.${base}`), say(words, 'say.trends.basis.tests', { tried, small, base })]
  if (whole) basis.push(say(words, 'say.trends.basis.whole', { times: formatTimes(whole, words) }))
  return basis.join(' ')
}

function limitsOf({ fields }: IssueEvidence, seasonal: boolean, words: Words): string[] {
  const more = fields.filter((field) => field.more)
  const rare = fields.reduce((sum, field) => sum + field.rare, 0)
  return [
    say(words, 'say.trends.limit.cause'),
    ...(seasonal ? [] : [say(words, 'say.trends.limit.season')]),
    ...(fields.length > 1 ? [say(words, 'say.trends.limit.same')] : []),
    ...(rare > 0 ? [say(words, 'say.trends.limit.rare', { needed: fewestCases })] : []),
    ...(more.length > 0
      ? [
          say(words, 'say.trends.limit.more', {
            fields: listed(
              more.map(({ label }) => label),
              words,
            ),
          }),
        ]
      : []),
  ]
}

function findingOf(trend: IssueTrend, answer: Answer, evidence: IssueEvidence, words: Words): Finding {
  const dimension = evidence.fields.find(({ id }) => id === trend.field)?.dimension ?? null
  return {
    id: `trends.${trend.field}.${trend.value}`,
    kind: 'trends',
    claim: sayClaim(trend, words),
    evidence: sayEvidence(trend, answer, words),
    confidence: {
      n: trend.cases,
      effect: trend.ratio && { ...trend.ratio, unit: 'number' },
      p: trend.p,
      q: trend.q,
      tried: answer.tried,
    },
    check:
      dimension === null
        ? null
        : {
            metrics: ['cases'],
            where: [
              { dimension, op: 'in', values: [trend.value] },
              ...(trend.only_in === null ? [] : [{ dimension: 'market', op: 'in' as const, values: [trend.only_in] }]),
            ],
            grain: 'week',
          },
    limits: answer.limits,
  }
}

/** `Login code (reason) rises in Spain since the week of 12 March.` */
export function sayClaim(trend: IssueTrend, words: Words): string {
  const { markets, only_in, since, move } = trend
  const same = markets.filter((each) => Math.sign(each.extra) === Math.sign(trend.extra))
  // Where a part of the markets moves, they are named: it is there that the cause is looked for.
  const named = only_in !== null || (same.length > 0 && same.length < trend.markets_tried) ? same : []
  return say(words, 'say.trends.claim', {
    label: trend.label,
    field: trend.field_label.toLocaleLowerCase(words.locale),
    move,
    markets:
      named.length === 0
        ? 'none'
        : listed(
            named.map(({ label }) => label),
            words,
          ),
    named: named.length,
    sudden: since !== null,
    week: since ? formatDate(since.week, words) : '',
  })
}

function sayEvidence(trend: IssueTrend, { base }: Answer, words: Words): string {
  const { ratio, since, satisfaction } = trend
  return [
    say(words, `say.trends.evidence.${base}`, {
      before: formatRate(trend.before, base, words),
      after: formatRate(trend.after, base, words),
      cases: formatNumber(trend.cases, words),
    }),
    ratio ? say(words, 'say.trends.evidence.ratio', { times: formatTimes(ratio, words) }) : '',
    say(words, 'say.trends.evidence.q', { q: formatP(trend.q, words), day: formatDate(trend.first_day, words) }),
    since
      ? say(words, 'say.trends.evidence.since', {
          low: formatDate(since.low, words),
          high: formatDate(addDays(since.high, 6), words),
        })
      : '',
    satisfaction
      ? say(words, 'say.trends.evidence.satisfaction', {
          share: formatValue(satisfaction.value, 'ratio', words),
          low: formatValue(satisfaction.low, 'ratio', words),
          high: formatValue(satisfaction.high, 'ratio', words),
          n: formatNumber(satisfaction.n, words),
        })
      : '',
  ]
    .filter((part) => part !== '')
    .join(' ')
}

/** In which markets it moves by a test of their own; empty where the cases have none. */
export function sayMarkets(trend: IssueTrend, words: Words): string {
  if (trend.markets_tried === 0) return ''
  if (trend.markets.length === 0) return say(words, 'say.trends.market.none')
  const markets = listed(
    trend.markets.map(({ label, ratio, move }) =>
      say(words, 'say.trends.market', {
        market: label,
        times: ratio ? formatTimes(ratio, words, 'say.trends.short-times') : say(words, `say.trends.move.${move}`),
      }),
    ),
    words,
  )
  return trend.only_in === null ? markets : say(words, 'say.trends.market.only', { markets })
}
