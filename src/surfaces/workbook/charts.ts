import { shiftPeriod } from '../../calendar.ts'
import { cellOf } from '../../pages/charts/points.ts'
import type { TileView } from '../../pages/view.ts'
import type { Chart } from './book.ts'
import type { CellTable } from './table-cells.ts'

/** Where a table stands, and the room of a chart beside it. */
export interface Room {
  head: number
  row: number
  column: number
  rows: number
  columns: number
}

const kinds: Record<string, Chart['kind']> = {
  bars: 'bars',
  columns: 'columns',
  histogram: 'columns',
  line: 'line',
  dots: 'dots',
}

/** More names than this stand too close to be read. */
const most = 40

/**
 * The picture of a tile over the cells of its table, where Excel has one that says the same: one number by one dimension or by time. Others
 * (flows, maps, matrices, several lines) are left to the pages.
 */
export function nativeChart(tile: TileView, table: CellTable, room: Room): Chart | null {
  const { frame, figure } = tile
  const kind = kinds[figure?.chart ?? '']
  const { metrics = [], by = [], grain } = frame?.query ?? {}
  const [metric = ''] = metrics
  const values = table.columns.findIndex(({ id }) => id === metric)
  const isSimple = metrics.length === 1 && by.length + (grain ? 1 : 0) === 1
  if (!frame || !kind || !isSimple || values !== 1) return null
  if (table.rows.length < 2 || table.rows.length > most || table.rows.length !== frame.rows.length) return null
  if (grain && !isUnbroken(tile)) return null
  const first = table.rows[0]
  const format = table.rows.find((row) => typeof row[values]?.value === 'number')?.[values]?.look.format
  const nameFormat = grain ? first?.[0]?.look.format?.replace(/".*"$/, '') : undefined
  if (!format || (grain && typeof first?.[0]?.value !== 'number')) return null
  const scale = (value: number | undefined, shown: number | null) =>
    value === undefined ? undefined : format.startsWith('[h]') && shown !== null ? value / 86_400 : value
  return {
    kind: kind === 'dots' && grain ? 'line' : kind,
    title: tile.title,
    source: { head: room.head, first: room.head + 1, last: room.head + table.rows.length, names: 0, values },
    place: room,
    format,
    ...(nameFormat && { nameFormat }),
    label: table.columns[values]?.label ?? '',
    names: table.rows.map((row) => (row[0]?.value ?? '') as string | number),
    points: frame.rows.map((row, i) => {
      const shown = table.rows[i]?.[values]?.value
      const value = typeof shown === 'number' ? shown : null
      const { low, high } = cellOf(row, metric)
      return { value, low: scale(low, value), high: scale(high, value) }
    }),
  }
}

/** A line of Excel joins what it is given: over a period without a row it would draw what nobody measured. */
function isUnbroken({ frame }: TileView): boolean {
  const grain = frame?.query.grain
  const starts = frame?.rows.map((row) => {
    const { period } = row
    return period !== null && typeof period === 'object' && 'start' in period ? period.start.slice(0, 10) : ''
  })
  if (!grain || !starts) return false
  return starts.every((start, i) => i === 0 || start === shiftPeriod(starts[i - 1] ?? '', grain, 1))
}
