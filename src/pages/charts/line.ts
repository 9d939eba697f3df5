import { formatShort, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { Frame, MetricUnit } from '../../metrics/frame.ts'
import { trendOf } from '../../metrics/trend.ts'
import { aheadSeries, aheadText, aheadTip, withAhead } from './ahead.ts'
import type { Chart, ChartInput, Option } from './chart.ts'
import { keysOf } from './heat.ts'
import { type Step, stepsOf } from './periods.ts'
import { compareOrdered, keyOf, labelOfValue, metricOf, oneLine, textWidth } from './points.ts'
import { digitsOf, niceScale, type Scale } from './scale.ts'
import { bandSeries, base, colour, nameText, noOutline, quiet, tickText, valueAxis, valueText } from './style.ts'

/** Groups that get a panel of their own; the table has all. */
const most = 9
const panelHeight = 150

/**
 * A number over time; by a dimension, one small panel for each group, all on one scale. A gap in time is a gap; a period that the
 * data does not cover whole is hatched, and its stroke is dashed.
 */
export const line: Chart = {
  name: 'line',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const panels = panelsOf(input, metric.id)
    const across = acrossOf(panels.length, width)
    const tall = panels.length === 1 ? (width < 420 ? 180 : 220) : panelHeight
    const scale = scaleOf(
      panels.flatMap((each) => each.steps),
      metric.unit,
    )
    const texts = panels.flatMap(({ steps }) => {
      const last = steps.findLast(({ ahead }) => ahead)
      const told = formatShort(numberOf(toldOf(steps)), metric.unit, words)
      return [told, ...(last ? aheadText(last, metric.unit, words).split('\n') : [])]
    })
    const room = { across, high: tall, width, right: textWidth(texts), titled: panels.length > 1 }
    return {
      option: base({
        grid: panels.map((_, i) => placeOf(i, room)),
        xAxis: panels.map(({ steps }, i) => timeAxis(steps, i)),
        yAxis: panels.map(({ name }, i) => ({
          ...valueAxis(scale, metric.unit, digitsOf(scale.step, metric.unit)),
          gridIndex: i,
          // Bars would begin at 0, below the axis, and the drawing has no clipping.
          ...(scale.min > 0 && { startValue: scale.min }),
          ...(panels.length > 1 && {
            name,
            nameLocation: 'end',
            nameGap: 8,
            nameTextStyle: { ...nameText, align: 'left' },
          }),
        })),
        series: panels.flatMap(({ steps }, i) =>
          seriesOf(steps, scale, metric.unit, input).map((each) => ({
            ...each,
            ...(each.stack !== undefined && { stack: `${each.stack} ${i}` }),
            xAxisIndex: i,
            yAxisIndex: i,
          })),
        ),
      }),
      height: Math.ceil(panels.length / across) * tall,
      label: labelOf(panels, metric.unit, metric.label, input),
      foot: footOf(panels, groupsOf(input, metric.id).length, input),
    }
  },
}

/** Three panels side by side; four where there are four and the tile is as wide as the page. */
function acrossOf(panels: number, width: number): number {
  if (panels === 1 || width < 420) return 1
  return Math.min(panels === 4 && width >= 800 ? 4 : 3, panels)
}

interface Panel {
  name: string
  steps: Step[]
}

function groupsOf({ frame, dimensions }: ChartInput, metric: string): (string | null)[] {
  const by = frame.query.by?.[0]
  if (by === undefined) return [null]
  // Asked for in the order of their names, so that pictures of several metrics stand one above the other.
  if (frame.query.order?.by === by) {
    const keys = [...new Set(frame.rows.map((row) => keyOf(row, by)))]
    const sorted = keys.toSorted((a, b) => compareOrdered(a, b, dimensions.get(by)))
    return frame.query.order.descending ? sorted.reverse() : sorted
  }
  return keysOf({ frame, dimensions }, by, metric)
}

function panelsOf(input: ChartInput, metric: string): Panel[] {
  const { frame, words } = input
  const by = frame.query.by?.[0]
  if (by === undefined) {
    const steps = stepsOf(frame, metric, words)
    const { forecast = [] } = input
    return [
      { name: '', steps: forecast.length ? withAhead(steps, forecast, frame.query.grain ?? 'month', words) : steps },
    ]
  }
  return groupsOf(input, metric)
    .slice(0, most)
    .map((key) => ({
      name: oneLine(labelOfValue(frame, by, key, words)).slice(0, 40),
      steps: stepsOf(ofGroup(frame, by, key), metric, words, frame),
    }))
}

