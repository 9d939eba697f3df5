import { shiftPeriod, startOf } from '../../calendar.ts'
import { formatShort, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { MetricUnit } from '../../metrics/frame.ts'
import type { Grain } from '../../metrics/query.ts'
import type { Forecast, Option } from './chart.ts'
import { periodLabel, type Step } from './periods.ts'
import { rangeOf } from './points.ts'
import { bandSeries, colour, noOutline, quiet, tickText } from './style.ts'

/** The periods of a line, longer by those that are forecast; a period without either stays a gap. */
export function withAhead(steps: Step[], forecast: Forecast[], grain: Grain, words: Words): Step[] {
  const ahead = new Map(forecast.map((each) => [startOf(each.start.slice(0, 10), grain), each]))
  const last = steps.at(-1)?.start
  const end = [...ahead.keys()].sort().at(-1)
  const longer = [...steps]
  if (last && end)
    for (let at = shiftPeriod(last, grain, 1); at <= end && longer.length < 2000; at = shiftPeriod(at, grain, 1))
      longer.push({ start: at, label: periodLabel(at, grain, words), partial: false, cell: null })
  return longer.map((each) => (ahead.has(each.start) ? { ...each, ahead: ahead.get(each.start) } : each))
}

/** Dashed in a pale band. It begins at the last known value only where that is the period before. */
export function aheadSeries(steps: Step[], unit: MetricUnit, words: Words): Option[] {
  const known = (step: Step | undefined) => (step?.partial ? null : (step?.cell?.value ?? null))
  const first = steps.findIndex(({ ahead }) => ahead)
  if (first < 0) return []
  const joint = known(steps[first - 1])
  const last = steps.findLastIndex(({ ahead }) => ahead)
  const at = (i: number, read: (ahead: Forecast) => number) => {
    const { ahead } = steps[i] ?? {}
    if (ahead) return read(ahead)
    return i === first - 1 && joint !== null ? joint : '-'
  }
  const low = steps.map((_, i) => at(i, (each) => each.low))
  const span = steps.map((_, i) => {
    const { ahead } = steps[i] ?? {}
    if (ahead) return Number((ahead.high - ahead.low).toPrecision(12))
    return low[i] === '-' ? '-' : 0
  })
  return [
    area(low, false),
    area(span, true),
    {
      type: 'line',
      z: 3,
      connectNulls: false,
      showSymbol: true,
      symbol: 'circle',
      silent: true,
      ...quiet,
      lineStyle: { color: colour.accent, width: 2, type: [5, 4] },
      itemStyle: { color: colour.accent },
      label: { position: 'right', distance: 6, ...tickText, color: colour.ink, lineHeight: 15, ...noOutline },
      data: steps.map((step, i) => ({
        value: at(i, (each) => each.value),
        symbolSize: step.ahead ? 4 : 0.01,
        ...(i === last && { label: { show: true, formatter: aheadText(step, unit, words) } }),
      })),
    },
  ]
}

function area(data: (number | string)[], filled: boolean): Option {
  return bandSeries('ahead', data, filled ? 0.18 : null)
}

/** What stands beside the last point, on two lines. */
export function aheadText(step: Step | undefined, unit: MetricUnit, words: Words): string {
  return `${say(words, 'pages.forecast.name')}\n${formatShort(step?.ahead?.value ?? null, unit, words)}`
}

/** `Jun 2024: Forecast 1,234 (1,100 to 1,300)`. */
export function aheadTip({ label, ahead }: Step, unit: MetricUnit, words: Words): string {
  if (!ahead) return label
  const value = formatValue(ahead.value, unit, words)
  return `${label}: ${say(words, 'pages.forecast.name')} ${value} (${rangeOf(ahead.low, ahead.high, unit, words)})`
}
