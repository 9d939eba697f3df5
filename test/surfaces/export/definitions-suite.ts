import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { MetricContext } from '../../../src/metrics/context.ts'
import type { LeftOut } from '../../../src/metrics/number-views.ts'
import { maskedColumns, type WholeTable, wholeTables } from '../../../src/metrics/whole-tables.ts'
import { dbtOf } from '../../../src/surfaces/export/dbt.ts'
import { ossieOf } from '../../../src/surfaces/export/ossie.ts'
import { type Ask, asking, differing, type HandedOut, valuesOf } from './handed-out.ts'

/** Published schemas, where they were put beside the repository. */
const schemas = join(import.meta.dirname, '../../../../shared/formats/schemas')

function schemaOf(path: string): Record<string, unknown> | null {
  const file = join(schemas, path)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

interface Ossie {
  semantic_model: {
    datasets: { name: string; source: string; fields: { name: string }[] }[]
    relationships: { from: string; to: string; from_columns: string[] }[]
    metrics: {
      name: string
      expression: { dialects: { expression: string }[] }
      custom_extensions: { data: string }[]
    }[]
    custom_extensions: { data: string }[]
  }[]
}

interface Said {
  name: string
  type: 'simple' | 'ratio' | 'derived'
  agg?: string
  expr?: string
  percentile?: number
  numerator?: string
  denominator?: string
  agg_time_dimension?: string
  config?: { meta: { rapport?: { id: string } } }
}

interface Latest {
  models: {
    name: string
    semantic_model?: { name: string }
    agg_time_dimension?: string
    columns: { name: string; granularity?: string; entity?: { name: string }; dimension?: { type: string } }[]
    metrics?: Said[]
  }[]
  metrics?: Said[]
}

interface Legacy {
  semantic_models: {
    name: string
    model: string
    measures: { name: string; agg: string; expr: string; agg_params?: { percentile: number } }[]
  }[]
  metrics: {
    name: string
    type: 'simple' | 'ratio' | 'derived'
    type_params: { measure?: string; numerator?: string; denominator?: string; expr?: string }
    config?: { meta: { rapport?: { id: string } } }
  }[]
}

const semantic = 'models/rapport/semantic.yml'

/** Every definition that leaves the house is run over the tables that leave it, and gives the number of `rapport query`. */
export function definitionsSuite(give: () => { given: HandedOut; model: string }): void {
  let context: MetricContext
  let tables: WholeTable[]
  let masked: ReadonlySet<string>

  beforeAll(async () => {
    context = await give().given.context()
    tables = await wholeTables(context)
    masked = maskedColumns(context)
  })

  /** Written or left out with a reason: no metric of the catalogue is silent. */
  function complete(metrics: string[], leftOut: LeftOut[], text: string): void {
    expect([...metrics, ...leftOut.map(({ metric }) => metric)].sort()).toEqual(
      [...context.catalogue.metrics.keys()].sort(),
    )
    expect(leftOut.filter(({ why }) => why.length < 20 || why.startsWith('say.'))).toEqual([])
    const head = text.split('\n').filter((line) => line.startsWith('#'))
    for (const { metric, why } of leftOut) expect(head).toContain(`#   ${metric}: ${why}`)
  }

  test('Ossie: each expression gives the number of `rapport query` over the exported tables', async () => {
    const { text, metrics, leftOut } = ossieOf(tables, masked, context)
    complete(metrics, leftOut, text)
    const [{ datasets, relationships, metrics: written }] = (parse(text) as Ossie).semantic_model as [
      Ossie['semantic_model'][0],
    ]
    const names = new Set(datasets.map(({ name }) => name))
    const found = new Map<string, unknown>()
    await asking(give().model, async (ask) => {
      for (const { expression, custom_extensions } of written) {
        const { id, from } = JSON.parse(custom_extensions[0]!.data)
        const sql = expression.dialects[0]!.expression
        const bare = sql.replace(/'(?:[^']|'')*'/g, '')
        const read = new Set([...bare.matchAll(/\b(\w+)\./g)].flatMap(([, name]) => (names.has(name!) ? [name!] : [])))
        const joins = [...read]
          .filter((name) => name !== from)
          .map((name) => {
            const way = relationships.filter((each) => each.from === from && each.to === name)
            expect([id, way.length]).toEqual([id, 1])
            return ` LEFT JOIN cx.${name} AS ${name} ON ${name}.id = ${from}."${way[0]!.from_columns[0]}"`
          })
        found.set(id, (await ask(`SELECT ${sql} AS value FROM cx.${from} AS ${from}${joins.join('')}`))[0]?.value)
      }
    })
    expect([...found.keys()]).toEqual(metrics)
    expect(differing(await valuesOf(metrics, context), found)).toEqual([])
  })

  /** The models as their SQL says, with the sources where they were exported. */
  async function makeModels(files: Record<string, string>, ask: Ask): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const name = /models\/rapport\/(rapport_\w+)\.sql$/.exec(path)?.[1]
      if (!name || name === 'rapport_time_spine') continue
      const sql = text.replace(/\{\{ source\('rapport', '(\w+)'\) \}\}/g, 'given.cx.$1')
      await ask(`CREATE VIEW memory.main.${name} AS ${sql}`)
    }
  }

  /** What MetricFlow makes of an aggregate. */
  function aggregate(agg: string, expr: string, at?: number): string {
    const forms: Record<string, string> = {
      count: `COUNT(${expr})`,
      count_distinct: `COUNT(DISTINCT ${expr})`,
      sum: `SUM(${expr})`,
      average: `AVG(${expr})`,
      percentile: `PERCENTILE_CONT(${at}) WITHIN GROUP (ORDER BY ${expr})`,
    }
    return forms[agg] ?? `unknown aggregate ${agg}`
  }

  interface Part {
    type: 'simple' | 'ratio' | 'derived'
    model?: string
    sql?: string
    numerator?: string
    denominator?: string
    expr?: string
  }

  /** Metrics by id, computed from their parts as MetricFlow does. */
  async function computed(parts: Map<string, Part>, ids: Map<string, string>, ask: Ask): Promise<Map<string, unknown>> {
    const simple = new Map<string, unknown>()
    for (const [name, { type, model, sql }] of parts)
      if (type === 'simple') simple.set(name, (await ask(`SELECT ${sql} AS value FROM memory.main.${model}`))[0]?.value)
    const found = new Map<string, unknown>()
    for (const [name, id] of ids) {
      const part = parts.get(name)!
      if (part.type === 'simple') found.set(id, simple.get(name))
      else if (part.type === 'ratio') {
        const [above, below] = [simple.get(part.numerator!), simple.get(part.denominator!)].map(Number)
        found.set(id, below! > 0 ? above! / below! : null)
      } else {
        const columns = [...simple].map(
          ([each, value]) => `${value === null ? 'NULL' : `'${value}'::DOUBLE`} AS ${each}`,
        )
        found.set(id, (await ask(`SELECT ${part.expr} AS value FROM (SELECT ${columns.join(', ')})`))[0]?.value)
      }
    }
    return found
  }

  test('dbt: models and metrics give the numbers of `rapport query`, and name only what is there', async () => {
    const { files, metrics, leftOut } = dbtOf(tables, masked, context, 'latest')
    complete(metrics, leftOut, files[semantic]!)
    const { models, metrics: across = [] } = parse(files[semantic]!) as Latest
    const parts = new Map<string, Part>()
    const ids = new Map<string, string>()
    for (const { name: model, metrics: own = [], columns, agg_time_dimension: day } of [
      ...models,
      { name: '', columns: [], agg_time_dimension: undefined, metrics: across },
    ]) {
      const days = new Set(columns.flatMap((column) => (column.granularity === 'day' ? [column.name] : [])))
      const elements = columns.flatMap(({ name, entity }) => entity?.name ?? name)
      expect(new Set(elements).size).toBe(elements.length)
      if (day) expect(days).toContain(day)
      for (const { name, type, agg, expr, percentile, numerator, denominator, agg_time_dimension, config } of own) {
        expect(name).toMatch(/^(?!.*__)[a-z][a-z0-9_]*[a-z0-9]$/)
        expect(elements).not.toContain(name)
        expect([name, parts.has(name)]).toEqual([name, false])
        if (agg_time_dimension ?? (type === 'simple' && day)) expect(days).toContain(agg_time_dimension ?? day)
        else if (type === 'simple') expect.fail(`${name} has no day.`)
        parts.set(name, { type, model, sql: agg && aggregate(agg, expr!, percentile), numerator, denominator, expr })
        if (config?.meta.rapport) ids.set(name, config.meta.rapport.id)
      }
    }
    expect([...ids.values()].sort()).toEqual([...metrics].sort())
    await asking(give().model, async (ask) => {
      await makeModels(files, ask)
      for (const { name, columns, semantic_model } of models)
        if (semantic_model) {
          const there = (await ask(`SELECT column_name FROM (DESCRIBE FROM memory.main.${name})`)).map(
            (each) => each.column_name,
          )
          for (const column of columns) expect(there).toContain(column.name)
        }
      expect(differing(await valuesOf(metrics, context), await computed(parts, ids, ask))).toEqual([])
    })
  })

  test('dbt up to 1.11: measures give the same numbers', async () => {
    const { files, metrics } = dbtOf(tables, masked, context, 'legacy')
    const { semantic_models, metrics: written } = parse(files[semantic]!) as Legacy
    const parts = new Map<string, Part>()
    for (const { model, measures } of semantic_models)
      for (const { name, agg, expr, agg_params } of measures)
        parts.set(name, {
          type: 'simple',
          model: /ref\('(\w+)'\)/.exec(model)![1],
          sql: aggregate(agg, expr, agg_params?.percentile),
        })
    const ids = new Map<string, string>()
    for (const { name, type, type_params, config } of written) {
      if (type !== 'simple') parts.set(name, { type, ...type_params })
      if (config?.meta.rapport) ids.set(name, config.meta.rapport.id)
    }
    await asking(give().model, async (ask) => {
      await makeModels(files, ask)
      expect(differing(await valuesOf(metrics, context), await computed(parts, ids, ask))).toEqual([])
    })
  })
}

