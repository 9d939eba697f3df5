import { formatDate, formatNumber, formatValue } from '../config/format.ts'
import { labelOf, say, type Words } from '../config/words.ts'
import { fieldLabel, listed } from '../metrics/needs.ts'
import type { Leak } from './churn-columns.ts'
import type { ChurnEvidence, ChurnLack } from './churn-evidence.ts'
import type { ChurnModel, ChurnValidation, NoChurnModel } from './churn-model.ts'
import type { Risks } from './churn-risks.ts'
import { profileColumns } from './customer-features.ts'

/** What is known of a model once its rows are gone. */
export type ChurnBasis = Omit<ChurnEvidence, 'rows'>

/** A feature, or a column of customers, as it is told. */
export function columnName(of: string, words: Words): string {
  return profileColumns.some((each) => each === of)
    ? labelOf(words, `dimensions.${of}.label`, fieldLabel(`customers.${of}`, words))
    : say(words, `features.${of}`)
}

export function saidLack({ lacks, left, days }: ChurnLack, words: Words): string {
  return say(words, `say.churn.lack.${lacks}`, { left, days })
}

export function saidNoModel(
  { lacks, left, needed, leaks }: NoChurnModel,
  { horizon }: ChurnBasis,
  words: Words,
): string {
  return [
    say(words, `say.churn.no-model.${lacks}`, { left, needed, horizon }),
    ...leaks.map((each) => saidLeak(each, words)),
  ].join(' ')
}

const percent = (value: number, words: Words): string => formatValue(value, 'ratio', words)

export function saidBlind(
  { auc, n, left, by }: ChurnValidation,
  { horizon, cutoffs }: ChurnBasis,
  leaks: Leak[],
  words: Words,
): string {
  return [
    say(words, 'say.churn.blind', {
      by,
      on: formatDate(cutoffs[0]!.on, words),
      horizon,
      n: formatNumber(n, words),
      left: formatNumber(left, words),
      auc: percent(auc.value, words),
      low: percent(auc.low, words),
      high: percent(auc.high, words),
    }),
    ...leaks.map((each) => saidLeak(each, words)),
  ].join(' ')
}

export function saidExpected({ customers, expected }: Risks, { horizon, now }: ChurnBasis, words: Words): string {
  return say(words, 'say.churn.expected', {
    customers: formatNumber(customers, words),
    now: formatDate(now, words),
    horizon,
    expected: formatNumber(expected.value, words),
    low: formatNumber(expected.low, words),
    high: formatNumber(expected.high, words),
  })
}

export function saidTested({ by, n, left, auc, top }: ChurnValidation, { cutoffs }: ChurnBasis, words: Words): string {
  return say(words, 'say.churn.tested', {
    by,
    on: formatDate(cutoffs[0]!.on, words),
    n: formatNumber(n, words),
    left: formatNumber(left, words),
    auc: percent(auc.value, words),
    low: percent(auc.low, words),
    high: percent(auc.high, words),
    caught: percent(top.caught, words),
    lift: formatNumber(top.lift, words, 1),
  })
}

/** Whether what was stated is what happened. */
export function saidCalibration(
  { slope, brier, bins, n, left, average_precision, base_rate }: ChurnValidation,
  words: Words,
): string {
  const stated = bins.reduce((sum, each) => sum + each.stated * each.n, 0)
  return say(words, 'say.churn.calibrated', {
    right: slope === null || (slope.low <= 1 && slope.high >= 1) ? 'yes' : slope.high < 1 ? 'sure' : 'shy',
    known: slope === null ? 'no' : 'yes',
    slope: slope ? formatNumber(slope.value, words, 2) : '',
    low: slope ? formatNumber(slope.low, words, 2) : '',
    high: slope ? formatNumber(slope.high, words, 2) : '',
    stated: formatNumber(stated, words),
    left: formatNumber(left, words),
    n: formatNumber(n, words),
    brier: formatNumber(brier.score, words, 4),
    skill: percent(brier.skill, words),
    precision: percent(average_precision, words),
    base: percent(base_rate, words),
  })
}

export function saidWorth({ worth }: Risks, { horizon }: ChurnBasis, words: Words): string {
  if (!worth) return say(words, 'say.churn.no-worth')
  return say(words, 'say.churn.worth', {
    of: worth.of,
    horizon,
    at_risk: formatValue(worth.at_risk.value, 'money', words),
    low: formatValue(worth.at_risk.low, 'money', words),
    high: formatValue(worth.at_risk.high, 'money', words),
    total: formatValue(worth.total, 'money', words),
  })
}

/** `customers.region is known almost only of those who left`. */
export function saidLeak({ field, by, auc }: Leak, words: Words): string {
  const name = field.includes('.') ? fieldLabel(field, words) : say(words, `features.${field}`)
  return say(words, `say.churn.leak.${by}`, { name, field, auc: percent(auc, words) })
}

export function limitsOf(
  { leaks, left_out, recalibrated, n, left }: ChurnModel,
  evidence: ChurnBasis,
  words: Words,
): string[] {
  const { unread, drawn, window, cutoffs } = evidence
  return [
    say(words, 'say.churn.learnt', {
      days: cutoffs.length,
      window,
      n: formatNumber(n, words),
      left: formatNumber(left, words),
      recalibrated: recalibrated ? 'yes' : 'no',
    }),
    ...(drawn.left < 1 || drawn.stayed < 1
      ? [say(words, 'say.churn.drawn', { left: percent(drawn.left, words), stayed: percent(drawn.stayed, words) })]
      : []),
    ...leaks.map((each) => saidLeak(each, words)),
    ...(unread.length > 0 ? [say(words, 'say.churn.unread', { fields: listed(unread, words) })] : []),
    ...(left_out.length > 0
      ? [
          say(words, 'say.churn.left-out', {
            fields: listed(
              left_out.map((each) => columnName(each, words)),
              words,
            ),
          }),
        ]
      : []),
    say(words, 'say.churn.no-cause'),
  ]
}
