import { say } from '../../../config/words.ts'
import { quietAxes } from './axes.ts'
import { allMeasures, columnAt, type Draw, valueField } from './visual.ts'

/** A number over time, a line for each group, or several numbers on one axis. */
export const line: Draw = (asked) => {
  const { tile, period, words } = asked
  if (tile.kind !== 'chart' || (tile.chart !== 'line' && tile.chart !== 'lines')) return null
  if (tile.encode.as === 'indexed') return { why: say(words, 'powerbi.report.why.indexed') }
  const value = valueField(asked)
  if (!period || !value) return null
  const series = tile.chart === 'line' ? columnAt(asked, 0) : undefined
  const several = tile.chart === 'lines'
  return {
    type: 'lineChart',
    roles: {
      Category: [period],
      Y: several ? allMeasures(asked) : [value],
      ...(series && { Series: [series] }),
    },
    sort: { by: period, direction: 'Ascending' },
    objects: quietAxes({ labels: false, legend: several || series !== undefined }),
    shape: 'chart',
    height: 300,
    ...(tile.forecast !== undefined && { note: say(words, 'powerbi.report.note.forecast') }),
  }
}
