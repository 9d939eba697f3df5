import type { Frame, FrameRow, MetricCard, MetricCell } from '../../src/metrics/frame.ts'
import type { Query } from '../../src/metrics/query.ts'
import { charts } from '../../src/pages/charts/all.ts'
import type { ChartInput, Forecast, Option } from '../../src/pages/charts/chart.ts'
import { renderChart } from '../../src/pages/charts/draw.ts'
import { wordsOf } from './fixtures.ts'

type Card = Partial<Pick<MetricCard, 'label' | 'unit' | 'additivity' | 'target'>>
/** A dimension's value, the first day of a period (`period`, `partial`), or what a metric says. */
type Row = Record<string, string | number | boolean | null | MetricCell>

export interface Small {
  query: Query
  cards?: Record<string, Card>
  rows: Row[]
  as_of?: string
  labels?: Frame['labels']
}

/** A small frame by hand: numbers of metrics become cells. */
export function frameOf({ query, cards = {}, rows, as_of, labels = {} }: Small): Frame {
  return {
    query,
    version: 'v1',
    as_of: as_of ?? null,
    zone: 'UTC',
    rows: rows.map((row) => rowOf(row, query)),
    labels,
    metrics: Object.fromEntries(query.metrics.map((id) => [id, cardOf(id, cards[id] ?? {})])),
    verdicts: [],
    notes: [],
  }
}

function rowOf({ partial, period, ...row }: Row, query: Query): FrameRow {
  const cells = Object.entries(row).map(([key, value]) => [
    key,
    query.metrics.includes(key) && (value === null || typeof value === 'number') ? { value } : value,
  ])
  return {
    ...Object.fromEntries(cells),
    ...(period !== undefined && { period: { start: String(period), partial: partial === true } }),
  }
}

function cardOf(id: string, card: Card): MetricCard {
  return {
    id,
    label: id,
    question: '',
    definition: '',
    unit: 'count',
    better: 'none',
    population: '',
    time_basis: null,
    clock: null,
    additivity: 'additive',
    interval: null,
    needs_as_of: false,
    variants: [],
    sql: '',
    defined_at: 'catalog/metrics/x.yaml:1',
    ...card,
  }
}

interface Asked {
  encode?: ChartInput['encode']
  width?: number
  language?: string
  forecast?: Forecast[]
  dimensions?: ChartInput['dimensions']
}

export interface Series {
  type: string
  renderItem?: { shape: string }
  silent?: boolean
  data: {
    value: (number | string)[]
    tip?: string
    filter?: string
    itemStyle?: { color: string }
    label?: { formatter: string; show?: boolean }
  }[]
}

/** One chart from a small frame: its option, and the SVG of it. */
export async function drawSmall(name: keyof typeof charts, small: Small, asked: Asked = {}) {
  const { encode = {}, width = 560, language = 'en', forecast, dimensions = new Map() } = asked
  const words = await wordsOf(language)
  const made = charts[name].draw({ frame: frameOf(small), encode, forecast, dimensions, words, width })
  const size = { width, height: made.height }
  const svg = await renderChart(made.option, size, { label: made.label, name: 'Title' }, words)
  const series = (made.option as Option & { series: Series[] }).series
  return { made, svg, series, shapes: (shape: string) => series.filter((each) => each.renderItem?.shape === shape) }
}
