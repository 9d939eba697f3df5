import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import type { ChartName, ChartSpec } from './chart-spec.ts'

/** What a kind of chart needs of its query. */
interface Need {
  /** Fewest and most dimensions. */
  by: [number, number]
  /** Is it over time? `never` where a period would be one more dimension that it cannot draw. */
  grain?: 'always' | 'never'
  metrics?: number
  words: string
}

const needed: Record<ChartName, Need> = {
  dots: { by: [1, 2], words: 'one dimension in "by"' },
  bars: { by: [1, 2], words: 'one dimension in "by"' },
  donut: { by: [1, 1], words: 'one dimension in "by"' },
  histogram: { by: [1, 2], words: 'one dimension in "by"' },
  heat: { by: [2, 2], words: 'two dimensions in "by"' },
  cohorts: { by: [2, 2], grain: 'never', words: 'two dimensions in "by" (start and age) and no "grain"' },
  map: { by: [1, 2], words: 'one dimension in "by"' },
  bubble: {
    by: [1, 2],
    grain: 'never',
    metrics: 2,
    words: 'two metrics, one or two dimensions in "by" and no "grain"',
  },
  sankey: { by: [2, 3], grain: 'never', words: 'two or three dimensions in "by" and no "grain"' },
  line: { by: [0, 2], grain: 'always', words: 'a "grain"' },
  lines: { by: [0, 0], grain: 'always', metrics: 2, words: 'two metrics or more, a "grain" and no "by"' },
  columns: { by: [1, 1], grain: 'always', words: 'one dimension in "by" and a "grain"' },
  flows: { by: [0, 0], grain: 'always', words: 'a "grain" and no "by"' },
  funnel: { by: [0, 0], grain: 'never', metrics: 2, words: 'two metrics or more, no "by" and no "grain"' },
  waterfall: { by: [0, 0], grain: 'never', metrics: 2, words: 'two metrics or more, no "by" and no "grain"' },
  gauge: { by: [0, 0], grain: 'never', words: 'no "by" and no "grain"' },
  table: { by: [0, 2], words: 'at most two dimensions in "by"' },
}

/** What a chart lacks in its query, and names in its `encode` that the query does not ask for: each with its line. */
export function chartFaults(tile: ChartSpec, document: Document, at: (string | number)[]): Problem[] {
  return [...queryFaults(tile, document.where([...at, 'query'])), ...encodeFaults(tile, document, at)]
}

function queryFaults({ chart, query, forecast }: ChartSpec, where: string): Problem[] {
  if (forecast !== undefined && (chart !== 'line' || query.by?.length))
    return [
      {
        code: 'chart-forecast',
        message: 'A forecast is drawn on a chart "line" without a split only.',
        where,
        fix: 'Leave out "forecast", or draw a line without "by".',
      },
    ]
  const need = needed[chart]
  const { by = [], grain, metrics } = query
  const fits =
    by.length >= need.by[0] &&
    by.length <= need.by[1] &&
    metrics.length >= (need.metrics ?? 1) &&
    (need.grain !== 'always' || grain !== undefined) &&
    (need.grain !== 'never' || grain === undefined)
  if (fits) return []
  return [
    {
      code: 'chart-query',
      message: `Chart "${chart}" needs ${need.words} in its query.`,
      where,
      fix: `Ask for ${need.words}, or choose another chart.`,
    },
  ]
}

/** Lists and names that have to be there for a kind, apart from what the query says by its order. */
const wanted: Partial<Record<ChartName, ('up' | 'down' | 'period')[]>> = { flows: ['up', 'down'], cohorts: ['period'] }

function encodeFaults(tile: ChartSpec, document: Document, at: (string | number)[]): Problem[] {
  const { encode, query, chart } = tile
  const lacking = (wanted[chart] ?? []).filter((key) => !encode[key]?.length)
  const inner = query.metrics.slice(1, -1)
  const metrics = (['value', 'x', 'y', 'size', 'net'] as const).flatMap((key) => named([key], encode[key]))
  const lists = (['up', 'down'] as const).flatMap((key) => (encode[key] ?? []).flatMap((id, i) => named([key, i], id)))
  const steps = (encode.subtract ?? []).flatMap((id, i) => named(['subtract', i], id))
  const dimensions = (['category', 'series'] as const).flatMap((key) => named([key], encode[key]))
  return [
    ...lacking.map((key) => ({
      code: 'chart-encode',
      message: `Chart "${chart}" needs "${key}" in its encode.`,
      where: document.where(at),
      fix: key === 'period' ? 'Add "period: month", quarter or year.' : `Add "${key}" with metrics of the query.`,
    })),
    ...unknown([...metrics, ...lists], query.metrics, 'a metric of the query', document, at),
    ...unknown(steps, inner, 'a metric of the query between the first and the last', document, at),
    ...unknown(dimensions, query.by ?? [], 'a dimension of the query', document, at),
  ]
}

type Named = { path: (string | number)[]; id: string }

function named(path: (string | number)[], id: string | undefined): Named[] {
  return id === undefined ? [] : [{ path, id }]
}

function unknown(
  names: Named[],
  known: string[],
  what: string,
  document: Document,
  at: (string | number)[],
): Problem[] {
  return names
    .filter(({ id }) => !known.includes(id))
    .map(({ path, id }) => ({
      code: 'chart-encode',
      message: `"${id}" is not ${what}.`,
      where: document.where([...at, 'encode', ...path]),
      fix: known.length > 0 ? `Name one of: ${known.join(', ')}.` : 'Add it to the query.',
    }))
}
