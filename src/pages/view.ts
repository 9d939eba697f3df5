import type { Problem } from '../errors.ts'
import type { Frame, MetricUnit, Verdict } from '../metrics/frame.ts'
import type { Condition, Query, RowsQuery } from '../metrics/query.ts'

/**
 * A page, resolved: every number, sentence and picture in it, as plain JSON. The server draws it, the browser adds life,
 * reports and workbooks print it.
 */
export interface PageView {
  id: string
  title: string
  /** Where the page lives: `/overview`, `/case/17`. Links inside a page start here. */
  path: string
  /** One computed sentence: what is here, what matters. */
  headline: string
  language: string
  version: string
  as_of: string | null
  zone: string
  /** What the URL says, checked: the values of the page's parameters. */
  parameters: Record<string, string>
  /** The same as URL text, filters included: what links on the page start from. */
  query: string
  /** Choices for each parameter that the page offers. */
  choices: Record<string, Choice[]>
  filters: Filter[]
  /** Dimensions that a viewer can filter this page by. */
  dimensions: Choice[]
  /** First and last day that the date range may name; null where no time column is known. */
  span: { from: string | null; to: string | null } | null
  tiles: TileView[]
  /** Parameters that were not understood and left out, data older than expected, ... */
  notices: Problem[]
}

export interface Choice {
  value: string
  label: string
  group?: string
}

/** One active filter as a chip. */
export interface Filter extends Condition {
  /** `Channel: Chat, E-mail`. */
  label: string
  /** As it stands in the URL: `channel=chat,email`, `market!=DE`. */
  text: string
  /** The same page without this filter. */
  without: string
}

export type TileState = 'ok' | 'refused' | 'empty' | 'error'

/** One tile. Which of the parts are there depends on `kind`; `pages/render` draws each kind in its own file. */
export interface TileView {
  id: string
  kind: string
  title: string
  /** Columns of a grid of twelve. */
  width: number
  state: TileState
  /** The sentence that reads the picture; absent when nothing is worth saying. */
  reading?: string
  verdict?: Verdict
  /** What turns the reading: a ranking that another definition of the KPI reverses. */
  caution?: string
  /** What is drawn, in small print: `Mean with 95 % interval; the line is the overall mean`. */
  foot?: string
  query?: Query
  frame?: Frame
  /** The drawn chart. `option` is what the browser needs to make it live. */
  figure?: Figure
  table?: TableView
  /** Why there is nothing to draw. */
  problem?: Problem
  /** Kind-specific content (a list of findings, a profile, a form): typed by the file that resolves the kind. */
  content?: unknown
  /** Rows behind the tile. */
  rows?: RowsQuery
  links?: { label: string; href: string }[]
  /** Seconds after which more will be known: the browser then asks again. */
  refresh?: number
  /** CSV of the tile, from the server. */
  csv?: string
}

/**
 * A drawn chart. `svg` suits a desk, `narrow` a phone: style.css shows one of them. `option` is plain JSON; before ECharts
 * may have it, `liveOption` (charts/live.ts) turns `{ format, digits }` into functions.
 */
export interface Figure {
  chart: string
  svg: string
  narrow: string
  option: Record<string, unknown>
  height: number
  /** What a reader who cannot see it hears. */
  label: string
}

export interface TableView {
  caption: string
  /** `prose`: sentences, which break where a name would be cut; a figure breaks before its interval. */
  columns: { id: string; label: string; numeric: boolean; unit?: string; prose?: true }[]
  rows: TableCell[][]
  more?: number
}

/** `text` is ready to print; `value` is what is sorted and exported; `filter` makes the cell a cross-filter. */
export interface TableCell {
  text: string
  value: string | number | boolean | null
  href?: string
  filter?: string
  /** Where the text names an interval: its ends as numbers, for those who compute with them. */
  interval?: { low: number; high: number; unit: MetricUnit }
  /** What stands out, beside its words. */
  tone?: 'warn' | 'bad'
  /** A bar below the text: how much of something is gone. */
  bar?: { share: number; tone: 'good' | 'warn' | 'bad' }
  /** A share on a line from 0 to 1 with its interval, beside what is usual. */
  strip?: Strip
}

export interface Strip {
  value: number
  low: number
  high: number
  tone: 'good' | 'warn' | 'bad' | 'none'
  usual: { mean: number; low: number | null; high: number | null } | null
  /** What a reader who cannot see it hears. */
  label: string
}
