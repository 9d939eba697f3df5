import type { Unit } from '../../config/format.ts'
import type { Option } from './chart.ts'
import type { ShapeName } from './shapes.ts'

/** Colours are CSS variables: one drawing serves both themes. */
export const colour = {
  accent: 'var(--accent)',
  interval: 'var(--interval)',
  mark: 'var(--mark)',
  ink: 'var(--ink)',
  soft: 'var(--soft)',
  line: 'var(--line)',
  panel: 'var(--panel)',
  hit: 'var(--hit)',
  hatch: 'url(#hatch)',
} as const

/** Nothing moves, nothing is clipped: no mark leaves its axes, and the ids of clip paths would collide on a page. */
export const quiet = { emphasis: { disabled: true }, animation: false, clip: false } as const

/** What every chart shares: no animation, the page's own font. */
export function base(option: Option): Option {
  return { animation: false, textStyle: { fontFamily: 'inherit', fontSize: 12, color: colour.soft }, ...option }
}

export const nameText = { color: colour.ink, fontSize: 12.5, fontFamily: 'inherit' } as const
export const tickText = { color: colour.soft, fontSize: 12, fontFamily: 'inherit' } as const
export const valueText = { color: colour.ink, fontSize: 12.5, fontWeight: 600, fontFamily: 'inherit' } as const
/** Stops zrender from drawing its white outline around labels, which the dark theme would show. */
export const noOutline = { textBorderWidth: 0, textBorderColor: 'none' } as const

/** A label that covers what runs behind it. */
export const onPanel = { backgroundColor: colour.panel, padding: [1, 2] } as const

/** From here on all ticks of an amount are short: `10K`, not `10,000` beside `5,000`. */
const longTicks = 10_000

/** A value axis with ticks chosen by us, so that every renderer and language shows the same. */
export function valueAxis(scale: { min: number; max: number; step: number }, unit: Unit, digits: number): Option {
  const amount = unit === 'count' || unit === 'money' || unit === 'number'
  const short = amount && Math.max(Math.abs(scale.min), Math.abs(scale.max)) >= longTicks
  return {
    type: 'value',
    min: scale.min,
    max: scale.max,
    interval: scale.step,
    splitLine: { lineStyle: { color: colour.line, width: 1 } },
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...tickText, margin: 8, formatter: { format: unit, digits, ...(short && { short }) } },
  }
}

/** Names down the side, the first on top (a category axis counts from below). */
export function nameAxis(names: string[], margin: number): Option {
  return {
    type: 'category',
    inverse: true,
    data: names,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: {
      ...nameText,
      interval: 0,
      margin,
      ...(names.some((each) => each.includes('\n')) && { lineHeight: 14 }),
    },
  }
}

/** Invisible bars behind each row: the whole row is a place to click, not only its dot. */
export function hitSeries(data: { value: number; filter?: string; tip?: string }[]): Option {
  return {
    type: 'bar',
    name: 'hit',
    data,
    barWidth: '100%',
    barGap: '-100%',
    itemStyle: { color: colour.hit },
    z: 1,
    ...quiet,
  }
}

/** Something of a drawing that a pointer or a key can reach. */
export interface Item {
  value: number[]
  color: string
  border?: string
  filter?: string
  tip?: string
}

/** A series of shapes; what is only there to be seen is `silent`. */
export function shapeSeries(shape: ShapeName, items: Item[], extra: Option = {}): Option {
  return {
    type: 'custom',
    renderItem: { shape },
    ...quiet,
    ...extra,
    data: items.map(({ color, border = 'none', filter, tip, ...rest }) => ({
      ...rest,
      ...(filter !== undefined && { filter }),
      ...(tip !== undefined && { tip }),
      itemStyle: { color, borderColor: border },
    })),
  }
}

/** One text of a drawing, beside a point of its axes. */
export interface Text {
  at: [number, number]
  text: string
  position?: 'left' | 'right' | 'top' | 'bottom' | 'inside'
  style?: Option
}

/** Texts that stand where the values are; a brace in one is no template. */
export function textSeries(texts: Text[], extra: Option = {}): Option {
  return {
    type: 'scatter',
    symbolSize: 1,
    silent: true,
    z: 8,
    itemStyle: { color: 'none', opacity: 1 },
    ...quiet,
    ...extra,
    data: texts.map(({ at, text, position = 'right', style = nameText }) => ({
      value: at,
      label: { show: text !== '', formatter: literal(text), position, distance: 6, ...style, ...noOutline },
    })),
  }
}

/** ECharts reads `{c}` in a label as a template. */
export function literal(text: string): string {
  return text.replaceAll('{', '{\u200b')
}

/** Two hidden axes that count pixels, the first row on top: for drawings without a scale. */
export function canvas(width: number, height: number): Option {
  return {
    grid: { left: 0, right: 0, top: 0, bottom: 0, containLabel: false },
    xAxis: { type: 'value', min: 0, max: width, show: false },
    yAxis: { type: 'value', min: 0, max: height, inverse: true, show: false },
  }
}

/** Colours of groups, as many as can be told apart; `mark` is for what has no name. */
export function partColour(place: number | null): string {
  return place === null ? colour.mark : `var(--part-${place + 1})`
}

/** One half of a band around a line: its lower edge, without a fill, or what lies between the edges. */
export function bandSeries(stack: string, data: (number | string)[], opacity: number | null): Option {
  return {
    type: 'line',
    stack,
    stackStrategy: 'all',
    symbol: 'none',
    silent: true,
    z: 2,
    ...quiet,
    lineStyle: { width: 0, color: colour.accent },
    ...(opacity !== null && { areaStyle: { color: colour.interval, opacity } }),
    data,
  }
}

/** Texts beside places of their own, on the colour of the panel: points that are not drawn carry them. */
export function numbersSeries(data: Option[]): Option {
  return {
    type: 'scatter',
    symbolSize: 1,
    silent: true,
    z: 7,
    itemStyle: { color: 'none', opacity: 1 },
    ...quiet,
    label: { show: true, position: 'right', distance: 6, ...valueText, ...noOutline, ...onPanel },
    data,
  }
}

/** Intervals as thick lines behind their points, on a scatter series. */
export function intervalLines(color: string, data: unknown[]) {
  return {
    // ECharts rounds to two decimals otherwise, which moves 66.7% to 67%.
    precision: 12,
    silent: true,
    symbol: 'none',
    animation: false,
    label: { show: false },
    lineStyle: { type: 'solid', width: 4, cap: 'round', color, opacity: 1 },
    data,
  }
}
