import { formatNumber, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { MetricCard, MetricCell, Verdict } from '../metrics/frame.ts'
import { listed } from '../metrics/needs.ts'
import type { Query, RowsQuery } from '../metrics/query.ts'
import { falseShare } from '../stats/false-discovery.ts'
import { wilsonInterval } from '../stats/intervals.ts'
import { type Group, type MetricFact, type PlaybookEvidence, type SplitFact, splitKey } from './playbook-evidence.ts'
import type { Condition, Population, SimpleCondition } from './playbook-rule.ts'
import { satisfactionLevel } from './satisfaction-level.ts'

/** A number of the evidence, with how many rows and its interval. */
export interface Figure {
  label: string
  text: string
  value: number | null
  n: number | null
  low: number | null
  high: number | null
}

/** Why a condition holds. */
export interface Proof {
  holds: true
  sentence: string
  figures: Figure[]
  /** Labels of the values that it is about; none where it is about all. */
  concerned: string[]
  /** The same as filters. */
  filters: Population[]
  /** Share of the rows that it is about; null where nothing is counted. */
  share: number | null
  n: number
  /** Null for what was counted. */
  q: number | null
  way: Way | null
}

/** Why it does not: a field is missing, it is noise, or it is not so. */
export interface Silence {
  holds: false
  because: 'lacks' | 'noise' | 'otherwise'
  sentence: string
}

/** Where the evidence can be seen again. */
export type Way = { kind: 'field'; field: string } | { kind: 'rows'; rows: RowsQuery } | { kind: 'query'; query: Query }

/** Is it so, and what says it? Pure: the same evidence gives the same answer. */
export function prove(condition: Condition, evidence: PlaybookEvidence, words: Words): Proof | Silence {
  if (condition.kind !== 'any') return proveOne(condition, evidence, words)
  const answers = condition.of.map((each) => proveOne(each, evidence, words))
  const proofs = answers.filter((each) => each.holds)
  if (proofs.length > 0) return together(proofs)
  const silences = answers.filter((each) => !each.holds)
  const first = silences.find(({ because }) => because === 'noise') ?? silences[0]!
  const told = [...new Set(silences.filter(({ because }) => because === first.because).map(({ sentence }) => sentence))]
  return { ...first, sentence: told.join(' ') }
}

/** Several proofs of one rule: all that they say, with the least sure of their certainties. */
export function together(proofs: Proof[]): Proof {
  const shares = proofs.flatMap(({ share }) => (share === null ? [] : [share]))
  const qs = proofs.flatMap(({ q }) => (q === null ? [] : [q]))
  return {
    holds: true,
    sentence: [...new Set(proofs.map(({ sentence }) => sentence))].filter(Boolean).join(' '),
    figures: proofs.flatMap(({ figures }) => figures),
    concerned: [...new Set(proofs.flatMap(({ concerned }) => concerned))],
    filters: joined(proofs.flatMap(({ filters }) => filters)),
    share: shares.length > 0 ? Math.max(...shares) : null,
    n: Math.max(...proofs.map(({ n }) => n)),
    q: qs.length > 0 ? Math.max(...qs) : null,
    way: proofs.find(({ way }) => way !== null)?.way ?? null,
  }
}

/** One filter for each dimension: who is concerned by one proof or the other. */
function joined(filters: Population[]): Population[] {
  const values = new Map<string, Set<Population['values'][number]>>()
  for (const each of filters)
    for (const value of each.values) values.set(each.dimension, (values.get(each.dimension) ?? new Set()).add(value))
  return [...values].map(([dimension, all]) => ({ dimension, op: 'in', values: [...all] }))
}

const nothing = { figures: [], concerned: [], filters: [], share: null, n: 0, q: null, way: null }

function proveOne(condition: SimpleCondition, evidence: PlaybookEvidence, words: Words): Proof | Silence {
  const { version } = evidence
  switch (condition.kind) {
    case 'missing': {
      const label = evidence.labelOfField(condition.field)
      if (version.present.has(condition.field)) return otherwise('filled', words, { field: label })
      const sentence = say(words, 'say.playbook.missing', { field: label })
      return { ...nothing, holds: true, sentence, way: { kind: 'field', field: condition.field } }
    }
    case 'present': {
      if (version.present.has(condition.field)) return { ...nothing, holds: true, sentence: '' }
      return lacks(evidence.labelOfField(condition.field), words)
    }
    case 'refused': {
      const label = evidence.labelOfMetric(condition.metric)
      if (!evidence.metrics.has(condition.metric)) return otherwise('there', words, { metric: label })
      const fact = known(condition.metric, evidence, words)
      if (!('holds' in fact)) return otherwise('known', words, { metric: fact.card.label })
      const [field] = evidence.metrics.get(condition.metric)?.cell.refused?.missing ?? []
      return { ...nothing, holds: true, sentence: fact.sentence, way: field ? { kind: 'field', field } : null }
    }
    case 'found':
      return proveFound(condition, evidence, words)
    case 'finding':
      return proveFinding(condition, evidence, words)
    case 'repeated':
      return proveRepeated(condition, evidence, words)
    case 'above':
    case 'below':
      return proveBound(condition, evidence, words)
    case 'missed':
      return condition.by
        ? proveMissedBy({ metric: condition.metric, by: condition.by }, evidence, words)
        : proveMissed(condition.metric, evidence, words)
    case 'part':
      return provePart(condition, evidence, words)
    case 'differs':
      return proveDiffers(condition, evidence, words)
    case 'alike':
      return proveAlike(condition, evidence, words)
  }
}

type Values = Parameters<typeof say>[2]

function otherwise(id: string, words: Words, values: Values): Silence {
  return { holds: false, because: 'otherwise', sentence: say(words, `say.playbook.not.${id}`, values) }
}

function lacks(field: string, words: Words): Silence {
  return { holds: false, because: 'lacks', sentence: say(words, 'say.playbook.missing', { field }) }
}

type Of<Kind extends SimpleCondition['kind']> = Extract<SimpleCondition, { kind: Kind }>

function proveFound({ check, subject }: Of<'found'>, { checks }: PlaybookEvidence, words: Words): Proof | Silence {
  const matches = checks.filter(
    (each) =>
      each.check === check &&
      each.found > 0 &&
      (subject === undefined || (each.subject ?? '').toLowerCase().includes(subject.toLowerCase())),
  )
  if (matches.length === 0) return otherwise('found', words, { check })
  const [first] = matches
  const rows: RowsQuery | null = first?.table && first.rows ? { table: first.table, check } : null
  return {
    ...nothing,
    holds: true,
    sentence: matches.map(({ sentence }) => sentence).join(' '),
    // A check of columns counts columns: that is no share of the rows.
    share: rows && first?.checked ? first.found / first.checked : null,
    n: first?.checked ?? first?.found ?? 0,
    way: rows && { kind: 'rows', rows },
  }
}

function proveFinding({ of, id }: Of<'finding'>, { findings }: PlaybookEvidence, words: Words): Proof | Silence {
  const matches = findings.filter((each) => each.kind === of && (id === undefined || each.id.startsWith(id)))
  const [first] = matches
  if (!first) return { holds: false, because: 'noise', sentence: say(words, 'say.playbook.not.finding', { kind: of }) }
  const qs = matches.flatMap(({ confidence }) => confidence.q ?? [])
  return {
    ...nothing,
    holds: true,
    sentence: matches
      .slice(0, 3)
      .map(({ claim, evidence }) => `${claim} ${evidence}`)
      .join(' '),
    n: Math.max(...matches.map(({ confidence }) => confidence.n)),
    q: qs.length > 0 ? Math.max(...qs) : null,
    way:
      first.check &&
      ('metrics' in first.check ? { kind: 'query', query: first.check } : { kind: 'rows', rows: first.check }),
  }
}

/** What was counted needs no test. */
function proveRepeated(
  { as, at_least }: Of<'repeated'>,
  { repeated }: PlaybookEvidence,
  words: Words,
): Proof | Silence {
  const sum = (part: 'questions' | 'texts'): number =>
    as.reduce((total, kind) => total + (repeated?.[kind][part] ?? 0), 0)
  const texts = sum('texts')
  if (!repeated)
    return { holds: false, because: 'noise', sentence: say(words, 'say.playbook.not.finding', { kind: 'topics' }) }
  if (texts < at_least) return otherwise('repeated', words, { texts, least: at_least })
  const share = texts / repeated.texts
  return {
    ...nothing,
    holds: true,
    sentence: say(words, 'say.playbook.repeated', {
      ...{ texts, all: repeated.texts, questions: sum('questions'), share: formatValue(share, 'ratio', words) },
      kind: as.length > 1 ? 'both' : as[0],
    }),
    share,
    n: repeated.texts,
  }
}

interface Known extends MetricFact {
  value: number
}

/** The number as a whole, or why there is none. */
function known(metric: string, evidence: PlaybookEvidence, words: Words): Known | Silence {
  const fact = evidence.metrics.get(metric)
  if (!fact) return otherwise('there', words, { metric: evidence.labelOfMetric(metric) })
  const { card, cell } = fact
  if (cell.refused) return { holds: false, because: 'lacks', sentence: cell.refused.message }
  if (cell.value === null) return otherwise('there', words, { metric: card.label })
  return { ...fact, value: cell.value }
}

function proveBound(condition: Of<'above'> | Of<'below'>, evidence: PlaybookEvidence, words: Words): Proof | Silence {
  const fact = known(condition.metric, evidence, words)
  if ('holds' in fact) return fact
  const { card, cell, value, table } = fact
  const low = cell.low ?? value
  const high = cell.high ?? value
  const holds = condition.kind === 'above' ? low > condition.value : high < condition.value
  if (!holds) {
    const bound = formatValue(condition.value, card.unit, words)
    return otherwise(condition.kind, words, { metric: card.label, value: formatValue(value, card.unit, words), bound })
  }
  return {
    ...nothing,
    holds: true,
    sentence: say(words, 'say.playbook.is', { metric: card.label, value: valueText(card, cell, words) }),
    figures: [figureOf(card.label, card, cell, words)],
    share: shareOf(card, cell, condition.kind, evidence),
    n: cell.n ?? cell.denominator ?? 0,
    way: { kind: 'rows', rows: { table, metric: { id: card.id, part: 'population' } } },
  }
}

/** A count of some of the cases is a share of them; of a share that is too small, the rest is what it is about. */
function shareOf(
  card: MetricCard,
  cell: MetricCell,
  side: 'above' | 'below',
  { version }: PlaybookEvidence,
): number | null {
  if (card.unit === 'ratio' && cell.value !== null) return side === 'above' ? cell.value : 1 - cell.value
  const all = version.counts.cases ?? 0
  return card.unit === 'count' && cell.value !== null && all > 0 ? Math.min(1, cell.value / all) : null
}

function proveMissed(metric: string, evidence: PlaybookEvidence, words: Words): Proof | Silence {
  const fact = known(metric, evidence, words)
  if ('holds' in fact) return fact
  const { card, cell, value, table } = fact
  const { target } = card
  if (!target) return otherwise('targeted', words, { metric: card.label })
  const values = {
    metric: card.label,
    value: valueText(card, cell, words),
    target: formatValue(target.value, card.unit, words),
  }
  if (target.met) return otherwise('missed', words, values)
  if (target.excluded === false || (cell.n !== undefined && cell.n < 2))
    return { holds: false, because: 'noise', sentence: say(words, 'say.playbook.not.doubt', values) }
  const away = Math.abs(target.value - value)
  return {
    ...nothing,
    holds: true,
    sentence: say(words, 'say.playbook.missed', { ...values, source: target.source }),
    figures: [figureOf(card.label, card, cell, words)],
    share: card.unit === 'ratio' ? away : Math.min(1, away / Math.max(Math.abs(target.value), Number.EPSILON)),
    n: cell.denominator ?? cell.n ?? 0,
    way: { kind: 'rows', rows: { table, metric: { id: card.id, part: 'denominator' } } },
  }
}

function splitOf(metric: string, by: string, evidence: PlaybookEvidence, words: Words): SplitFact | Silence {
  const split = evidence.splits.get(splitKey(metric, by))
  if (split?.refused) return { holds: false, because: 'lacks', sentence: split.refused.message }
  if (!split || split.groups.length < 2) {
    const values = { metric: evidence.labelOfMetric(metric), dimension: evidence.labelOfDimension(by) }
    return otherwise('split', words, values)
  }
  return split
}

/** Where each channel or priority has a target of its own. */
function proveMissedBy(
  { metric, by }: { metric: string; by: string },
  evidence: PlaybookEvidence,
  words: Words,
): Proof | Silence {
  const split = splitOf(metric, by, evidence, words)
  if ('holds' in split) return split
  const { card, groups } = split
  const lower = card.better === 'lower'
  const targeted = groups.filter(({ cell }) => cell.target !== undefined && cell.value !== null)
  if (targeted.length === 0) return otherwise('targeted', words, { metric: card.label })
  const missed = targeted.filter(({ cell }) =>
    lower
      ? (cell.low ?? Number.NEGATIVE_INFINITY) > cell.target!
      : (cell.high ?? Number.POSITIVE_INFINITY) < cell.target!,
  )
  if (missed.length === 0) return otherwise('missed_by', words, { metric: card.label })
  const told = missed.map((each) =>
    say(words, 'say.playbook.group_target', {
      group: each.label,
      value: valueText(card, each.cell, words),
      target: formatValue(each.cell.target!, card.unit, words),
    }),
  )
  return {
    ...concerning(missed, groups, by),
    sentence: say(words, 'say.playbook.by_group', { metric: card.label, groups: listed(told, words) }),
    figures: missed.map((each) => figureOf(each.label, card, each.cell, words)),
    q: null,
    way: { kind: 'query', query: { metrics: [metric], by: [by] } },
  }
}

function provePart({ metric, by, values, above: bound }: Of<'part'>, evidence: PlaybookEvidence, words: Words) {
  const split = splitOf(metric, by, evidence, words)
  if ('holds' in split) return split
  const concerned = split.groups.filter((each) => isNamed(each, values))
  const count = (groups: Group[]): number => groups.reduce((sum, { cell }) => sum + (cell.value ?? 0), 0)
  const [some, all] = [count(concerned), count(split.groups)]
  const interval = all > 0 ? wilsonInterval(some, all) : null
  const text = {
    groups: listed(
      concerned.map(({ label }) => label),
      words,
    ),
    some: formatNumber(some, words),
    all: formatNumber(all, words),
    share: formatValue(all > 0 ? some / all : null, 'ratio', words),
    low: formatValue(interval?.low, 'ratio', words),
    high: formatValue(interval?.high, 'ratio', words),
    bound: formatValue(bound, 'ratio', words),
  }
  if (!interval || interval.low <= bound) return otherwise('part', words, text)
  return {
    ...concerning(concerned, split.groups, by),
    sentence: say(words, 'say.playbook.part', text),
    figures: [{ label: text.groups, text: text.share, value: some / all, n: all, ...interval }],
    share: some / all,
    n: all,
    q: null,
    way: { kind: 'query' as const, query: { metrics: [metric], by: [by] } },
  }
}

/** An id as it is, or a text that stands in the id or the label: sources name their reasons themselves. */
function isNamed({ value, label }: Group, names: string[]): boolean {
  return names.some((name) => {
    const wanted = name.toLowerCase()
    return value.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted)
  })
}

