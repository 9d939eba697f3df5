import type { TableCell, TableView } from '../../../pages/view.ts'

/** Rows that a reader of paper still reads; the rest is in the workbook and on the page. */
const mostRows = 44

/** A table as it is printed: no longer than half a page, and it says how many rows are left out. */
export function cut(table: TableView): TableView {
  if (!isCut(table)) return table
  const rest = table.rows.length - mostRows
  return { ...table, rows: table.rows.slice(0, mostRows), more: (table.more ?? 0) + rest }
}

/** Too long to be printed whole? One or two rows more take less room than the line that counts them. */
export function isCut({ rows }: TableView): boolean {
  return rows.length - mostRows > 2
}

export function textCell(text: string, value: TableCell['value'] = text): TableCell {
  return { text, value }
}

/** Columns by id and label; `sentence` ones break anywhere. */
export function columnsOf(
  columns: readonly [id: string, label: string, form?: 'number' | 'sentence'][],
): TableView['columns'] {
  return columns.map(([id, label, form]) => ({
    ...{ id, label, numeric: form === 'number' },
    ...(form === 'sentence' && { prose: true as const }),
  }))
}
