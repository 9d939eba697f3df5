import { colours } from '../colours.ts'
import { colourLiteral, literal } from '../expressions.ts'
import type { Field } from '../fields.ts'
import { type Draw, property, type Visual, valueField } from './visual.ts'

export const card: Draw = (asked) => {
  const value = valueField(asked)
  return asked.tile.kind === 'kpi' && value ? cardOf(value) : null
}

/** A number by itself, written out: `32K` beside a target of 32,500 would say nothing. */
export function cardOf(value: Field): Visual {
  return {
    type: 'card',
    roles: { Values: [value] },
    objects: {
      labels: property({
        fontSize: literal('22D'),
        color: colourLiteral(colours.ink),
        labelDisplayUnits: literal('1D'),
      }),
      // The title says it.
      categoryLabels: property({ show: literal('false') }),
    },
    shape: 'card',
    height: 132,
  }
}
