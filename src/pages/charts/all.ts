import type { ChartName } from '../chart-spec.ts'
import { bars } from './bars.ts'
import { bubble } from './bubble.ts'
import type { Chart } from './chart.ts'
import { cohorts } from './cohorts.ts'
import { columns } from './columns.ts'
import { donut } from './donut.ts'
import { dots } from './dots.ts'
import { flows } from './flows.ts'
import { funnel } from './funnel.ts'
import { gauge } from './gauge.ts'
import { heat } from './heat.ts'
import { histogram } from './histogram.ts'
import { line } from './line.ts'
import { lines } from './lines.ts'
import { map } from './map.ts'
import { sankey } from './sankey.ts'
import { waterfall } from './waterfall.ts'

/** Every kind of chart that is a picture; `table` is none. */
export const charts: Record<Exclude<ChartName, 'table'>, Chart> = {
  dots,
  bars,
  donut,
  histogram,
  line,
  lines,
  columns,
  flows,
  heat,
  cohorts,
  map,
  bubble,
  sankey,
  funnel,
  waterfall,
  gauge,
}
