import { labelOf, say } from '../../config/words.ts'
import type { MetricContext } from '../../metrics/context.ts'
import { capital, definitionOf } from '../../metrics/definition.ts'
import { columnWords, rowWords } from '../../metrics/model-words.ts'
import { fieldLabel, metricLabel } from '../../metrics/needs.ts'
import { defaultTime } from '../../metrics/parse-metrics.ts'
import { plainName } from '../../metrics/plain-name.ts'
import type { WholeTable } from '../../metrics/whole-tables.ts'
import type { Column, Table } from '../../model/model.ts'
import { columnNamed, tableNamed } from '../../model/tables.ts'
import { notesOf } from './definition-notes.ts'
import { type Aggregate, isReserved, type PortableMetric, spelled } from './portable.ts'

/** One dbt model: a table of what was exported, with what its metrics read through links beside its own columns. */
export interface DbtModel {
  /** `rapport_cases`. */
  name: string
  table: Table
  description: string
  /** Own columns that are selected, by their name in the model. */
  columns: { name: string; column: Column }[]
  /** Columns of linked rows, `customer_is_identified`. */
  linked: { name: string; alias: string; column: string }[]
  joins: { alias: string; table: string; on: string }[]
  entities: { name: string; type: 'primary' | 'foreign'; column: string }[]
  dimensions: { name: string; type: 'time' | 'categorical'; label: string; description: string }[]
  /** The day that places a row in time, where it has one. */
  day: string | null
}

/** A metric in the words of MetricFlow, before it is a version of its YAML. */
export type DbtMetric = { name: string; label: string; description: string; meta: Record<string, unknown> } & (
  | { type: 'simple'; model: string; aggregate: Aggregate; day: string }
  | { type: 'ratio'; model: string; numerator: string; denominator: string }
  | { type: 'derived'; expr: string; inputs: string[] }
)

const singular = (table: string): string => table.replace(/s$/, '')

/** Words of the model that are words of SQL get another ending; ids and links are keys. */
export function columnName(table: Table, name: string): string {
  if (name === 'id') return `${singular(table.name)}_key`
  if (table.columns.some((each) => each.name === name && each.refers)) return `${name}_key`
  return isReserved(name) ? `${name}_value` : name
}

const modelName = (table: string): string => `rapport_${table}`

/** The local day of a metric's time basis as a column of the model; null where none is kept. */
function dayOf({ from, time }: { from: string; time?: string }): string | null {
  const path = time?.split('.') ?? []
  const last = path.pop()
  if (last === undefined) return null
  const table = path.reduce((before, link) => columnNamed(before, link)?.refers ?? '', from)
  const column = columnNamed(table, last)
  if (!column || (column.type !== 'date' && !column.local)) return null
  return [...path, column.local ? `${last.replace(/_at$/, '')}_on` : last].join('_')
}

/** The day by which a table is placed in time where a metric does not say otherwise: its own, else that of a row which it belongs to. */
function homeDay(table: string, portable: PortableMetric[]): string | null {
  const own = dayOf({ from: table, time: defaultTime(table) })
  if (own !== null) return own
  const days = portable.filter(({ metric }) => metric.from === table).map(({ metric }) => dayOf(metric))
  return days.find((day) => day !== null) ?? null
}

/** By which day MetricFlow places a metric; null where there is none. */
export function placeOf({ metric }: PortableMetric, portable: PortableMetric[]): string | null {
  return dayOf(metric) ?? homeDay(metric.from, portable)
}

