import { say, type Words } from '../../config/words.ts'
import type { FrameRow } from '../../metrics/frame.ts'
import type { Option } from './chart.ts'
import { periodOf, type Step } from './periods.ts'
import { wrapNames } from './points.ts'
import { colour, type Item, nameText, quiet, shapeSeries } from './style.ts'

/** Half the width of a column, of which the band of a period has one half on each side. */
export const halfColumn = 0.375

/** First day of the period of a row. */
export function startOfRow(row: FrameRow): string {
  return periodOf(row)?.start.slice(0, 10) ?? ''
}

/** A number axis beside the axis of names: columns stand at the number of their period. */
export function countAxis(steps: Step[]): Option {
  return { type: 'value', min: -0.5, max: steps.length - 0.5, show: false }
}

/** Periods that the data does not cover whole, hatched over the whole height. */
export function hatches(steps: Step[], scale: { min: number; max: number }): Option[] {
  const partial: Item[] = steps.flatMap((each, i) =>
    each.partial ? [{ value: [i - 0.5, i + 0.5, scale.min, scale.max], color: colour.hatch }] : [],
  )
  return partial.length === 0 ? [] : [shapeSeries('box', partial, { z: 1, silent: true, xAxisIndex: 1 })]
}

/** The whole height of each period answers a pointer: its name, whether it is whole, and what is told of it. */
export function hitsOf(
  steps: Step[],
  scale: { min: number; max: number },
  told: (i: number) => string,
  words: Words,
): Item[] {
  return steps.map(({ label, partial }, i) => ({
    value: [i - 0.5, i + 0.5, scale.min, scale.max],
    color: colour.hit,
    tip: `${label}${partial ? ` (${say(words, 'pages.partial')})` : ''} · ${told(i)}`,
  }))
}

/** A name beside the last column, with a swatch of its colour. */
export interface EndLabel {
  text: string
  color: string
  /** Where it wants to stand, on the value axis. */
  y: number
}

/** Names beside the ends of what they name, moved apart until none covers another. `line` is a line of text on the axis. */
export function endLabels(labels: EndLabel[], x: number, line: number, scale: { min: number; max: number }): Option {
  const sorted = labels.toSorted((a, b) => a.y - b.y)
  const ys: number[] = []
  const half = sorted.map(({ text }) => (text.split('\n').length * line) / 2)
  const apart = (i: number) => (half[i] ?? 0) + (half[i - 1] ?? 0)
  for (const [i, { y }] of sorted.entries()) ys.push(Math.max(y, (ys.at(-1) ?? Number.NEGATIVE_INFINITY) + apart(i)))
  for (let i = ys.length - 1, top = scale.max + line * 1.1 - (half.at(-1) ?? 0); i >= 0; i--) {
    ys[i] = Math.min(ys[i] ?? top, top)
    top = (ys[i] ?? top) - apart(i)
  }
  return {
    type: 'scatter',
    symbol: 'rect',
    symbolSize: 9,
    symbolOffset: [10, 0],
    silent: true,
    z: 8,
    xAxisIndex: 1,
    ...quiet,
    data: sorted.map(({ text, color }, i) => ({
      value: [x, Number((ys[i] ?? 0).toPrecision(9))],
      itemStyle: { color, opacity: 1 },
      label: {
        show: true,
        formatter: text,
        position: 'right',
        distance: 15,
        ...nameText,
        ...(text.includes('\n') && { lineHeight: 15 }),
        textBorderWidth: 0,
        textBorderColor: 'none',
      },
    })),
  }
}

/** Names fitted to the right margin, and the margin that they need. */
export function fitEnds(names: string[], width: number): { names: string[]; right: number } {
  const fitted = wrapNames(names, width * (width < 420 ? 0.28 : 0.25), 3)
  return { names: fitted.names.map((each) => each.replaceAll('{', '{\u200b')), right: fitted.width + 26 }
}
