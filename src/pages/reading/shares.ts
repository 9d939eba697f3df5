import { formatP } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { chiSquareIndependence } from '../../stats/chi-square.ts'
import { type Step, stepsOf } from '../charts/periods.ts'
import { cellOf, dimensionOf, keyOf, labelOfValue, metricOf } from '../charts/points.ts'
import { startOfRow } from '../charts/stacks.ts'
import { highestOf, isCut, isDivided, type Reading, type ReadingInput, told, toldShare } from './reading.ts'

/** The largest part of a whole. */
export const readDonut: Reading = (input) => {
  const { frame, words } = input
  const metric = metricOf(frame, input.encode.value).id
  const by = dimensionOf(frame, input.encode.category)
  const parts = frame.rows.flatMap((row) => {
    const { value } = cellOf(row, metric)
    return value !== null && value > 0 ? [{ key: keyOf(row, by), value }] : []
  })
  const largest = highestOf(parts, ({ value }) => value)
  if (!largest || parts.length < 2 || isCut(frame)) return undefined
  return say(words, 'pages.reading.donut', {
    name: labelOfValue(frame, by, largest.key, words),
    value: told(largest.value, metric, input),
    share: isDivided(metric, input)
      ? toldShare(largest.value / parts.reduce((sum, { value }) => sum + value, 0), words)
      : 'none',
  })
}

/** The largest group, and of counts whether the shares of the groups changed from the first whole year to the last. */
export const readColumns: Reading = (input) => {
  const { frame, words } = input
  const metric = metricOf(frame, input.encode.value).id
  const by = dimensionOf(frame, input.encode.series)
  const whole = stepsOf(frame, metric, words).filter(({ partial }) => !partial)
  // What is there at the end of each period cannot be added up over them.
  const adds = frame.metrics[metric]?.additivity === 'additive'
  const asked = adds ? whole : whole.slice(-1)
  const groups = sumsIn(asked, metric, by, input)
  const sum = [...groups.values()].reduce((all, value) => all + value, 0)
  const largest = highestOf([...groups], ([, value]) => value)
  if (!largest || groups.size < 2 || isCut(frame) || !(sum > 0) || [...groups.values()].some((value) => value < 0))
    return undefined
  const first = say(words, 'pages.reading.columns', {
    name: labelOfValue(frame, by, largest[0], words),
    value: told(largest[1], metric, input),
    share: isDivided(metric, input) ? toldShare(largest[1] / sum, words) : 'none',
    adds: adds ? 'yes' : 'no',
    count: asked.length,
    last: asked.at(-1)?.label,
    kind: frame.query.grain ?? 'month',
  })
  return [first, changeOf(whole, metric, by, input)].filter(Boolean).join(' ')
}

function sumsIn(steps: Step[], metric: string, by: string, { frame }: ReadingInput): Map<string | null, number> {
  const starts = new Set(steps.map(({ start }) => start))
  const sums = new Map<string | null, number>()
  for (const row of frame.rows) {
    const { value } = cellOf(row, metric)
    if (value !== null && starts.has(startOfRow(row))) sums.set(keyOf(row, by), (sums.get(keyOf(row, by)) ?? 0) + value)
  }
  return sums
}

/** Periods of a year that begin and end with it. */
const inYear: Partial<Record<string, number>> = { month: 12, quarter: 4, year: 1 }

function changeOf(whole: Step[], metric: string, by: string, input: ReadingInput): string {
  const { frame, words, metrics } = input
  if (metrics.get(metric)?.measure.kind !== 'count') return ''
  const yearOf = ({ start }: Step): string => start.slice(0, 4)
  const years = [...new Set(whole.map(yearOf))].filter(
    (year) => whole.filter((each) => yearOf(each) === year).length === inYear[frame.query.grain ?? ''],
  )
  const [first, last] = [years[0], years.at(-1)]
  if (first === undefined || first === last) return ''
  const [before, after] = [first, last].map((year) =>
    sumsIn(
      whole.filter((each) => yearOf(each) === year),
      metric,
      by,
      input,
    ),
  )
  const keys = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].filter((key) => key !== null)
  const test = chiSquareIndependence([before, after].map((sums) => keys.map((key) => sums?.get(key) ?? 0)))
  if (!test || test.minExpected < 1) return ''
  return say(words, 'pages.reading.columns-change', {
    real: test.p < 0.05 ? 'yes' : 'no',
    first,
    last,
    p: formatP(test.p, words),
  })
}
