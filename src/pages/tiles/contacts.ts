import { say } from '../../config/words.ts'
import { findWhoContacts, type WhoContacts } from '../../insights/who-contacts.ts'
import type { TableView, TileView } from '../view.ts'
import {
  chanceCell,
  columnsOf,
  countCell,
  intervalCell,
  numberCell,
  refusedTile,
  textCell,
  valueCell,
} from './cells.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Cases per customer in each group against all others, those who never came among them. */
export const resolveContacts: TileResolver<'contacts'> = async (tile, context) => {
  const { services, words, scope } = context
  if (!services.readContacts) return null
  const common = { id: tile.id, kind: 'chart', title: tileTitle(tile, context), width: tile.width }
  const refused = (message: string): TileView => refusedTile(common, 'no-customer-file', message)
  if ((scope.where ?? []).length > 0 || scope.range) return refused(say(words, 'pages.customers.who.filters'))
  const found = findWhoContacts(await services.readContacts(), words)
  if ('refused' in found) return refused(found.refused)
  const questions = found.questions.map((each) => each.text)
  return {
    ...common,
    state: 'ok',
    reading: found.sentences.join(' '),
    foot: [...questions, ...found.left.map((each) => each.sentence), ...found.limits].join(' '),
    table: tableOfGroups(found, common.title, context),
  }
}

const named = new Set(['kind', 'group'])

function tableOfGroups({ kinds }: WhoContacts, caption: string, { words }: TileContext): TableView {
  const ids = ['kind', 'group', 'customers', 'of-customers', 'of-cases', 'rate', 'others', 'ratio', 'interval', 'q']
  return {
    caption,
    columns: columnsOf(ids, 'say.contacts.column', words, { named }),
    rows: kinds.flatMap(({ label, groups }) =>
      groups.map((group) => [
        textCell(label, group.kind),
        textCell(group.label, group.value),
        countCell(group.customers, words),
        valueCell(group.share_of_customers, 'ratio', words),
        valueCell(group.share_of_cases, 'ratio', words),
        numberCell(group.rate, words, 2),
        numberCell(group.others, words, 2),
        numberCell(group.ratio?.value ?? null, words, 2),
        intervalCell(group.ratio, 'score', words),
        chanceCell(group.q, words),
      ]),
    ),
  }
}