function ofGroup(frame: Frame, dimension: string, key: string | null): Frame {
  return { ...frame, rows: frame.rows.filter((row) => keyOf(row, dimension) === key) }
}

interface Room {
  across: number
  high: number
  width: number
  /** Kept free for the last number. */
  right: number
  titled: boolean
}

function placeOf(index: number, { across, high, width, right, titled }: Room): Option {
  const each = width / across
  return {
    left: Math.round((index % across) * each) + 52,
    top: Math.floor(index / across) * high + (titled ? 30 : 18),
    // One panel ends where its tile does, however wide that is once it is live: its last number is not cut.
    ...(across === 1 ? { right } : { width: Math.round(each) - 52 - right }),
    height: high - (titled ? 58 : 44),
    containLabel: false,
  }
}

/** Periods along the bottom. */
export function timeAxis(steps: Step[], gridIndex: number): Option {
  return {
    type: 'category',
    gridIndex,
    boundaryGap: true,
    data: steps.map((each) => each.label),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colour.line } },
    axisLabel: { ...tickText, margin: 10, hideOverlap: true },
  }
}

function scaleOf(steps: Step[], unit: MetricUnit): Scale {
  const values = steps.flatMap((each) => {
    const { value, low, high } = each.cell ?? { value: null }
    const ahead = each.ahead ? [each.ahead.low, each.ahead.high] : []
    return value === null ? ahead : [value, low ?? value, high ?? value, ...ahead]
  })
  const low = Math.min(...values)
  const high = Math.max(...values)
  const fromZero = unit === 'count' || unit === 'money' || unit === 'seconds' || low < (high - low) * 0.5
  const scale = niceScale(fromZero ? Math.min(0, low) : low, high, unit, 4)
  // Shares end at 0 and 1; a return may be below the one and above the other.
  if (unit !== 'ratio') return scale
  return {
    ...scale,
    min: low >= 0 ? Math.max(0, scale.min) : scale.min,
    max: high <= 1 ? Math.min(1, scale.max) : scale.max,
  }
}

const numberOf = (step: Step | undefined) => step?.cell?.value ?? null

/** The step whose number stands beside the line: the last whole one. */
export function toldOf(steps: Step[]): Step | undefined {
  const known = steps.filter((each) => numberOf(each) !== null)
  return known.findLast((each) => !each.partial) ?? known.at(-1)
}

function footOf(panels: Panel[], groups: number, { frame, words }: ChartInput): string {
  const line = say(words, 'pages.foot.line', { kind: frame.query.grain ?? 'month' })
  const partial = panels.some(({ steps }) => steps.some((each) => each.partial))
  const drawn = trendOf(frame, metricOf(frame, undefined).id)?.real
    ? say(words, 'pages.foot.line-trend', { line })
    : line
  const foot = partial ? say(words, 'pages.foot.line-partial', { line: drawn }) : drawn
  if (panels.some(({ steps }) => steps.some((each) => each.ahead)))
    return say(words, 'pages.forecast.foot', { line: foot })
  if (panels.length >= groups) return foot
  return `${foot}. ${say(words, 'pages.foot.top', { shown: panels.length, all: groups })}`
}

function seriesOf(steps: Step[], scale: Scale, unit: MetricUnit, input: ChartInput): Option[] {
  const { words } = input
  const hits: Option = {
    type: 'bar',
    barWidth: '100%',
    z: 1,
    ...quiet,
    data: steps.map((each) => ({
      value: scale.max,
      tip:
        each.ahead && numberOf(each) === null
          ? aheadTip(each, unit, words)
          : `${each.label}: ${formatValue(numberOf(each), unit, words)}${each.partial ? ` (${say(words, 'pages.partial')})` : ''}`,
      itemStyle: { color: each.partial ? colour.hatch : colour.hit },
    })),
  }
  return [
    hits,
    ...band(steps),
    ...trendLine(steps, input),
    ...aheadSeries(steps, unit, input.words),
    ...strokes(steps, unit, input),
  ]
}

