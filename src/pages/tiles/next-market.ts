import { formatDuration, formatNumber } from '../../config/format.ts'
import { labelOf, say, type Words } from '../../config/words.ts'
import { findNextMarket, type NextQueue } from '../../insights/next-market.ts'
import { drawAgents } from '../charts/agents-week.ts'
import { drawPicture } from '../charts/draw.ts'
import type { TableCell, TableView, TileView } from '../view.ts'
import type { TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Agents by hour of the week of a market that is not there yet, as far as the named ones tell; nothing where nobody names any. */
export const resolveNextMarket: TileResolver<'next_market'> = async (tile, context) => {
  const { services, words, scope } = context
  if (!services.readNextMarket) return null
  const { like, customers, hours, target, shrinkage, concurrency, handle } = tile
  const name = labelOf(words, `values.channel.${tile.channel}`, tile.channel)
  const title = tile.title === undefined ? say(words, 'pages.staffing.next.title', { name }) : tileTitle(tile, context)
  const common = { id: tile.id, kind: 'next_market', title, width: tile.width }
  const refused = (message: string): TileView => ({
    ...common,
    state: 'refused',
    problem: { code: 'no-staffing', message },
  })
  if ((scope.where ?? []).length > 0 || scope.range) return refused(say(words, 'pages.staffing.next.filters'))
  const evidence = await services.readNextMarket({ ...(target && { target }) })
  const languages = tile.languages && Object.entries(tile.languages).map(([language, share]) => ({ language, share }))
  const queues = evidence.queues.filter((each) => each.channel === tile.channel)
  if (evidence.missing.length === 0 && queues.length === 0) return null
  const found = findNextMarket(
    { ...evidence, queues },
    { like, customers, hours, languages, shrinkage, concurrency, handle, time: evidence.time, words },
  )
  if ('refused' in found) return refused(found.refused)
  const queue = found.queues[0]!
  const drawn = await drawPicture(
    'heat',
    (width) => drawAgents(queue.hours, name, words, width),
    tile.width,
    common.title,
    words,
    services.pictures,
  )
  return {
    ...common,
    state: 'ok',
    reading: [queue.sentence, ...queue.like.map((each) => saidLike(each, words))].join(' '),
    figure: drawn.figure,
    foot: [say(words, 'pages.staffing.zone', { zone: services.version.zone }), ...found.assumptions].join(' '),
    table: tableOfHours(queue, common.title, words),
  }
}

function saidLike({ market, months, customers, rate, handle_seconds }: NextQueue['like'][number], words: Words) {
  return say(words, 'pages.staffing.next.like', {
    market,
    months,
    customers: formatNumber(customers, words),
    rate: formatNumber(rate, words, 1),
    handle: formatDuration(handle_seconds, words),
  })
}

function tableOfHours({ hours }: NextQueue, caption: string, words: Words): TableView {
  const number = (value: number, digits: number): TableCell => ({ text: formatNumber(value, words, digits), value })
  return {
    caption,
    columns: ['weekday', 'hour', 'contacts', 'agents'].map((id, at) => ({
      id,
      label: say(words, `say.staffing.column.${id}`),
      numeric: at > 1,
    })),
    rows: hours.map((each) => [
      { text: say(words, `values.weekday.${each.weekday}`), value: each.weekday },
      { text: `${String(each.hour).padStart(2, '0')}:00`, value: each.hour },
      number(each.contacts, 1),
      number(each.agents, 0),
    ]),
  }
}
