import { formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { TableView } from '../view.ts'
import { nameOf, nameOfLoad } from './loads.ts'
import type { TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Where each model column comes from: file, source column, expression, place in the pack, values that failed. */
export const resolveLineage: TileResolver<'lineage'> = async (tile, context) => {
  const { words } = context
  const [loads, columns] = await Promise.all([context.services.facts.loads(), context.services.facts.columns()])
  const paths = new Map(loads.map((each) => [each.id, nameOfLoad(each, words)]))
  const links = columns
    .flatMap((column) => column.fills.map((fill) => ({ column, fill })))
    .toSorted((a, b) => a.fill.column.localeCompare(b.fill.column))
  const ids = ['model', 'file', 'source', 'expression', 'place', 'failed'] as const
  const table: TableView = {
    caption: say(words, 'pages.lineage.caption'),
    columns: ids.map((id) => ({ id, label: say(words, `pages.lineage.${id}`), numeric: id === 'failed' })),
    rows: links.map(({ column, fill }) => [
      code(fill.column),
      code(paths.get(column.load) ?? column.load),
      code(column.name),
      code(fill.expression),
      { text: nameOf(fill.where), value: fill.where },
      { text: formatNumber(fill.failed, words), value: fill.failed },
    ]),
  }
  const common = { id: tile.id, kind: 'lineage', title: tileTitle(tile, context), width: tile.width }
  return links.length > 0 ? { ...common, state: 'ok', table } : { ...common, state: 'empty' }
}

function code(text: string) {
  return { text, value: text }
}
