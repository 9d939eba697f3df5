import { formatNumber, formatShort, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { Chart } from './chart.ts'
import { cellOf, metricOf, rangeOf } from './points.ts'
import { base, canvas, colour, type Item, shapeSeries, type Text, textSeries, tickText } from './style.ts'

/** One share on a half ring of 0 to 100 %: its interval as a thin band inside, its target as a tick, n below. */
export const gauge: Chart = {
  name: 'gauge',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const { value, low, high, n } = cellOf(frame.rows[0], metric.id)
    const target = frame.metrics[metric.id]?.target?.value
    const outer = Math.round(Math.min(118, width / 2 - 44))
    const inner = outer - 20
    const [x, y] = [width / 2, outer + 34]
    const height = y + 56
    const ring = (from: number, to: number, a: number, b: number, color: string): Item => ({
      value: [x, y, part(from), part(to), a, b],
      color,
    })
    const text = formatShort(value, metric.unit, words)
    const interval =
      low === undefined || high === undefined
        ? ''
        : say(words, 'pages.gauge.interval', { range: rangeOf(low, high, metric.unit, words) })
    const counted = n === undefined ? '' : say(words, 'pages.n', { n: formatNumber(n, words) })
    const goal =
      target === undefined ? '' : say(words, 'pages.gauge.target', { target: formatValue(target, metric.unit, words) })
    const below = [counted, interval].filter(Boolean).join(' · ')
    const tip = [`${metric.label}: ${text}`, interval, counted, goal].filter(Boolean).join(', ')
    return {
      option: base({
        ...canvas(width, height),
        series: [
          shapeSeries('ring', [{ ...ring(0, 1, inner, outer, 'var(--track)'), tip }], { z: 2 }),
          shapeSeries(
            'ring',
            [
              ...(value === null ? [] : [ring(0, value, inner, outer, colour.accent)]),
              ...(low === undefined || high === undefined
                ? []
                : [ring(low, high, inner - 9, inner - 4, colour.interval)]),
              ...(target === undefined ? [] : [ring(target - 0.005, target + 0.005, inner - 4, outer + 8, colour.ink)]),
            ],
            { z: 3, silent: true },
          ),
          textSeries([
            {
              at: [x, y - 18],
              text,
              position: 'inside',
              style: { ...tickText, color: colour.ink, fontSize: 27, fontWeight: 560 },
            },
            {
              at: [x - (inner + outer) / 2, y + 12],
              text: formatValue(0, 'ratio', words),
              position: 'inside',
              style: tickText,
            },
            {
              at: [x + (inner + outer) / 2, y + 12],
              text: formatValue(1, 'ratio', words),
              position: 'inside',
              style: tickText,
            },
            { at: [x, y + 38], text: below, position: 'inside', style: tickText },
            ...(target === undefined ? [] : [tickOf(part(target), goal, x, y, outer)]),
          ]),
        ],
      }),
      height,
      label: `${tip}.`,
      foot: say(words, 'pages.foot.gauge', {
        interval: low === undefined ? 'none' : 'some',
        target: target === undefined ? 'none' : 'some',
      }),
    }
  },
}

function part(share: number): number {
  return Math.min(1, Math.max(0, share))
}

/** The target's name outside the ring, on the side where there is room. */
function tickOf(share: number, text: string, x: number, y: number, outer: number): Text {
  const angle = Math.PI * (1 + share)
  const at: [number, number] = [x + Math.cos(angle) * (outer + 10), y + Math.sin(angle) * (outer + 10)]
  const position = share < 0.3 ? 'left' : share > 0.7 ? 'right' : 'top'
  return { at: [Math.round(at[0]), Math.round(at[1])], text, position, style: { ...tickText, distance: 2 } }
}
