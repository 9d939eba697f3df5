import type { Frame } from '../../metrics/frame.ts'
import type { RowsPage } from './doors.ts'

/** A cell that a spreadsheet would run as a formula becomes text. Numbers stay numbers, negative ones too. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  const text = String(value)
  const safe = /^[=+\-@\t\r\0]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvLine(cells: unknown[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** Rows as lines, with their header on the first page. */
export function* rowLines(page: RowsPage, header: boolean): Generator<string> {
  if (header) yield csvLine(page.table.columns.map((column) => column.id))
  for (const row of page.table.rows) yield csvLine(row.map((cell) => cell.value ?? cell.text))
}

const parts = ['value', 'n', 'low', 'high'] as const

/** A frame as lines: dimensions, the period, then each metric with its n and interval. */
export function* frameLines(frame: Frame): Generator<string> {
  const by = frame.query.by ?? []
  const metrics = frame.query.metrics
  const period = frame.query.grain ? ['period'] : []
  yield csvLine([...by, ...period, ...metrics.flatMap((id) => [id, `${id}_n`, `${id}_low`, `${id}_high`])])
  for (const row of frame.rows) {
    const cells = metrics.flatMap((id) => {
      const cell = row[id] as Partial<Record<(typeof parts)[number], number | null>> | undefined
      return parts.map((part) => cell?.[part])
    })
    const start = (row.period as { start?: string } | undefined)?.start
    yield csvLine([...by.map((id) => row[id]), ...(period.length > 0 ? [start] : []), ...cells])
  }
}
