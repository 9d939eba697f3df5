import { formatNumber, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { MetricCell } from '../../metrics/frame.ts'
import type { Chart, ChartInput } from './chart.ts'
import { cellOf, dimensionOf, filterOn, keyOf, labelOfValue, metricOf, oneLine } from './points.ts'
import { base, colour, nameText, noOutline, quiet, valueText } from './style.ts'

interface Bin {
  key: string
  label: string
  count: number
}

/** How often each score was given. The scores that count as satisfied are in the accent colour. */
export const histogram: Chart = {
  name: 'histogram',
  draw(input) {
    const { frame, words } = input
    const metric = metricOf(frame, input.encode.value)
    const dimension = dimensionOf(frame, input.encode.category)
    const bins = binsOf(input, dimension, metric.id)
    const top = input.encode.top ?? 0
    const total = bins.reduce((sum, each) => sum + each.count, 0)
    return {
      option: base({
        grid: { left: 4, right: 4, top: 24, bottom: 26, containLabel: false },
        xAxis: {
          type: 'category',
          data: bins.map((each) => each.label),
          axisTick: { show: false },
          axisLine: { lineStyle: { color: colour.line } },
          axisLabel: { ...nameText, interval: bins.length > 12 ? 'auto' : 0, margin: 10 },
        },
        yAxis: { type: 'value', min: 0, show: false },
        series: [
          {
            type: 'bar',
            barCategoryGap: bins.length > 12 ? '12%' : '38%',
            barMaxWidth: 72,
            ...quiet,
            itemStyle: { borderRadius: [3, 3, 0, 0] },
            label: { show: bins.length <= 12, position: 'top', distance: 6, ...valueText, ...noOutline },
            data: bins.map((each, index) => ({
              value: each.count,
              filter: filterOn(dimension, each.key),
              tip: tipOf(each, total, input),
              itemStyle: { color: top > 0 && index < bins.length - top ? colour.mark : colour.accent },
              label: { formatter: formatNumber(each.count, words) },
            })),
          },
        ],
      }),
      height: 190,
      label: say(words, 'pages.chart.lists', {
        metric: metric.label,
        list: bins.map((each) => tipOf(each, total, input)).join('; '),
      }),
      foot: topText(bins, top, total, input) ?? say(words, 'pages.foot.histogram'),
    }
  },
}

/** Bins in the order of the scale; whole scores that nobody gave are there as 0. */
function binsOf(input: ChartInput, dimension: string, metric: string): Bin[] {
  const { frame, words } = input
  const counted = new Map<string, number>()
  for (const row of frame.rows) {
    const key = keyOf(row, dimension)
    const count = countOf(cellOf(row, metric), frame.metrics[metric]?.unit)
    if (key !== null && count !== null) counted.set(key, count)
  }
  const keys = [...counted.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  return filled(keys).map((key) => ({
    key,
    label: oneLine(labelOfValue(frame, dimension, key, words)),
    count: counted.get(key) ?? 0,
  }))
}

/** A count is drawn as it is; of any other number, how many rows it rests on. */
export function countOf(cell: MetricCell, unit: string | undefined): number | null {
  return unit === 'count' ? cell.value : (cell.n ?? null)
}

function filled(keys: string[]): string[] {
  const numbers = keys.map(Number)
  if (numbers.length === 0 || !numbers.every(Number.isInteger)) return keys
  const low = Math.min(...numbers)
  const high = Math.max(...numbers)
  if (high - low > 20) return keys
  const known = new Map(numbers.map((value, i) => [value, keys[i] ?? String(value)]))
  return Array.from({ length: high - low + 1 }, (_, i) => known.get(low + i) ?? String(low + i))
}

function tipOf(bin: Bin, total: number, input: ChartInput): string {
  const share = total > 0 ? formatValue(bin.count / total, 'ratio', input.words) : '–'
  return `${bin.label}: ${say(input.words, 'pages.bars.share', { value: formatNumber(bin.count, input.words), share })}`
}

function topText(bins: Bin[], top: number, total: number, input: ChartInput): string | null {
  if (top === 0 || total === 0 || bins.length < top * 2) return null
  const sum = (list: Bin[]) => list.reduce((all, each) => all + each.count, 0)
  return say(input.words, 'pages.foot.top-box', {
    count: top,
    top: formatValue(sum(bins.slice(-top)) / total, 'ratio', input.words),
    bottom: formatValue(sum(bins.slice(0, top)) / total, 'ratio', input.words),
  })
}
