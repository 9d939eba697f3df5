import type { Grain } from '../../calendar.ts'
import type { MetricCatalogue } from '../../metrics/context.ts'
import { componentsOf, type Metric } from '../../metrics/metric.ts'
import type { SemanticColumn, SemanticModel, SemanticTable } from './semantic-model.ts'

/** A measure or a column as a visual names it. */
export interface Field {
  kind: 'measure' | 'column'
  table: string
  name: string
}

/** Where fields are looked up. This file is the only one that knows how metrics and dimensions are called in the model. */
export interface World {
  model: SemanticModel
  catalogue: MetricCatalogue
  /** By the id of their metric. */
  measures: ReadonlyMap<string, Field & { guarded: boolean }>
  /** Of each of them, the tables from which a filter comes down to all that it counts, the nearest first. */
  near: ReadonlyMap<string, SemanticTable[]>
  /** By the table of the unified model whose rows they hold: the file says it, whatever a reader calls it. */
  held: ReadonlyMap<string, SemanticTable>
}

export function worldOf(model: SemanticModel, catalogue: MetricCatalogue): World {
  const tables = new Map(model.tables.map((table) => [table.name, table]))
  const held = new Map(model.tables.flatMap((table) => (table.file ? [[stemOf(table.file), table] as const] : [])))
  const measures = new Map<string, Field & { guarded: boolean }>()
  const near = new Map<string, SemanticTable[]>()
  for (const home of model.tables)
    for (const measure of home.measures) {
      const { metric, name, apart } = measure
      measures.set(metric, { kind: 'measure', table: home.name, name, guarded: apart !== undefined })
      const facts = factsOf(metric, catalogue, held)
      const counted = facts.length > 0 ? facts : home.file ? [home] : []
      const [first, ...others] = counted.map((fact) => tablesAbove(model, tables, fact.name, apart !== undefined))
      const names = (first ?? []).filter((each) => others.every((other) => other.includes(each)))
      near.set(
        metric,
        names.flatMap((each) => (apart?.includes(each) ? [] : (tables.get(each) ?? []))),
      )
    }
  return { model, catalogue, measures, near, held }
}

export function measureOf({ measures }: World, metric: string): Field | undefined {
  return measures.get(metric)
}

/** Of a mean or a share, how many rows it is of: itself where it is a count, a part of it, or a metric that counts the same rows. */
export function countOf(world: World, metric: string): Field | undefined {
  const found = world.catalogue.metrics.get(metric)
  if (found?.unit === 'count') return measureOf(world, metric)
  const counts = [...world.catalogue.metrics.values()].filter((each) => found && isCountOf(each, found))
  const ids = [`${metric}#n`, ...counts.map(({ id }) => id)]
  return ids.map((id) => measureOf(world, id)).find((each) => each !== undefined)
}

function isCountOf(count: Metric, metric: Metric): boolean {
  // Places in a file say nothing about what is counted.
  const plain = (value: unknown) => JSON.stringify(value, (key, each) => (key === 'at' ? undefined : each))
  const { kind } = count.measure
  const rows = ({ from, population, time, maturity }: Metric) => plain([from, population, time, maturity])
  return kind === 'count' && metric.measure.kind === 'mean' && rows(count) === rows(metric)
}

/**
 * The column by which all of these metrics can be split: one on a table from which a filter reaches each of them. A column from elsewhere would
 * repeat the total beside each value, so there is none then.
 */
export function columnOf(world: World, dimension: string, metrics: string[]): Field | undefined {
  const found = world.catalogue.dimensions.get(dimension)
  const near = nearAll(world, metrics)
  const named = found?.named
  const link = named && near.find((table) => table === world.held.get(named.table))
  return (
    firstIn(near, (each) => each.dimension === dimension) ??
    (link && firstIn([link], (each) => each.source === named?.column)) ??
    firstIn(near, (each) => each.source === dimension || each.source === found?.column)
  )
}

/** How columns of the date table that hold the first day, or the name, of a period may be called; each of them is only right with its year. */
const periodSources: Record<Grain, string[]> = {
  day: [],
  week: ['week_start'],
  month: ['month_start'],
  quarter: ['quarter_start'],
  year: ['year_start', 'year'],
}

/** The column of the date table that holds the periods of a grain, where a date reaches all of these metrics. */
export function periodOf(world: World, grain: Grain, metrics: string[]): Field | undefined {
  const dates = nearAll(world, metrics).filter((each) => each.isDate)
  return (
    firstIn(dates, (each) => each.grain === grain) ??
    (grain === 'day' ? dates[0] && dayIn(dates[0]) : undefined) ??
    firstIn(dates, (each) => periodSources[grain].includes(each.source))
  )
}

/** Every day once: what the date range is of. */
export function dayOf({ model }: World): Field | undefined {
  const table = model.tables.find((each) => each.isDate)
  return table && dayIn(table)
}

/** Does a filter on this column reach every part of the metric? */
export function reaches({ near }: World, column: Field, metric: string): boolean {
  return near.get(metric)?.some((table) => table.name === column.table) ?? false
}

/** Is the metric blank where it cannot be split, instead of the same number beside each value? */
export function isGuarded({ measures }: World, metric: string): boolean {
  return measures.get(metric)?.guarded ?? false
}

function firstIn(tables: SemanticTable[], is: (column: SemanticColumn) => boolean): Field | undefined {
  for (const table of tables) {
    const column = table.columns.find((each) => !each.hidden && is(each))
    if (column) return { kind: 'column', table: table.name, name: column.name }
  }
  return undefined
}

function dayIn(table: SemanticTable): Field | undefined {
  return firstIn([table], (each) => each.key === true) ?? firstIn([table], (each) => each.type === 'date')
}

/** Tables from which a filter reaches each of the metrics, nearest to the first of them first. */
function nearAll({ near }: World, metrics: string[]): SemanticTable[] {
  const [first, ...others] = metrics.map((metric) => near.get(metric) ?? [])
  return (first ?? []).filter((table) => others.every((each) => each.includes(table)))
}

/** The tables whose rows a metric counts; of one that is combined, those of its parts. */
function factsOf(metric: string, catalogue: MetricCatalogue, held: World['held']): SemanticTable[] {
  const found = catalogue.metrics.get(metric)
  if (!found) return []
  const parts = componentsOf(found)
  const facts =
    parts.length > 0 ? parts.flatMap((part) => factsOf(part, catalogue, held)) : [held.get(found.from)].filter(isThere)
  return [...new Set(facts)]
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined
}

/** `cases.parquet`, or `dim_teams.parquet`: `cases`, `teams`. */
function stemOf(file: string): string {
  return file.replace(/^(fact|dim)_/, '').replace(/\.parquet$/, '')
}

/**
 * The table itself and the one sides of its relationships, step by step. One that is not active leads there where measures ask for it by name, and
 * are blank where they do not: those of the date table do in any case.
 */
function tablesAbove(
  model: SemanticModel,
  tables: ReadonlyMap<string, SemanticTable>,
  table: string,
  guarded: boolean,
): string[] {
  const found = [table]
  for (const name of found)
    for (const { from, to, active } of model.relationships)
      if (from.table === name && (active || guarded || tables.get(to.table)?.isDate) && !found.includes(to.table))
        found.push(to.table)
  return found
}
