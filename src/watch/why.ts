import { addDays, localDay } from '../calendar.ts'
import type { AlertOf, AlertRule } from '../config/alerts.ts'
import { formatDate, formatNumber, formatValue } from '../config/format.ts'
import { say } from '../config/words.ts'
import { RapportError } from '../errors.ts'
import { type Change, type ChangeEvidence, findChange, isRate, leastExplained, sizeOf } from '../insights/change.ts'
import { candidatesOf, changeKindOf } from '../insights/change-frames.ts'
import { changeText } from '../insights/change-words.ts'
import type { Frame } from '../metrics/frame.ts'
import type { Metric } from '../metrics/metric.ts'
import { dimensionLabel, listed } from '../metrics/needs.ts'
import { refuseDimension } from '../metrics/plan.ts'
import type { Condition, Query } from '../metrics/query.ts'
import { dueMetric, withMetric } from './readings/breach.ts'
import { cellIn, conditionsOf, groupOf } from './readings/rule.ts'
import type { WatchServices } from './services.ts'
import type { AlertState } from './state.ts'

const mostNamed = 3
/** Splits that are tried: the first of those that the metric can have. */
const mostTried = 12
/** How a contact ended and how a case stands come of what happened: the newest cases are always open. */
const results = new Set(['outcome', 'status'])
/** Of cases that are due. */
const splitsOfCases = ['channel', 'priority', 'market', 'team']

/** What it comes from, in sentences; none where nothing can be said. What cannot be asked of these data is left out. */
export async function findWhy(rule: AlertRule, state: AlertState, services: WatchServices): Promise<string[]> {
  try {
    switch (rule.kind) {
      case 'threshold':
        return await whyMoved(rule, state, services)
      case 'anomaly':
        return await whyUnusual(rule, state, services)
      case 'breach':
        return await whoIsDue(rule, services)
      default:
        return []
    }
  } catch (error) {
    if (error instanceof RapportError) return []
    throw error
  }
}

/** The window against the one before it. */
async function whyMoved(rule: AlertOf<'threshold'>, state: AlertState, services: WatchServices): Promise<string[]> {
  const { as_of, zone } = services.context.version
  if (rule.last === undefined || as_of === null) return []
  const { last } = rule
  const start = new Date(Date.parse(as_of) - last * 1000).toISOString()
  const day = (instant: string) => localDay(instant, zone)
  return whyBetween(rule, state, services, {
    before: { query: { last, as_of: start }, days: { from: day(start), to: day(start) } },
    after: { query: { last }, days: { from: day(as_of), to: day(as_of) } },
  })
}

/** The period against the one like it before: the same weekday of the week before, else the period before. */
async function whyUnusual(rule: AlertOf<'anomaly'>, state: AlertState, services: WatchServices): Promise<string[]> {
  const from = state.evidence.slice(0, 10)
  if (rule.grain === 'month') return []
  const to = rule.grain === 'day' ? from : addDays(from, 6)
  const days = { from: addDays(from, -7), to: addDays(to, -7) }
  return whyBetween(rule, state, services, {
    before: { query: { range: days }, days },
    after: { query: { range: { from, to } }, days: { from, to } },
  })
}

interface Side {
  query: Pick<Query, 'last' | 'as_of' | 'range'>
  days: { from: string; to: string }
}

