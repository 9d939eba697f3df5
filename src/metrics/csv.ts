import { say } from '../config/words.ts'
import type { Sql } from '../sql/sql.ts'
import type { Cell } from '../store/store.ts'
import type { MetricContext } from './context.ts'
import type { Frame, FrameRow, MetricCell, Period } from './frame.ts'
import { dimensionLabel } from './needs.ts'
import type { RowsQuery } from './query.ts'
import { planRows, readPage } from './rows.ts'

const pageSize = 5_000

/** Every row of a list as CSV, a chunk a page, so that a million rows never stand in memory at once. */
export async function* csvOfRows(query: RowsQuery, context: MetricContext, among?: Sql): AsyncGenerator<string> {
  const listing = await planRows(query, context, among)
  yield csvLine(listing.columns.map(({ label }) => label))
  let cursor: string | undefined
  do {
    const page = await readPage(listing, pageSize, cursor, context)
    if (page.rows.length > 0)
      yield page.rows.map((row) => csvLine(listing.columns.map(({ id }) => row[id] ?? null))).join('')
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}

/** A frame as CSV: its dimensions by label, then value and n of each metric. Without a context, dimensions are headed by their ids. */
export function* csvOfFrame(frame: Frame, context?: MetricContext): Generator<string> {
  const dimensions = [...(frame.query.grain ? ['period'] : []), ...(frame.query.by ?? [])]
  const metrics = Object.values(frame.metrics)
  const names = dimensions.map((id) => (context ? headingOf(id, context) : id))
  yield csvLine([...names, ...metrics.flatMap(({ label }) => [label, `${label} (n)`])])
  for (const row of frame.rows) {
    const cells = metrics.flatMap(({ id }) => {
      const cell = row[id] as MetricCell
      return [cell.value, cell.n ?? null]
    })
    yield csvLine([...dimensions.map((id) => groupText(frame, row, id)), ...cells])
  }
}

function headingOf(id: string, { catalogue, words }: MetricContext): string {
  const dimension = catalogue.dimensions.get(id)
  return dimension ? dimensionLabel(dimension, words) : say(words, 'say.metrics.period')
}

function groupText(frame: Frame, row: FrameRow, id: string): Cell {
  if (id === 'period') return (row.period as Period | undefined)?.start ?? null
  return frame.labels[id]?.[String(row[id])] ?? String(row[id] ?? '')
}

export function csvLine(cells: Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/**
 * A cell that no spreadsheet takes for a formula: text that begins with = + - @, a tab, a return or NUL gets an apostrophe in front
 * (OWASP ASVS 1.2.10). Numbers stay numbers.
 */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const safe = /^[=+\-@\t\r\0]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
