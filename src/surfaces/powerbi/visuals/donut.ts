import { literal, textLiteral } from '../expressions.ts'
import { columnAt, type Draw, property, valueField } from './visual.ts'

/** Parts of a whole. */
export const donut: Draw = (asked) => {
  const { tile } = asked
  if (tile.kind !== 'chart' || tile.chart !== 'donut') return null
  const [value, category] = [valueField(asked), columnAt(asked, 0)]
  if (!value || !category) return null
  return {
    type: 'donutChart',
    roles: { Category: [category], Y: [value] },
    sort: { by: value, direction: 'Descending' },
    objects: {
      legend: property({ show: literal('true'), position: textLiteral('Right') }),
      labels: property({ show: literal('true'), labelStyle: textLiteral('Percent of total') }),
    },
    shape: 'chart',
    height: 300,
  }
}
