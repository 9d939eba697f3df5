import { formatTight, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { FrameRow, MetricCell, MetricUnit } from '../../metrics/frame.ts'
import type { Chart, ChartInput } from './chart.ts'
import { type MatrixCell, matrix } from './matrix.ts'
import {
  cellOf,
  compareOrdered,
  dimensionOf,
  filterOn,
  isOrdered,
  isSize,
  keyOf,
  labelOfValue,
  metricOf,
  wrapNames,
} from './points.ts'

const steps = 6
/** Pixels of a letter in a cell. */
const letter = 6.6
/** Rows that are drawn: a day has 24 hours. */
const most = 24

/** One value for each pair of two dimensions. One hue, darker for more; the number stands in each cell. */
export const heat: Chart = {
  name: 'heat',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const [down, across] = sidesOf(input, metric.id)
    const allRows = keysOf(input, down, metric.id)
    const allColumns = keysOf(input, across, metric.id)
    const rows = allRows.slice(0, most)
    const columns = allColumns.slice(0, 12)
    const table = new Map(frame.rows.map((row) => [pair(row, down, across), cellOf(row, metric.id)]))
    const { names, width: left } = wrapNames(
      rows.map((key) => labelOfValue(frame, down, key, words)),
      width * 0.3,
    )
    const room = (width - left - 14) / Math.max(1, columns.length)
    const heads = wrapNames(
      columns.map((key) => labelOfValue(frame, across, key, words)),
      // Heads are set as names, whose letters are counted wider than they are.
      (room - 4) * 1.1,
      3,
    )
    // Shades would draw a pattern where the test finds none; how large amounts are that nobody tested is a fact.
    const verdicts = frame.verdicts.filter((each) => each.metric === metric.id)
    const untested = isSize(frame, metric.id) && verdicts.every((each) => each.real === null)
    const flat = !untested && verdicts.length > 0 && verdicts.every((each) => each.real !== true)
    const share = shareOf(input, table)
    const drawn = (row: string | null, column: string | null) =>
      share(row, column) ?? table.get(join(row, column))?.value ?? null
    const shade = flat ? () => 1 : shadeOf(drawn, rows, columns)
    return {
      option: matrix(
        names,
        heads.names,
        left,
        columns.map((column) =>
          cellsOf(input, { down, across, column, rows, table, share, shade, unit: metric.unit, room }),
        ),
      ),
      height: rows.length * 34 + 20 + heads.lines * 14,
      label: say(words, 'pages.chart.pairs', { metric: metric.label, rows: rows.length, columns: columns.length }),
      foot: footOf(flat, rows.length < allRows.length || columns.length < allColumns.length, input),
    }
  },
}

/** On a phone the dimension of fewer values goes across, where nothing depends on which is which. */
function sidesOf(input: ChartInput, metric: string): [string, string] {
  const { frame, encode, width } = input
  const [down, across] = [dimensionOf(frame, encode.category, 0), dimensionOf(frame, encode.series, 1)]
  const many = keysOf(input, across, metric).length
  const crowded = width < 420 && encode.as === undefined && many > 5 && many > keysOf(input, down, metric).length
  return crowded ? [across, down] : [down, across]
}

interface Cells {
  down: string
  across: string
  column: string | null
  rows: (string | null)[]
  table: Map<string, MetricCell>
  /** The part of its row, column or whole; null where values are drawn as they are. */
  share: (row: string | null, column: string | null) => number | null
  shade: (value: number | null) => number
  unit: MetricUnit
  /** Pixels that a cell is wide. */
  room: number
}

function cellsOf(input: ChartInput, cells: Cells): MatrixCell[] {
  const { frame, words } = input
  return cells.rows.map((row) => {
    const value = cells.table.get(join(row, cells.column))?.value ?? null
    const share = cells.share(row, cells.column)
    const count = formatValue(value, cells.unit, words)
    const part = share === null ? null : formatValue(share, 'ratio', words)
    // What does not fit into its cell stands in its tip and in the table: it would cover its neighbour.
    const texts = part === null ? [3, 2].map((digits) => formatTight(value, cells.unit, words, digits)) : [part]
    const text = texts.find((each) => each.length * letter + 4 <= cells.room) ?? ''
    const names = [labelOfValue(frame, cells.down, row, words), labelOfValue(frame, cells.across, cells.column, words)]
    return {
      tip: `${names.join(' · ')}: ${part === null ? count : say(words, 'pages.bars.share', { value: count, share: part })}`,
      filter: [filterOn(cells.down, row), filterOn(cells.across, cells.column)].join('\n'),
      shade: cells.shade(share ?? value),
      text,
    }
  })
}

function join(a: string | null, b: string | null): string {
  return JSON.stringify([a, b])
}

function pair(row: FrameRow, down: string, across: string): string {
  return join(keyOf(row, down), keyOf(row, across))
}

/** Distinct keys: in the order that means something, else the largest sum first. */
export function keysOf(
  input: Pick<ChartInput, 'frame' | 'dimensions'>,
  dimension: string,
  metric: string,
): (string | null)[] {
  const sums = new Map<string | null, number>()
  for (const row of input.frame.rows) {
    const key = keyOf(row, dimension)
    const cell = cellOf(row, metric)
    sums.set(key, (sums.get(key) ?? 0) + (cell.n ?? cell.value ?? 0))
  }
  const keys = [...sums.keys()]
  const found = input.dimensions.get(dimension)
  if (isOrdered(found)) return keys.toSorted((a, b) => compareOrdered(a, b, found))
  return keys.toSorted((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0))
}

/** With `as: share_of_row` and its like, each cell as the part of the sum that the name says. */
function shareOf(input: ChartInput, table: Map<string, MetricCell>): Cells['share'] {
  const whole = input.encode.as?.replace('share_of_', '')
  if (whole !== 'row' && whole !== 'column' && whole !== 'total') return () => null
  const key = (row: unknown, column: unknown) =>
    (whole === 'row' ? row : whole === 'column' ? column : '') as string | null
  const sums = new Map<string | null, number>()
  for (const [pairOf, cell] of table) {
    const [row, column] = JSON.parse(pairOf) as [string | null, string | null]
    sums.set(key(row, column), (sums.get(key(row, column)) ?? 0) + (cell.value ?? 0))
  }
  return (row, column) => {
    const value = table.get(join(row, column))?.value ?? 0
    const sum = sums.get(key(row, column)) ?? 0
    return sum > 0 ? value / sum : null
  }
}

function footOf(flat: boolean, cut: boolean, { words, frame }: ChartInput): string {
  const foot = say(words, flat ? 'pages.foot.heat-flat' : 'pages.foot.heat')
  return cut ? `${foot}. ${say(words, 'pages.foot.heat-cut', { all: frame.rows.length })}` : foot
}

function shadeOf(
  drawn: (row: string | null, column: string | null) => number | null,
  rows: (string | null)[],
  columns: (string | null)[],
): (value: number | null) => number {
  const values = rows.flatMap((row) => columns.map((column) => drawn(row, column)))
  const known = values.filter((each) => each !== null)
  const low = Math.min(...known)
  const high = Math.max(...known)
  return (value) => {
    if (value === null) return 0
    if (high <= low) return 1
    return 1 + Math.min(steps - 1, Math.floor(((value - low) / (high - low)) * steps))
  }
}