function proveDiffers({ metric, by, worst }: Of<'differs'>, evidence: PlaybookEvidence, words: Words): Proof | Silence {
  const split = splitOf(metric, by, evidence, words)
  if ('holds' in split) return split
  const { card, groups, verdict, q } = split
  const overall = evidence.metrics.get(metric)?.cell
  const untested = say(words, 'say.playbook.not.tested', {
    metric: card.label,
    dimension: evidence.labelOfDimension(by),
  })
  const most = evidence.metrics.get(metric)?.table === 'surveys' ? satisfactionLevel.splits : falseShare
  if (verdict?.real !== true || q === null || q > most)
    return {
      holds: false,
      because: 'noise',
      sentence:
        verdict?.real === true && q !== null
          ? say(words, 'say.playbook.not.corrected', { sentence: told(card, verdict, words), q: formatP(q, words) })
          : verdict
            ? told(card, verdict, words)
            : untested,
    }
  const behind = overall ? groups.filter((each) => isBehind(each.cell, overall, card)) : []
  const concerned = worst ? behind.filter((each) => isNamed(each, worst)) : behind
  if (concerned.length === 0)
    return otherwise(worst ? 'worst' : 'behind', words, {
      metric: card.label,
      dimension: evidence.labelOfDimension(by),
      groups: worst?.join(', ') ?? '',
    })
  const texts = concerned.map((each) =>
    say(words, 'say.playbook.group', { group: each.label, value: valueText(card, each.cell, words) }),
  )
  return {
    ...concerning(concerned, groups, by),
    sentence: `${told(card, verdict, words)} ${say(words, 'say.playbook.against', {
      groups: listed(texts, words),
      overall: overall ? valueText(card, overall, words) : '',
    })}`,
    figures: concerned.map((each) => figureOf(each.label, card, each.cell, words)),
    n: verdict.n,
    q,
    way: { kind: 'query', query: { metrics: [metric], by: [by] } },
  }
}

