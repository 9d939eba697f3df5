import { formatDate } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { AlertShown } from '../alert-status.ts'
import type { TableCell, TableView } from '../view.ts'
import { columnsOf, countCell, nothing, textCell } from './cells.ts'
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
  const optional = [
    ...(alerts.some(({ owner }) => owner) ? ['owner'] : []),
    ...(alerts.some((each) => reasonOf(each)) ? ['because'] : []),
  ]
  const columns = ['alert', 'status', 'value', 'limit', 'n', 'since', 'receivers', ...optional]
  const cells = (each: AlertShown): Record<string, TableCell> => ({
    alert: { ...textCell(nameOf(each, alerts, context)), ...(each.href && { href: each.href }) },
    status: { ...textCell(say(words, `alerts.status.${each.status}`), each.status), ...toneOf(each) },
    since: each.since ? textCell(momentText(each.since, context), each.since) : nothing,
    value: textCell(each.value || '–'),
    limit: textCell(each.limit || '–'),
    n: each.n === null ? nothing : countCell(each.n, words),
    receivers: textCell(each.receivers.join(', ') || '–'),
    owner: textCell(each.owner ?? '–'),
    because: textCell(reasonOf(each) || '–'),
  })
  return {
    caption,
    columns: columnsOf(columns, 'alerts.column', words, {
      named: new Set(['alert', 'status', 'since', 'receivers', 'owner', 'because']),
      prose: new Set(['alert', 'since', 'because']),
    }),
    rows: alerts.map(cells).map((row) => columns.map((column) => row[column] ?? nothing)),
  }
}

/** Rules that are called the same are told apart by their ids. */
function nameOf({ rule, title, segment }: AlertShown, all: AlertShown[], { words }: TileContext): string {
  const isShared = all.some((other) => other.title === title && other.rule !== rule)
  return say(words, 'alerts.title.fired', {
    title: isShared ? `${title} (${rule})` : title,
    segment: segment ?? 'none',
  })
}

function toneOf({ status, severity }: AlertShown): Pick<TableCell, 'tone'> {
  if (status === 'firing') return { tone: severity === 'error' || severity === 'critical' ? 'bad' : 'warn' }
  return status === 'pending' ? { tone: 'warn' } : {}
}

/** Why there is nothing to judge, or what was found. */
function reasonOf({ because, status }: AlertShown): string {
  return status === 'ok' || status === 'resolved' ? '' : because
}

/** In the zone of the project. */
export function momentText(instant: string, { words, services }: TileContext): string {
  return formatDate(instant, words, { dateStyle: 'medium', timeStyle: 'short', timeZone: services.version.zone })
}
