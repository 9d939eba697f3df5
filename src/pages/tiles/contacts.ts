import { formatNumber, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { findWhoContacts, type WhoContacts } from '../../insights/who-contacts.ts'
import type { TableCell, TableView, TileView } from '../view.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Cases per customer in each group against all others, those who never came among them. */
export const resolveContacts: TileResolver<'contacts'> = async (tile, context) => {
  const { services, words, scope } = context
  if (!services.readContacts) return null
  const common = { id: tile.id, kind: 'chart', title: tileTitle(tile, context), width: tile.width }
  const refused = (message: string): TileView => ({
    ...common,
    state: 'refused',
    problem: { code: 'no-customer-file', message },
  })
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

function tableOfGroups({ kinds }: WhoContacts, caption: string, { words }: TileContext): TableView {
  const number = (value: number | null, digits = 2): TableCell => ({
    text: value === null ? '–' : formatNumber(value, words, digits),
    value,
  })
  const share = (value: number): TableCell => ({ text: formatValue(value, 'ratio', words), value })
  const head = (id: string, numeric = true) => ({ id, label: say(words, `say.contacts.column.${id}`), numeric })
  return {
    caption,
    columns: [
      head('kind', false),
      head('group', false),
      ...['customers', 'of-customers', 'of-cases', 'rate', 'others', 'ratio', 'interval', 'q'].map((id) => head(id)),
    ],
    rows: kinds.flatMap(({ label, groups }) =>
      groups.map((group) => [
        { text: label, value: group.kind },
        { text: group.label, value: group.value },
        number(group.customers, 0),
        share(group.share_of_customers),
        share(group.share_of_cases),
        number(group.rate),
        number(group.others),
        number(group.ratio?.value ?? null),
        {
          text: group.ratio ? `${number(group.ratio.low).text} … ${number(group.ratio.high).text}` : '–',
          value: group.ratio?.low ?? null,
        },
        number(group.q, 3),
      ]),
    ),
  }
}
