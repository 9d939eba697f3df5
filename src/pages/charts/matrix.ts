import type { Option } from './chart.ts'
import { base, colour, nameAxis, nameText, noOutline, quiet } from './style.ts'

/** One cell: its text on one of the steps of the hue, 0 (nothing) to 6. */
export interface MatrixCell {
  text: string
  shade: number
  tip?: string
  filter?: string
  /** Nothing can be known there: no tile is drawn. */
  blank?: boolean
}

/**
 * Rows by columns with a number in each cell. A stack of bars of length one is a grid that needs no colour arithmetic, so CSS
 * variables can colour it.
 */
export function matrix(names: string[], heads: string[], left: number, columns: MatrixCell[][]): Option {
  return base({
    grid: {
      left: left + 12,
      right: 2,
      top: 16 + 14 * Math.max(1, ...heads.map((each) => each.split('\n').length)),
      bottom: 2,
      containLabel: false,
    },
    xAxis: [
      { type: 'value', min: 0, max: columns.length, show: false },
      {
        type: 'category',
        data: heads,
        position: 'top',
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...nameText, interval: 0, margin: 10, lineHeight: 14 },
      },
    ],
    yAxis: nameAxis(names, 10),
    series: columns.map((cells) => ({
      type: 'bar',
      stack: 'heat',
      barWidth: '100%',
      ...quiet,
      label: { show: true, position: 'inside', fontSize: 12, fontFamily: 'inherit', ...noOutline },
      data: cells.map(({ text, shade, tip, filter, blank }) =>
        blank
          ? { value: 1, itemStyle: { color: 'none' }, label: { show: false } }
          : {
              value: 1,
              tip,
              ...(filter !== undefined && { filter }),
              itemStyle: { color: `var(--heat-${shade})`, borderColor: colour.panel, borderWidth: 2 },
              label: { formatter: text, color: `var(--on-heat-${shade})` },
            },
      ),
    })),
  })
}
