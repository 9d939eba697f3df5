import { say } from '../../config/words.ts'
import { isWhole } from '../charts/donut.ts'
import { cellOf, keyOf, labelOfValue, metricOf } from '../charts/points.ts'
import { highestOf, isCut, isFact, type Reading, told, toldShare } from './reading.ts'

/** The highest and lowest group of what is no sample. What is one has a verdict, and may name neither where nothing is real. */
export const readExtremes: Reading = (input) => {
  const { frame, words } = input
  const { id: metric, label } = metricOf(frame, input.encode.value)
  const { by = [] } = frame.query
  if (!isFact(metric, input) || by.length === 0) return undefined
  const groups = frame.rows.flatMap((row) => {
    const keys = by.map((each) => keyOf(row, each))
    const { value } = cellOf(row, metric)
    return value === null || keys.includes(null) ? [] : [{ keys, value }]
  })
  const first = highestOf(groups, ({ value }) => value)
  if (!first || groups.length < 2) return undefined
  const last = isCut(frame) ? undefined : highestOf(groups, ({ value }) => -value)
  const name = ({ keys }: typeof first): string =>
    keys.map((key, i) => labelOfValue(frame, by[i] ?? '', key, words)).join(' · ')
  const whole = isWhole(frame, metric) && !isCut(frame) ? frame.rows.map((row) => cellOf(row, metric).value ?? 0) : []
  const sum = whole.reduce((all, value) => all + value, 0)
  return say(words, 'pages.reading.extremes', {
    metric: frame.query.metrics.length > 1 ? 'named' : 'none',
    label,
    first: name(first),
    high: told(first.value, metric, input),
    share: sum > 0 ? toldShare(first.value / sum, words) : 'none',
    ends: last ? 'both' : 'first',
    last: last ? name(last) : '',
    low: last ? told(last.value, metric, input) : '',
  })
}
