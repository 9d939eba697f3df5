import { formatDate, formatNumber, formatValue } from '../config/format.ts'
import { labelOf, say, type Words } from '../config/words.ts'
import type { MetricContext } from '../metrics/context.ts'
import { type Memory, remember } from '../metrics/remember.ts'
import type { Estimate } from '../stats/difference.ts'
import { isReal } from '../stats/false-discovery.ts'
import type { ChurnColumn, Leak } from './churn-columns.ts'
import { type ChurnEvidence, type ChurnLack, type ChurnScope, readChurn } from './churn-evidence.ts'
import {
  type ChurnDriver,
  type ChurnModel,
  type ChurnValidation,
  learnChurn,
  type NoChurnModel,
} from './churn-model.ts'
import { type CustomerAtRisk, type Risks, readRisks } from './churn-risks.ts'
import {
  type ChurnBasis,
  columnName,
  limitsOf,
  saidBlind,
  saidCalibration,
  saidExpected,
  saidLack,
  saidNoModel,
  saidTested,
  saidWorth,
} from './churn-words.ts'
import type { Finding, NoFindings } from './finding.ts'

export interface ChurnQuestion extends ChurnScope {
  /** Customers that are listed. */
  customers: number
}

/** Why a customer stands where they stand. */
export interface Reason {
  /** Feature, or column of customers. */
  of: string
  /** `Share of cases not resolved: 50.0 % (8.9 % on average)`. */
  text: string
  /** Added to the log-odds, against the average customer. */
  contribution: number
}

export interface ListedRisk {
  customer: string
  /** The name where the viewer may see it, else the number. */
  name: string
  risk: number
  worth: number | null
  reasons: Reason[]
}

export interface SaidDriver {
  column: string
  label: string
  /** What the odds ratio is for: `for 0.21 more`. */
  step: string
  odds: Estimate
  p: number
  q: number
  real: boolean
}

/** Who leaves within a while, how sure that is, and why. */
export interface Churn {
  horizon: number
  window: number
  /** The day from which risks run. */
  now: string
  /** Days that it was learnt from, the newest first. */
  cutoffs: ChurnEvidence['cutoffs']
  validation: ChurnValidation
  recalibrated: boolean
  drivers: SaidDriver[]
  customers: number
  expected: Estimate
  list: ListedRisk[]
  groups: {
    by: string
    label: string
    rows: { label: string; customers: number; expected: number; share: number; worth_at_risk: number | null }[]
  }[]
  worth: Risks['worth']
  /** What is at risk, or which field would tell. */
  worth_sentence: string
  leaks: Leak[]
  sentence: string
  /** How many will leave, and how that was tested: the sentence in its two parts. */
  expected_sentence: string
  tested_sentence: string
  limits: string[]
}

/** No risks; what was tested is told where something could be. */
export interface NoChurn extends NoFindings {
  validation?: ChurnValidation
  leaks: Leak[]
}

type Learnt = ChurnLack | { evidence: ChurnBasis; model: ChurnModel | NoChurnModel }

/** What was learnt of each version, which never changes: a second look at a page learns nothing anew. */
const memory: Memory<Learnt> = new WeakMap()

/** It holds no word and nobody's name, so all viewers share it. */
function learn({ horizon }: ChurnScope, context: MetricContext): Promise<Learnt> {
  return remember(memory, context.store, JSON.stringify([horizon ?? null, context.version.as_of]), async () => {
    const evidence = await readChurn(context, { horizon })
    if ('lacks' in evidence) return evidence
    const { rows: _rows, ...plan } = evidence
    return { evidence: plan, model: await learnChurn(evidence) }
  })
}

/** Who leaves, learnt from who left. */
export async function findChurn(question: ChurnQuestion, context: MetricContext): Promise<Churn | NoChurn> {
  const { words } = context
  const learnt = await learn(question, context)
  if ('lacks' in learnt) return { refused: saidLack(learnt, words), missing: learnt.missing, leaks: [] }
  const { evidence, model } = learnt
  if ('lacks' in model) return { refused: saidNoModel(model, evidence, words), missing: [], leaks: model.leaks }
  const { validation, leaks } = model
  if (validation.auc.low <= 0.5)
    return { refused: saidBlind(validation, evidence, leaks, words), missing: [], validation, leaks }
  const risks = await readRisks(context, evidence, model, question.customers)
  if (!risks)
    return { refused: say(words, 'say.churn.nobody', { now: formatDate(evidence.now, words) }), missing: [], leaks }
  const drivers = model.drivers.map((each) => saidDriver(each, evidence, words))
  return {
    horizon: evidence.horizon,
    window: evidence.window,
    now: evidence.now,
    cutoffs: evidence.cutoffs,
    validation,
    recalibrated: model.recalibrated,
    drivers: drivers.toSorted((a, b) => a.p - b.p),
    customers: risks.customers,
    expected: risks.expected,
    list: risks.list.map((each) => ({
      customer: each.customer,
      name: each.name ?? each.source_key ?? each.customer,
      risk: each.risk,
      worth: each.worth,
      reasons: reasonsOf(each, model, risks, evidence, words),
    })),
    groups: risks.groups.map(({ by, rows }) => ({
      by,
      label: columnName(by, words),
      rows: rows.map(({ value, ...row }) => ({
        label: value === null ? say(words, 'say.churn.none') : labelOf(words, `values.${by}.${value}`, value),
        share: row.expected / row.customers,
        ...row,
      })),
    })),
    worth: risks.worth,
    worth_sentence: saidWorth(risks, evidence, words),
    leaks,
    ...saidWhole(risks, validation, evidence, words),
    limits: limitsOf(model, evidence, words),
  }
}

