import { labelOf, say } from '../../config/words.ts'
import type { MetricContext } from '../../metrics/context.ts'
import type { Dimension } from '../../metrics/dimension.ts'
import { dimensionLabel } from '../../metrics/needs.ts'
import { isMasked } from '../../metrics/plan.ts'
import { columnsOnPath, reachOf, readsPseudo } from '../../metrics/reach.ts'
import { compileIn, fromSql, type Scope, scopeOf, tableSql } from '../../metrics/scope.ts'
import { columnsIn, type Expression } from '../../sql/expression.ts'
import { operate } from '../../sql/ops.ts'
import { ident, join, quoteIdentifier, raw, type Sql, sql } from '../../sql/sql.ts'
import type { Fact } from './fact.ts'
import { namesOf } from './names.ts'
import type { SemanticColumn, SemanticTable } from './semantic-model.ts'
import { mapKeys, mapValues, type ValueMap } from './value-map.ts'

/** A table that measures are split by, and where the rows of facts have its key. */
export interface Shared {
  id: string
  table: SemanticTable
  select: Sql
  map: ValueMap
  uses: Use[]
  /** The dimension that it stands for and nothing else. */
  dimension?: Dimension
  /** Id of the dimension whose values are its rows: `channel`, `team`. */
  rows?: string
  release: () => Promise<void>
}

export interface Use {
  fact: Fact
  /** Set where the value depends on which moment of the row is asked about. */
  time?: string
  /** Column of the fact's file. */
  source: string
  /** Its value, and the join that finds it. */
  sql: string
  join: Sql
}

/** A dimension seen from a fact. */
interface Seen {
  fact: Fact
  expression: Expression
  time?: string
  /** The links that lead to it, as a path. */
  path: string
}

/** People and things with a table of their own, whose properties stand beside their key. */
const entities = ['customers', 'accounts', 'agents', 'teams', 'products']

interface Entity {
  table: string
  /** Where people are named by a dimension: `agent`. */
  dimension?: Dimension
  seen: Seen[]
  attributes: Dimension[]
}

/** Everything that the facts can be split by, one table each: a star. `times` are the time bases of each fact. */
export async function readShared(
  facts: Fact[],
  times: ReadonlyMap<Fact, string[]>,
  name: (wanted: string, otherwise?: string) => string,
  context: MetricContext,
): Promise<Shared[]> {
  const all = [...context.catalogue.dimensions.values()].filter(({ ofDays }) => !ofDays)
  const found = entities.map((table) => entityOf(table, facts, all, context)).filter(({ seen }) => seen.length > 0)
  const placed = new Set(
    found.flatMap(({ attributes, dimension }) => [...attributes, ...(dimension ? [dimension] : [])]),
  )
  const shared: Shared[] = []
  for (const entity of found)
    if (entity.dimension || entity.attributes.length > 0) push(shared, await entityTable(entity, name, context))
  for (const dimension of all) {
    if (placed.has(dimension) || dimension.named) continue
    const seen = dimension.table === '*' ? seenByHour(dimension, facts, times) : seenFrom(dimension, facts, context)
    if (seen.length > 0) push(shared, await valueTable(dimension, seen, name, context))
  }
  return shared
}

function push(shared: Shared[], one: Shared | null): void {
  if (one) shared.push(one)
}

function entityOf(table: string, facts: Fact[], all: Dimension[], context: MetricContext): Entity {
  const dimension = all.find(({ named }) => named?.table === table)
  const seen = seenFrom(dimension ?? standIn(table), facts, context)
  const attributes =
    dimension || seen.length > 0 ? all.filter((each) => isAttribute(each, table, seen, facts, context)) : []
  return { table, dimension, seen, attributes }
}

/** Who a row leads to, where no dimension of the catalogue says so. */
function standIn(table: string): Dimension {
  return {
    id: table,
    label: table,
    table,
    expression: { kind: 'column', path: ['id'], at: 0 },
    type: 'text',
    ordered: false,
    sensitivity: 'none',
    defined_at: '',
  }
}

function seenFrom(dimension: Dimension, facts: Fact[], context: MetricContext): Seen[] {
  const { present } = context.version
  return facts.flatMap((fact) => {
    const reach = reachOf(fact.table, dimension, present)
    if (!reach?.reads.every((column) => column.endsWith('.id') || present.has(column))) return []
    const { expression, links } = reach
    const isId = expression.kind === 'column' && expression.path.at(-1) === 'id' && links.length > 0
    const seen: Expression = isId ? { kind: 'column', path: links, at: 0 } : expression
    const path = dimension.named && seen.kind === 'column' ? seen.path : links
    return [{ fact, expression: seen, path: path.join('.') }]
  })
}

