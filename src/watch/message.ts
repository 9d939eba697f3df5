import type { AlertRule } from '../config/alerts.ts'
import { formatDuration, formatNumber, formatValue, type Unit } from '../config/format.ts'
import { hasWord, labelOf, say } from '../config/words.ts'
import { valueLabel } from '../metrics/labels.ts'
import { dimensionLabel, metricLabel } from '../metrics/needs.ts'
import { noParameters, type Parameters, printParameters } from '../pages/parameters.ts'
import type { Transition } from './evaluate.ts'
import { type AlertMessage, plain } from './notification.ts'
import { conditionsOf, groupOf } from './readings/rule.ts'
import type { WatchServices } from './services.ts'
import type { AlertState } from './state.ts'
import { momentText } from './why.ts'

/** Texts out of data are names, not essays. */
const most = { title: 140, text: 700, why: 400, value: 200, segment: 80 }

/** What one transition says, in the language of the project. */
export function composeMessage(
  rule: AlertRule,
  { state, event, since }: Transition,
  why: string[],
  services: WatchServices,
  publicUrl: string,
): AlertMessage {
  const { words, version } = services.context
  const segment = segmentText(rule, state, services)
  const title = titleOf(rule, services)
  return {
    key: state.key,
    rule: rule.id,
    kind: rule.kind,
    segment: segment || null,
    event,
    severity: rule.severity,
    ...(rule.owner && { owner: rule.owner }),
    title: plain(say(words, `alerts.title.${event}`, { title, segment: segment || 'none' }), most.title),
    text: plain(textOf(rule, state, event, segment, services), most.text),
    why: why.map((each) => plain(each, most.why)),
    facts: factsOf(rule, state, since, services).map(({ label, value }) => ({
      label,
      value: plain(value, most.value),
    })),
    since,
    link: { href: linkOf(rule, state, publicUrl), label: say(words, 'alerts.link') },
    value: state.value,
    limit: state.limit,
    n: state.n ?? null,
    as_of: state.as_of,
    version: version.id,
  }
}

/** The title as the rule has it, by its id in the words, or by what it is about. */
export function titleOf(rule: AlertRule, { context: { words, catalogue } }: WatchServices): string {
  if (rule.title) return labelOf(words, `alerts.rule.${rule.id}`, rule.title)
  const id = `alerts.rule.${rule.id}`
  if (hasWord(words, id)) return say(words, id)
  const metric = 'metric' in rule ? catalogue.metrics.get(rule.metric) : undefined
  return say(words, `alerts.rule.of.${rule.kind}`, { metric: metric ? metricLabel(metric, words, catalogue) : '' })
}

/** `Channel: Calls`: the rows that the rule is about; empty where it is about all. */
function conditionsText(rule: AlertRule, { context }: WatchServices): string {
  const { catalogue, words } = context
  const said = conditionsOf('where' in rule ? rule.where : []).map(({ dimension: id, op, values }) => {
    const dimension = catalogue.dimensions.get(id)
    const labels = values.map((value) => (dimension ? valueLabel(dimension, value, context) : String(value)))
    const name = dimension ? dimensionLabel(dimension, words) : id
    return say(words, `pages.filter.${op}`, {
      name,
      values: labels.join(', '),
      low: labels[0] ?? '',
      high: labels[1] ?? '',
    })
  })
  return said.join(', ')
}

/** A figure of the rule in its unit. */
export function valueText(rule: AlertRule, value: number | null | undefined, services: WatchServices): string {
  const { words } = services.context
  if (rule.kind === 'silent') return value === null || value === undefined ? '–' : formatDuration(value, words)
  return formatValue(value, unitOf(rule, services), words)
}

function unitOf(rule: AlertRule, { context: { catalogue } }: WatchServices): Unit {
  return 'metric' in rule ? (catalogue.metrics.get(rule.metric)?.unit ?? 'number') : 'count'
}

function segmentText(rule: AlertRule, state: AlertState, { context: { words } }: WatchServices): string {
  if (state.segment === null) return ''
  const id = `alerts.check.${state.segment}`
  return plain(rule.kind === 'check' ? labelOf(words, id, state.segment) : state.segment, most.segment)
}

