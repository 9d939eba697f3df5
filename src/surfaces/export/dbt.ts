import { stringify } from 'yaml'
import { say } from '../../config/words.ts'
import type { MetricContext } from '../../metrics/context.ts'
import type { LeftOut } from '../../metrics/number-views.ts'
import type { WholeTable } from '../../metrics/whole-tables.ts'
import { quoteIdentifier } from '../../sql/sql.ts'
import { type DbtMetric, type DbtModel, dbtMetrics, dbtModels, placeOf } from './dbt-model.ts'
import { headOf } from './definition-notes.ts'
import { leftOutOf, portableMetrics, spelled } from './portable.ts'

/** `legacy`: semantic models of their own with measures, as dbt Core up to 1.11 reads them. */
export type DbtSpec = 'latest' | 'legacy'

/** A dbt package over the exported tables: sources, one model a table, a time spine, and the metrics for MetricFlow. */
export function dbtOf(
  tables: WholeTable[],
  masked: ReadonlySet<string>,
  context: MetricContext,
  spec: DbtSpec,
): { files: Record<string, string>; metrics: string[]; leftOut: LeftOut[] } {
  const { metrics: portable, leftOut } = portableMetrics(context, masked)
  const placed = portable.filter((each) => each.formula.kind === 'combined' || placeOf(each, portable) !== null)
  const timeless = portable
    .filter((each) => !placed.includes(each))
    .map(({ metric }) =>
      leftOutOf(metric, say(context.words, 'say.exports.why.no_day', { table: metric.from }), context),
    )
  const lost = [...timeless, ...leftOut]
  const models = dbtModels(tables, placed, masked, context)
  const metrics = dbtMetrics(placed, context)
  const { words, version } = context
  const head = headOf(
    [
      say(words, `say.exports.dbt.head.${spec}`),
      say(words, 'say.exports.semantic.of', { version: version.id, as_of: version.as_of ?? '–' }),
    ],
    lost,
    { leftOut: say(words, 'say.exports.semantic.left_out'), refused: say(words, 'say.exports.semantic.refused') },
  )
  const folder = 'models/rapport'
  const semantic = spec === 'legacy' ? legacyYaml(models, metrics) : latestYaml(models, metrics)
  return {
    files: {
      'dbt_project.yml': yaml({
        name: 'rapport',
        version: '1.0.0',
        'config-version': 2,
        profile: 'rapport',
        'model-paths': ['models'],
      }),
      [`${folder}/sources.yml`]: yaml(sourcesOf(models)),
      ...Object.fromEntries(models.map((model) => [`${folder}/${model.name}.sql`, modelSql(model)])),
      [`${folder}/${spine}.sql`]: spineSql(version.as_of),
      [`${folder}/semantic.yml`]: `${head}\n${yaml(semantic)}`,
    },
    metrics: placed.map(({ metric }) => metric.id),
    leftOut: lost,
  }
}

const yaml = (value: unknown): string => stringify(value, { lineWidth: 0 })

function sourcesOf(models: DbtModel[]) {
  const names = [...new Set(models.flatMap(({ table, joins }) => [table.name, ...joins.map((join) => join.table)]))]
  return { version: 2, sources: [{ name: 'rapport', schema: 'cx', tables: names.map((name) => ({ name })) }] }
}

function modelSql({ table, columns, linked, joins }: DbtModel): string {
  const own = columns.map(({ name, column }) => `  base.${sqlName(column.name)} AS ${name}`)
  const others = linked.map(({ name, alias, column }) => `  ${linkAlias(alias)}.${sqlName(column)} AS ${name}`)
  const from = joins.map(({ alias, table: to, on }) => {
    const left = spelled(
      on,
      (before, column) => `${before === table.name ? 'base' : linkAlias(before)}.${sqlName(column)}`,
    )
    return `\nLEFT JOIN ${sourceOf(to)} AS ${linkAlias(alias)} ON ${linkAlias(alias)}.id = ${left}`
  })
  return `SELECT\n${[...own, ...others].join(',\n')}\nFROM ${sourceOf(table.name)} AS base${from.join('')}\n`
}

const sourceOf = (table: string): string => `{{ source('rapport', '${table}') }}`
const linkAlias = (alias: string): string => `link_${alias}`
/** Quoted only where it must be: quoted names keep their case, which some warehouses write in capitals. */
const sqlName = (name: string): string => (quoted.has(name) ? quoteIdentifier(name) : name)
const quoted = new Set(['at', 'case', 'column', 'from', 'rows', 'to', 'value'])

const spine = 'rapport_time_spine'

