import { say } from '../../config/words.ts'
import { findMarginal, type MarginalPlace, saidRank } from '../../insights/marginal-agent.ts'
import type { TableView, TileView } from '../view.ts'
import { columnsOf, countCell, estimateCell, numberCell, refusedTile, textCell, valueCell } from './cells.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Queues by how much one agent more or less changes; left out where contacts have no market, or no team. */
export const resolveMarginal: TileResolver<'marginal'> = async (tile, context) => {
  const { services, words, scope } = context
  if (!services.readMarginal) return null
  const common = { id: tile.id, kind: 'chart', title: tileTitle(tile, context), width: tile.width }
  const refused = (message: string): TileView => refusedTile(common, 'no-staffing', message)
  // A market against others takes all of them, and all days.
  if ((scope.where ?? []).length > 0 || scope.range) return refused(say(words, 'pages.staffing.marginal.filters'))
  const { target, concurrency, handle, agent_hours } = tile
  const evidence = await services.readMarginal({ ...(target && { target }) })
  if (!evidence.queues.some((each) => each.by === tile.by)) return null
  const found = findMarginal(evidence, { concurrency, handle, agentHours: agent_hours, words })
  if ('refused' in found) return refused(found.refused)
  const table = found.tables.find((each) => each.by === tile.by)
  if (!table) return null
  return {
    ...common,
    state: 'ok',
    reading: table.sentences.join(' '),
    foot: [...found.assumptions, ...found.left].join(' '),
    table: tableOfPlaces(table.places, common.title, context),
  }
}

const named = new Set(['rank', 'name'])

function tableOfPlaces(places: MarginalPlace[], caption: string, { words }: TileContext): TableView {
  const ids = ['rank', 'name', 'contacts', 'attained', 'hours', 'more', 'less']
  return {
    caption,
    columns: columnsOf(ids, 'say.marginal.column', words, { named }),
    rows: places.map((place) => [
      textCell(saidRank(place, words), place.rank.more.best),
      textCell(place.name, `${place.channel} ${place.group}`),
      numberCell(place.contacts_a_week, words, 1),
      valueCell(place.attained, 'ratio', words),
      countCell(place.agent_hours, words),
      estimateCell(place.more, 'points', words),
      estimateCell(place.less, 'points', words),
    ]),
  }
}
