import { formatNumber, formatP } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { rankCorrelation } from '../../stats/correlation.ts'
import { axesOf } from '../charts/bubble.ts'
import { cellOf } from '../charts/points.ts'
import type { Reading } from './reading.ts'

/** With fewer points even a perfect order is chance. */
const fewestPoints = 5

/** Do the two measures put the points in the same order? */
export const readBubble: Reading = (input) => {
  const { frame, words } = input
  const { x, y, size } = axesOf(input)
  const pairs = frame.rows.flatMap((row): [number, number][] => {
    const [a, b] = [cellOf(row, x).value, cellOf(row, y).value]
    const drawn = size === undefined || cellOf(row, size).value !== null
    return a === null || b === null || !drawn ? [] : [[a, b]]
  })
  const found = pairs.length >= fewestPoints ? rankCorrelation(pairs) : null
  if (!found) return undefined
  return say(words, 'pages.reading.bubble', {
    how: found.p >= 0.05 ? 'open' : found.rho > 0 ? 'same' : 'opposite',
    x: frame.metrics[x]?.label ?? x,
    y: frame.metrics[y]?.label ?? y,
    rho: (found.rho < 0 ? '−' : '') + formatNumber(Math.abs(found.rho), words, 2),
    n: formatNumber(found.n, words),
    p: formatP(found.p, words),
  })
}