function saidWhole(
  risks: Risks,
  validation: ChurnValidation,
  evidence: ChurnBasis,
  words: Words,
): Pick<Churn, 'sentence' | 'expected_sentence' | 'tested_sentence'> {
  const [expected, tested] = [saidExpected(risks, evidence, words), saidTested(validation, evidence, words)]
  return { sentence: `${expected} ${tested}`, expected_sentence: expected, tested_sentence: tested }
}

/** The same as findings: how many will leave, and what goes with leaving. */
export function churnFindings(churn: Churn | NoChurn, words: Words): Finding[] {
  if ('refused' in churn) return []
  const { validation, drivers, limits } = churn
  const tried = drivers.length
  const whole: Finding = {
    id: 'churn.expected',
    kind: 'churn',
    claim: churn.expected_sentence,
    evidence: `${churn.tested_sentence} ${saidCalibration(validation, words)}`,
    confidence: { n: validation.n, effect: { ...validation.auc, unit: 'ratio' }, p: null, q: null, tried: 1 },
    check: null,
    limits,
  }
  const going = drivers
    .filter(({ real }) => real)
    .map(
      (each): Finding => ({
        id: `churn.${each.column}`,
        kind: 'churn',
        claim: say(words, 'say.churn.driver', {
          label: each.label,
          step: each.step,
          more: each.odds.value > 1 ? 'yes' : 'no',
          odds: formatNumber(each.odds.value, words, 2),
          horizon: churn.horizon,
        }),
        evidence: say(words, 'say.churn.driver-evidence', {
          odds: formatNumber(each.odds.value, words, 2),
          low: formatNumber(each.odds.low, words, 2),
          high: formatNumber(each.odds.high, words, 2),
          tried,
        }),
        confidence: { n: validation.n, effect: { ...each.odds, unit: 'number' }, p: each.p, q: each.q, tried },
        check: null,
        limits: [say(words, 'say.churn.no-cause')],
      }),
    )
  return [whole, ...going]
}

const mostReasons = 3
/** Below it a reason moves the odds by less than a tenth. */
const smallReason = 0.1

/** What lifts this customer above the average one: of the real drivers, those that add most. */
function reasonsOf(
  customer: CustomerAtRisk,
  { columns, coefficients, drivers }: ChurnModel,
  { averages }: Risks,
  evidence: ChurnBasis,
  words: Words,
): Reason[] {
  const real = new Set(drivers.filter(({ q }) => isReal(q)).map(({ column }) => column.of))
  const told = new Map<string, { column: ChurnColumn; average: number; contribution: number }>()
  for (const [at, column] of columns.entries()) {
    if (!real.has(column.of) || column.kind === 'unknown') continue
    const average = averages[at]!
    const own = coefficients[at + 1]! * (customer.design[at]! - average)
    // Being of one group is being of no other: it is told once, with all that it adds.
    const before = told.get(column.of)?.contribution ?? 0
    told.set(column.of, { column, average, contribution: before + own })
  }
  return [...told.values()]
    .filter(({ contribution }) => contribution > smallReason)
    .toSorted((a, b) => b.contribution - a.contribution)
    .slice(0, mostReasons)
    .map(({ column, average, contribution }) => ({
      of: column.of,
      text: reasonText(column, average, customer, evidence, words),
      contribution,
    }))
}

function reasonText(
  column: ChurnColumn,
  average: number,
  { values, levels }: CustomerAtRisk,
  { features }: ChurnBasis,
  words: Words,
): string {
  const name = columnName(column.of, words)
  if (column.kind === 'group') {
    const own = levels[column.at] ?? null
    const group = own === null ? say(words, 'say.churn.none') : labelOf(words, `values.${column.of}.${own}`, own)
    return say(words, 'say.churn.reason-group', { name, group })
  }
  const value = values[column.at] ?? null
  const unit = features[column.at]!.unit
  // The mean of logarithms, brought back: what is usual, not the arithmetic mean.
  const scaled = column.kind === 'number' ? column.mean + average * column.sd : 0
  const usual = column.kind === 'number' && column.log ? Math.sign(scaled) * Math.expm1(Math.abs(scaled)) : scaled
  return say(words, 'say.churn.reason', {
    name,
    value: value === null ? '–' : valueText(value, unit, words),
    usual: valueText(usual, unit === 'count' ? 'number' : unit, words),
  })
}

type UnitOf = ChurnEvidence['features'][number]['unit']

/** A number of days has no decimals. */
function valueText(value: number, unit: UnitOf, words: Words): string {
  return unit === 'number' && Number.isInteger(value) ? formatNumber(value, words) : formatValue(value, unit, words)
}

function saidDriver(driver: ChurnDriver, { features }: ChurnBasis, words: Words): SaidDriver {
  const { column, odds, p, q } = driver
  return {
    column: column.id,
    label: columnName(column.of, words),
    step: stepText(column, features, words),
    odds,
    p,
    q,
    real: isReal(q),
  }
}

function stepText(column: ChurnColumn, features: ChurnEvidence['features'], words: Words): string {
  if (column.kind === 'group')
    return say(words, 'say.churn.step-group', {
      group: labelOf(words, `values.${column.of}.${column.level}`, column.level),
      base: labelOf(words, `values.${column.of}.${column.base}`, column.base),
    })
  if (column.kind === 'unknown') return ''
  if (column.log) return say(words, 'say.churn.step-times', { times: formatNumber(Math.exp(column.sd), words, 1) })
  const { unit, theme } = features[column.at]!
  if (theme === 'trouble') return say(words, 'say.churn.step-flag')
  if (unit === 'ratio') return say(words, 'say.churn.step-points', { more: formatNumber(100 * column.sd, words, 1) })
  return say(words, 'say.churn.step-more', { more: formatValue(column.sd, unit === 'count' ? 'number' : unit, words) })
}
