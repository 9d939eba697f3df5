import { say } from '../../../config/words.ts'
import type { Field } from '../fields.ts'
import { inOrder } from './bars.ts'
import { type Asked, allMeasures, columnAt, type Draw, type Visual } from './visual.ts'

/** Pictures that Power BI has not, or not without asking a service outside: shown as the table of the same numbers. */
const asTable = ['map', 'sankey'] as const

/** Groups with their numbers, line by line. */
export const table: Draw = (asked) => {
  const { tile, words } = asked
  if (tile.kind === 'ranks') return { ...tableOf(asked), note: say(words, 'powerbi.report.note.ranks') }
  if (tile.kind !== 'chart') return null
  if (tile.chart === 'table') return columnAt(asked, 0) || asked.period ? tableOf(asked) : listOf(asked)
  const instead = asTable.find((each) => each === tile.chart)
  return instead ? { ...tableOf(asked), note: say(words, `powerbi.report.note.${instead}`) } : null
}

/** Numbers side by side that no group splits: key factors, and the steps of a waterfall, which Power BI draws of one measure only. */
export const list: Draw = (asked) => {
  const { tile, words } = asked
  if (tile.kind === 'key_factors') {
    const picks = tile.factors.some(({ by }) => by)
    return { ...listOf(asked), ...(picks && { note: say(words, 'powerbi.report.note.picks') }) }
  }
  if (tile.kind !== 'chart' || tile.chart !== 'waterfall') return null
  return { ...listOf(asked), note: say(words, 'powerbi.report.note.waterfall') }
}

function tableOf(asked: Asked): Visual {
  const { tile, period, by, columns, measures } = asked
  const groups = by.flatMap((dimension) => columns.get(dimension) ?? [])
  const values: Field[] = [...groups, ...(period ? [period] : []), ...allMeasures(asked)]
  const order = tile.kind === 'chart' ? tile.query.order : undefined
  const chosen = order && (measures.get(order.by) ?? columns.get(order.by))
  const first = groups[0] ?? period
  const sort: Visual['sort'] = chosen
    ? { by: chosen, direction: order?.descending ? 'Descending' : 'Ascending' }
    : first && { by: first, direction: 'Ascending' }
  const size = allMeasures(asked)[0]
  const bySize = !chosen && !period && groups.length === 1 && size && !inOrder(asked, 0)
  const sorted = bySize ? ({ by: size, direction: 'Descending' } as const) : sort
  return {
    type: 'tableEx',
    roles: { Values: values },
    ...(sorted && { sort: sorted }),
    shape: 'chart',
    height: 320,
  }
}

function listOf(asked: Asked): Visual {
  const measures = allMeasures(asked)
  return {
    type: 'multiRowCard',
    roles: { Values: measures },
    shape: 'chart',
    // Six numbers stand side by side on the width of a page.
    height: Math.min(420, 120 + 62 * Math.ceil(measures.length / 6)),
  }
}
