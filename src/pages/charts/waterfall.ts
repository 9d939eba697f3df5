import { formatShort, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { MetricUnit } from '../../metrics/frame.ts'
import type { Chart, ChartInput, Option } from './chart.ts'
import { cellOf, textWidth, wrapNames } from './points.ts'
import { base, colour, hitSeries, type Item, nameAxis, shapeSeries, textSeries, valueText } from './style.ts'

/** One row: a total from zero, or a step from where the one before ended. */
export interface Step {
  label: string
  kind: 'total' | 'up' | 'down' | 'residual'
  from: number
  to: number
  /** As it is written: a total, or the step with its sign. */
  value: number | null
}

const row = 38

/** From an opening to a closing total, step by step; where the steps do not meet the closing total, the rest is a step of its own. */
export const waterfall: Chart = {
  name: 'waterfall',
  draw(input) {
    const { frame, words, width } = input
    const unit = frame.metrics[frame.query.metrics[0] ?? '']?.unit ?? 'number'
    const steps = bridgeOf(input)
    const texts = steps.map((step) => textOf(step, unit, input, formatShort))
    const exact = steps.map((step) => textOf(step, unit, input, formatValue))
    const { names, width: left } = wrapNames(
      steps.map(({ label }) => label),
      width * (width < 420 ? 0.44 : 0.32),
    )
    const ends = steps.flatMap(({ from, to }) => [from, to])
    const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)]
    const max = high > low ? high : low + 1
    const tips = steps.map(({ label }, i) => `${label}: ${exact[i]}`)
    return {
      option: base({
        grid: { left: left + 12, right: textWidth(texts) + 4, top: 2, bottom: 4, containLabel: false },
        xAxis: { type: 'value', min: low, max, show: false },
        yAxis: [nameAxis(names, 8), { type: 'value', min: -0.5, max: steps.length - 0.5, inverse: true, show: false }],
        series: [
          hitSeries(tips.map((tip) => ({ value: max, tip }))),
          shapeSeries('box', [...zeroOf(steps, low, max), ...connectorsOf(steps, max - low)], { ...second, z: 2 }),
          shapeSeries(
            'box',
            steps.map(({ kind, from, to }, i) => ({
              value: [from, to, i - 0.24, i + 0.24],
              color: fills[kind],
              ...(kind === 'residual' && { border: colour.mark }),
            })),
            { ...second, z: 3 },
          ),
          textSeries(
            steps.map(({ from, to }, i) => ({
              at: [Math.max(from, to), i],
              text: texts[i] ?? '',
              style: valueText,
            })),
            { yAxisIndex: 1 },
          ),
        ],
      }),
      height: steps.length * row + 8,
      label: say(words, 'pages.chart.lists', { metric: say(words, 'pages.waterfall.name'), list: tips.join('; ') }),
      foot: footOf(steps, unit, input),
    }
  },
}

/** Boxes are placed by number, names by category. */
const second: Option = { yAxisIndex: 1, silent: true }

const fills: Record<Step['kind'], string> = {
  total: colour.mark,
  up: colour.accent,
  down: colour.interval,
  residual: colour.hatch,
}

/** Opening total, steps, closing total. A step without a value moves nothing: what it hides is in the residual. */
export function bridgeOf({ frame, encode, words }: Pick<ChartInput, 'frame' | 'encode' | 'words'>): Step[] {
  const all = frame.query.metrics.map((id) => ({
    id,
    label: frame.metrics[id]?.label ?? id,
    value: cellOf(frame.rows[0], id).value,
  }))
  const opening = all[0]
  const closing = all.at(-1)
  if (!opening || !closing || opening.value === null || closing.value === null) return []
  let at = opening.value
  const steps: Step[] = [{ label: opening.label, kind: 'total', from: 0, to: at, value: at }]
  for (const { id, label, value } of all.slice(1, -1)) {
    const change = value === null ? 0 : encode.subtract?.includes(id) ? -value : value
    steps.push({
      label,
      kind: change < 0 ? 'down' : 'up',
      from: at,
      to: at + change,
      value: value === null ? null : change,
    })
    at += change
  }
  const rest = closing.value - at
  const size = Math.max(...steps.map(({ to }) => Math.abs(to)), Math.abs(closing.value))
  if (Math.abs(rest) > Math.max(size * 1e-9, leastOf(frame.metrics[opening.id]?.unit)))
    steps.push({
      label: say(words, 'pages.waterfall.rest'),
      kind: 'residual',
      from: at,
      to: closing.value,
      value: rest,
    })
  steps.push({ label: closing.label, kind: 'total', from: 0, to: closing.value, value: closing.value })
  return steps
}

/** What is written as 0 is not worth a step: amounts and counts are drawn whole. */
function leastOf(unit: MetricUnit | undefined): number {
  return unit === 'money' || unit === 'count' ? 0.5 : 0
}

/** Where anything is below zero, a line says where zero is. */
function zeroOf(steps: Step[], low: number, high: number): Item[] {
  if (low >= 0) return []
  const half = (high - low) * 0.0008
  return [{ value: [-half, half, -0.5, steps.length - 0.5], color: colour.soft }]
}

/** Thin lines from the end of a row to the start of the next. */
function connectorsOf(steps: Step[], span: number): Item[] {
  const half = span * 0.0012
  return steps.slice(0, -1).map(({ to }, i) => ({
    value: [to - half, to + half, i + 0.24, i + 0.76],
    color: colour.mark,
  }))
}

/** Short beside the step, whole in its tip. */
function textOf({ kind, value }: Step, unit: MetricUnit, { words }: ChartInput, format: typeof formatValue): string {
  if (value === null) return say(words, 'pages.funnel.unknown')
  if (kind === 'total') return format(value, unit, words)
  const sign = value > 0 ? '+' : value < 0 ? '−' : '±'
  return sign + format(Math.abs(value), unit, words)
}

function footOf(steps: Step[], unit: MetricUnit, { words }: ChartInput): string {
  const rest = steps.find(({ kind }) => kind === 'residual')
  if (!rest) return say(words, 'pages.foot.waterfall')
  return say(words, 'pages.foot.waterfall-rest', { size: formatValue(Math.abs(rest.value ?? 0), unit, words) })
}
