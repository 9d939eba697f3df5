import { formatNumber, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { findMarginal, type MarginalPlace, saidRank } from '../../insights/marginal-agent.ts'
import type { Estimate } from '../../stats/difference.ts'
import type { TableView, TileView } from '../view.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Queues by how much one agent more or less changes; left out where contacts have no market, or no team. */
export const resolveMarginal: TileResolver<'marginal'> = async (tile, context) => {
  const { services, words, scope } = context
  if (!services.readMarginal) return null
  const common = { id: tile.id, kind: 'chart', title: tileTitle(tile, context), width: tile.width }
  const refused = (message: string): TileView => ({
    ...common,
    state: 'refused',
    problem: { code: 'no-staffing', message },
  })
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

function tableOfPlaces(places: MarginalPlace[], caption: string, { words }: TileContext): TableView {
  const number = (value: number) => ({ text: formatNumber(value, words, 1), value })
  const interval = ({ low, high }: Estimate) => ({
    text: `${formatNumber(low, words, 1)} … ${formatNumber(high, words, 1)}`,
    value: low,
  })
  const head = (id: string, numeric = true, label = id) => ({
    id,
    label: say(words, `say.marginal.column.${label}`),
    numeric,
  })
  return {
    caption,
    columns: [
      head('rank', false),
      head('name', false),
      head('contacts'),
      head('attained'),
      head('hours'),
      head('more'),
      head('more_interval', true, 'interval'),
      head('less'),
      head('less_interval', true, 'interval'),
    ],
    rows: places.map((place) => [
      { text: saidRank(place, words), value: place.rank.more.best },
      { text: place.name, value: `${place.channel} ${place.group}` },
      number(place.contacts_a_week),
      { text: formatValue(place.attained, 'ratio', words), value: place.attained },
      { text: formatNumber(place.agent_hours, words), value: place.agent_hours },
      number(place.more.value),
      interval(place.more),
      number(place.less.value),
      interval(place.less),
    ]),
  }
}
