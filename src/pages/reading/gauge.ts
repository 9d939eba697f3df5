import { formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { cellOf, metricOf } from '../charts/points.ts'
import { isFact, type Reading } from './reading.ts'

/** Is the target outside the interval? Without a target there is nothing to say that the picture does not. */
export const readGauge: Reading = (input) => {
  const { frame, words } = input
  const { id, unit } = metricOf(frame, input.encode.value)
  const { value, low, high } = cellOf(frame.rows[0], id)
  const target = frame.metrics[id]?.target?.value
  if (target === undefined || value === null) return undefined
  if ((low === undefined || high === undefined) && !isFact(id, input)) return undefined
  const [from, to] = [low ?? value, high ?? value]
  return say(words, 'pages.reading.gauge', {
    side: from > target ? 'above' : to < target ? 'below' : low === undefined ? 'on' : 'open',
    sample: low === undefined ? 'no' : 'yes',
    target: formatValue(target, unit, words),
  })
}
