import { formatNumber, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { fewest } from '../../metrics/family.ts'
import { wilsonInterval } from '../../stats/intervals.ts'
import { cohortsOf } from '../charts/cohorts.ts'
import { metricOf, rangeOf } from '../charts/points.ts'
import type { Reading } from './reading.ts'

const inYear = { month: 12, quarter: 4, year: 1 }

/** The share still there after as many whole years as cohorts with at least half of all have lived through, together. */
export const readCohorts: Reading = (input) => {
  const { words, encode, frame } = input
  const period = encode.period ?? 'month'
  const { cohorts } = cohortsOf(input, metricOf(frame, encode.value).id)
  const all = cohorts.reduce((sum, { size }) => sum + size, 0)
  const reached = (age: number) => cohorts.filter(({ whole }) => whole >= age)
  const sizeOf = (age: number) => reached(age).reduce((sum, { size }) => sum + size, 0)
  const year = inYear[period]
  let after = 0
  while (sizeOf(after + year) > 0 && sizeOf(after + year) * 2 >= all) after += year
  const n = sizeOf(after)
  if (after === 0 || n < fewest) return undefined
  const still = Math.round(reached(after).reduce((sum, { size, shares }) => sum + size * (shares[after - 1] ?? 0), 0))
  const interval = wilsonInterval(still, n)
  if (!interval) return undefined
  return say(words, 'pages.reading.cohorts', {
    share: formatValue(still / n, 'ratio', words),
    range: rangeOf(interval.low, interval.high, 'ratio', words),
    n: formatNumber(n, words),
    after,
    kind: period,
  })
}
