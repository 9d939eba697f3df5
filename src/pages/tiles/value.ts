import { formatChance } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Value } from '../../insights/value.ts'
import type { TableCell, TableView } from '../view.ts'
import { columnsOf, countCell, estimateCell, refusedTile, textCell, valueCell } from './cells.ts'
import type { TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** What became of customers by how they had been served. Of all customers: within a filter other things would be compared. */
export const resolveValue: TileResolver<'value'> = async (tile, context) => {
  const { services, words } = context
  const found = await services.findValue?.()
  if (!found) return null
  const head = { id: tile.id, kind: 'value', title: tileTitle(tile, context), width: tile.width }
  if ('refused' in found) return refusedTile(head, 'value-unknown', found.refused)
  return {
    ...head,
    state: 'ok',
    reading: found.sentence,
    foot: found.limits.join(' '),
    table: groupsTable(found, head.title, words),
  }
}

const named = new Set(['served', 'verdict'])
const prose = new Set(['served', 'verdict'])

/** One row a group, with what was compared at the end of each way of being served. */
function groupsTable(found: Value, caption: string, words: Words): TableView {
  const { groups, money, leaving } = found
  const ofMoney = money ? ['payers', 'before', 'after', `change.${money}`] : []
  const ids = ['served', 'customers', ...ofMoney, ...(leaving ? ['left'] : []), 'verdict']
  return {
    caption,
    columns: columnsOf(ids, 'say.value.column', words, { named, prose }),
    rows: groups.map((group) => {
      return [
        textCell(say(words, `say.value.level.${group.exposure}.${group.level}`)),
        countCell(group.customers, words),
        ...(money
          ? [
              countCell(group.payers, words),
              valueCell(group.before, 'money', words),
              valueCell(group.after, 'money', words),
              estimateCell(group.change_interval, 'money', words),
            ]
          : []),
        ...(leaving ? [estimateCell(group.left_share, 'ratio', words)] : []),
        verdictCell(found, group, words),
      ]
    }),
  }
}

/** Beside the worse served: what the comparison with the better served came to. */
function verdictCell({ tests }: Value, group: Value['groups'][number], words: Words): TableCell {
  const said = tests
    .filter(({ exposure, worse }) => exposure === group.exposure && worse.level === group.level)
    .map(({ outcome, real, q }) =>
      say(words, `say.value.verdict.${outcome}`, {
        real: real ? 'yes' : 'no',
        q: formatChance(q, words),
      }),
    )
  const text = said.join(' ')
  return textCell(text, text || null)
}
