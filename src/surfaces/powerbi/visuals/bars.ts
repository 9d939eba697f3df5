import { say } from '../../../config/words.ts'
import { isOrdered } from '../../../pages/charts/points.ts'
import { countOf } from '../fields.ts'
import { quietAxes } from './axes.ts'
import { type Asked, columnAt, type Draw, valueField } from './visual.ts'

/** A number by group: bars, the longest first, or in the order of the values where that means something; a second split lies within each. */
export const bars: Draw = (asked) => {
  const { tile, words } = asked
  if (tile.kind !== 'chart' || (tile.chart !== 'bars' && tile.chart !== 'dots')) return null
  const [value, category, series] = [valueField(asked), columnAt(asked, 0), columnAt(asked, 1)]
  if (!value || !category) return null
  return {
    type: series && isSize(asked) ? 'barChart' : 'clusteredBarChart',
    roles: { Category: [category], Y: [value], ...(series && { Series: [series] }) },
    sort: inOrder(asked, 0) ? { by: category, direction: 'Ascending' } : { by: value, direction: 'Descending' },
    objects: quietAxes({ labels: !series, legend: series !== undefined }),
    shape: 'chart',
    height: 300,
    ...(tile.encode.as === 'per_unit' && { note: say(words, 'powerbi.report.note.per-unit') }),
  }
}

/** How often each value was given. Drawn of a mean, the bars are its answers. */
export const histogram: Draw = (asked) => {
  const { tile, metrics, world, words } = asked
  if (tile.kind !== 'chart' || tile.chart !== 'histogram') return null
  const category = columnAt(asked, 0)
  const count = countOf(world, tile.encode.value ?? metrics[0] ?? '')
  if (!category) return null
  if (!count) return { why: say(words, 'powerbi.report.why.count') }
  return {
    type: 'clusteredColumnChart',
    roles: { Category: [category], Y: [count] },
    sort: { by: category, direction: 'Ascending' },
    objects: quietAxes({ labels: true, legend: false }),
    shape: 'chart',
    height: 300,
  }
}

/** Are the values of a dimension read in an order of their own? */
export function inOrder({ by, world }: Asked, place: number): boolean {
  return isOrdered(world.catalogue.dimensions.get(by[place] ?? ''))
}

/** May parts be put on top of each other: does their sum mean something? */
function isSize({ metrics, world, tile }: Asked): boolean {
  const chosen = tile.kind === 'chart' ? tile.encode.value : undefined
  const metric = world.catalogue.metrics.get(chosen ?? metrics[0] ?? '')
  return metric?.additivity === 'additive' && metric.unit !== 'ratio'
}
