import type { Grain } from '../../calendar.ts'
import type { MetricCatalogue } from '../../metrics/context.ts'
import { componentsOf } from '../../metrics/metric.ts'
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
  measures: ReadonlyMap<string, Field>
  tables: ReadonlyMap<string, SemanticTable>
  /** Name of the table that holds the rows of a table of the unified model: its file says it, whatever a reader calls it. */
  held: ReadonlyMap<string, string>
  /** Of each table, itself and those from which a filter comes down to it, the nearest first. */
  above: ReadonlyMap<string, string[]>
}

export function worldOf(model: SemanticModel, catalogue: MetricCatalogue): World {
  const tables = new Map(model.tables.map((table) => [table.name, table]))
  const measures = new Map<string, Field>()
  for (const { name: table, measures: own } of model.tables)
    for (const { metric, name } of own) measures.set(metric, { kind: 'measure', table, name })
  const held = new Map(model.tables.flatMap(({ name, file }) => (file ? [[stemOf(file), name] as const] : [])))
  const above = new Map(model.tables.map(({ name }) => [name, tablesAbove(model, tables, name)]))
  return { model, catalogue, measures, tables, held, above }
}

export function measureOf({ measures }: World, metric: string): Field | undefined {
  return measures.get(metric)
}

/** Of a mean or a share, how many rows it is of: itself where it is a count. */
export function countOf(world: World, metric: string): Field | undefined {
  if (world.catalogue.metrics.get(metric)?.unit === 'count') return measureOf(world, metric)
  const parts = ['n', 'count', 'rows', 'denominator']
  return parts.map((part) => measureOf(world, `${metric}#${part}`)).find((each) => each !== undefined)
}

/**
 * The column by which all of these metrics can be split: one on a table from which a filter reaches each of them. A column from elsewhere would
 * repeat the total beside each value, so there is none then.
 */
export function columnOf(world: World, dimension: string, metrics: string[]): Field | undefined {
  const found = world.catalogue.dimensions.get(dimension)
  const near = nearTables(world, metrics)
  const named = found?.named && near.find(({ name }) => name === world.held.get(found.named?.table ?? ''))
  const label = named?.columns.find((each) => !each.hidden && each.source === found?.named?.column)
  if (named && label) return fieldOf(named, label)
  for (const table of near)
    for (const source of [dimension, ...(found?.column ? [found.column] : [])]) {
      const column = table.columns.find((each) => !each.hidden && each.source === source)
      if (column) return fieldOf(table, column)
    }
  return undefined
}

/** How columns of the date table that hold the first day, or the name, of a period may be called; each of them is only right with its year. */
const periodSources: Record<Exclude<Grain, 'day'>, string[]> = {
  week: ['week_start', 'week'],
  month: ['month_start', 'year_month', 'month'],
  quarter: ['quarter_start', 'year_quarter', 'quarter'],
  year: ['year_start', 'year'],
}

/** The column of the date table that holds the periods of a grain, where a date reaches all of these metrics. */
export function periodOf(world: World, grain: Grain, metrics: string[]): Field | undefined {
  const table = nearTables(world, metrics).find((each) => each.isDate)
  if (!table) return undefined
  if (grain === 'day') return dayIn(table)
  for (const source of periodSources[grain]) {
    // A whole number is the month of any year; only years are told by one.
    const column = table.columns.find(
      (each) => !each.hidden && each.source === source && (grain === 'year' || each.type !== 'int64'),
    )
    if (column) return fieldOf(table, column)
  }
  return undefined
}

/** Every day once: what the date range is of. */
export function dayOf({ model }: World): Field | undefined {
  const table = model.tables.find((each) => each.isDate)
  return table && dayIn(table)
}

/** Does a filter on this column reach every part of the metric? */
export function reaches(world: World, column: Field, metric: string): boolean {
  return factsOf(world, metric).every((fact) => world.above.get(fact)?.includes(column.table))
}

function dayIn(table: SemanticTable): Field | undefined {
  const day = table.columns.find((each) => each.key) ?? table.columns.find((each) => each.type === 'date')
  return day && fieldOf(table, day)
}

function fieldOf(table: SemanticTable, column: SemanticColumn): Field {
  return { kind: 'column', table: table.name, name: column.name }
}

/** Tables from which a filter reaches each of the metrics, nearest to the first of them first. */
function nearTables(world: World, metrics: string[]): SemanticTable[] {
  const facts = [...new Set(metrics.flatMap((metric) => factsOf(world, metric)))]
  const [first, ...others] = facts.map((fact) => world.above.get(fact) ?? [])
  const names = (first ?? []).filter((name) => others.every((each) => each.includes(name)))
  return names.flatMap((name) => world.tables.get(name) ?? [])
}

/** The tables whose rows a metric counts; of one that is combined, those of its parts. */
function factsOf(world: World, metric: string): string[] {
  const found = world.catalogue.metrics.get(metric)
  const parts = found ? componentsOf(found) : []
  if (parts.length > 0) return parts.flatMap((part) => (part === metric ? [] : factsOf(world, part)))
  const table = found && world.held.get(found.from)
  if (table) return [table]
  const home = world.tables.get(world.measures.get(metric)?.table ?? '')
  return home?.file ? [home.name] : []
}

/** `cases.parquet`, or `fact_cases.parquet`: `cases`. */
function stemOf(file: string): string {
  return file.replace(/^(fact|dim)_/, '').replace(/\.parquet$/, '')
}

/**
 * The one sides of a table's relationships, step by step. A date table counts whichever relationship leads there: measures ask for the one that
 * they mean by name.
 */
function tablesAbove(model: SemanticModel, tables: World['tables'], table: string): string[] {
  const found = [table]
  for (const name of found)
    for (const { from, to, active } of model.relationships)
      if (from.table === name && (active || tables.get(to.table)?.isDate) && !found.includes(to.table))
        found.push(to.table)
  return found
}
