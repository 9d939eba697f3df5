import { literal } from '../expressions.ts'
import { cardOf } from './card.ts'
import { type Draw, property, valueField } from './visual.ts'

/** A share on a half ring of none to all; any other number has no end that a ring could have, and is a card. */
export const gauge: Draw = (asked) => {
  const { tile, metrics, world } = asked
  const value = valueField(asked)
  if (tile.kind !== 'chart' || tile.chart !== 'gauge' || !value) return null
  if (world.catalogue.metrics.get(tile.encode.value ?? metrics[0] ?? '')?.unit !== 'ratio') return cardOf(value)
  return {
    type: 'gauge',
    roles: { Y: [value] },
    objects: { axis: property({ min: literal('0D'), max: literal('1D') }) },
    shape: 'chart',
    height: 300,
  }
}