/** Is it a property of the thing alone, from wherever it is seen? What some facts have nearer than that stands apart. */
function isAttribute(dimension: Dimension, table: string, of: Seen[], facts: Fact[], context: MetricContext): boolean {
  if (dimension.table === '*' || dimension.named) return false
  if (!columnsIn(dimension.expression).every((path) => path.length === 1)) return false
  const seen = seenFrom(dimension, facts, context)
  return (
    seen.length > 0 &&
    seen.every(({ fact, path }) => {
      const own = of.find((each) => each.fact === fact)
      const reach = reachOf(fact.table, dimension, context.version.present)
      return own !== undefined && reach?.table === table && own.path === path
    })
  )
}

/** What reads the hour of the moment that places a row in time: one key for each such moment. Days are the date table's. */
function seenByHour(dimension: Dimension, facts: Fact[], times: ReadonlyMap<Fact, string[]>): Seen[] {
  if (!readsPseudo(dimension.expression, 'local_hour')) return []
  return facts.flatMap((fact) =>
    (times.get(fact) ?? [])
      .filter((time) => columnsOnPath(fact.table, time.split('.'))?.at(-1)?.column.type === 'timestamp')
      .map((time) => ({ fact, expression: dimension.expression, time, path: '' })),
  )
}

function valueSql(dimension: Dimension, expression: Expression, scope: Scope, context: MetricContext): string {
  const compiled = compileIn(scope, expression)
  const shown = isMasked(dimension, context) ? operate(scope.dialect, 'mask_contacts', compiled) : compiled
  return operate(scope.dialect, 'to_text', shown)
}

/** Values of a dimension in all facts, as a column `v`. */
function valuesIn(dimension: Dimension, seen: Seen[], context: MetricContext): Sql {
  const parts = seen.map(({ fact, expression, time }) => {
    const scope = scopeOf({ ...fact.scope, time })
    const value = valueSql(dimension, expression, scope, context)
    return sql`SELECT DISTINCT ${raw(value)} AS v FROM ${raw(fromSql(scope))}`
  })
  return join(parts, '\nUNION ALL\n')
}

function useOf(
  id: string,
  dimension: Dimension,
  map: ValueMap,
  seen: Seen,
  index: number,
  context: MetricContext,
): Use {
  const { fact, expression, time } = seen
  const value = valueSql(dimension, expression, time ? { ...fact.scope, time } : fact.scope, context)
  const alias = raw(quoteIdentifier(`key ${id} ${index}`))
  const join = sql`\nLEFT JOIN ${map.held.table} AS ${alias} ON ${alias}.v IS NOT DISTINCT FROM ${raw(value)}`
  const source = time ? `${id}_of_${time.replaceAll('.', '_')}_key` : `${id}_key`
  return { fact, ...(time && { time }), source, sql: `${quoteIdentifier(`key ${id} ${index}`)}.k`, join }
}

const keyColumn = (): SemanticColumn => ({ name: 'key', source: 'key', type: 'int64', key: true, hidden: true })

async function valueTable(
  dimension: Dimension,
  seen: Seen[],
  name: (wanted: string, otherwise?: string) => string,
  context: MetricContext,
): Promise<Shared | null> {
  const map = await mapValues(valuesIn(dimension, seen, context), dimension, context)
  if (!map) return null
  const label = dimensionLabel(dimension, context.words)
  const id = fileName(dimension.id)
  const own = namesOf()
  const key = { ...keyColumn(), name: own('key') }
  return {
    id,
    dimension,
    rows: dimension.id,
    map,
    uses: seen.map((each, index) => useOf(id, dimension, map, each, index, context)),
    select: sql`SELECT k AS "key", label AS ${ident(id)} FROM ${map.held.table} ORDER BY k`,
    table: {
      name: name(label, dimension.id),
      file: `dim_${id}.parquet`,
      description: say(context.words, 'say.powerbi.dimension', { label }),
      columns: [key, { name: own(label), source: id, type: 'string', sortBy: 'key', dimension: dimension.id }],
      hierarchies: [],
      measures: [],
    },
    release: () => map.held.release(),
  }
}

