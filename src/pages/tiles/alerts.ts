import { formatDate, formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { AlertShown } from '../alert-status.ts'
import type { TableCell, TableView } from '../view.ts'
import { columnsOf, textCell } from './cells.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** The state of every rule, what fires first: since when, its value against its limit, and who is told. */
export const resolveAlerts: TileResolver<'alerts'> = async (tile, context) => {
  const { services, words } = context
  const common = { id: tile.id, kind: 'alerts', title: tileTitle(tile, context), width: tile.width }
  const shown = services.readAlerts ? await services.readAlerts() : null
  if (shown === null) return { ...common, state: 'empty', reading: say(words, 'alerts.files') }
  const { alerts, evaluated } = shown
  if (alerts.length === 0) return { ...common, state: 'empty', reading: say(words, 'alerts.none') }
  const firing = alerts.filter(({ status }) => status === 'firing').length
  const count = alerts.length
  const reading = [
    evaluated === null
      ? say(words, 'alerts.never')
      : say(words, firing > 0 ? 'alerts.firing' : 'alerts.quiet', { firing, count }),
    alerts.some(({ receivers }) => receivers.length > 0) ? '' : say(words, 'alerts.unheard'),
  ]
  return {
    ...common,
    state: 'ok',
    reading: reading.filter(Boolean).join(' '),
    ...(evaluated && { foot: say(words, 'alerts.evaluated', { at: momentText(evaluated, context) }) }),
    table: tableOf(alerts.slice(0, tile.limit ?? 200), common.title, context),
  }
}

function tableOf(alerts: AlertShown[], caption: string, context: TileContext): TableView {
  const { words } = context
  const columns = ['alert', 'status', 'since', 'value', 'limit', 'n', 'receivers']
  return {
    caption,
    columns: columnsOf(columns, 'alerts.column', words, {
      named: new Set(['alert', 'status', 'since', 'receivers']),
      prose: new Set(['alert']),
    }),
    rows: alerts.map((each): TableCell[] => [
      { ...textCell(nameOf(each)), ...(each.href && { href: each.href }) },
      textCell(`${marks[each.status]} ${say(words, `alerts.status.${each.status}`)}`, each.status),
      each.since ? textCell(momentText(each.since, context), each.since) : textCell('–', null),
      textCell(each.value || '–'),
      textCell(each.limit || '–'),
      each.n === null ? textCell('–', null) : textCell(formatNumber(each.n, words), each.n),
      textCell([...each.receivers, ...(each.owner ? [each.owner] : [])].join(', ') || '–'),
    ]),
  }
}

/** A shape beside the word: not by colour alone. */
const marks: Record<AlertShown['status'], string> = {
  firing: '▲',
  pending: '△',
  'no-data': '○',
  stale: '◌',
  off: '·',
  resolved: '✓',
  ok: '✓',
}

function nameOf({ title, segment, because, status }: AlertShown): string {
  const name = segment === null ? title : `${title}: ${segment}`
  return because && status !== 'ok' && status !== 'resolved' ? `${name}. ${because}` : name
}

/** In the zone of the project. */
export function momentText(instant: string, { words, services }: TileContext): string {
  return formatDate(instant, words, { dateStyle: 'medium', timeStyle: 'short', timeZone: services.version.zone })
}
