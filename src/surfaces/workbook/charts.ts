import { shiftPeriod } from '../../calendar.ts'
import type { TileView } from '../../pages/view.ts'
import type { Chart } from './book.ts'
import type { CellTable } from './table-cells.ts'

const kinds: Record<string, Chart['kind']> = {
  bars: 'bars',
  columns: 'columns',
  histogram: 'columns',
  line: 'line',
  dots: 'dots',
}

/** More names than these stand too close to be read. */
const most = { bars: 30, columns: 60, line: 400, dots: 30 }

/**
 * The picture of a tile over the cells of its table, where Excel has one that says the same: one number by one dimension or by time. Others
 * (flows, maps, matrices, several lines) are left to the pages. `head` is the row of the table's head on `sheet`, from 1.
 */
export function nativeChart(
  tile: TileView,
  table: CellTable,
  { sheet, head }: { sheet: string; head: number },
  place: Chart['place'],
): Chart | null {
  const { frame, figure } = tile
  const { metrics = [], by = [], grain } = frame?.query ?? {}
  const [metric = ''] = metrics
  const drawn = kinds[figure?.chart ?? '']
  const kind = drawn === 'dots' && grain ? 'line' : drawn
  if (!frame || !kind || metrics.length !== 1 || by.length + (grain ? 1 : 0) !== 1) return null
  if (table.rows.length !== frame.rows.length || (grain && !isUnbroken(tile))) return null
  const { start, rows } = wholePeriods(tile, table.rows)
  if (rows.length < 2 || rows.length > most[kind]) return null
  const columnOf = (id: string) => table.columns.findIndex((column) => column.id === id)
  // How often each answer was given is the number of its rows.
  const values = figure?.chart === 'histogram' ? columnOf(`${metric}_n`) : columnOf(metric)
  const [low, high] = [columnOf(`${metric}_interval_low`), columnOf(`${metric}_interval_high`)]
  const numbers = (column: number) => rows.map((row) => numberIn(row[column]?.value))
  const format = rows.find((row) => numberIn(row[values]?.value) !== null)?.[values]?.look.format
  const named = rows.every(([name]) => typeof name?.value === 'number') ? 'General' : undefined
  const nameFormat = grain ? rows[0]?.[0]?.look.format?.replace(/".*"$/, '') : named
  if (values < 0 || !format || nameFormat === '') return null
  const [points, lows, highs] = [numbers(values), numbers(low), numbers(high)]
  const label = (column: number) => table.columns[column]?.label ?? ''
  return {
    kind,
    title: tile.title,
    source: {
      sheet,
      head,
      first: head + 1 + start,
      last: head + start + rows.length,
      names: 0,
      values,
      ...(low > 0 && { ends: [low, high] }),
    },
    place,
    format,
    ...(nameFormat && { nameFormat }),
    labels: { value: label(values), low: label(low), high: label(high) },
    names: rows.map((row) => row[0]?.value ?? ''),
    points: points.map((value, i) => ({ value, low: lows[i] ?? null, high: highs[i] ?? null })),
  }
}

/** Without unfinished periods at either end: as a point like the others, one would look like a fall. */
function wholePeriods({ frame }: TileView, all: CellTable['rows']): { start: number; rows: CellTable['rows'] } {
  const isPartial = (i: number) => {
    const period = frame?.rows[i]?.period
    return period !== null && typeof period === 'object' && 'start' in period && period.partial
  }
  const start = isPartial(0) ? 1 : 0
  return { start, rows: all.slice(start, all.length - (isPartial(all.length - 1) ? 1 : 0)) }
}

function numberIn(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

/** A line of Excel joins what it is given: over a period without a row it would draw what nobody measured. */
function isUnbroken({ frame }: TileView): boolean {
  const grain = frame?.query.grain
  const starts = frame?.rows.map(({ period }) =>
    period !== null && typeof period === 'object' && 'start' in period ? period.start.slice(0, 10) : '',
  )
  if (!grain || !starts) return false
  return starts.every((start, i) => i === 0 || start === shiftPeriod(starts[i - 1] ?? '', grain, 1))
}
