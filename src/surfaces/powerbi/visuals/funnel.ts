import { literal } from '../expressions.ts'
import { allMeasures, type Draw, property } from './visual.ts'

/** Steps, each a part of the one before it: one measure a step, in the order of the page. */
export const funnel: Draw = (asked) => {
  const { tile } = asked
  if (tile.kind !== 'chart' || tile.chart !== 'funnel') return null
  return {
    type: 'funnel',
    roles: { Y: allMeasures(asked) },
    objects: { labels: property({ show: literal('true'), labelDisplayUnits: literal('1D') }) },
    shape: 'chart',
    height: 300,
  }
}
