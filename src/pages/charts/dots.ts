import { formatShort } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { MetricUnit } from '../../metrics/frame.ts'
import type { Chart, ChartInput, Option } from './chart.ts'
import { dimensionOf, metricOf, type Point, pointsOf, textWidth, tipOf, wrapNames } from './points.ts'
import { digitsOf, niceScale, type Scale } from './scale.ts'
import { base, colour, hitSeries, intervalLines, nameAxis, numbersSeries, quiet, valueAxis } from './style.ts'

/** Groups that a picture holds; the table has all. */
const most = 24

/** Means and rates by group: a dot with its 95 % interval, against the overall value. Never bars: they hide the interval. */
export const dots: Chart = {
  name: 'dots',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const dimension = dimensionOf(frame, input.encode.category)
    const all = pointsOf(frame, dimension, metric.id, words, input.dimensions).filter(
      (each) => each.cell.value !== null,
    )
    const points = largest(all)
    const {
      names,
      width: left,
      lines,
    } = wrapNames(
      points.map((each) => each.label),
      width * (width < 420 ? 0.4 : 0.34),
    )
    const row = points.length > 8 ? (lines > 1 ? 30 : 26) : Math.min(42, Math.max(34, 162 / Math.max(1, points.length)))
    const texts = points.map((each) => textOf(each, metric.unit, input))
    const right = input.targets?.size
      ? textWidth(texts)
      : metric.unit === 'seconds'
        ? Math.max(46, textWidth(texts))
        : 46
    const scale = scaleOf(points, input, metric.unit, ticksOf(texts, metric.unit, width, width - left - right))
    const option = base({
      grid: {
        left: left + 14,
        right,
        top: 4,
        bottom: 26,
        containLabel: false,
      },
      xAxis: valueAxis(scale, metric.unit, digitsOf(scale.step, metric.unit)),
      yAxis: nameAxis(names, 10),
      series: [
        hitOf(points, scale, input, metric.unit),
        dotsOf(points, input),
        ...targetsOf(points, input),
        numbersOf(points, texts, input.targets?.size ? scale.max : null),
      ],
    })
    return {
      option,
      height: points.length * row + 30,
      label: labelOf(points, input, metric.unit, metric.label),
      foot: footOf(points, all.length, input),
    }
  },
}

/** Of many groups those with the most rows, in the order in which they stood: the rest would be noise. */
function largest(points: Point[]): Point[] {
  if (points.length <= most) return points
  const kept = new Set(points.toSorted((a, b) => (b.cell.n ?? 0) - (a.cell.n ?? 0)).slice(0, most))
  return points.filter((each) => kept.has(each))
}

function footOf(points: Point[], all: number, { words, overall, targets }: ChartInput): string {
  const shown = points.length
  const foot = say(words, 'pages.foot.dots', {
    // What is no sample has no interval.
    intervals: points.some(({ cell }) => cell.low !== undefined) ? 'yes' : 'no',
    overall: overall?.value == null ? 'no' : 'yes',
    targets: targets?.size ? 'yes' : 'no',
  })
  return shown < all ? `${foot}. ${say(words, 'pages.foot.top', { shown, all })}` : foot
}

/** Durations are written long: fewer of them fit below the axis. */
function ticksOf(texts: string[], unit: MetricUnit, width: number, room: number): number {
  const most = width < 420 ? 4 : 6
  return unit === 'seconds' ? Math.max(2, Math.min(most, Math.floor(room / (textWidth(texts) + 8)))) : most
}

function scaleOf(points: Point[], input: ChartInput, unit: MetricUnit, ticks: number): Scale {
  const overall = input.overall?.value
  const lows = points.map((each) => each.cell.low ?? each.cell.value ?? 0)
  const highs = points.map((each) => each.cell.high ?? each.cell.value ?? 0)
  if (overall != null) {
    lows.push(overall)
    highs.push(overall)
  }
  for (const target of input.targets?.values() ?? []) highs.push(target)
  const low = Math.min(...lows)
  const high = Math.max(...highs)
  const pad = (high - low) * 0.04
  const scale = niceScale(low - pad, high + pad, unit, ticks)
  // Shares end at 0 and 1; a return may be below the one and above the other.
  if (unit === 'ratio')
    return {
      ...scale,
      min: low >= 0 ? Math.max(0, scale.min) : scale.min,
      max: high <= 1 ? Math.min(1, scale.max) : scale.max,
    }
  // A pad below zero would show times and counts that cannot be.
  return low >= 0 ? { ...scale, min: Math.max(0, scale.min) } : scale
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
    markLine: intervalLines(colour.interval, [...overallLine, ...intervals]),
  }
}

/** An upright tick at what the group is held against. */
function targetsOf(points: Point[], { targets }: ChartInput): Option[] {
  const data = points.flatMap((each, index) => {
    const target = targets?.get(each.key)
    return target === undefined ? [] : [[target, index]]
  })
  if (data.length === 0) return []
  const itemStyle = { color: colour.ink, opacity: 1 }
  return [{ type: 'scatter', symbol: 'rect', symbolSize: [2, 18], silent: true, z: 5, itemStyle, ...quiet, data }]
}

/** The numbers stand at the end of each interval, on the colour of the panel; beside targets, in a column of their own. */
function numbersOf(points: Point[], texts: string[], end: number | null): Option {
  return numbersSeries(
    points.map((each, index) => ({
      value: [end ?? each.cell.high ?? each.cell.value, index],
      label: { formatter: texts[index] },
    })),
  )
}

/** `11 hr 5 min · target 24 hr`; on a phone the tick alone. */
function textOf(point: Point, unit: MetricUnit, { targets, words, width }: ChartInput): string {
  const value = formatShort(point.cell.value, unit, words)
  const target = targets?.get(point.key)
  if (target === undefined || width < 420) return value
  return say(words, 'pages.bars.share', {
    value,
    share: say(words, 'pages.target.tick', { target: formatShort(target, unit, words) }),
  })
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
