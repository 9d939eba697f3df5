import { type Days, endOf, type Grain } from '../calendar.ts'
import type { Table } from '../model/model.ts'
import { columnNamed, tables } from '../model/tables.ts'
import { columnsIn, type Expression } from '../sql/expression.ts'
import type { Dimension } from './dimension.ts'
import type { Metric } from './metric.ts'
import { momentColumn } from './moment.ts'
import { expressionsOf } from './parse-metrics.ts'
import { reachOf } from './reach.ts'

/** A table with rows of another added up: read instead of it where the answer is the same. */
export interface Rollup {
  table: string
  /** Its column that stands for the day of the other. */
  time: string
  /** How many rows one of its rows stands for. */
  rows: Expression
}

interface Asked {
  metric: Metric
  dimensions: Dimension[]
  days: Partial<Days>
  grain?: Grain
  /** Up to where rows count: the end of the range, of a level else the day of the now; null where all do. */
  end: string | null
  /** The day of the newest event of the data: nothing comes after it. */
  last: string | null
}

const rollups = tables.filter(({ kind }) => kind === 'rollup')

/** The roll-up that answers; null where the rows themselves must. */
export function findRollup(asked: Asked, present: ReadonlySet<string>): Rollup | null {
  for (const table of rollups) {
    const { adds, name } = table
    if (!adds || adds.table !== asked.metric.from || adds.day !== asked.metric.time) continue
    if (!present.has(`${name}.${adds.month}`) || !addsUp(asked.metric, table, present) || !areWholeMonths(asked))
      continue
    if (asked.dimensions.every((dimension) => isSeen(name, dimension, present)))
      return { table: name, time: adds.month, rows: { kind: 'column', path: ['rows'], at: 0 } }
  }
  return null
}

/** Sums of columns that the roll-up has; a mean day needs the changes times their days. */
function addsUp(metric: Metric, table: Table, present: ReadonlySet<string>): boolean {
  const { measure } = metric
  const level = measure.kind === 'level' || measure.kind === 'chained' ? measure : null
  const moment = level && momentColumn(table.name, level.of)
  const known =
    level?.at !== 'mean' || (moment !== undefined && moment !== null && present.has(`${table.name}.${moment}`))
  if ((measure.kind !== 'sum' && !level) || !known || metric.population || metric.maturity) return false
  return expressionsOf(measure).every((expression) =>
    columnsIn(expression).every((path) => path.length === 1 && present.has(`${table.name}.${path[0]}`)),
  )
}

function areWholeMonths({ days, grain, end, last }: Asked): boolean {
  if (grain === 'day' || grain === 'week') return false
  const begins = days.from === undefined || days.from.endsWith('-01')
  const ends = end === null || endOf(end, 'month') === end || (last !== null && end >= last)
  return begins && ends
}

function isSeen(table: string, dimension: Dimension, present: ReadonlySet<string>): boolean {
  if (dimension.table === '*') return false
  if (ownBand(table, dimension)) return true
  const reach = reachOf(table, dimension, present)
  return reach?.reads.every((column) => present.has(column)) ?? false
}

/** A dimension as seen from a table. Bands of a column that the roll-up keeps in bands of ten read that column. */
export function seenFrom(table: string, dimension: Dimension, present: ReadonlySet<string>): Expression {
  if (ownBand(table, dimension)) return dimension.expression
  return reachOf(table, dimension, present)?.expression ?? dimension.expression
}

const bandOfRollups = 10

function ownBand(table: string, dimension: Dimension): boolean {
  if (!rollups.some(({ name }) => name === table) || !dimension.bands || dimension.bands % bandOfRollups !== 0)
    return false
  return columnsIn(dimension.expression).every(([name, ...more]) => more.length === 0 && columnNamed(table, name ?? ''))
}
