import { formatNumber, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { MetricUnit } from '../../metrics/frame.ts'
import type { Chart, ChartInput, Option } from './chart.ts'
import { timeAxis } from './line.ts'
import { type Step, stepsOf } from './periods.ts'
import { cellOf } from './points.ts'
import { digitsOf, niceScale } from './scale.ts'
import { countAxis, endLabels, fitEnds, hatches, hitsOf, startOfRow } from './stacks.ts'
import { base, colour, quiet, shapeSeries, valueAxis } from './style.ts'

const top = 12
const bottom = 30
/** The first is what is looked at; the others are what it is held against. */
const strokes = [colour.accent, colour.ink, colour.soft, colour.mark]
/** Where returns are multiplied up, all begin here. */
const start = 100

/** Several metrics of one unit over time on one scale, each named at its end; `as: indexed` multiplies returns up from 100. */
export const lines: Chart = {
  name: 'lines',
  draw(input) {
    const { frame, words, width } = input
    const ids = frame.query.metrics
    const indexed = input.encode.as === 'indexed'
    const unit: MetricUnit = indexed ? 'number' : (frame.metrics[ids[0] ?? '']?.unit ?? 'number')
    const steps = stepsOf(frame, ids[0] ?? '', words)
    const series = ids.map((id) => seriesOf(id, steps, input))
    const values = series.flat().filter((each) => each !== null)
    const low = indexed ? Math.min(start, ...values) : Math.min(...values)
    const scale = niceScale(low, Math.max(low, ...values), unit, 5)
    const height = width < 420 ? 220 : 320
    const labels = ids.map((id) => frame.metrics[id]?.label ?? id)
    const { names, right } = fitEnds(labels, width)
    const write = (value: number | null): string =>
      value === null ? '–' : indexed ? formatNumber(value, words, 1) : formatValue(value, unit, words)
    const told = (i: number): string =>
      labels.map((label, k) => `${label}: ${write(series[k]?.[i] ?? null)}`).join('; ')
    const last = steps.length - 1
    return {
      option: base({
        grid: { left: 58, right, top, bottom, containLabel: false },
        xAxis: [timeAxis(steps, 0), countAxis(steps)],
        yAxis: {
          ...valueAxis(scale, unit, digitsOf(scale.step, unit)),
          ...(scale.min > 0 && { startValue: scale.min }),
        },
        series: [
          ...hatches(steps, scale),
          shapeSeries('box', hitsOf(steps, scale, told, words), { z: 2, xAxisIndex: 1 }),
          ...series.map((points, k) => stroke(points, strokes[k % strokes.length] ?? colour.mark)),
          endLabels(
            series.flatMap((points, k) => {
              const end = points.findLast((each) => each !== null)
              return end == null ? [] : [{ text: names[k] ?? '', color: strokes[k % strokes.length] ?? '', y: end }]
            }),
            steps.length - 0.5,
            ((scale.max - scale.min) * 16) / (height - top - bottom),
            scale,
          ),
        ],
      }),
      height,
      label: say(words, 'pages.lines.says', { count: steps.length, last: steps[last]?.label ?? '–', list: told(last) }),
      foot: say(words, indexed ? 'pages.foot.lines.indexed' : 'pages.foot.line', {
        kind: frame.query.grain ?? 'month',
      }),
    }
  },
}

/** A metric at each step as it is drawn. */
export function seriesOf(
  id: string,
  steps: Step[],
  { frame, encode }: Pick<ChartInput, 'frame' | 'encode'>,
): (number | null)[] {
  const rows = new Map(frame.rows.map((row) => [startOfRow(row), row]))
  const values = steps.map((step) => cellOf(rows.get(step.start), id).value)
  return encode.as === 'indexed' ? multiplied(values) : values
}

/** Returns of periods as what 100 has become; before the first known return there is nothing. */
export function multiplied(returns: (number | null)[]): (number | null)[] {
  const first = returns.findIndex((each) => each !== null)
  let at = start
  return returns.map((each, i) => {
    if (first < 0 || i < first - 1) return null
    if (i === first - 1) return start
    at *= 1 + (each ?? 0)
    return Number(at.toPrecision(9))
  })
}

function stroke(points: (number | null)[], color: string): Option {
  return {
    type: 'line',
    xAxisIndex: 1,
    connectNulls: false,
    symbol: 'none',
    silent: true,
    z: 5,
    ...quiet,
    lineStyle: { color, width: 2 },
    data: points.map((each, i) => [i, each ?? '-']),
  }
}
