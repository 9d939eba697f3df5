import { formatNumber, formatP, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Value } from '../../insights/value.ts'
import type { Estimate } from '../../stats/difference.ts'
import type { TableCell, TableView } from '../view.ts'
import type { TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** What became of customers by how they had been served. Of all customers: within a filter other things would be compared. */
export const resolveValue: TileResolver<'value'> = async (tile, context) => {
  const { services, words } = context
  const found = await services.findValue?.()
  if (!found) return null
  const head = { id: tile.id, kind: 'value', title: tileTitle(tile, context), width: tile.width }
  if ('refused' in found)
    return { ...head, state: 'refused', problem: { code: 'value-unknown', message: found.refused } }
  return {
    ...head,
    state: 'ok',
    reading: found.sentence,
    foot: found.limits.join(' '),
    table: groupsTable(found, head.title, words),
  }
}

/** One row a group, with what was compared at the end of each way of being served. */
function groupsTable(found: Value, caption: string, words: Words): TableView {
  const { groups, money, leaving } = found
  const column = (id: string, numeric = true) => ({ id, label: say(words, `say.value.column.${id}`), numeric })
  const ofMoney = money ? ['payers', 'before', 'after', `change.${money}`] : []
  const ids = ['customers', ...ofMoney, ...(leaving ? ['left'] : [])]
  const amount = (value: number | null): TableCell => ({ text: formatValue(value, 'money', words), value })
  const count = (value: number): TableCell => ({ text: formatNumber(value, words), value })
  return {
    caption,
    columns: [column('served', false), ...ids.map((id) => column(id)), { ...column('verdict', false), prose: true }],
    rows: groups.map((group) => {
      const served = say(words, `say.value.level.${group.exposure}.${group.level}`)
      return [
        { text: served, value: served },
        count(group.customers),
        ...(money
          ? [
              count(group.payers),
              amount(group.before),
              amount(group.after),
              estimateCell(group.change_interval, 'money', words),
            ]
          : []),
        ...(leaving ? [estimateCell(group.left_share, 'ratio', words)] : []),
        verdictCell(found, group, words),
      ]
    }),
  }
}

function estimateCell(estimate: Estimate | null, unit: 'money' | 'ratio', words: Words): TableCell {
  if (!estimate) return { text: '–', value: null }
  const text = (value: number) => formatValue(value, unit, words)
  const { value, low, high } = estimate
  return { text: say(words, 'say.value.interval', { value: text(value), low: text(low), high: text(high) }), value }
}

/** Beside the worse served: what the comparison with the better served came to. */
function verdictCell({ tests }: Value, group: Value['groups'][number], words: Words): TableCell {
  const said = tests
    .filter(({ exposure, worse }) => exposure === group.exposure && worse.level === group.level)
    .map(({ outcome, real, q }) =>
      say(words, `say.value.verdict.${outcome}`, {
        real: real ? 'yes' : 'no',
        q: formatP(q, words).replace(/^= /, ''),
      }),
    )
  const text = said.join(' ')
  return { text, value: text || null }
}
