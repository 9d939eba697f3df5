import { formatDate, formatNumber, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { type ChannelShift, findShift, saidBreakEvens } from '../../insights/channel-shift.ts'
import { findForecast } from '../../insights/forecast.ts'
import { findStaffing, nameOfQueue, type Staffing, type StaffingQuestion } from '../../insights/staffing.ts'
import { type StaffingAhead, staffAhead, weeksQuery } from '../../insights/staffing-ahead.ts'
import type { StaffingEvidence, StaffingScope } from '../../insights/staffing-evidence.ts'
import type { Estimate } from '../../stats/difference.ts'
import { drawAgents } from '../charts/agents-week.ts'
import { drawPicture } from '../charts/draw.ts'
import type { TileOf } from '../spec.ts'
import type { TableCell, TableView, TileView } from '../view.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Agents of one channel by hour of the week; with `shift`, what it would take if a part of it came by another. */
export const resolveStaffing: TileResolver<'staffing'> = async (tile, context) => {
  const { services, words } = context
  if (!services.readStaffing) return null
  const common = { id: tile.id, kind: 'chart', title: tileTitle(tile, context), width: tile.width }
  const refused = (message: string): TileView => ({
    ...common,
    state: 'refused',
    problem: { code: 'no-staffing', message },
  })
  const scope = staffingScope(tile, context)
  if (!scope) return refused(say(words, 'pages.staffing.filters'))
  const evidence = await services.readStaffing(scope)
  return tile.shift
    ? shiftTile(tile, evidence, common, refused, context)
    : agentsTile(tile, evidence, common, refused, context)
}

/** One market or all, all days: a filter on anything else would take contacts from a queue that has the same agents. */
function staffingScope(tile: TileOf<'staffing'>, { scope }: TileContext): StaffingScope | null {
  const [condition, ...others] = scope.where ?? []
  const one = condition?.dimension === 'market' && condition.op === 'in' && condition.values.length === 1
  if (others.length > 0 || (condition && !one) || scope.range) return null
  const { target, shift } = tile
  const keep = shift?.keep_priority.length ? [{ dimension: 'priority' as const, values: shift.keep_priority }] : []
  return { byMarket: false, keep, ...(target && { target }), ...(condition && { market: String(condition.values[0]) }) }
}

function questionOf(tile: TileOf<'staffing'>, { time }: StaffingEvidence, { words }: TileContext): StaffingQuestion {
  const { shrinkage, concurrency, handle } = tile
  return { shrinkage, concurrency, handle, time, words }
}

type Common = Pick<TileView, 'id' | 'kind' | 'title' | 'width'>
type Refuse = (message: string) => TileView

async function agentsTile(
  tile: TileOf<'staffing'>,
  evidence: StaffingEvidence,
  common: Common,
  refused: Refuse,
  context: TileContext,
): Promise<TileView | null> {
  const { services, words } = context
  const queue = evidence.queues.find((each) => each.channel === tile.channel)
  if (!queue) return null
  const found = findStaffing(queue, questionOf(tile, evidence, context))
  if ('refused' in found) return refused(found.refused)
  if (tile.weeks !== undefined) return weeksTile(found, tile.weeks, common, refused, context)
  const name = nameOfQueue(found, words)
  const drawn = await drawPicture(
    'heat',
    (width) => drawAgents(found.hours, name, words, width),
    tile.width,
    common.title,
    words,
    services.pictures,
  )
  return {
    ...common,
    state: 'ok',
    reading: found.sentence,
    figure: drawn.figure,
    foot: [say(words, 'pages.staffing.zone', { zone: services.version.zone }), ...found.assumptions].join(' '),
    table: tableOfHours(found, common.title, context),
  }
}

/** Agents of the next weeks; refused where the forecast of the contacts is. */
async function weeksTile(
  plan: Staffing,
  weeks: number,
  common: Common,
  refused: Refuse,
  { services, scope, words }: TileContext,
): Promise<TileView> {
  const market = scope.where?.[0]?.values[0]
  const query = weeksQuery({ ...plan, market: market === undefined ? null : String(market) }, services.version.present)
  const frame = await services.runQuery(query)
  const found = staffAhead(plan, findForecast({ frame, metric: 'touchpoints', horizon: weeks, words }), { words })
  if ('refused' in found) return refused(found.refused)
  return {
    ...common,
    state: 'ok',
    reading: found.sentence,
    foot: [found.forecast, ...plan.assumptions].join(' '),
    table: tableOfWeeks(found, common.title, words),
  }
}

function tableOfWeeks({ weeks }: StaffingAhead, caption: string, words: Words): TableView {
  const ids = ['contacts', 'peak', 'agent_hours', 'rostered_hours'] as const
  const cell = ({ value, low, high }: Estimate): TableCell => ({
    text: `${formatNumber(value, words)} (${formatNumber(low, words)} … ${formatNumber(high, words)})`,
    value,
  })
  return {
    caption,
    columns: ['week', ...ids].map((id, at) => ({
      id,
      label: say(words, `say.staffing.column.${id}`),
      numeric: at > 0,
    })),
    rows: weeks.map((week) => [
      { text: formatDate(week.start, words), value: week.start },
      ...ids.map((id) => cell(week[id])),
    ]),
  }
}

function tableOfHours({ hours }: Staffing, caption: string, { words }: TileContext): TableView {
  const number = (value: number | null, digits: number): TableCell => ({
    text: value === null ? '–' : formatNumber(value, words, digits),
    value,
  })
  const ratio = (value: number | null): TableCell => ({ text: formatValue(value, 'ratio', words), value })
  const head = (id: string) => ({ id, label: say(words, `say.staffing.column.${id}`), numeric: true })
  const ids = ['contacts', 'p90', 'agents', 'agents_p90', 'rostered', 'occupancy', 'service_level', 'mean_wait']
  return {
    caption,
    columns: [
      { ...head('weekday'), numeric: false },
      { ...head('hour'), numeric: false },
      ...[...ids, 'abandons', 'now_agents', 'now_level'].map(head),
    ],
    rows: hours.map((each) => [
      { text: say(words, `values.weekday.${each.weekday}`), value: each.weekday },
      { text: `${String(each.hour).padStart(2, '0')}:00`, value: each.hour },
      number(each.contacts, 1),
      number(each.p90, 1),
      number(each.agents, 0),
      number(each.agents_p90, 0),
      number(each.rostered, 1),
      ratio(each.occupancy),
      ratio(each.service_level),
      { text: formatValue(each.mean_wait, 'seconds', words), value: each.mean_wait },
      ratio(each.abandons),
      number(each.now.agents, 1),
      ratio(each.now.service_level),
    ]),
  }
}

function shiftTile(
  tile: TileOf<'staffing'>,
  evidence: StaffingEvidence,
  common: Common,
  refused: Refuse,
  context: TileContext,
): TileView | null {
  const { queues, unknown } = evidence
  if (!tile.shift || queues.length === 0) return null
  const { to, share } = tile.shift
  const question = { ...questionOf(tile, evidence, context), shift: { from: tile.channel, to, share }, keep: [] }
  const found = findShift(queues, null, unknown, question)
  if ('refused' in found) return refused(found.refused)
  return {
    ...common,
    state: 'ok',
    reading: found.sentence,
    foot: [saidBreakEvens(found, context.words), ...found.assumptions].join(' '),
    table: tableOfSides(found, common.title, context),
  }
}

function tableOfSides(found: ChannelShift, caption: string, { words }: TileContext): TableView {
  const head = (id: string, numeric = true) => ({ id, label: say(words, `say.staffing.column.${id}`), numeric })
  const sides = (['before', 'after'] as const).flatMap((side) => found[side].map((each) => ({ side, ...each })))
  return {
    caption,
    columns: [
      head('side', false),
      head('channel', false),
      ...['contacts', 'peak', 'agent_hours', 'rostered_hours', 'service_level'].map((id) => head(id)),
    ],
    rows: sides.map((each) => [
      { text: say(words, `say.staffing.side.${each.side}`), value: each.side },
      { text: nameOfQueue({ channel: each.channel, market: null }, words), value: each.channel },
      { text: formatNumber(each.contacts, words, 1), value: each.contacts },
      { text: formatNumber(each.peak, words), value: each.peak },
      { text: formatNumber(each.agent_hours, words), value: each.agent_hours },
      { text: formatNumber(each.rostered_hours, words), value: each.rostered_hours },
      { text: formatValue(each.service_level, 'ratio', words), value: each.service_level },
    ]),
  }
}
