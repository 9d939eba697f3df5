import { say, type Words } from '../../config/words.ts'
import { originOf } from '../../pages/origin.ts'
import type { Row, Sheet } from './book.ts'
import { blankRow, emptyCell, fitted, headCell, linkCell, numberCell, proseCell, softCell, titleCell } from './cells.ts'
import type { Plan, PlannedPage } from './plan.ts'

/** The first sheet: every other one with a link, and what it says. */
export function contentsSheet(
  source: string,
  plan: Plan,
  version: { as_of: string | null; zone: string; version: string },
  words: Words,
): Sheet {
  const about = (id: string) => say(words, `workbook.${id}.about`)
  const line = (name: string, says: string, rows?: number): Row => ({
    cells: [linkCell(name, name), proseCell(says), rows === undefined ? emptyCell : numberCell(rows, 'count')],
  })
  const under = (name: string, says: string, rows: number): Row => {
    const { cells } = line(name, says, rows)
    const [link, ...rest] = cells
    return { cells: [link ? { ...link, look: { ...link.look, indent: 2 } } : null, ...rest] }
  }
  const tablesOf = ({ tables, view }: PlannedPage): Row[] =>
    tables.map(({ name, tile, table }) =>
      under(name, tile.reading || say(words, 'workbook.table.about', { page: view.title }), table.rows.length),
    )
  const quality = plan.pages.filter(({ isQuality }) => isQuality)
  const widths = [44, 104, 10]
  return {
    name: plan.contents,
    widths,
    rows: fitted(
      [
        { cells: [titleCell(source)], height: 27 },
        { cells: [softCell(originOf(version, words))] },
        { cells: [softCell(say(words, 'workbook.says'))] },
        blankRow,
        {
          cells: [
            headCell(say(words, 'workbook.column.sheet')),
            headCell(say(words, 'workbook.column.what')),
            headCell(say(words, 'workbook.column.rows'), true),
          ],
        },
        ...plan.pages
          .filter(({ isQuality }) => !isQuality)
          .flatMap((page) => [line(page.name, page.view.headline || titlesOf(page)), ...tablesOf(page)]),
        line(plan.definitions, about('definitions'), plan.cards.length),
        line(plan.quality, quality[0]?.view.headline || about('quality')),
        ...quality.flatMap(tablesOf),
        line(plan.data, about('data')),
      ],
      widths,
    ),
    frozen: 5,
  }
}

/** A page that has no sentence of its own: what its first tiles are about. */
function titlesOf({ view }: PlannedPage): string {
  const titles = view.tiles.map(({ title }) => title)
  return titles.slice(0, named).join(' · ') + (titles.length > named ? ' …' : '')
}

const named = 5