/** Every day from 2000 until two years behind the now: MetricFlow joins metrics to it. */
function spineSql(asOf: string | null): string {
  const last = Number((asOf ?? '2030').slice(0, 4)) + 2
  const day = (year: number): string => `"CAST('${year}-01-01' AS DATE)"`
  return `SELECT CAST(date_day AS DATE) AS date_day\nFROM (\n  {{ dbt.date_spine("day", ${day(2000)}, ${day(last)}) }}\n) AS days\n`
}

const spineYaml = {
  name: spine,
  time_spine: { standard_granularity_column: 'date_day' },
  columns: [{ name: 'date_day', granularity: 'day' }],
}

function latestYaml(models: DbtModel[], metrics: DbtMetric[]) {
  const modelOf = new Map(
    metrics.flatMap((metric) => (metric.type === 'derived' ? [] : [[metric.name, metric.model] as const])),
  )
  // A metric over several models stands beside them, one over a single model in it.
  const homeOf = (metric: DbtMetric): string | null => {
    if (metric.type !== 'derived') return metric.model
    const homes = new Set(metric.inputs.map((name) => modelOf.get(name)))
    return homes.size === 1 ? ([...homes][0] ?? null) : null
  }
  const across = metrics.filter((metric) => homeOf(metric) === null)
  return {
    version: 2,
    models: [
      ...models.map((model) => ({
        name: model.name,
        description: model.description,
        semantic_model: { enabled: true, name: model.table.name },
        ...(model.day && { agg_time_dimension: model.day }),
        columns: [
          ...model.entities.map(({ name, type, column }) => ({ name: column, entity: { type, name } })),
          ...model.dimensions.map(({ name, type, label, description }) => ({
            name,
            ...(description && { description }),
            ...(type === 'time' && { granularity: 'day' }),
            dimension: { type, label },
          })),
        ],
        metrics: metrics.filter((metric) => homeOf(metric) === model.name).map((metric) => latestMetric(metric, model)),
      })),
      spineYaml,
    ],
    ...(across.length > 0 && { metrics: across.map((metric) => latestMetric(metric)) }),
  }
}

function latestMetric(metric: DbtMetric, model?: DbtModel) {
  const said = { name: metric.name, label: metric.label, description: metric.description }
  const config = Object.keys(metric.meta).length > 0 ? { config: { meta: metric.meta } } : {}
  if (metric.type === 'ratio')
    return { ...said, type: 'ratio', numerator: metric.numerator, denominator: metric.denominator, ...config }
  if (metric.type === 'derived')
    return {
      ...said,
      type: 'derived',
      expr: metric.expr,
      input_metrics: metric.inputs.map((name) => ({ name })),
      ...config,
    }
  const { agg, at, value } = metric.aggregate
  return {
    ...said,
    type: 'simple',
    agg,
    expr: value,
    ...(at !== undefined && { percentile: at, percentile_type: 'continuous' }),
    ...(metric.day !== model?.day && { agg_time_dimension: metric.day }),
    ...config,
  }
}

function legacyYaml(models: DbtModel[], metrics: DbtMetric[]) {
  const measures = metrics.filter((metric) => metric.type === 'simple')
  return {
    version: 2,
    models: [...models.map(({ name, description }) => ({ name, description })), spineYaml],
    semantic_models: models.map((model) => ({
      name: model.table.name,
      description: model.description,
      model: `ref('${model.name}')`,
      ...(model.day && { defaults: { agg_time_dimension: model.day } }),
      entities: model.entities.map(({ name, type, column }) => ({ name, type, expr: column })),
      dimensions: model.dimensions.map(({ name, type, label, description }) => ({
        name,
        type,
        label,
        ...(description && { description }),
        ...(type === 'time' && { type_params: { time_granularity: 'day' } }),
      })),
      measures: measures
        .filter((metric) => metric.model === model.name)
        .map(({ name, description, aggregate, day }) => ({
          name,
          description,
          agg: aggregate.agg,
          expr: aggregate.value,
          ...(aggregate.at !== undefined && {
            agg_params: { percentile: aggregate.at, use_discrete_percentile: false },
          }),
          ...(day !== model.day && { agg_time_dimension: day }),
        })),
    })),
    metrics: metrics.map(legacyMetric),
  }
}

function legacyMetric(metric: DbtMetric) {
  const said = { name: metric.name, label: metric.label, description: metric.description }
  const config = Object.keys(metric.meta).length > 0 ? { config: { meta: metric.meta } } : {}
  if (metric.type === 'simple') return { ...said, type: 'simple', type_params: { measure: metric.name }, ...config }
  if (metric.type === 'ratio')
    return {
      ...said,
      type: 'ratio',
      type_params: { numerator: metric.numerator, denominator: metric.denominator },
      ...config,
    }
  return {
    ...said,
    type: 'derived',
    type_params: { expr: metric.expr, metrics: metric.inputs.map((name) => ({ name })) },
    ...config,
  }
}