/** A verdict with the number that it is about: sentences of several stand side by side. */
function told({ label }: MetricCard, { sentence }: Verdict, words: Words): string {
  return say(words, 'say.playbook.verdict', { label, text: sentence })
}

/** On the bad side, with intervals that do not touch: of seven groups alike, one is so in fewer than one case of twenty. */
function isBehind(cell: MetricCell, overall: MetricCell, card: MetricCard): boolean {
  if (cell.value === null || cell.low === undefined || cell.high === undefined) return false
  if (card.better === 'higher') return cell.high < (overall.low ?? overall.value ?? Number.NEGATIVE_INFINITY)
  return cell.low > (overall.high ?? overall.value ?? Number.POSITIVE_INFINITY)
}

function proveAlike({ metric, by, at_least }: Of<'alike'>, evidence: PlaybookEvidence, words: Words): Proof | Silence {
  const split = splitOf(metric, by, evidence, words)
  if ('holds' in split) return split
  const { card, groups, verdict } = split
  if (verdict?.real !== false || verdict.p === null)
    return otherwise('alike', words, { sentence: verdict?.sentence ?? '', metric: card.label })
  if (verdict.n_min < at_least)
    return otherwise('large', words, { metric: card.label, n: verdict.n_min, least: at_least })
  const texts = groups.map((each) =>
    say(words, 'say.playbook.group', { group: each.label, value: valueText(card, each.cell, words) }),
  )
  return {
    ...nothing,
    holds: true,
    sentence: `${told(card, verdict, words)} ${say(words, 'say.playbook.groups', { groups: listed(texts, words) })}`,
    figures: groups.map((each) => figureOf(each.label, card, each.cell, words)),
    n: verdict.n,
    way: { kind: 'query', query: { metrics: [metric], by: [by] } },
  }
}