async function whyBetween(
  rule: AlertOf<'threshold' | 'anomaly'>,
  state: AlertState,
  services: WatchServices,
  sides: { before: Side; after: Side },
): Promise<string[]> {
  const { context } = services
  const metric = context.catalogue.metrics.get(rule.metric)
  const kind = metric && changeKindOf(metric)
  if (!metric || !kind) return []
  const where = [...conditionsOf(rule.where), ...segmentCondition(rule.by, state)]
  const ask = ({ query }: Side, by?: string) =>
    services.runQuery({ metrics: [metric.id], ...(by && { by: [by] }), ...(where.length > 0 && { where }), ...query })
  const pair = async (by?: string) => ({ before: await ask(sides.before, by), after: await ask(sides.after, by) })
  const tried = candidatesOf(metric, { catalogue: context.catalogue, version: context.version })
    .filter((each) => each !== rule.by && !results.has(each) && !where.some(({ dimension }) => dimension === each))
    .filter((each) => refuseDimension(metric, context.catalogue.dimensions.get(each)!, context) === null)
    .slice(0, mostTried)
  const splits: ChangeEvidence['splits'] = []
  for (const dimension of tried) {
    const frames = await pair(dimension).catch(() => null)
    const label = dimensionLabel(context.catalogue.dimensions.get(dimension)!, context.words)
    if (frames) splits.push({ dimension, label, ...frames })
  }
  const found = findChange({
    metric: metric.id,
    kind,
    days: { before: sides.before.days, after: sides.after.days },
    seen: { before: 1, after: 1 },
    whole: await pair(),
    splits,
  })
  return 'lacks' in found ? [] : saidChange(found, metric, services)
}

function segmentCondition(by: string | undefined, state: AlertState): Condition[] {
  const value = groupOf(state.key)
  return by && value !== null ? [{ dimension: by, op: 'in', values: [value] }] : []
}

function saidChange(change: Change, { unit }: Metric, { context: { words } }: WatchServices): string[] {
  const text = (value: number) => changeText(value, unit, words)
  const whole = say(words, 'alerts.why.before', {
    before: formatValue(change.before.value, unit, words),
    change: changeText(change.change, unit, words, false),
  })
  const best = change.splits[0]
  if (!best || best.explains <= leastExplained * Math.abs(change.change))
    return [whole, ...(best && isMove(change) ? [say(words, 'alerts.why.even', { tried: change.splits.length })] : [])]
  const groups = best.groups
    .filter(({ effects }) => sizeOf(effects) > 0)
    .slice(0, mostNamed)
    .map(({ label, effects }) => `${label} ${text(effects.days + effects.volume + effects.mix + effects.rate)}`)
  const mix = isRate(change.kind) && Math.abs(best.effects.mix) > Math.abs(best.effects.rate)
  return [
    whole,
    say(words, 'alerts.why.groups', { dimension: best.label, groups: listed(groups, words) }),
    ...(mix ? [say(words, 'alerts.why.mix', { dimension: best.label, mix: text(best.effects.mix) })] : []),
  ]
}

/** Did it move by more than such numbers do anyway, or, where that is not tested, by a tenth? */
function isMove({ test, change, before }: Change): boolean {
  return test ? test.real : Math.abs(change) >= Math.abs(before.value ?? 0) / 10
}

/** Where the cases are that are due. */
async function whoIsDue(rule: AlertOf<'breach'>, services: WatchServices): Promise<string[]> {
  const { context } = services
  const metric = dueMetric(rule.within, context.catalogue)
  if (!metric) return []
  const where = conditionsOf(rule.where)
  const said: string[] = []
  for (const by of splitsOfCases) {
    const query = { metrics: [metric.id], by: [by], ...(where.length > 0 && { where }) }
    const frame = await services.runQuery(query, withMetric(metric, context)).catch(() => null)
    const groups = frame ? largest(frame, metric.id, by) : []
    if (groups.length < 2) continue
    const label = dimensionLabel(context.catalogue.dimensions.get(by)!, context.words)
    const named = groups.slice(0, mostNamed).map((each) => `${each.label} ${formatNumber(each.value, context.words)}`)
    said.push(say(context.words, 'alerts.why.groups', { dimension: label, groups: listed(named, context.words) }))
  }
  return said
}

function largest(frame: Frame, metric: string, by: string): { label: string; value: number }[] {
  return frame.rows
    .map((row) => ({
      label: frame.labels[by]?.[String(row[by])] ?? String(row[by] ?? '–'),
      value: cellIn(row, metric).value ?? 0,
    }))
    .filter(({ value }) => value > 0)
    .toSorted((a, b) => b.value - a.value)
}

/** `6 Jan 2026, 06:00`. */
export function momentText(instant: string, { context: { words, version } }: WatchServices): string {
  return formatDate(instant, words, { dateStyle: 'medium', timeStyle: 'short', timeZone: version.zone })
}