async function entityTable(
  entity: Entity,
  name: (wanted: string, otherwise?: string) => string,
  context: MetricContext,
): Promise<Shared | null> {
  const { words, store, version } = context
  const dimension = entity.dimension ?? standIn(entity.table)
  const values = valuesIn(dimension, entity.seen, context)
  const map = entity.dimension ? await mapValues(values, dimension, context) : await mapKeys(values, context)
  if (!map) return null
  const id = entity.table.replace(/s$/, '')
  const label = entity.dimension
    ? dimensionLabel(dimension, words)
    : labelOf(words, `say.powerbi.table.${entity.table}`, entity.table)
  const scope = scopeOf({
    dialect: store.dialect,
    from: entity.table,
    asOf: entity.seen[0]!.fact.scope.asOf,
    zone: version.zone,
  })
  const own = namesOf()
  const columns: SemanticColumn[] = [{ ...keyColumn(), name: own('key') }]
  const selected = ['m.k AS "key"']
  if (entity.dimension) {
    columns.push({ name: own(label), source: id, type: 'string', sortBy: 'key', dimension: dimension.id })
    selected.push(`m.label AS ${quoteIdentifier(dimension.id)}`)
  }
  const joins: Sql[] = []
  const release = [() => map.held.release()]
  for (const attribute of entity.attributes) {
    const read = await attributeOf(attribute, entity, map, scope, context)
    if (!read) continue
    const source = fileName(attribute.id)
    const order = own(`${source}_order`)
    const shown = own(dimensionLabel(attribute, words), attribute.id)
    columns.push(
      { name: shown, source, type: 'string', sortBy: order, dimension: attribute.id },
      { name: order, source: `${source}_order`, type: 'int64', hidden: true },
    )
    const alias = quoteIdentifier(`of ${source}`)
    selected.push(`${alias}.label AS ${quoteIdentifier(source)}`, `${alias}.k AS ${quoteIdentifier(`${source}_order`)}`)
    joins.push(
      sql`\nLEFT JOIN ${read.map.held.table} AS ${raw(alias)} ON ${raw(alias)}.v IS NOT DISTINCT FROM ${raw(read.value)}`,
    )
    release.push(() => read.map.held.release())
  }
  const team =
    entity.table === 'agents' && version.present.has('agents.team') && context.catalogue.dimensions.get('team')
  if (team) {
    const shown = own(say(words, 'say.powerbi.own_team'))
    columns.push({ name: shown, source: 'own_team', type: 'string' })
    const text = compileIn(scope, { kind: 'column', path: ['team', 'name'], at: 0 })
    selected.push(`coalesce(${text}, ${literalText(say(words, 'values.not_set'))}) AS "own_team"`)
  }
  const from = joined(entity.table, map, scope)
  return {
    id,
    rows: entity.dimension?.id,
    map,
    uses: entity.seen.map((each, index) => useOf(id, dimension, map, each, index, context)),
    select: sql`SELECT ${raw(selected.join(', '))}\n${joins.reduce((text, each) => sql`${text}${each}`, from)}\nORDER BY m.k`,
    table: {
      name: name(label, entity.table),
      file: `dim_${id}.parquet`,
      description: say(words, `say.powerbi.entity.${entity.table}`),
      columns,
      hierarchies: hierarchiesOf(entity.table, columns, own, context),
      measures: [],
    },
    release: async () => {
      for (const each of release) await each()
    },
  }
}

function literalText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Keys with what they stand for beside them; a key that leads nowhere stays. */
function joined(table: string, map: ValueMap, scope: Scope): Sql {
  const own = quoteIdentifier(table)
  const links = [...scope.joins].map(([alias, { table: to, on }]) => {
    const name = quoteIdentifier(alias)
    return `\nLEFT JOIN ${tableSql(to)} AS ${name} ON ${name}."id" = ${on}`
  })
  return sql`FROM ${map.held.table} AS m\nLEFT JOIN ${raw(tableSql(table))} AS ${raw(own)} ON ${raw(own)}."id" = m.v${raw(links.join(''))}`
}

async function attributeOf(attribute: Dimension, entity: Entity, keys: ValueMap, scope: Scope, context: MetricContext) {
  const plain = scopeOf({ ...scope })
  const value = valueSql(attribute, attribute.expression, plain, context)
  const map = await mapValues(sql`SELECT ${raw(value)} AS v ${joined(entity.table, keys, plain)}`, attribute, context)
  return map && { map, value }
}

/** From the whole to its parts; only levels that are there. */
const levels: Record<string, string[]> = {
  products: ['category', 'brand', 'product'],
  customers: ['market', 'region', 'city'],
  agents: ['own_team', 'agent'],
}

function hierarchiesOf(
  table: string,
  columns: SemanticColumn[],
  own: (wanted: string) => string,
  { words }: MetricContext,
): SemanticTable['hierarchies'] {
  const found = (levels[table] ?? []).flatMap(
    (level) => columns.find(({ source, dimension }) => dimension === level || source === level) ?? [],
  )
  if (found.length < 2) return []
  const name = own(say(words, `say.powerbi.hierarchy.${table}`))
  return [{ name, levels: found.map((column) => ({ name: column.name, column: column.name })) }]
}

function fileName(id: string): string {
  return id.replace(/[^a-z0-9_]+/gi, '_')
}
