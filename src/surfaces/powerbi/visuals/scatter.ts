import { literal, textLiteral } from '../expressions.ts'
import { type Draw, property } from './visual.ts'

/** Groups by two numbers, the area of each by a third. */
export const scatter: Draw = (asked) => {
  const { tile, metrics, by, measures, columns } = asked
  if (tile.kind !== 'chart' || tile.chart !== 'bubble') return null
  const { encode } = tile
  const [x, y] = [measures.get(encode.x ?? metrics[0] ?? ''), measures.get(encode.y ?? metrics[1] ?? '')]
  const size = measures.get(encode.size ?? metrics[2] ?? '')
  // Each point is a value of the one with a value of the other.
  const coloured = by.length > 1 ? (encode.series ?? by[1]) : undefined
  const category = columns.get(by.find((each) => each !== coloured) ?? '')
  const series = columns.get(coloured ?? '')
  if (!category || !x || !y) return null
  return {
    type: 'scatterChart',
    roles: {
      Category: [category],
      X: [x],
      Y: [y],
      ...(size && { Size: [size] }),
      ...(series && { Series: [series] }),
    },
    objects: {
      categoryAxis: property({ showAxisTitle: literal('true') }),
      valueAxis: property({ showAxisTitle: literal('true') }),
      legend: property(series ? { show: literal('true'), position: textLiteral('Top') } : { show: literal('false') }),
    },
    shape: 'chart',
    height: 360,
  }
}
