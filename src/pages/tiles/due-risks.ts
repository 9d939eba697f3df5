import { formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { type DueGroup, type DueState, dueStates } from '../../insights/due-board.ts'
import type { Condition } from '../../metrics/query.ts'
import type { TableCell, TableView } from '../view.ts'
import { columnsOf } from './cells.ts'
import { scalarText } from './rows.ts'
import { hrefOn, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Groups that are named; the worst come first. */
const mostGroups = 15
const risky: DueState[] = ['over', 'hour', 'four']

/** Open cases that are over or soon will be, by agent or by market; a number leads to those cases. */
export const resolveDueRisks: TileResolver<'due_risks'> = async (tile, context) => {
  const { services, scope, words } = context
  if (!services.readDueRisks) return null
  const { where, as_of } = scope
  const risks = await services.readDueRisks({ ...(where && { where }), ...(as_of && { as_of }) })
  // The board beside it says what is lacking.
  if ('missing' in risks) return null
  const groups = risks[tile.by]
  if (!groups) return null
  const head = { id: tile.id, kind: 'due_risks', title: tileTitle(tile, context), width: tile.width }
  const found = groups.filter(({ counts }) => risky.some((each) => counts[each] > 0))
  if (found.length === 0) return { ...head, state: 'empty', reading: say(words, 'pages.live.risks.none') }
  return { ...head, state: 'ok', table: tableOf(found, tile.by, head.title, context) }
}

function tableOf(groups: DueGroup[], by: 'agent' | 'market', caption: string, context: TileContext): TableView {
  const { words } = context
  const shown = groups.slice(0, mostGroups)
  return {
    caption,
    columns: columnsOf([by, ...dueStates], 'say.live.column', words, { named: new Set([by]) }),
    rows: shown.map(({ value, label, counts }) => [
      // Without a name its key stands for it.
      { text: label === value ? scalarText(value, { id: by, type: 'text' }, context) : label, value },
      ...dueStates.map((state): TableCell => {
        const count = counts[state]
        const text = formatNumber(count, words)
        return { text, value: count, ...(count > 0 && { href: hrefToState(by, value, state, context) }) }
      }),
    ]),
    ...(groups.length > shown.length && { more: groups.length - shown.length }),
  }
}

/** The board on this page, of one group and state. */
function hrefToState(by: string, value: DueGroup['value'], due: DueState, context: TileContext): string {
  const condition: Condition =
    value === null ? { dimension: by, op: 'is_null', values: [] } : { dimension: by, op: 'in', values: [value] }
  const where = [...context.parameters.where.filter(({ dimension }) => dimension !== by), condition]
  return hrefOn(context, { where, plain: { ...context.parameters.plain, cursor: '', due } })
}
