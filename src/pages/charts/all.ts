import type { ChartName } from '../spec.ts'
import { bars } from './bars.ts'
import type { Chart } from './chart.ts'
import { donut } from './donut.ts'
import { dots } from './dots.ts'
import { heat } from './heat.ts'
import { histogram } from './histogram.ts'
import { line } from './line.ts'
import { map } from './map.ts'

/** Every kind of chart that is a picture; `table` is none. */
export const charts: Record<Exclude<ChartName, 'table'>, Chart> = { dots, bars, donut, histogram, line, heat, map }
