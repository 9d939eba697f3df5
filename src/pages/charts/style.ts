import type { Unit } from '../../config/format.ts'
import type { Option } from './chart.ts'

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

/** A value axis with ticks chosen by us, so that every renderer and language shows the same. */
export function valueAxis(scale: { min: number; max: number; step: number }, unit: Unit, digits: number): Option {
  return {
    type: 'value',
    min: scale.min,
    max: scale.max,
    interval: scale.step,
    splitLine: { lineStyle: { color: colour.line, width: 1 } },
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { ...tickText, margin: 8, formatter: { format: unit, digits } },
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
    axisLabel: { ...nameText, interval: 0, margin },
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
