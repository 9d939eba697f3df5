import { formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { MetricUnit } from '../../metrics/frame.ts'
import type { Chart, ChartInput, Option } from './chart.ts'
import { dimensionOf, fitNames, metricOf, type Point, pointsOf, tipOf } from './points.ts'
import { digitsOf, niceScale, type Scale } from './scale.ts'
import { base, colour, hitSeries, nameAxis, noOutline, quiet, valueAxis, valueText } from './style.ts'

/** Means and rates by group: a dot with its 95 % interval, against the overall value. Never bars: they hide the interval. */
export const dots: Chart = {
  name: 'dots',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const dimension = dimensionOf(frame, input.encode.category)
    const points = pointsOf(frame, dimension, metric.id, words, input.dimensions).filter(
      (each) => each.cell.value !== null,
    )
    const scale = scaleOf(points, input, metric.unit, width)
    const { names, width: left } = fitNames(
      points.map((each) => each.label),
      width * (width < 420 ? 0.4 : 0.34),
    )
    const row = points.length > 8 ? 26 : Math.min(42, Math.max(34, 162 / Math.max(1, points.length)))
    const option = base({
      grid: { left: left + 14, right: 46, top: 4, bottom: 26, containLabel: false },
      xAxis: valueAxis(scale, metric.unit, digitsOf(scale.step, metric.unit)),
      yAxis: nameAxis(names, 10),
      series: [hitOf(points, scale, input, metric.unit), dotsOf(points, input), numbersOf(points, input, metric.unit)],
    })
    return {
      option,
      height: points.length * row + 30,
      label: labelOf(points, input, metric.unit, metric.label),
      foot: say(words, input.overall?.value == null ? 'pages.foot.dots-alone' : 'pages.foot.dots', {
        kind: metric.unit === 'ratio' ? 'rate' : metric.unit === 'seconds' ? 'duration' : 'mean',
      }),
    }
  },
}

function scaleOf(points: Point[], input: ChartInput, unit: MetricUnit, width: number): Scale {
  const overall = input.overall?.value
  const lows = points.map((each) => each.cell.low ?? each.cell.value ?? 0)
  const highs = points.map((each) => each.cell.high ?? each.cell.value ?? 0)
  if (overall != null) {
    lows.push(overall)
    highs.push(overall)
  }
  const low = Math.min(...lows)
  const high = Math.max(...highs)
  const pad = (high - low) * 0.04
  const scale = niceScale(low - pad, high + pad, unit, width < 420 ? 4 : 6)
  if (unit === 'ratio') return { ...scale, min: Math.max(0, scale.min), max: Math.min(1, scale.max) }
  return scale
}

function hitOf(points: Point[], scale: Scale, input: ChartInput, unit: MetricUnit): Option {
  return hitSeries(
    points.map((each) => ({ value: scale.max, filter: each.filter, tip: tipOf(each, unit, input.words) })),
  )
}

function dotsOf(points: Point[], input: ChartInput): Option {
  const intervals = points.flatMap((each, index) =>
    each.cell.low === undefined || each.cell.high === undefined
      ? []
      : [[{ coord: [each.cell.low, index] }, { coord: [each.cell.high, index] }]],
  )
  const overall = input.overall?.value
  const overallLine =
    overall == null ? [] : [{ xAxis: overall, lineStyle: { type: [4, 3], width: 1, color: colour.soft, cap: 'butt' } }]
  return {
    type: 'scatter',
    symbolSize: 9,
    silent: true,
    z: 6,
    itemStyle: { color: colour.accent, opacity: 1 },
    ...quiet,
    data: points.map((each, index) => ({ value: [each.cell.value, index] })),
    markLine: {
      // ECharts rounds to two decimals otherwise, which moves 66.7% to 67%.
      precision: 12,
      silent: true,
      symbol: 'none',
      animation: false,
      label: { show: false },
      lineStyle: { type: 'solid', width: 4, cap: 'round', color: colour.interval, opacity: 1 },
      data: [...overallLine, ...intervals],
    },
  }
}

/** The numbers stand at the end of each interval, where nothing crosses them. */
function numbersOf(points: Point[], input: ChartInput, unit: MetricUnit): Option {
  return {
    type: 'scatter',
    symbolSize: 1,
    silent: true,
    z: 7,
    itemStyle: { color: 'none', opacity: 1 },
    ...quiet,
    label: { show: true, position: 'right', distance: 7, ...valueText, ...noOutline },
    data: points.map((each, index) => ({
      value: [each.cell.high ?? each.cell.value, index],
      label: { formatter: formatValue(each.cell.value, unit, input.words) },
    })),
  }
}

function labelOf(points: Point[], input: ChartInput, unit: MetricUnit, metric: string): string {
  const { words } = input
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return metric
  const sorted = points.toSorted((a, b) => (b.cell.value ?? 0) - (a.cell.value ?? 0))
  return say(words, 'pages.chart.says', {
    metric,
    count: points.length,
    high: tipOf(sorted[0] ?? first, unit, words),
    low: tipOf(sorted.at(-1) ?? last, unit, words),
  })
}
