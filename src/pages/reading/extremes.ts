import { say } from '../../config/words.ts'
import { listed } from '../../metrics/needs.ts'
import { isWhole } from '../charts/donut.ts'
import { cellOf, keyOf, labelOfValue, metricOf } from '../charts/points.ts'
import { isCut, isDivided, isFact, type Reading, tiedOf, told, toldShare } from './reading.ts'

/** Names of one place; more is no place. */
const mostTied = 3

/** The highest and lowest group of what is no sample. What is one has a verdict, and may name neither where nothing is real. */
export const readExtremes: Reading = (input) => {
  const { frame, words } = input
  const { id: metric, label } = metricOf(frame, input.encode.value)
  const { by = [] } = frame.query
  // A picture of shares or of numbers for one unit of width has another order than the numbers.
  const drawnAs = input.encode.as ?? 'value'
  if (!isFact(metric, input) || by.length === 0 || drawnAs !== 'value') return undefined
  const groups = frame.rows.flatMap((row) => {
    const keys = by.map((each) => keyOf(row, each))
    const { value } = cellOf(row, metric)
    return value === null || keys.includes(null) ? [] : [{ keys, value }]
  })
  const top = tiedOf(groups, ({ value }) => value)
  const bottom = tiedOf(groups, ({ value }) => -value)
  const [first, last] = [top[0], bottom[0]]
  if (!first || !last || first.value === last.value || top.length > mostTied) return undefined
  const names = (tied: typeof groups): string =>
    listed(
      tied.map(({ keys }) => keys.map((key, i) => labelOfValue(frame, by[i] ?? '', key, words)).join(' · ')),
      words,
    )
  const whole = isWhole(frame, metric) && isDivided(metric, input) && !isCut(frame) ? frame.rows : []
  const sum = whole.reduce((all, row) => all + (cellOf(row, metric).value ?? 0), 0)
  return say(words, 'pages.reading.extremes', {
    metric: frame.query.metrics.length > 1 ? 'named' : 'none',
    label,
    first: names(top),
    high: told(first.value, metric, input),
    tied: top.length > 1 ? 'yes' : 'no',
    share: sum > 0 ? toldShare(first.value / sum, words) : 'none',
    ends: isCut(frame) || bottom.length > mostTied ? 'first' : 'both',
    last: names(bottom),
    low: told(last.value, metric, input),
    level: bottom.length > 1 ? 'yes' : 'no',
  })
}
