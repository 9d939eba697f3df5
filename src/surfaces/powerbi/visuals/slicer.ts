import { literal, textLiteral } from '../expressions.ts'
import type { Field } from '../fields.ts'
import { property, type Visual } from './visual.ts'

/** A choice of values that filters the page: a list that folds, or a range of days. */
export function slicer(column: Field, range: boolean): Visual {
  return {
    type: 'slicer',
    roles: { Values: [column] },
    objects: {
      data: property({ mode: textLiteral(range ? 'Between' : 'Dropdown') }),
      header: property({ show: literal('true') }),
    },
    shape: 'text',
    height: range ? 104 : 68,
  }
}
