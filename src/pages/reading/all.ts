import type { ChartName } from '../chart-spec.ts'
import { readBubble } from './bubble.ts'
import { readCohorts } from './cohorts.ts'
import { readExtremes } from './extremes.ts'
import { readFlows } from './flows.ts'
import { readGauge } from './gauge.ts'
import { readLine } from './line.ts'
import { readLines } from './lines.ts'
import type { Reading } from './reading.ts'
import { readSankey } from './sankey.ts'
import { readColumns, readDonut } from './shares.ts'
import { readFunnel, readWaterfall } from './steps.ts'

/** What each kind of picture says where no test has spoken. */
export const readings: Partial<Record<ChartName, Reading>> = {
  bars: readExtremes,
  bubble: readBubble,
  cohorts: readCohorts,
  columns: readColumns,
  donut: readDonut,
  dots: readExtremes,
  flows: readFlows,
  funnel: readFunnel,
  gauge: readGauge,
  heat: readExtremes,
  line: readLine,
  lines: readLines,
  map: readExtremes,
  sankey: readSankey,
  table: readExtremes,
  waterfall: readWaterfall,
}
