import { stringify } from 'yaml'
import { labelOf, say } from '../../config/words.ts'
import type { MetricContext } from '../../metrics/context.ts'
import { capital, definitionOf } from '../../metrics/definition.ts'
import { columnWords, rowWords } from '../../metrics/model-words.ts'
import { fieldLabel, metricLabel, wordOf } from '../../metrics/needs.ts'
import type { LeftOut } from '../../metrics/number-views.ts'
import { plainName } from '../../metrics/plain-name.ts'
import type { WholeTable } from '../../metrics/whole-tables.ts'
import type { Column, ColumnType, Table } from '../../model/model.ts'
import { headOf, notesOf } from './definition-notes.ts'
import { aggregateSql, isReserved, leftOutOf, type PortableMetric, portableMetrics, spelled } from './portable.ts'

/** The specification still moves: its version is written here and nowhere else. */
const specification = '0.2.0.dev0'
const vendor = 'RAPPORT'

/** Metrics and tables as an Apache Ossie semantic model, in YAML. */
export function ossieOf(
  tables: WholeTable[],
  masked: ReadonlySet<string>,
  context: MetricContext,
): { text: string; metrics: string[]; leftOut: LeftOut[] } {
  const { metrics: portable, leftOut } = portableMetrics(context, masked)
  const linked = new Map(portable.map((each) => [each, wayOf(each)]))
  const metrics = portable.filter((each) => linked.get(each) === null)
  const lost = portable.flatMap((each) => {
    const table = linked.get(each)
    const why = say(context.words, 'say.exports.why.path', { table })
    return table ? leftOutOf(each.metric, why, context) : []
  })
  const all = [...lost, ...leftOut]
  const record = tables.map(({ table }) => table).filter(({ kind }) => kind === 'record')
  const model = {
    version: specification,
    semantic_model: [
      {
        name: 'rapport',
        description: say(context.words, 'say.exports.model', { version: context.version.id }),
        datasets: record.map((table) => datasetOf(table, masked, context)),
        relationships: relationshipsOf(record),
        metrics: metrics.map((each) => metricOf(each, context)),
        custom_extensions: [
          extension({
            version: context.version.id,
            as_of: context.version.as_of,
            zone: context.version.zone,
            not_carried: all.map(({ metric, why }) => ({ metric, why })),
          }),
        ],
      },
    ],
  }
  const { words, version } = context
  const head = headOf(
    [
      say(words, 'say.exports.ossie.head', { specification }),
      say(words, 'say.exports.semantic.of', { version: version.id, as_of: version.as_of ?? '–' }),
    ],
    all,
    { leftOut: say(words, 'say.exports.semantic.left_out'), refused: say(words, 'say.exports.semantic.refused') },
  )
  return {
    text: `${head}\n${stringify(model, { lineWidth: 0 })}`,
    metrics: metrics.map(({ metric }) => metric.id),
    leftOut: all,
  }
}

/** A table that is read by more than one link, or over another: the format knows tables, and not by which link they are meant. Null where there is none. */
function wayOf({ metric, joins }: PortableMetric): string | null {
  const tables = [metric.from]
  for (const { table, on } of joins.values()) {
    if (tables.includes(table) || !on.startsWith(`"${metric.from}".`)) return table
    tables.push(table)
  }
  return null
}

const extension = (data: Record<string, unknown>) => ({ vendor_name: vendor, data: JSON.stringify(data) })

const ansiSql = (expression: string) => ({ dialects: [{ dialect: 'ANSI_SQL', expression }] })

const named = (column: string): string => (isReserved(column) ? `"${column}"` : column)

function datasetOf(table: Table, masked: ReadonlySet<string>, context: MetricContext) {
  return {
    name: table.name,
    source: `cx.${table.name}`,
    primary_key: ['id'],
    description: say(context.words, 'say.exports.row', {
      label: labelOf(context.words, `tables.${table.name}`, table.name),
      row: rowWords(table, context.words),
    }),
    fields: table.columns.map((column) => fieldOf(table, column, masked, context)),
  }
}