/** Tables with their keys, splits and days, and metrics over them. */
export function dbtModels(
  tables: WholeTable[],
  portable: PortableMetric[],
  masked: ReadonlySet<string>,
  context: MetricContext,
): DbtModel[] {
  const record = tables.map(({ table }) => table).filter(({ kind }) => kind === 'record')
  const known = new Set(record.map(({ name }) => name))
  return record.map((table) => {
    const own = portable.filter(({ metric }) => metric.from === table.name)
    const joins = joinsOf(own)
    const linked = linkedOf(own, joins)
    const columns = table.columns
      .filter(({ type }) => type !== 'json')
      .map((column) => ({ name: columnName(table, column.name), column }))
    return {
      name: modelName(table.name),
      table,
      description: say(context.words, 'say.exports.row', {
        label: capital(labelOf(context.words, `tables.${table.name}`, table.name)),
        row: rowWords(table, context.words),
      }),
      columns,
      linked,
      joins,
      entities: entitiesOf(table, known, context),
      dimensions: dimensionsOf(
        table,
        linked,
        masked,
        new Set([homeDay(table.name, portable), ...own.map((each) => placeOf(each, portable))]),
        context,
      ),
      day: homeDay(table.name, portable),
    }
  })
}

/** Links that the metrics of one table follow, and those to their days. */
function joinsOf(own: PortableMetric[]): DbtModel['joins'] {
  const found = new Map<string, DbtModel['joins'][number]>()
  for (const { metric, joins } of own) {
    for (const [alias, join] of joins) found.set(alias, { alias, ...join })
    const links = (metric.time ?? '').split('.').slice(0, -1)
    let table = metric.from
    for (const [index, link] of links.entries()) {
      const alias = links.slice(0, index + 1).join('_')
      const before = index === 0 ? metric.from : links.slice(0, index).join('_')
      const to = columnNamed(table, link)?.refers ?? ''
      if (!found.has(alias)) found.set(alias, { alias, table: to, on: `"${before}"."${link}"` })
      table = to
    }
  }
  return [...found.values()]
}

function linkedOf(own: PortableMetric[], joins: DbtModel['joins']): DbtModel['linked'] {
  const aliases = new Set(joins.map(({ alias }) => alias))
  const found = new Map<string, DbtModel['linked'][number]>()
  const add = (alias: string, column: string): string => {
    const name = `${alias}_${column}`
    if (aliases.has(alias)) found.set(name, { name, alias, column })
    return name
  }
  for (const { metric, formula } of own) {
    for (const { value } of aggregatesOf(formula)) spelled(value, add)
    const links = (metric.time ?? '').split('.').slice(0, -1)
    const day = dayOf(metric)
    const alias = links.join('_')
    if (links.length > 0 && day) add(alias, day.slice(alias.length + 1))
  }
  return [...found.values()]
}

function aggregatesOf(formula: PortableMetric['formula']): Aggregate[] {
  if (formula.kind === 'combined') return []
  if (formula.kind === 'ratio') return [formula.above, formula.below]
  return [formula.of, ...(formula.rows ? [formula.rows] : [])]
}

/** One key a table: a second link to the same table, or one to the table itself, is a column like others. */
function entitiesOf(table: Table, known: ReadonlySet<string>, { version }: MetricContext): DbtModel['entities'] {
  const entities: DbtModel['entities'] = [
    { name: columnName(table, 'id'), type: 'primary', column: columnName(table, 'id') },
  ]
  for (const { name, refers } of table.columns) {
    if (!refers || !known.has(refers) || !version.present.has(`${table.name}.${name}`)) continue
    const entity = `${singular(refers)}_key`
    if (!entities.some((each) => each.name === entity))
      entities.push({ name: entity, type: 'foreign', column: columnName(table, name) })
  }
  return entities
}

/** What splits, and every day by which rows are placed, also where none has one. */
function dimensionsOf(
  table: Table,
  linked: DbtModel['linked'],
  masked: ReadonlySet<string>,
  placing: ReadonlySet<string | null>,
  { version, words }: MetricContext,
): DbtModel['dimensions'] {
  const own = table.columns.flatMap((column) => {
    const path = `${table.name}.${column.name}`
    const holds = version.present.has(path) && !masked.has(path)
    const isDay = column.type === 'date'
    const splits = column.dimension && !column.refers && column.type !== 'json'
    if (!(isDay && (holds || placing.has(column.name))) && !(splits && holds)) return []
    return {
      name: columnName(table, column.name),
      type: isDay ? ('time' as const) : ('categorical' as const),
      label: capital(fieldLabel(path, words)),
      description: columnWords(table, column, words),
    }
  })
  const days = linked
    .filter(({ name }) => placing.has(name))
    .map(({ name }) => ({ name, type: 'time' as const, label: capital(name.replaceAll('_', ' ')), description: '' }))
  return [...own, ...days]
}

