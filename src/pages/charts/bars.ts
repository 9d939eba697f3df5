import { formatNumber, formatShort, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { MetricUnit } from '../../metrics/frame.ts'
import type { Chart, ChartInput } from './chart.ts'
import { dimensionOf, metricOf, type Point, pointsOf, textWidth, wrapNames } from './points.ts'
import { base, colour, hitSeries, nameAxis, noOutline, quiet, valueText } from './style.ts'

const most = 20

/** Counts and amounts by group, from zero, with their share; bands of unequal width for one unit of it. */
export const bars: Chart = {
  name: 'bars',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const all = pointsOf(frame, dimensionOf(frame, input.encode.category), metric.id, words, input.dimensions).filter(
      (each) => each.cell.value !== null,
    )
    const total = all.reduce((sum, each) => sum + (each.cell.value ?? 0), 0)
    const wide = all.filter((each) => typeof each.cell.per_unit === 'number')
    const perUnit = input.encode.as === 'per_unit' && wide.length > 0
    const points = (perUnit ? wide : all).slice(0, most)
    const sizes = points.map((each) => (perUnit ? (each.cell.per_unit ?? 0) : (each.cell.value ?? 0)))
    const unit = unitOf(metric.unit, all)
    const texts = points.map((each) => textOf(each, total, perUnit, unit, input, formatShort))
    const exact = points.map((each) => textOf(each, total, perUnit, unit, input, formatValue))
    const {
      names,
      width: left,
      lines,
    } = wrapNames(
      points.map((each) => each.label),
      width * (width < 420 ? 0.42 : 0.36),
    )
    const right = textWidth(texts)
    const top = Math.max(...sizes, 1e-9)
    const row = points.length > 8 ? (lines > 1 ? 30 : 26) : Math.min(38, Math.max(30, 170 / Math.max(1, points.length)))
    return {
      option: base({
        grid: { left: left + 12, right, top: 2, bottom: 4, containLabel: false },
        xAxis: { type: 'value', min: 0, max: top, show: false },
        yAxis: nameAxis(names, 8),
        series: [
          hitSeries(points.map((each, i) => ({ value: top, filter: each.filter, tip: `${each.label}: ${exact[i]}` }))),
          {
            type: 'bar',
            barWidth: row > 30 ? 16 : 13,
            silent: true,
            z: 3,
            ...quiet,
            itemStyle: { color: colour.accent, borderRadius: [0, 3, 3, 0] },
            label: { show: true, position: 'right', distance: 7, ...valueText, ...noOutline },
            data: sizes.map((value, i) => ({ value, label: { formatter: texts[i] } })),
          },
        ],
      }),
      height: points.length * row + 8,
      label: labelOf(points, exact, metric.label, input),
      foot: footOf(perUnit, unit, all, input),
    }
  },
}

/** Numbers of hundreds and more are written whole: `32.00` below `394` would say that it is more exact. */
function unitOf(unit: MetricUnit, points: Point[]): MetricUnit {
  return unit === 'number' && points.some(({ cell }) => Math.abs(cell.value ?? 0) >= 100) ? 'money' : unit
}

/** Short beside the bar, whole in its tip. */
function textOf(
  point: Point,
  total: number,
  perUnit: boolean,
  unit: MetricUnit,
  input: ChartInput,
  format: typeof formatValue,
): string {
  const { words } = input
  const value = format(point.cell.value, unit, words)
  if (perUnit) {
    const each = formatNumber(point.cell.per_unit ?? 0, words, 1)
    return say(words, 'pages.bars.per-unit', { each, value })
  }
  if (unit !== 'count' || total <= 0) return value
  return say(words, 'pages.bars.share', { value, share: formatValue((point.cell.value ?? 0) / total, 'ratio', words) })
}

function footOf(perUnit: boolean, unit: MetricUnit, all: Point[], { words }: ChartInput): string {
  const left = all.filter((each) => typeof each.cell.per_unit !== 'number')
  const foot = perUnit
    ? say(words, 'pages.foot.per-unit', { left: left.reduce((sum, each) => sum + (each.cell.value ?? 0), 0) })
    : say(words, unit === 'count' ? 'pages.foot.bars' : 'pages.foot.bars-amount')
  return all.length <= most ? foot : `${foot}. ${say(words, 'pages.foot.top', { shown: most, all: all.length })}`
}

function labelOf(points: Point[], texts: string[], metric: string, input: ChartInput): string {
  const listed = points.slice(0, 6).map((each, i) => `${each.label}: ${texts[i]}`)
  return say(input.words, 'pages.chart.lists', { metric, list: listed.join('; ') })
}