/** The files are what the published schemas say. */
export function schemasSuite(give: () => { given: HandedOut; model: string }): void {
  const parts = async (): Promise<[WholeTable[], ReadonlySet<string>, MetricContext]> => {
    const context = await give().given.context()
    return [await wholeTables(context), maskedColumns(context), context]
  }

  test('Ossie: the file is valid against the published schema', async ({ skip }) => {
    const schema = schemaOf('ossie/osi-schema-0.2.0.dev0.json')
    if (!schema) skip(`The schema of Apache Ossie is not at ${schemas}: the file was not validated against it.`)
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema!)
    validate(parse(ossieOf(...(await parts())).text))
    expect(validate.errors).toBeNull()
  })

  test('dbt up to 1.11: semantic models and metrics are valid against the published schema', async ({ skip }) => {
    const schema = schemaOf('dbt/default_explicit_schema.json')
    if (!schema) skip(`The schema of dbt's semantic layer is not at ${schemas}: the file was not validated against it.`)
    const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false })
    // Its parts have names of their own, from which they would not find each other.
    const text = JSON.stringify(schema).replaceAll(/"\$id":"[^"]*",?/g, '')
    ajv.addSchema({ ...JSON.parse(text), $id: 'dbt' })
    const ofModel = ajv.compile({ $ref: 'dbt#/definitions/semantic_model_schema' })
    const ofMetric = ajv.compile({ $ref: 'dbt#/definitions/metric_schema' })
    const { semantic_models, metrics } = parse(dbtOf(...(await parts()), 'legacy').files[semantic]!) as Legacy
    // The schema is of what dbt makes of a project: there, `ref()` has become a relation.
    for (const { model, ...own } of semantic_models) {
      ofModel({ ...own, node_relation: { alias: model, schema_name: 'main' } })
      expect([own.name, ofModel.errors]).toEqual([own.name, null])
    }
    for (const metric of metrics) {
      ofMetric(metric)
      expect([metric.name, ofMetric.errors]).toEqual([metric.name, null])
    }
  })
}
