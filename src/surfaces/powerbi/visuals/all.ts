import { bars, histogram } from './bars.ts'
import { card } from './card.ts'
import { columns } from './columns.ts'
import { donut } from './donut.ts'
import { funnel } from './funnel.ts'
import { gauge } from './gauge.ts'
import { line } from './line.ts'
import { matrix } from './matrix.ts'
import { scatter } from './scatter.ts'
import { list, table } from './table.ts'
import type { Asked, Visual } from './visual.ts'

const kinds = [card, bars, histogram, columns, line, donut, table, list, matrix, scatter, gauge, funnel]

/** The picture of a tile whose fields were found; a sentence where there is none that would be right; null where Power BI draws no such tile. */
export function drawVisual(asked: Asked): Visual | { why: string } | null {
  for (const draw of kinds) {
    const drawn = draw(asked)
    if (drawn) return drawn
  }
  return null
}
