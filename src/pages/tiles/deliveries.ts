import { formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { momentText } from './alerts.ts'
import { columnsOf, textCell } from './cells.ts'
import type { TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** The last messages and what became of them. */
export const resolveDeliveries: TileResolver<'deliveries'> = async (tile, context) => {
  const { services, words } = context
  const common = { id: tile.id, kind: 'deliveries', title: tileTitle(tile, context), width: tile.width }
  const shown = services.readAlerts ? await services.readAlerts() : null
  if (shown === null) return null
  if (shown.deliveries.length === 0) return { ...common, state: 'empty', reading: say(words, 'alerts.nothing-sent') }
  const columns = ['at', 'message', 'receiver', 'outcome', 'tries', 'says']
  return {
    ...common,
    state: 'ok',
    table: {
      caption: common.title,
      columns: columnsOf(columns, 'alerts.column', words, {
        named: new Set(['at', 'message', 'receiver', 'outcome', 'says']),
        prose: new Set(['message', 'says']),
      }),
      rows: shown.deliveries
        .slice(0, tile.limit ?? 50)
        .map(({ at, title, receiver, outcome, tries, says, next }) => [
          textCell(momentText(at, context), at),
          textCell(title),
          textCell(receiver),
          textCell(say(words, `alerts.outcome.${outcome}`), outcome),
          textCell(formatNumber(tries, words), tries),
          textCell(
            [says, next ? say(words, 'alerts.delivery.next', { at: momentText(next, context) }) : '']
              .filter(Boolean)
              .join(' ') || '–',
          ),
        ]),
    },
  }
}
