import { formatNumber, formatValue } from '../config/format.ts'
import { labelOf, say, type Words } from '../config/words.ts'
import type { MetricCard, MetricCell, MetricUnit } from '../metrics/frame.ts'
import { mergeCells } from '../metrics/merge-cells.ts'
import { listed } from '../metrics/needs.ts'
import { differenceInterval } from '../stats/difference.ts'
import { type PlaybookEvidence, splitKey } from './playbook-evidence.ts'
import { type Proof, prove } from './playbook-proof.ts'
import type { PlaybookRule } from './playbook-rule.ts'

/** What a recommendation would bring: by arithmetic or as measured between groups, never a guess. */
export interface ExpectedEffect {
  /** False where nothing in the data says how much; `text` then says why. */
  estimable: boolean
  text: string
  value: number | null
  low: number | null
  high: number | null
  unit: MetricUnit | null
  /** Metrics and splits that a field gives. */
  unlocks: number
}

const unknown = { estimable: false, value: null, low: null, high: null, unit: null, unlocks: 0 } as const

export function expectEffect(
  rule: PlaybookRule,
  proof: Proof,
  evidence: PlaybookEvidence,
  words: Words,
): ExpectedEffect {
  const { effect } = rule
  switch (effect.kind) {
    case 'not_estimable':
      return { ...unknown, text: labelOf(words, `playbook.${rule.id}.effect`, effect.because) }
    case 'unlocks':
      return unlocked(effect.field, evidence, words)
    case 'target':
      return untilTarget(effect.metric, evidence, words)
    case 'what_if':
      return whatIf(effect.metric, effect.becomes, evidence, words)
    case 'gap':
      return closedGap(effect.metric, effect.by, proof, evidence, words)
  }
}

const refusedEffect = (words: Words, text?: string): ExpectedEffect => ({
  ...unknown,
  text: text ?? say(words, 'say.playbook.effect.unknown'),
})

function unlocked(field: string, evidence: PlaybookEvidence, words: Words): ExpectedEffect {
  const found = evidence.readiness.find((each) => each.field === field)
  if (!found) return refusedEffect(words, say(words, 'say.playbook.effect.no_kpi'))
  const { metrics, dimensions, helps } = found.unlocks
  const names = (ids: string[], label: (id: string) => string): string => listed(ids.slice(0, 3).map(label), words)
  const own = found.kind === 'number' && metrics.length > 0
  const id = own ? 'unlocks' : found.kind === 'number' ? 'helps' : 'splits'
  const ids = own || found.kind === 'breakdown' ? metrics : helps
  return {
    ...unknown,
    estimable: true,
    text: say(words, `say.playbook.effect.${id}`, {
      count: ids.length,
      metrics: names(ids, evidence.labelOfMetric),
      dimensions: names(dimensions, evidence.labelOfDimension),
    }),
    value: ids.length,
    low: ids.length,
    high: ids.length,
    unit: 'count',
    // A split of numbers that are there already is less than a number; a field that helps with others, half of one.
    unlocks: found.kind === 'number' ? metrics.length + helps.length / 2 : metrics.length / 4,
  }
}

function untilTarget(metric: string, { metrics }: PlaybookEvidence, words: Words): ExpectedEffect {
  const fact = metrics.get(metric)
  const target = fact?.card.target
  if (!fact || !target || fact.cell.value === null) return refusedEffect(words)
  const { card, cell } = fact
  const away = target.value - fact.cell.value
  const low = target.value - (cell.high ?? fact.cell.value)
  const high = target.value - (cell.low ?? fact.cell.value)
  const { numerator, denominator } = cell
  const text = { value: gapText(away, card, words), low: gapText(low, card, words), high: gapText(high, card, words) }
  const common = { ...unknown, estimable: true, value: away, low, high, unit: card.unit }
  if (card.unit !== 'ratio' || numerator === undefined || denominator === undefined)
    return { ...common, text: say(words, 'say.playbook.effect.distance', text) }
  const more = Math.max(0, Math.ceil(target.value * denominator - 1e-9) - numerator)
  return {
    ...common,
    text: say(words, 'say.playbook.effect.target', {
      ...text,
      more: formatNumber(more, words),
      all: formatNumber(denominator, words),
      numerator: card.numerator ?? '',
      target: formatValue(target.value, card.unit, words),
    }),
  }
}

function gapText(value: number, card: Pick<MetricCard, 'unit'>, words: Words): string {
  if (card.unit === 'ratio') return say(words, 'say.playbook.points', { value: formatNumber(value * 100, words, 1) })
  return formatValue(value, card.unit, words)
}

/** Both numbers count the same rows: their difference is exact and has no interval. */
function whatIf(metric: string, then: string, { metrics }: PlaybookEvidence, words: Words): ExpectedEffect {
  const [now, other] = [metrics.get(metric), metrics.get(then)]
  const refused = now?.cell.refused ?? other?.cell.refused
  if (refused) return refusedEffect(words, refused.message)
  if (!now || !other || now.cell.value === null || other.cell.value === null) return refusedEffect(words)
  const value = other.cell.value - now.cell.value
  return {
    ...unknown,
    estimable: true,
    text: say(words, 'say.playbook.effect.what_if', {
      metric: now.card.label,
      from: formatValue(now.cell.value, now.card.unit, words),
      to: formatValue(other.cell.value, now.card.unit, words),
    }),
    value,
    low: value,
    high: value,
    unit: now.card.unit,
  }
}

/** The groups concerned as all others are: observed side by side, so at most this, and no promise. */
function closedGap(
  metric: string,
  by: string,
  { concerned }: Proof,
  evidence: PlaybookEvidence,
  words: Words,
): ExpectedEffect {
  const { splits, metrics } = evidence
  const split = splits.get(splitKey(metric, by))
  const own = prove({ kind: 'differs', metric, by }, evidence, words)
  if (!split || !own.holds) return refusedEffect(words)
  const groups = own.concerned.filter((label) => concerned.includes(label))
  const part = (inside: boolean) =>
    estimateOf(
      mergeCells(split.groups.filter(({ label }) => groups.includes(label) === inside).map(({ cell }) => cell)),
    )
  const [behind, others] = [part(true), part(false)]
  if (!behind || !others) return refusedEffect(words, say(words, 'say.playbook.effect.no_others'))
  const share = behind.n / (behind.n + others.n)
  const gap = others.value - behind.value
  const interval = differenceInterval(others, behind)
  const { card } = split
  const ends = [interval.low * share, interval.high * share] as const
  const overall = metrics.get(metric)?.cell.value
  return {
    ...unknown,
    estimable: true,
    text: say(words, 'say.playbook.effect.gap', {
      metric: card.label,
      groups: listed(groups, words),
      value: gapText(gap * share, card, words),
      low: gapText(ends[0], card, words),
      high: gapText(ends[1], card, words),
      overall: formatValue(overall, card.unit, words),
    }),
    value: gap * share,
    low: ends[0],
    high: ends[1],
    unit: card.unit,
  }
}

function estimateOf(cell: MetricCell | null) {
  if (!cell || cell.value === null || cell.low === undefined || cell.high === undefined) return null
  return { value: cell.value, low: cell.low, high: cell.high, n: cell.n ?? cell.denominator ?? 0 }
}
