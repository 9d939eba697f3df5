import { formatDate, formatNumber, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { type Memory, rememberFor } from '../metrics/remember.ts'
import type { Estimate } from '../stats/difference.ts'
import { benjaminiHochberg, isReal } from '../stats/false-discovery.ts'
import { meanInterval, wilsonInterval } from '../stats/intervals.ts'
import { type Sample, stratifiedDifference } from '../stats/stratified.ts'
import type { Finding, NoFindings } from './finding.ts'
import { type Exposure, exposures, levels, readValue, type ServedGroup, type ValueEvidence } from './value-evidence.ts'

export const outcomes = ['money', 'leaving'] as const
export type Outcome = (typeof outcomes)[number]

/** The worse served held against the better served, in one thing that came after. */
export interface ValueTest {
  exposure: Exposure
  outcome: Outcome
  /** Worse less better, among customers of one segment with about as many cases: money by customer, or the share that left. */
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
  const pooled = poolOf(evidence.groups)
  const tests = testsOf(evidence, pooled)
  if (tests.length === 0) return { refused: say(words, 'say.value.few', { needed: fewest }), missing: [] }
  const limits = limitsOf(evidence, words)
  const real = tests.filter((each) => each.real)
  const findings = real.map((test) => findingOf(test, tests.length, evidence, limits, words))
  const sentence =
    findings.length > 0
      ? findings.map(({ claim }) => claim).join(' ')
      : say(words, 'say.value.nothing', { tried: tests.length, n: Math.max(...tests.map(({ n }) => n)) })
  const groups = pooled.map((group) => ({
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
  return rememberFor(memory, context, null, async () => valueFrom(await readValue(context), context.words))
}

/** All strata of one way of being served together. */
function poolOf(groups: ServedGroup[]): ServedGroup[] {
  return exposures.flatMap((exposure) =>
    levels[exposure].flatMap((level) => {
      const own = groups.filter((each) => each.exposure === exposure && each.level === level)
      return own.length === 0 ? [] : [own.reduce(together)]
    }),
  )
}

function together(a: ServedGroup, b: ServedGroup): ServedGroup {
  const payers = a.payers + b.payers
  const mean = (name: 'before' | 'after' | 'change') =>
    payers === 0 ? null : ((a[name] ?? 0) * a.payers + (b[name] ?? 0) * b.payers) / payers
  const change = mean('change')
  const squares = (each: ServedGroup) =>
    (each.variance ?? 0) * Math.max(each.payers - 1, 0) + each.payers * ((each.change ?? 0) - (change ?? 0)) ** 2
  return {
    ...a,
    stratum: '',
    customers: a.customers + b.customers,
    left: a.left + b.left,
    payers,
    before: mean('before'),
    after: mean('after'),
    change,
    variance: payers > 1 ? (squares(a) + squares(b)) / (payers - 1) : null,
  }
}

function testsOf({ groups, money, leaving }: ValueEvidence, pooled: ServedGroup[]): ValueTest[] {
  const tests = exposures.flatMap((exposure) => {
    const end = (at: 0 | -1) =>
      pooled.find((each) => each.exposure === exposure && each.level === levels[exposure].at(at))
    const [worse, better] = [end(0), end(-1)]
    if (!worse || !better) return []
    return outcomes.flatMap((outcome) => {
      if (outcome === 'money' ? !money : !leaving) return []
      const compared = compare(outcome, worse, better, groups)
      return compared ? [{ exposure, outcome, worse, better, ...compared }] : []
    })
  })
  const qs = benjaminiHochberg(tests.map(({ p }) => p))
  return tests.map((test, at) => ({ ...test, q: qs[at]!, real: isReal(qs[at]) }))
}

/** Those with many cases are more often dissatisfied and more often there at all: only customers who are alike in that are compared. */
function compare(
  outcome: Outcome,
  worse: ServedGroup,
  better: ServedGroup,
  groups: ServedGroup[],
): Pick<ValueTest, 'gap' | 'n' | 'p'> | null {
  const count = (group: ServedGroup) => (outcome === 'money' ? group.payers : group.customers)
  if (count(worse) < fewest || count(better) < fewest) return null
  if (outcome === 'leaving' && worse.left + better.left === 0) return null
  const sample = outcome === 'money' ? changeSample : leftSample
  const of = ({ exposure, level }: ServedGroup, stratum: string): Sample => {
    const own = groups.find((each) => each.exposure === exposure && each.level === level && each.stratum === stratum)
    return own ? sample(own) : nobody
  }
  const strata = [...new Set(groups.map(({ stratum }) => stratum))]
  const found = stratifiedDifference(strata.map((stratum) => ({ a: of(worse, stratum), b: of(better, stratum) })))
  if (!found) return null
  const { p, ...gap } = found
  return { gap, n: count(worse) + count(better), p }
}

const nobody: Sample = { n: 0, mean: 0, variance: 0 }

function leftSample({ left, customers }: ServedGroup): Sample {
  const mean = left / customers
  return { n: customers, mean, variance: mean * (1 - mean) }
}

/** One payer alone has no variance. */
function changeSample({ payers, change, variance }: ServedGroup): Sample {
  return payers < 2 || change === null || variance === null ? nobody : { n: payers, mean: change, variance }
}

function leftOf({ left, customers }: ServedGroup): Estimate {
  return { value: left / customers, ...(wilsonInterval(left, customers) ?? { low: 0, high: 1 }) }
}

function changeOf({ change, variance, payers }: ServedGroup): Estimate | null {
  const interval = meanInterval({ n: payers, mean: change, variance })
  return interval && { value: change!, ...interval }
}

function limitsOf({ day, days, money, alike, groups }: ValueEvidence, words: Words): string[] {
  const asked = groups.some(({ exposure }) => exposure === 'satisfaction')
  return [
    say(words, 'say.value.limit.window', { day: formatDate(day, words), days }),
    say(words, `say.value.limit.alike.${alike}`),
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
  const size = (value: number) => (outcome === 'money' ? text(value) : points(value, words))
  const [a, b] = outcome === 'money' ? [worse.change, better.change] : [leftOf(worse).value, leftOf(better).value]
  const measure = outcome === 'money' ? money! : 'leaving'
  return {
    id: `value.${exposure}.${measure}`,
    kind: 'value',
    claim: say(words, `say.value.claim.${measure}`, {
      who: say(words, `say.value.who.${exposure}`),
      side: gap.value < 0 ? 'less' : 'more',
      size: size(Math.abs(gap.value)),
      days,
    }),
    evidence: say(words, 'say.value.evidence', {
      worse: formatNumber(outcome === 'money' ? worse.payers : worse.customers, words),
      better: formatNumber(outcome === 'money' ? better.payers : better.customers, words),
      gap: size(gap.value),
      low: size(gap.low),
      high: size(gap.high),
      plain: text(a),
      other: text(b),
      q: formatP(q, words).replace(/^= /, ''),
      tried,
    }),
    confidence: { n, effect: { ...gap, unit }, p, q, tried },
    check: {
      metrics: [outcome === 'leaving' ? 'churns' : money === 'revenue' ? 'revenue' : 'net_flows'],
      ...((exposure === 'satisfaction' || exposure === 'discontent') &&
        outcome === 'money' &&
        money === 'revenue' && { by: ['satisfaction_band'] }),
      range: { from: day },
      grain: 'month',
    },
    limits,
  }
}

const points = (share: number, words: Words): string =>
  say(words, 'say.value.points', { size: formatNumber(share * 100, words, 1) })
