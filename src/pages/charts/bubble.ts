import { formatNumber, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { FrameRow, MetricCell, MetricUnit } from '../../metrics/frame.ts'
import type { Chart, ChartInput, Option } from './chart.ts'
import { type Groups, groupsOf } from './groups.ts'
import { cellOf, filterOn, keyOf, labelOfValue, oneLine, rangeOf, sampleOf } from './points.ts'
import { digitsOf, niceScale, type Scale } from './scale.ts'
import { base, colour, literal, nameText, noOutline, partColour, quiet, tickText, valueAxis } from './style.ts'

const legendLine = 22
const smallest = 9
/** On a phone bubbles are smaller, as all is. */
const largestOn = (width: number) => (width < 420 ? 34 : 52)

/** One group: where it lies, how large it is drawn, what it is called. */
interface Bubble {
  label: string
  x: MetricCell
  y: MetricCell
  radius: number
  color: string
  filter: string
  tip: string
}

/** Two metrics of each group against each other, a third as area; intervals as thin crosses. Who lacks a value is left out and counted. */
export const bubble: Chart = {
  name: 'bubble',
  draw(input) {
    const { frame, words, width } = input
    const { x, y, size } = axesOf(input)
    const colours = input.encode.series ? groupsOf(input, input.encode.series, size ?? y) : null
    const all = bubblesOf(input, colours)
    const legend = colours ? legendOf(colours, width) : { series: [], height: 0 }
    const unit = (id: string) => frame.metrics[id]?.unit ?? 'number'
    const [across, up] = [
      scaleOf(
        all.map((each) => each.x),
        unit(x),
        Math.max(2, Math.floor((width - 82) / 90)),
      ),
      scaleOf(
        all.map((each) => each.y),
        unit(y),
        5,
      ),
    ]
    const height = legend.height + (width < 420 ? 300 : 380)
    const plot = { left: 58, right: 24, top: legend.height + 30, bottom: 50 }
    const pixels = {
      x: (value: number) =>
        plot.left + ((value - across.min) / (across.max - across.min)) * (width - plot.left - plot.right),
      y: (value: number) =>
        height - plot.bottom - ((value - up.min) / (up.max - up.min)) * (height - plot.top - plot.bottom),
    }
    const shown = namesWithRoom(all, pixels, width)
    const title = (id: string) =>
      say(words, 'pages.bubble.axis', { metric: frame.metrics[id]?.label ?? id, unit: unit(id) })
    return {
      option: base({
        grid: [
          { ...plot, containLabel: false },
          { left: 0, right: 0, top: 0, height: Math.max(1, legend.height), containLabel: false },
        ],
        xAxis: [
          {
            ...valueAxis(across, unit(x), digitsOf(across.step, unit(x))),
            name: title(x),
            nameLocation: 'middle',
            nameGap: 32,
            nameTextStyle: nameText,
          },
          { type: 'value', gridIndex: 1, min: 0, max: width, show: false },
        ],
        yAxis: [
          {
            ...valueAxis(up, unit(y), digitsOf(up.step, unit(y))),
            name: title(y),
            nameLocation: 'end',
            nameGap: 12,
            nameTextStyle: { ...nameText, align: 'left', padding: [0, 0, 0, -50] },
          },
          { type: 'value', gridIndex: 1, min: 0, max: Math.max(1, legend.height), inverse: true, show: false },
        ],
        series: [crossesOf(all), marksOf(all, shown), ...legend.series],
      }),
      height,
      label: say(words, 'pages.bubble.says', {
        x: frame.metrics[x]?.label ?? x,
        y: frame.metrics[y]?.label ?? y,
        count: all.length,
        list: all
          .slice(0, 6)
          .map(({ tip }) => tip)
          .join('; '),
      }),
      foot: say(words, 'pages.foot.bubble', {
        size: size ? (frame.metrics[size]?.label ?? size) : 'none',
        crosses: all.some((each) => each.x.low !== undefined || each.y.low !== undefined) ? 'some' : 'none',
        left: frame.rows.length - all.length,
        unnamed: all.length - shown.size,
      }),
    }
  },
}

/** The metrics across, up and by area. */
export function axesOf({ frame, encode }: Pick<ChartInput, 'frame' | 'encode'>): {
  x: string
  y: string
  size: string | undefined
} {
  const [first = '', second = '', third] = frame.query.metrics
  return {
    x: encode.x ?? first,
    y: encode.y ?? second,
    size: encode.size ?? (encode.x || encode.y ? undefined : third),
  }
}

/** The largest first: a small one is never hidden behind it. */
function bubblesOf(input: ChartInput, colours: Groups | null): Bubble[] {
  const { frame, words } = input
  const { x, y, size } = axesOf(input)
  const by = frame.query.by ?? []
  const known = frame.rows.filter((row) =>
    [x, y, ...(size ? [size] : [])].every((id) => cellOf(row, id).value !== null),
  )
  const sizeOf = (row: FrameRow) => Math.max(0, size ? (cellOf(row, size).value ?? 0) : 0)
  const most = Math.max(...known.map(sizeOf), 1e-9)
  const bubbles = known.map((row): Bubble => {
    const label = oneLine(by.map((id) => labelOfValue(frame, id, keyOf(row, id), words)).join(' · '))
    const group = colours?.groups[colours.of(keyOf(row, input.encode.series ?? ''))]
    const told = [x, y, ...(size ? [size] : [])].map((id) => textOf(row, id, input))
    return {
      label,
      x: cellOf(row, x),
      y: cellOf(row, y),
      // Area, not width, grows with the value.
      radius:
        Math.round((size ? Math.max(smallest, largestOn(input.width) * Math.sqrt(sizeOf(row) / most)) : 11) * 5) / 10,
      color: colours ? partColour(group?.place ?? null) : colour.accent,
      filter: by.map((id) => filterOn(id, keyOf(row, id))).join('\n'),
      tip: `${label}: ${told.join(', ')}`,
    }
  })
  return bubbles.toSorted((a, b) => b.radius - a.radius)
}

function textOf(row: FrameRow, id: string, { frame, words }: ChartInput): string {
  const { value, low, high, n } = sampleOf(frame, row, id)
  const unit = frame.metrics[id]?.unit ?? 'number'
  const range = low === undefined || high === undefined ? '' : ` (${rangeOf(low, high, unit, words)})`
  const counted = n === undefined || unit === 'count' ? '' : `, ${say(words, 'pages.n', { n: formatNumber(n, words) })}`
  return `${frame.metrics[id]?.label ?? id} ${formatValue(value, unit, words)}${range}${counted}`
}

/** From zero only where the values come near it: position is compared, not length. */
function scaleOf(cells: MetricCell[], unit: MetricUnit, ticks: number): Scale {
  const values = cells
    .flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])
    .filter((each) => each !== null)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = (high - low) * 0.06
  const from = low >= 0 && low - room < (high - low) * 0.5 ? 0 : low - room
  const scale = niceScale(from, high + room, unit, Math.min(8, ticks))
  return unit === 'ratio' && low >= 0 && high <= 1
    ? { ...scale, min: Math.max(0, scale.min), max: Math.min(1, scale.max) }
    : scale
}

