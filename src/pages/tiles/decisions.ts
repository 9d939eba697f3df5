import { formatDate } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { MeasuredAction } from '../../insights/measure-action.ts'
import type { TableView } from '../view.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** What was decided about the recommendations, and what came of it. */
export const resolveDecisions: TileResolver<'decisions'> = async (tile, context) => {
  const { services, words } = context
  const common = { id: tile.id, kind: 'decisions', title: tileTitle(tile, context), width: tile.width }
  const actions = services.readActions ? await services.readActions() : null
  if (actions === null) return { ...common, state: 'empty', reading: say(words, 'pages.actions.ledger.files') }
  if (actions.length === 0) return { ...common, state: 'empty', reading: say(words, 'pages.actions.ledger.none') }
  return { ...common, state: 'ok', table: tableOf(actions.slice(0, tile.limit ?? 100), common.title, context) }
}

function tableOf(actions: MeasuredAction[], caption: string, { words }: TileContext): TableView {
  const columns = ['action', 'decision', 'owner', 'from', 'effect', 'note']
  return {
    caption,
    columns: columns.map((id) => ({ id, label: say(words, `say.actions.column.${id}`), numeric: false })),
    rows: actions.map((each) =>
      [
        each.do,
        say(words, `say.actions.decision.${each.decision}`),
        each.owner ?? '',
        each.from ? formatDate(each.from, words) : '',
        [each.effect?.sentence, each.effect?.limits].filter(Boolean).join(' '),
        each.note ?? '',
      ].map((text) => ({ text, value: text })),
    ),
  }
}
