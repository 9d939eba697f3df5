import { literal, textLiteral } from '../expressions.ts'
import { property } from './visual.ts'

/** Axes that say what is needed: no titles (the tile has one), numbers at the marks or on the axis, a legend above where there are series. */
export function quietAxes({ labels, legend }: { labels: boolean; legend: boolean }): Record<string, object[]> {
  return {
    categoryAxis: property({ showAxisTitle: literal('false') }),
    valueAxis: property({ show: literal(String(!labels)), showAxisTitle: literal('false') }),
    legend: property(legend ? { show: literal('true'), position: textLiteral('Top') } : { show: literal('false') }),
    labels: property({ show: literal(String(labels)), labelDisplayUnits: literal('1D') }),
  }
}