function crossesOf(all: Bubble[]): Option {
  const line = (from: [number, number], to: [number, number]) => [{ coord: from }, { coord: to }]
  return {
    type: 'scatter',
    silent: true,
    z: 2,
    symbolSize: 0.01,
    itemStyle: { color: 'none', opacity: 1 },
    ...quiet,
    data: all.map(({ x, y }) => ({ value: [x.value, y.value] })),
    markLine: {
      precision: 12,
      silent: true,
      symbol: 'none',
      animation: false,
      label: { show: false },
      lineStyle: { type: 'solid', width: 1, color: colour.mark, opacity: 1 },
      data: all.flatMap(({ x, y }) => {
        const [ax, ay] = [x.value ?? 0, y.value ?? 0]
        return [
          ...(x.low === undefined || x.high === undefined ? [] : [line([x.low, ay], [x.high, ay])]),
          ...(y.low === undefined || y.high === undefined ? [] : [line([ax, y.low], [ax, y.high])]),
        ]
      }),
    },
  }
}

function marksOf(all: Bubble[], shown: Map<Bubble, 'left' | 'right'>): Option {
  return {
    type: 'scatter',
    z: 4,
    ...quiet,
    label: { ...nameText, ...noOutline },
    data: all.map((each) => ({
      value: [each.x.value, each.y.value],
      symbolSize: each.radius * 2,
      itemStyle: { color: each.color, opacity: 1, borderColor: colour.panel, borderWidth: 1 },
      tip: each.tip,
      filter: each.filter,
      label: {
        show: shown.has(each),
        formatter: literal(each.label),
        position: shown.get(each) ?? 'right',
        distance: 4,
        color: colour.ink,
      },
    })),
  }
}

interface Box {
  left: number
  right: number
  top: number
  bottom: number
}

/** Names right or left of their bubble, where they cover neither a bubble nor a name; the largest bubbles choose first. */
function namesWithRoom(
  all: Bubble[],
  pixels: { x(value: number): number; y(value: number): number },
  width: number,
): Map<Bubble, 'left' | 'right'> {
  const taken: Box[] = all.map((each) => {
    const [x, y] = [pixels.x(each.x.value ?? 0), pixels.y(each.y.value ?? 0)]
    return { left: x - each.radius, right: x + each.radius, top: y - each.radius, bottom: y + each.radius }
  })
  const shown = new Map<Bubble, 'left' | 'right'>()
  all.forEach((each, i) => {
    const own = taken[i] as Box
    const middle = (own.top + own.bottom) / 2
    const long = each.label.length * 6.9 + 4
    for (const side of ['right', 'left'] as const) {
      const left = side === 'right' ? own.right + 4 : own.left - 4 - long
      const box = { left, right: left + long, top: middle - 8, bottom: middle + 8 }
      if (box.left < 58 || box.right > width) continue
      if (taken.some((other) => other !== own && overlap(box, other))) continue
      taken.push(box)
      shown.set(each, side)
      return
    }
  })
  return shown
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

/** What the colours mean, in lines above the drawing. */
function legendOf({ groups }: Groups, width: number): { series: Option[]; height: number } {
  let [x, line] = [0, 0]
  const marks = groups.map(({ label, place }) => {
    const name = label.length > 26 ? `${label.slice(0, 25).trimEnd()}…` : label
    const long = 16 + name.length * 6.6 + 18
    if (x > 0 && x + long > width) [x, line] = [0, line + 1]
    const at = [x + 6, line * legendLine + 9]
    x += long
    return { value: at, color: partColour(place), name }
  })
  return {
    height: (line + 1) * legendLine,
    series: [
      {
        type: 'scatter',
        xAxisIndex: 1,
        yAxisIndex: 1,
        symbolSize: 9,
        silent: true,
        ...quiet,
        data: marks.map(({ value, color, name }) => ({
          value,
          itemStyle: { color, opacity: 1 },
          label: { show: true, formatter: literal(name), position: 'right', distance: 5, ...tickText, ...noOutline },
        })),
      },
    ],
  }
}
