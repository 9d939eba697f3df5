import { say } from '../../../config/words.ts'
import { colours } from '../colours.ts'
import { expressionOf, referenceOf } from '../expressions.ts'
import type { Field } from '../fields.ts'
import { columnAt, type Draw, valueField } from './visual.ts'

/** Two splits against each other: the number in each cell, and behind it how high it is. */
export const matrix: Draw = (asked) => {
  const { tile, words } = asked
  if (tile.kind !== 'chart' || (tile.chart !== 'heat' && tile.chart !== 'cohorts')) return null
  const [value, rows, across] = [valueField(asked), columnAt(asked, 0), columnAt(asked, 1)]
  if (!value || !rows || !across) return null
  const shares = tile.chart === 'cohorts' || tile.encode.as?.startsWith('share')
  return {
    type: 'pivotTable',
    roles: { Rows: [rows], Columns: [across], Values: [value] },
    sort: { by: rows, direction: 'Ascending' },
    objects: { values: [behind(value)] },
    shape: 'chart',
    height: 320,
    ...(shares && { note: say(words, 'powerbi.report.note.shares') }),
  }
}

/** A colour between two ends by the number of the cell; totals and cells without a number stay as they are. */
function behind(value: Field): object {
  const colour = (hex: string) => ({ color: { Literal: { Value: `'${hex}'` } } })
  const rule = {
    FillRule: {
      Input: expressionOf(value),
      FillRule: {
        linearGradient2: {
          min: colour(colours.heat[0]),
          max: colour(colours.heat[1]),
          nullColoringStrategy: { strategy: { Literal: { Value: "'noColor'" } } },
        },
      },
    },
  }
  return {
    properties: { backColor: { solid: { color: { expr: rule } } } },
    selector: { data: [{ dataViewWildcard: { matchingOption: 1 } }], metadata: referenceOf(value) },
  }
}