function textOf(
  rule: AlertRule,
  state: AlertState,
  event: Transition['event'],
  segment: string,
  services: WatchServices,
): string {
  const { words, catalogue } = services.context
  const metric = 'metric' in rule ? catalogue.metrics.get(rule.metric) : undefined
  const about = {
    metric: metric ? metricLabel(metric, words, catalogue) : '',
    segment: [segment, conditionsText(rule, services)].filter(Boolean).join(', ') || 'none',
    value: valueText(rule, state.value, services),
    limit: state.limit === null ? 'none' : valueText(rule, state.limit, services),
    side: sideOf(rule, state),
    n: state.n === undefined ? 'none' : formatNumber(state.n, words),
    low: state.low === undefined ? 'none' : valueText(rule, state.low, services),
    high: state.high === undefined ? 'none' : valueText(rule, state.high, services),
    within: rule.kind === 'breach' ? formatDuration(rule.within, words) : '',
    last: rule.kind === 'threshold' && rule.last !== undefined ? formatDuration(rule.last, words) : 'none',
    grain: rule.kind === 'anomaly' ? rule.grain : '',
    period: rule.kind === 'anomaly' ? state.evidence.slice(0, 10) : '',
    count: state.value ?? 0,
  }
  const id = event === 'resolved' ? `alerts.over.${rule.kind}` : `alerts.text.${rule.kind}`
  const sentence = say(words, id, about)
  return rule.kind === 'check' && event !== 'resolved' && state.because ? `${sentence} ${state.because}` : sentence
}

function sideOf(rule: AlertRule, { value, limit }: AlertState): string {
  if (rule.kind === 'threshold') return rule.below === undefined ? 'above' : 'below'
  return value !== null && limit !== null && value < limit ? 'below' : 'above'
}

function factsOf(rule: AlertRule, state: AlertState, since: string, services: WatchServices): AlertMessage['facts'] {
  const { words } = services.context
  const facts: [string, string | null][] = [
    ['value', state.value === null ? null : valueText(rule, state.value, services)],
    ['limit', state.limit === null || rule.kind === 'check' ? null : valueText(rule, state.limit, services)],
    [
      rule.kind === 'anomaly' ? 'usual' : 'interval',
      state.low === undefined || state.high === undefined
        ? null
        : `${valueText(rule, state.low, services)} … ${valueText(rule, state.high, services)}`,
    ],
    ['n', state.n === undefined || rule.kind === 'breach' ? null : formatNumber(state.n, words)],
    ['only', conditionsText(rule, services) || null],
    ['last', rule.kind === 'threshold' && rule.last !== undefined ? formatDuration(rule.last, words) : null],
    ['since', momentText(since, services)],
    ['as_of', state.as_of ? momentText(state.as_of, services) : null],
    ['owner', rule.owner ?? null],
    ['severity', say(words, `alerts.severity.${rule.severity}`)],
  ]
  return facts.flatMap(([id, value]) => (value === null ? [] : [{ label: say(words, `alerts.fact.${id}`), value }]))
}

/** The page that shows it, with its filters. */
export function linkOf(rule: AlertRule, state: AlertState, publicUrl: string): string {
  const { page, parameters } = placeOf(rule, state)
  const query = printParameters(parameters)
  return `${publicUrl.replace(/\/$/, '')}/${page}${query ? `?${query}` : ''}`
}

function placeOf(rule: AlertRule, state: AlertState): { page: string; parameters: Parameters } {
  const group = groupOf(state.key)
  const none = noParameters()
  switch (rule.kind) {
    case 'threshold':
    case 'anomaly': {
      const own = rule.by && group !== null ? [{ dimension: rule.by, op: 'in' as const, values: [group] }] : []
      const where = [...conditionsOf(rule.where), ...own]
      const grain = rule.kind === 'anomaly' ? { grain: rule.grain } : {}
      return { page: 'breakdown', parameters: { ...none, metrics: [rule.metric], where, ...grain } }
    }
    case 'breach':
      return { page: 'sla', parameters: { ...none, where: conditionsOf(rule.where) } }
    case 'check':
      return { page: 'data', parameters: none }
    case 'silent':
      return { page: 'data', parameters: none }
  }
}