function concerning(concerned: Group[], groups: Group[], by: string) {
  const rows = (list: Group[]): number =>
    list.reduce((sum, { cell }) => sum + (cell.n ?? cell.denominator ?? cell.value ?? 0), 0)
  return {
    holds: true as const,
    concerned: concerned.map(({ label }) => label),
    filters: [{ dimension: by, op: 'in' as const, values: concerned.map(({ value }) => value) }],
    share: rows(groups) > 0 ? rows(concerned) / rows(groups) : null,
    n: rows(groups),
  }
}

/** `66.7% (65.7% to 67.7%, n = 8,469)`. */
export function valueText(card: Pick<MetricCard, 'unit'>, cell: MetricCell, words: Words): string {
  const value = formatValue(cell.value, card.unit, words)
  const n = cell.n ?? cell.denominator
  if (n === undefined || card.unit === 'count') return value
  if (cell.low === undefined || cell.high === undefined)
    return say(words, 'say.playbook.value.n', { value, n: formatNumber(n, words) })
  return say(words, 'say.playbook.value.interval', {
    value,
    low: formatValue(cell.low, card.unit, words),
    high: formatValue(cell.high, card.unit, words),
    n: formatNumber(n, words),
  })
}

function figureOf(label: string, card: MetricCard, cell: MetricCell, words: Words): Figure {
  return {
    label,
    text: formatValue(cell.value, card.unit, words),
    value: cell.value,
    n: cell.n ?? cell.denominator ?? null,
    low: cell.low ?? null,
    high: cell.high ?? null,
  }
}