/** The straight line of a trend that is real, over the whole periods; where there is no evidence of one, none is drawn. */
function trendLine(steps: Step[], { frame, encode }: ChartInput): Option[] {
  const trend = trendOf(frame, metricOf(frame, encode.value).id)
  if (!trend?.real) return []
  const data = steps.map((each) => (each.partial ? '-' : trend.valueAt(each.start)))
  const lineStyle = { color: colour.ink, width: 1.5, type: [6, 4] }
  return [{ type: 'line', symbol: 'none', silent: true, z: 5, ...quiet, lineStyle, data }]
}

/** Whole periods in one stroke; a dashed one leads to those that are not whole. The last whole one carries its number. */
function strokes(steps: Step[], unit: MetricUnit, { words }: ChartInput): Option[] {
  const last = toldOf(steps)
  const stroke = (kept: (step: Step, index: number) => boolean, extra: Option, dashed: boolean): Option => ({
    type: 'line',
    z: dashed ? 3 : 4,
    connectNulls: false,
    showSymbol: true,
    symbol: 'circle',
    silent: true,
    ...quiet,
    lineStyle: { color: colour.accent, width: 2, ...(dashed && { type: [3, 4], width: 1.5 }) },
    itemStyle: { color: colour.accent },
    ...extra,
    data: steps.map((each, index) => ({
      value: kept(each, index) ? (numberOf(each) ?? '-') : '-',
      symbolSize: !dashed && (isLonely(steps, index) || each === last) ? 7 : 0.01,
      ...(!dashed && each === last && { label: { show: true, formatter: formatShort(numberOf(each), unit, words) } }),
    })),
  })
  const beside = (index: number) => steps[index]?.partial || steps[index - 1]?.partial || steps[index + 1]?.partial
  const whole = stroke(
    (each) => !each.partial || each === last,
    { label: { ...besideOf(steps), ...valueText, ...noOutline } },
    false,
  )
  if (!steps.some((each) => each.partial)) return [whole]
  return [stroke((_, index) => Boolean(beside(index)), {}, true), whole]
}

/**
 * Where the last number stands: after the line. Before a forecast it ends at its point, on the side that the line does not come from, so
 * that it covers neither.
 */
function besideOf(steps: Step[]): Option {
  if (!steps.some((each) => each.ahead)) return { position: 'right', distance: 6 }
  const told = toldOf(steps)
  // As many periods as lie under the number, more or less.
  const before = steps
    .slice(0, told ? steps.indexOf(told) : 0)
    .flatMap((each) => numberOf(each) ?? [])
    .slice(-6)
  const falls = before.reduce((sum, each) => sum + each, 0) / before.length > (numberOf(told) ?? 0)
  return { position: falls ? 'bottom' : 'top', align: 'right', distance: 8 }
}

/** A point between two gaps has no line: it is drawn as a dot. */
function isLonely(steps: Step[], index: number): boolean {
  const has = (i: number) => numberOf(steps[i]) !== null
  return has(index) && !has(index - 1) && !has(index + 1)
}

function band(steps: Step[]): Option[] {
  if (!steps.some((each) => each.cell?.low !== undefined)) return []
  const area = (data: (number | string)[], filled: boolean): Option =>
    bandSeries('interval', data, filled ? 0.25 : null)
  const low = steps.map((each) => each.cell?.low ?? '-')
  const span = steps.map((each) =>
    each.cell?.low === undefined || each.cell.high === undefined ? '-' : each.cell.high - each.cell.low,
  )
  return [area(low, false), area(span, true)]
}

function labelOf(panels: Panel[], unit: MetricUnit, metric: string, { words }: ChartInput): string {
  const drawn = (steps: Step[]) => steps.filter((each) => numberOf(each) !== null)
  const told = (step: Step | undefined) => (step ? `${step.label}: ${formatValue(numberOf(step), unit, words)}` : '–')
  if (panels.length > 1) {
    const list = panels.map(({ name, steps }) => `${name} ${formatValue(numberOf(drawn(steps).at(-1)), unit, words)}`)
    return say(words, 'pages.chart.facets', { metric, count: panels.length, list: list.join('; ') })
  }
  const steps = drawn(panels[0]?.steps ?? [])
  const ahead = panels[0]?.steps.findLast((each) => each.ahead)
  const sorted = steps.toSorted((a, b) => (numberOf(a) ?? 0) - (numberOf(b) ?? 0))
  const says = say(words, 'pages.chart.over-time', {
    metric,
    count: steps.length,
    low: told(sorted[0]),
    high: told(sorted.at(-1)),
    last: told(steps.at(-1)),
  })
  return ahead ? `${says} ${aheadTip(ahead, unit, words)}.` : says
}
