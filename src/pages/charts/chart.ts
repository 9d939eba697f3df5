import type { Words } from '../../config/words.ts'
import type { Dimension } from '../../metrics/dimension.ts'
import type { Frame, MetricCell } from '../../metrics/frame.ts'
import type { Encode } from '../chart-spec.ts'

/** An ECharts option as plain JSON: it travels to the browser. */
export type Option = Record<string, unknown>

/** What a period ahead may bring: drawn, never computed, here. */
export interface Forecast {
  /** Any day of the period. */
  start: string
  value: number
  low: number
  high: number
}

export interface ChartInput {
  frame: Frame
  encode: Encode
  /** The same metric without the split: the line in `dots`. */
  overall?: MetricCell
  /** What each group is held against, where targets differ by group. */
  targets?: ReadonlyMap<string | null, number>
  /** Periods ahead, for a line without a split. */
  forecast?: Forecast[]
  dimensions: ReadonlyMap<string, Dimension>
  words: Words
  /** Pixels that the drawing has: decides how much room names get. */
  width: number
}

export interface ChartDrawing {
  option: Option
  height: number
  /** One sentence for those who cannot see it. */
  label: string
  /** What is drawn, in small print. */
  foot: string
}

/** A kind of chart: a `Frame` in, an ECharts option out. Pure. */
export interface Chart {
  name: string
  draw(input: ChartInput): ChartDrawing
}
