import { formatDate } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { type ChannelShift, findShift, saidBreakEvens } from '../../insights/channel-shift.ts'
import { findForecast } from '../../insights/forecast.ts'
import { findStaffing, nameOfQueue, type Staffing, type StaffingQuestion } from '../../insights/staffing.ts'
import { type StaffingAhead, staffAhead, weeksQuery } from '../../insights/staffing-ahead.ts'
import type { StaffingEvidence, StaffingScope } from '../../insights/staffing-evidence.ts'
import { drawAgents } from '../charts/agents-week.ts'
import { drawPicture } from '../charts/draw.ts'
import type { TileOf } from '../spec.ts'
import type { TableView, TileView } from '../view.ts'
import { columnsOf, countCell, estimateCell, type Head, numberCell, refusedTile, textCell, valueCell } from './cells.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Agents of one channel by hour of the week; with `shift`, what it would take if a part of it came by another. */
export const resolveStaffing: TileResolver<'staffing'> = async (tile, context) => {
  const { services, words } = context
  if (!services.readStaffing) return null
  const common = { id: tile.id, kind: 'chart', title: tileTitle(tile, context), width: tile.width }
  const refused = (message: string): TileView => refusedTile(common, 'no-staffing', message)
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

type Refuse = (message: string) => TileView

async function agentsTile(
  tile: TileOf<'staffing'>,
  evidence: StaffingEvidence,
  common: Head,
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
  common: Head,
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

const named = new Set(['week', 'weekday', 'hour', 'side', 'channel'])

const columns = (ids: string[], words: Words): TableView['columns'] =>
  columnsOf(ids, 'say.staffing.column', words, { named })

function tableOfWeeks({ weeks }: StaffingAhead, caption: string, words: Words): TableView {
  const ids = ['contacts', 'peak', 'agent_hours', 'rostered_hours'] as const
  return {
    caption,
    columns: columns(['week', ...ids], words),
    rows: weeks.map((week) => [
      textCell(formatDate(week.start, words), week.start),
      ...ids.map((id) => estimateCell(week[id], 'count', words)),
    ]),
  }
}

function tableOfHours({ hours }: Staffing, caption: string, { words }: TileContext): TableView {
  const ids = ['contacts', 'p90', 'agents', 'agents_p90', 'rostered', 'occupancy', 'service_level', 'mean_wait']
  return {
    caption,
    columns: columns(['weekday', 'hour', ...ids, 'abandons', 'now_agents', 'now_level'], words),
    rows: hours.map((each) => [
      textCell(say(words, `values.weekday.${each.weekday}`), each.weekday),
      textCell(`${String(each.hour).padStart(2, '0')}:00`, each.hour),
      numberCell(each.contacts, words, 1),
      numberCell(each.p90, words, 1),
      numberCell(each.agents, words, 0),
      numberCell(each.agents_p90, words, 0),
      numberCell(each.rostered, words, 1),
      valueCell(each.occupancy, 'ratio', words),
      valueCell(each.service_level, 'ratio', words),
      valueCell(each.mean_wait, 'seconds', words),
      valueCell(each.abandons, 'ratio', words),
      numberCell(each.now.agents, words, 1),
      valueCell(each.now.service_level, 'ratio', words),
    ]),
  }
}

function shiftTile(
  tile: TileOf<'staffing'>,
  evidence: StaffingEvidence,
  common: Head,
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
  const ids = ['side', 'channel', 'contacts', 'peak', 'agent_hours', 'rostered_hours', 'service_level']
  const sides = (['before', 'after'] as const).flatMap((side) => found[side].map((each) => ({ side, ...each })))
  return {
    caption,
    columns: columns(ids, words),
    rows: sides.map((each) => [
      textCell(say(words, `say.staffing.side.${each.side}`), each.side),
      textCell(nameOfQueue({ channel: each.channel, market: null }, words), each.channel),
      numberCell(each.contacts, words, 1),
      countCell(each.peak, words),
      countCell(each.agent_hours, words),
      countCell(each.rostered_hours, words),
      valueCell(each.service_level, 'ratio', words),
    ]),
  }
}
