import { formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { MetricUnit } from '../../metrics/frame.ts'
import type { Chart, ChartInput, Option } from './chart.ts'
import { type Step, stepsOf } from './periods.ts'
import { metricOf } from './points.ts'
import { digitsOf, niceScale } from './scale.ts'
import { base, colour, noOutline, quiet, tickText, valueAxis, valueText } from './style.ts'

/** A number over time. A gap in time is a gap; a period that the data does not cover whole is hatched. */
export const line: Chart = {
  name: 'line',
  draw(input) {
    const { frame, words } = input
    const metric = metricOf(frame, input.encode.value)
    const steps = stepsOf(frame, metric.id, words)
    const scale = scaleOf(steps, metric.unit)
    const digits = digitsOf(scale.step, metric.unit)
    return {
      option: base({
        grid: { left: 52, right: 16, top: 18, bottom: 26, containLabel: false },
        xAxis: {
          type: 'category',
          boundaryGap: true,
          data: steps.map((each) => each.label),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: colour.line } },
          axisLabel: { ...tickText, margin: 10, hideOverlap: true },
        },
        yAxis: valueAxis(scale, metric.unit, digits),
        series: seriesOf(steps, scale.max, metric.unit, input),
      }),
      height: 220,
      label: labelOf(steps, metric.unit, metric.label, input),
      foot: say(words, steps.some((each) => each.partial) ? 'pages.foot.line-partial' : 'pages.foot.line'),
    }
  },
}

function scaleOf(steps: Step[], unit: MetricUnit) {
  const values = steps.flatMap((each) => {
    const { value, low, high } = each.cell ?? { value: null }
    return value === null ? [] : [value, low ?? value, high ?? value]
  })
  const low = Math.min(...values)
  const high = Math.max(...values)
  const fromZero = unit === 'count' || unit === 'money' || unit === 'seconds' || low < (high - low) * 0.5
  return niceScale(fromZero ? Math.min(0, low) : low, high, unit, 4)
}

function seriesOf(steps: Step[], top: number, unit: MetricUnit, input: ChartInput): Option[] {
  const { words } = input
  const value = (step: Step) => step.cell?.value ?? null
  const drawn = steps.filter((each) => value(each) !== null)
  const last = drawn.at(-1)
  const hits: Option = {
    type: 'bar',
    barWidth: '100%',
    z: 1,
    ...quiet,
    data: steps.map((each) => ({
      value: top,
      tip: `${each.label}: ${formatValue(value(each), unit, words)}${each.partial ? ` (${say(words, 'pages.partial')})` : ''}`,
      itemStyle: { color: each.partial ? colour.hatch : colour.hit },
    })),
  }
  const stroke: Option = {
    type: 'line',
    z: 4,
    connectNulls: false,
    showSymbol: true,
    symbol: 'circle',
    silent: true,
    ...quiet,
    lineStyle: { color: colour.accent, width: 2 },
    itemStyle: { color: colour.accent },
    label: { position: 'top', ...valueText, ...noOutline },
    data: steps.map((each, index) => ({
      value: value(each) ?? '-',
      symbolSize: isLonely(steps, index) || each === last ? 7 : 0.01,
      ...(each === last && { label: { show: true, formatter: formatValue(value(each), unit, words) } }),
    })),
  }
  return [hits, ...band(steps), stroke]
}

/** A point between two gaps has no line: it is drawn as a dot. */
function isLonely(steps: Step[], index: number): boolean {
  const has = (i: number) => steps[i]?.cell?.value != null
  return has(index) && !has(index - 1) && !has(index + 1)
}

function band(steps: Step[]): Option[] {
  if (!steps.some((each) => each.cell?.low !== undefined)) return []
  const area = (data: (number | string)[], filled: boolean): Option => ({
    type: 'line',
    stack: 'interval',
    stackStrategy: 'all',
    symbol: 'none',
    silent: true,
    z: 2,
    ...quiet,
    lineStyle: { width: 0, color: colour.accent },
    ...(filled && { areaStyle: { color: colour.interval, opacity: 0.25 } }),
    data,
  })
  const low = steps.map((each) => each.cell?.low ?? '-')
  const span = steps.map((each) =>
    each.cell?.low === undefined || each.cell.high === undefined ? '-' : each.cell.high - each.cell.low,
  )
  return [area(low, false), area(span, true)]
}

function labelOf(steps: Step[], unit: MetricUnit, metric: string, input: ChartInput): string {
  const drawn = steps.filter((each) => each.cell?.value != null)
  const told = (step: Step | undefined) =>
    step ? `${step.label}: ${formatValue(step.cell?.value, unit, input.words)}` : '–'
  const sorted = drawn.toSorted((a, b) => (a.cell?.value ?? 0) - (b.cell?.value ?? 0))
  return say(input.words, 'pages.chart.over-time', {
    metric,
    count: drawn.length,
    low: told(sorted[0]),
    high: told(sorted.at(-1)),
    last: told(drawn.at(-1)),
  })
}
