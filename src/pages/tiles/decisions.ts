import { formatDate } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { MeasuredAction } from '../../insights/measure-action.ts'
import type { TableView } from '../view.ts'
import { columnsOf, textCell } from './cells.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface DecisionsContent {
  items: { what: string; decided: string; effect: string; limits: string; note: string }[]
}

/** What was decided about the recommendations, and what came of it. */
export const resolveDecisions: TileResolver<'decisions'> = async (tile, context) => {
  const { services, words } = context
  const common = { id: tile.id, kind: 'decisions', title: tileTitle(tile, context), width: tile.width }
  const actions = services.readActions ? await services.readActions() : null
  if (actions === null) return { ...common, state: 'empty', reading: say(words, 'pages.actions.ledger.files') }
  if (actions.length === 0) return { ...common, state: 'empty', reading: say(words, 'pages.actions.ledger.none') }
  const shown = actions.slice(0, tile.limit ?? 100)
  const content: DecisionsContent = { items: shown.map((each) => itemOf(each, context)) }
  return { ...common, state: 'ok', content, table: tableOf(shown, common.title, context) }
}

function itemOf(each: MeasuredAction, { words }: TileContext): DecisionsContent['items'][number] {
  const parts = [
    say(words, `say.actions.decision.${each.decision}`),
    each.owner ?? '',
    each.from ? formatDate(each.from, words) : '',
  ]
  return {
    what: each.do,
    decided: parts.filter(Boolean).join(' · '),
    effect: each.effect?.sentence ?? '',
    limits: each.effect?.limits ?? '',
    note: each.note ?? '',
  }
}

function tableOf(actions: MeasuredAction[], caption: string, { words }: TileContext): TableView {
  const columns = ['action', 'decision', 'owner', 'from', 'effect', 'note']
  return {
    caption,
    columns: columnsOf(columns, 'say.actions.column', words, {
      named: new Set(columns),
      prose: new Set(['action', 'effect', 'note']),
    }),
    rows: actions.map((each) =>
      [
        each.do,
        say(words, `say.actions.decision.${each.decision}`),
        each.owner ?? '',
        each.from ? formatDate(each.from, words) : '',
        [each.effect?.sentence, each.effect?.limits].filter(Boolean).join(' '),
        each.note ?? '',
      ].map((text) => textCell(text)),
    ),
  }
}
