import { quietAxes } from './axes.ts'
import { allMeasures, columnAt, type Draw, type Visual, valueField } from './visual.ts'

/** An amount over time as columns: its parts on top of each other, or what came in and what went out side by side. */
export const columns: Draw = (asked): Visual | null => {
  const { tile, period } = asked
  if (tile.kind !== 'chart' || !period) return null
  const drawn: Omit<Visual, 'type' | 'roles'> = {
    sort: { by: period, direction: 'Ascending' },
    objects: quietAxes({ labels: false, legend: true }),
    shape: 'chart',
    height: 300,
  }
  if (tile.chart === 'flows')
    return { type: 'clusteredColumnChart', roles: { Category: [period], Y: allMeasures(asked) }, ...drawn }
  const [value, series] = [valueField(asked), columnAt(asked, 0)]
  if (tile.chart !== 'columns' || !value || !series) return null
  return {
    type: tile.encode.as === 'share_of_column' ? 'hundredPercentStackedColumnChart' : 'columnChart',
    roles: { Category: [period], Series: [series], Y: [value] },
    ...drawn,
  }
}
