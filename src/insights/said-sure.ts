import { formatNumber, formatP, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { Confidence } from './finding.ts'

/** `n = 4,210 · −0.42 (−0.50 to −0.34) · q < 0.001 of 38 tested`. */
export function saidSure({ n, effect, p, q, tried }: Confidence, words: Words): string {
  const parts = [say(words, 'pages.n', { n: formatNumber(n, words) })]
  if (effect) {
    const text = (value: number) => formatValue(value, effect.unit, words)
    parts.push(
      say(words, 'say.insights.effect', { value: text(effect.value), low: text(effect.low), high: text(effect.high) }),
    )
  }
  if (q !== null) parts.push(say(words, 'say.insights.q', { q: formatP(q, words), tried }))
  else if (p !== null) parts.push(`p ${formatP(p, words)}`)
  return parts.join(' · ')
}