/** Metrics with what they are made of, in an order in which each stands behind its parts. */
export function dbtMetrics(portable: PortableMetric[], context: MetricContext): DbtMetric[] {
  const found = new Map<string, DbtMetric>()
  for (const each of portable) addMetric(each, found, { context, placeOf: (part) => placeOf(part, portable)! })
  return [...found.values()]
}

interface Placing {
  context: MetricContext
  placeOf: (portable: PortableMetric) => string
}

function addMetric(portable: PortableMetric, found: Map<string, DbtMetric>, placing: Placing): string {
  const { context } = placing
  const { metric, formula } = portable
  const { words, catalogue } = context
  const name = plainName(metric.id)
  const said = {
    name,
    label: metricLabel(metric, words, catalogue),
    description: definitionOf(metric, context),
    meta: { rapport: notesOf(metric, context) },
  }
  const model = modelName(metric.from)
  const simple = (suffix: string, aggregate: Aggregate, label: string): string => {
    const part = `${name}${suffix}`
    const value = spelled(aggregate.value, (alias, column) => spelledColumn(portable, alias, column))
    const parts = {
      name: part,
      label,
      description: suffix === '' ? said.description : label,
      meta: suffix === '' ? said.meta : {},
    }
    found.set(part, {
      type: 'simple',
      ...parts,
      model,
      aggregate: { ...aggregate, value },
      day: placing.placeOf(portable),
    })
    return part
  }
  if (formula.kind === 'aggregate') return simple('', formula.of, said.label)
  if (formula.kind === 'ratio') {
    const numerator = simple('_above', formula.above, `${said.label}: numerator`)
    const denominator = simple('_below', formula.below, `${said.label}: denominator`)
    found.set(name, { type: 'ratio', ...said, model, numerator, denominator })
    return name
  }
  const inputs = new Set<string>()
  const term = (part: PortableMetric): string => {
    const own = addMetric(part, found, placing)
    inputs.add(own)
    if (part.formula.kind !== 'aggregate' || !part.formula.rows) return own
    const rows = `${own}_rows`
    const value = spelled(part.formula.rows.value, (alias, column) => spelledColumn(part, alias, column))
    found.set(rows, {
      type: 'simple',
      name: rows,
      label: `${metricLabel(part.metric, words, catalogue)}: rows`,
      description: `${metricLabel(part.metric, words, catalogue)}: rows`,
      meta: {},
      model: modelName(part.metric.from),
      aggregate: { ...part.formula.rows, value },
      day: placing.placeOf(part),
    })
    inputs.add(rows)
    return `(CASE WHEN ${rows} = 0 THEN 0 ELSE ${own} END)`
  }
  const sum = [formula.plus.map(term).join(' + '), ...formula.minus.map(term)].join(' - ')
  const expr = formula.over
    ? `CAST(${sum} AS DOUBLE PRECISION) / NULLIF(${term(formula.over)}, 0)`
    : guarded(sum, formula)
  found.set(name, { type: 'derived', ...said, expr, inputs: [...inputs] })
  return name
}

/** Sums over no rows at all are no number. */
function guarded(sum: string, { plus, minus }: Extract<PortableMetric['formula'], { kind: 'combined' }>): string {
  const parts = [...plus, ...minus]
  if (!parts.every(({ formula }) => formula.kind === 'aggregate' && formula.rows)) return sum
  return `CASE WHEN ${parts.map(({ metric }) => `${plainName(metric.id)}_rows`).join(' + ')} > 0 THEN ${sum} END`
}

function spelledColumn({ metric, joins }: PortableMetric, alias: string, column: string): string {
  if (alias !== metric.from && joins.has(alias)) return `${alias}_${column}`
  return columnName(tableNamed(metric.from)!, column)
}
