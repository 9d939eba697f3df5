import { formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { listed } from '../../metrics/needs.ts'
import { seriesOf } from '../charts/lines.ts'
import { stepsOf } from '../charts/periods.ts'
import { highestOf, isFact, type Reading, told } from './reading.ts'

/** Who ends above whom, in the last whole period that all of them have. */
export const readLines: Reading = (input) => {
  const { frame, words, encode } = input
  const ids = frame.query.metrics
  if (ids.length < 2 || !ids.every((id) => isFact(id, input))) return undefined
  const steps = stepsOf(frame, ids[0] ?? '', words)
  const series = ids.map((id) => seriesOf(id, steps, input))
  const at = steps.findLastIndex(({ partial }, i) => !partial && series.every((each) => each[i] != null))
  if (at < 0) return undefined
  const ends = ids.map((id, i) => ({ id, label: frame.metrics[id]?.label ?? id, value: series[i]?.[at] ?? 0 }))
  const first = highestOf(ends, ({ value }) => value)
  if (!first) return undefined
  const number = (value: number): string =>
    encode.as === 'indexed' ? formatNumber(value, words, 1) : told(value, first.id, input)
  const below = ends.filter((each) => each !== first).toSorted((a, b) => b.value - a.value)
  return say(words, 'pages.reading.lines', {
    period: steps[at]?.label,
    first: first.label,
    value: number(first.value),
    list: listed(
      below.map(({ label, value }) => say(words, 'pages.reading.above', { gap: number(first.value - value), label })),
      words,
    ),
  })
}
