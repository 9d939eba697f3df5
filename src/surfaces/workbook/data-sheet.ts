import { labelOf, say, type Words } from '../../config/words.ts'
import { capital } from '../../metrics/definition.ts'
import { tables } from '../../model/tables.ts'
import { originOf } from '../../pages/origin.ts'
import type { Row, Sheet } from './book.ts'
import {
  blankRow,
  headCell,
  linkCell,
  nameCell,
  numberCell,
  proseRow,
  sectionCell,
  softCell,
  titleCell,
} from './cells.ts'
import type { Plan } from './plan.ts'

const widths = [48, 30, 15, 15]

/** Which rows are not in here, and how to get them: a workbook is for what people read, not for the data themselves. */
export function dataSheet(
  plan: Plan,
  counts: Readonly<Record<string, number>>,
  version: { as_of: string | null; zone: string; version: string },
  words: Words,
): Sheet {
  const filled = tables.filter(({ name }) => (counts[name] ?? 0) > 0)
  const cut = plan.pages.flatMap(({ view, tables: own }) =>
    own.filter(({ table }) => (table.more ?? 0) > 0).map((each) => ({ ...each, page: view.title })),
  )
  const head = (ids: [string, true?][]): Row => ({
    cells: ids.map(([id, numeric]) => headCell(say(words, `workbook.rows.${id}`), numeric)),
  })
  const rows: Row[] = [
    { cells: [titleCell(plan.data)], height: 27 },
    proseRow(say(words, 'workbook.rows.says'), widths, 'lead'),
    { cells: [softCell(originOf(version, words))] },
    { cells: [linkCell(`← ${plan.contents}`, plan.contents, 'A1', false)] },
    blankRow,
    { cells: [sectionCell(say(words, 'workbook.rows.cut'))], height: 22 },
    ...(cut.length === 0
      ? [proseRow(say(words, 'workbook.rows.none'), widths)]
      : [
          head([['list'], ['page'], ['shown', true], ['total', true]]),
          ...cut.map(({ name, table, page }) => ({
            cells: [
              linkCell(name, name),
              nameCell(page),
              numberCell(table.rows.length, 'count'),
              numberCell(table.rows.length + (table.more ?? 0), 'count'),
            ],
          })),
        ]),
    blankRow,
    { cells: [sectionCell(say(words, 'workbook.rows.tables'))], height: 22 },
    head([['table'], ['id'], ['rows', true]]),
    ...filled.map(({ name }) => ({
      cells: [
        nameCell(capital(labelOf(words, `tables.${name}`, name.replaceAll('_', ' ')))),
        nameCell(name),
        numberCell(counts[name], 'count'),
      ],
    })),
    blankRow,
    { cells: [sectionCell(say(words, 'workbook.rows.ways'))], height: 22 },
    ...['page', 'query', 'tables', 'log'].map((way) => proseRow(say(words, `workbook.rows.way.${way}`), widths)),
  ]
  return { name: plan.data, widths, rows, frozen: 1 }
}
