import { formatDate, formatNumber, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { type Memory, remember } from '../metrics/remember.ts'
import { differenceInterval, differenceP, type Estimate } from '../stats/difference.ts'
import { normalQuantile } from '../stats/distributions.ts'
import { benjaminiHochberg } from '../stats/false-discovery.ts'
import { wilsonInterval } from '../stats/intervals.ts'
import type { Finding, NoFindings } from './finding.ts'
import { type Exposure, exposures, levels, readValue, type ServedGroup, type ValueEvidence } from './value-evidence.ts'

export const outcomes = ['money', 'leaving'] as const
export type Outcome = (typeof outcomes)[number]

/** The worse served held against the better served, in one thing that came after. */
export interface ValueTest {
  exposure: Exposure
  outcome: Outcome
  /** Worse less better: money by customer, or the share that left. */
  gap: Estimate
  worse: ServedGroup
  better: ServedGroup
  n: number
  p: number
  q: number
  real: boolean
}

/** What became of customers by how they had been served. */
export interface Value {
  money: ValueEvidence['money']
  leaving: boolean
  day: string
  groups: (ServedGroup & { left_share: Estimate; change_interval: Estimate | null })[]
  /** Everything that was compared, real or not. */
  tests: ValueTest[]
  sentence: string
  limits: string[]
  findings: Finding[]
}

/** Fewer customers at one end say nothing. */
const fewest = 30
const level = 0.05

/**
 * Do customers who had been served worse bring in less afterwards, or leave more often? One correction over all that was compared, and a
 * sentence that says so where nothing is real. Observed, and no cause.
 */
export function valueFrom(evidence: ValueEvidence | null, words: Words): Value | NoFindings {
  if (!evidence)
    return {
      refused: say(words, 'say.value.none'),
      missing: ['revenues.amount', 'revenues.on_date', 'churns.churned_on', 'surveys.customer'],
    }
  const tests = testsOf(evidence)
  if (tests.length === 0) return { refused: say(words, 'say.value.few', { needed: fewest }), missing: [] }
  const limits = limitsOf(evidence, words)
  const real = tests.filter((each) => each.real)
  const findings = real.map((test) => findingOf(test, tests.length, evidence, limits, words))
  const sentence =
    findings.length > 0
      ? findings.map(({ claim }) => claim).join(' ')
      : say(words, 'say.value.nothing', { tried: tests.length, n: Math.max(...tests.map(({ n }) => n)) })
  const groups = evidence.groups.map((group) => ({
    ...group,
    left_share: leftOf(group),
    change_interval: changeOf(group),
  }))
  return {
    money: evidence.money,
    leaving: evidence.leaving,
    day: evidence.day,
    groups,
    tests,
    sentence,
    limits,
    findings,
  }
}

const memory: Memory<Value | NoFindings> = new WeakMap()

/** The same of an open version, found once as long as it is open. */
export function findValue(context: MetricContext): Promise<Value | NoFindings> {
  return remember(memory, context.store, context.words.locale, async () =>
    valueFrom(await readValue(context), context.words),
  )
}

/** What is real alone, for whoever gathers findings of every kind. */
export function valueFindings(evidence: ValueEvidence | null, words: Words): Finding[] | NoFindings {
  const found = valueFrom(evidence, words)
  return 'refused' in found ? found : found.findings
}

function testsOf({ groups, money, leaving }: ValueEvidence): ValueTest[] {
  const tests = exposures.flatMap((exposure) => {
    const end = (at: 0 | -1) =>
      groups.find((each) => each.exposure === exposure && each.level === levels[exposure].at(at))
    const [worse, better] = [end(0), end(-1)]
    if (!worse || !better) return []
    return outcomes.flatMap((outcome) => {
      if (outcome === 'money' ? !money : !leaving) return []
      const compared = compare(outcome, worse, better)
      return compared ? [{ exposure, outcome, worse, better, ...compared }] : []
    })
  })
  const qs = benjaminiHochberg(tests.map(({ p }) => p))
  return tests.map((test, at) => ({ ...test, q: qs[at]!, real: qs[at]! <= level }))
}

function compare(outcome: Outcome, worse: ServedGroup, better: ServedGroup): Pick<ValueTest, 'gap' | 'n' | 'p'> | null {
  const count = (group: ServedGroup) => (outcome === 'money' ? group.payers : group.customers)
  if (count(worse) < fewest || count(better) < fewest) return null
  if (outcome === 'leaving' && worse.left + better.left === 0) return null
  const [a, b] = outcome === 'money' ? [changeOf(worse), changeOf(better)] : [leftOf(worse), leftOf(better)]
  if (!a || !b || (a.high === a.low && b.high === b.low)) return null
  const interval = differenceInterval(a, b)
  const value = a.value - b.value
  return { gap: { value, ...interval }, n: count(worse) + count(better), p: differenceP(value, interval) }
}

function leftOf({ left, customers }: ServedGroup): Estimate {
  return { value: left / customers, ...(wilsonInterval(left, customers) ?? { low: 0, high: 1 }) }
}

/** Of a mean over many customers; fewer than thirty are not compared. */
function changeOf({ change, variance, payers }: ServedGroup): Estimate | null {
  if (change === null || variance === null || payers < 2) return null
  const reach = -normalQuantile(0.025) * Math.sqrt(variance / payers)
  return { value: change, low: change - reach, high: change + reach }
}

function limitsOf({ day, days, money, groups }: ValueEvidence, words: Words): string[] {
  const asked = groups.some(({ exposure }) => exposure === 'satisfaction')
  return [
    say(words, 'say.value.limit.window', { day: formatDate(day, words), days }),
    say(words, 'say.value.limit.cause'),
    ...(asked ? [say(words, 'say.value.limit.silent')] : []),
    ...(money ? [say(words, `say.value.limit.${money}`)] : []),
  ]
}

function findingOf(
  test: ValueTest,
  tried: number,
  { money, day, days }: ValueEvidence,
  limits: string[],
  words: Words,
): Finding {
  const { exposure, outcome, gap, worse, better, n, p, q } = test
  const unit = outcome === 'money' ? 'money' : 'ratio'
  const text = (value: number | null) => formatValue(value, unit, words)
  const [a, b] = outcome === 'money' ? [worse.change, better.change] : [leftOf(worse).value, leftOf(better).value]
  const measure = outcome === 'money' ? money! : 'leaving'
  return {
    id: `value.${exposure}.${measure}`,
    kind: 'value',
    claim: say(words, `say.value.claim.${measure}`, {
      who: say(words, `say.value.who.${exposure}`),
      side: gap.value < 0 ? 'less' : 'more',
      worse: text(a),
      better: text(b),
      days,
    }),
    evidence: say(words, 'say.value.evidence', {
      worse: formatNumber(outcome === 'money' ? worse.payers : worse.customers, words),
      better: formatNumber(outcome === 'money' ? better.payers : better.customers, words),
      gap: outcome === 'money' ? text(gap.value) : points(gap.value, words),
      low: outcome === 'money' ? text(gap.low) : points(gap.low, words),
      high: outcome === 'money' ? text(gap.high) : points(gap.high, words),
      q: formatP(q, words).replace(/^= /, ''),
      tried,
    }),
    confidence: { n, effect: { ...gap, unit }, p, q, tried },
    check: {
      metrics: [outcome === 'leaving' ? 'churns' : money === 'revenue' ? 'revenue' : 'net_flows'],
      ...(exposure === 'satisfaction' && outcome === 'money' && money === 'revenue' && { by: ['satisfaction_band'] }),
      range: { from: day },
      grain: 'month',
    },
    limits,
  }
}

const points = (share: number, words: Words): string =>
  say(words, 'say.value.points', { size: formatNumber(share * 100, words, 1) })