const datatypes: Record<ColumnType, string> = {
  text: 'String',
  integer: 'Integer',
  number: 'Float',
  money: 'Float',
  boolean: 'Boolean',
  timestamp: 'DateTime',
  date: 'Date',
  seconds: 'Integer',
  json: 'String',
}

function fieldOf(table: Table, column: Column, masked: ReadonlySet<string>, { words }: MetricContext) {
  const path = `${table.name}.${column.name}`
  const facts = {
    ...(column.sensitivity !== 'none' && { sensitivity: column.sensitivity }),
    ...(masked.has(path) && { masked: true }),
    ...(column.vocabulary && { vocabulary: column.vocabulary }),
    ...(column.type === 'timestamp' && { zone: 'UTC' }),
  }
  return {
    name: column.name,
    expression: ansiSql(named(column.name)),
    ...(column.dimension && { dimension: { is_time: false } }),
    label: capital(fieldLabel(path, words)),
    description: columnWords(table, column, words),
    datatype: datatypes[column.type],
    ...(Object.keys(facts).length > 0 && { custom_extensions: [extension(facts)] }),
  }
}

function relationshipsOf(tables: Table[]) {
  const known = new Set(tables.map(({ name }) => name))
  return tables.flatMap((table) =>
    table.columns
      .filter(({ refers }) => refers !== undefined && known.has(refers))
      .map(({ name, refers }) => ({
        name: `${table.name}_${name}`,
        from: table.name,
        to: refers!,
        from_columns: [name],
        to_columns: ['id'],
      })),
  )
}

function metricOf(portable: PortableMetric, context: MetricContext) {
  const { metric } = portable
  const { words, catalogue } = context
  const note = wordOf(metric, 'note', words)
  return {
    name: plainName(metric.id),
    expression: ansiSql(expressionOf(portable)),
    description: definitionOf(metric, context),
    datatype: metric.unit === 'count' ? 'Integer' : 'Float',
    ai_context: {
      ...(note && { instructions: note }),
      synonyms: [metricLabel(metric, words, catalogue)],
      examples: [wordOf(metric, 'question', words) || metric.question],
    },
    custom_extensions: [extension(notesOf(metric, context))],
  }
}

/** Standard SQL over `table.column`: which rows are joined is the reader's business, by the relationships. */
export function expressionOf({ metric, formula, joins }: PortableMetric): string {
  const spell = (text: string): string => spelled(text, (alias, column) => nameOf(metric.from, joins, alias, column))
  switch (formula.kind) {
    case 'aggregate':
      return spell(aggregateSql(formula.of))
    case 'ratio':
      return `CAST(${spell(aggregateSql(formula.above))} AS DOUBLE PRECISION) / NULLIF(${spell(aggregateSql(formula.below))}, 0)`
    case 'combined': {
      const { plus, minus, over } = formula
      const sum = [plus.map(termOf).join(' + '), ...minus.map(termOf)].join(' - ')
      if (over) return `CAST(${sum} AS DOUBLE PRECISION) / NULLIF(${termOf(over)}, 0)`
      const rows = [...plus, ...minus].map(rowsOf)
      return rows.includes(null) ? sum : `CASE WHEN ${rows.join(' + ')} > 0 THEN ${sum} END`
    }
  }
}

/** How many rows a sum is over; null for what is no sum. */
function rowsOf({ metric, formula, joins }: PortableMetric): string | null {
  if (formula.kind !== 'aggregate' || !formula.rows) return null
  return spelled(aggregateSql(formula.rows), (alias, column) => nameOf(metric.from, joins, alias, column))
}

/** A sum over no rows adds nothing; a sum of what is not known is not known. */
function termOf(portable: PortableMetric): string {
  const text = expressionOf(portable)
  const rows = rowsOf(portable)
  return rows === null ? `(${text})` : `(CASE WHEN ${rows} = 0 THEN 0 ELSE ${text} END)`
}

function nameOf(from: string, joins: PortableMetric['joins'], alias: string, column: string): string {
  return `${alias === from ? from : joins.get(alias)!.table}.${named(column)}`
}
