import { localDay } from '../../calendar.ts'
import { labelOf, say } from '../../config/words.ts'
import type { MetricContext } from '../../metrics/context.ts'
import { readCutDays } from '../../metrics/coverage.ts'
import { capital, definitionOf } from '../../metrics/definition.ts'
import { componentsOf, isMoving, type Metric } from '../../metrics/metric.ts'
import { firstDay } from '../../metrics/moving.ts'
import { metricLabel, wordOf } from '../../metrics/needs.ts'
import { asOfOf, planQuery, refuseDimension } from '../../metrics/plan.ts'
import { timeField } from '../../metrics/reach.ts'
import { scopeOf } from '../../metrics/scope.ts'
import { tables } from '../../model/tables.ts'
import { type Sql, sql } from '../../sql/sql.ts'
import { readDateTable } from './date-table.ts'
import { daxColumn, daxMeasure } from './dax.ts'
import { readShared, type Shared } from './dimensions.ts'
import { dayColumn, type Fact, factOf, factSelect } from './fact.ts'
import { formatOf } from './format.ts'
import { daxOfMetric, type Making, rowsOfSum } from './measure.ts'
import { namesOf } from './names.ts'
import { rolesOf } from './roles.ts'
import type { SemanticColumn, SemanticModel, SemanticRelationship, SemanticTable } from './semantic-model.ts'

/** A model with what stands in its files; let go of it once they are written. */
export interface Star {
  model: SemanticModel
  files: { file: string; select: Sql }[]
  release: () => Promise<void>
}

interface Answered {
  metric: Metric
  /** Can it be asked for days? */
  dated: boolean
}

/** From a version to a star: facts with one row a record, tables that they are split by, a calendar, and every metric that can be answered as a measure. */
export async function buildModel(name: string, context: MetricContext): Promise<Star> {
  const { words, version } = context
  const asOf = asOfOf(undefined, context, [])
  const now = localDay(asOf ?? '2000-01-01', version.zone)
  const answered = answeredIn(context)
  const tableName = namesOf()
  const measureName = namesOf()
  const names = measureNames(answered, measureName, context)
  const facts = factsOf(answered, tableName, names.values(), context, asOf)
  const times = timesOf(answered, facts, context)
  const shared = await readShared(facts, times, tableName, context)
  const dates = await readDateTable(times, now, tableName, context)
  const data = versionTable(asOf === null ? null : now, tableName, context)
  const calendar = {
    table: dates.table.name,
    day: dates.day,
    dayNumber: dates.dayNumber,
    now: { table: data.table.name, dayNumber: 'day_number' },
  }
  const making = {
    name: measureName,
    calendar,
    cut: await cutDays(answered, facts, context),
    names,
    metrics: context.catalogue.metrics,
  }
  for (const [fact, list] of times) for (const time of list) dayColumn(fact, time, context)
  const without = addMeasures({ answered, facts, times, shared, making }, context)
  const relationships = relate(facts, times, shared, dates.table, context)
  const factTables = facts.map((fact) => ({
    file: `${fact.table}.parquet`,
    select: factSelect(
      fact,
      shared.flatMap(({ uses }) => uses.filter((use) => use.fact === fact)),
    ),
    table: factTable(fact, shared, context),
  }))
  const dims = [...shared].sort((a, b) => a.table.name.localeCompare(b.table.name, words.locale))
  const model: SemanticModel = {
    name,
    culture: words.locale,
    tables: [...factTables.map(({ table }) => table), dates.table, ...dims.map(({ table }) => table), data.table],
    relationships,
    roles: rolesOf(shared, facts, context),
    without,
  }
  return {
    model,
    files: [
      ...factTables,
      { file: dates.table.file!, select: dates.select },
      ...dims.map(({ table, select }) => ({ file: table.file!, select })),
      { file: data.table.file!, select: data.select },
    ].map(({ file, select }) => ({ file, select })),
    release: async () => {
      for (const { release } of shared) await release()
      await dates.release()
    },
  }
}

/** Metrics that the version can answer, in the order of the catalogue. */
function answeredIn(context: MetricContext): Answered[] {
  const day = '2000-01-01'
  return [...context.catalogue.metrics.values()].flatMap((metric) => {
    const isRefused = (range?: { from: string; to: string }): boolean =>
      planQuery({ metrics: [metric.id], ...(range && { range }) }, context).refused.has(metric.id)
    const dated = !isRefused({ from: day, to: day })
    return dated || !isRefused() ? [{ metric, dated }] : []
  })
}

function factsOf(
  answered: Answered[],
  name: (wanted: string, otherwise?: string) => string,
  measures: Iterable<string>,
  { words, store, version }: MetricContext,
  asOf: string | null,
): Fact[] {
  const taken = [...measures]
  const read = new Set(
    answered.filter(({ metric }) => metric.measure.kind !== 'combined').map(({ metric }) => metric.from),
  )
  return tables
    .filter((table) => read.has(table.name))
    .map((table) => {
      const label = capital(labelOf(words, `tables.${table.name}`, table.name.replaceAll('_', ' ')))
      const scope = scopeOf({ dialect: store.dialect, from: table.name, asOf, zone: version.zone })
      return factOf(table.name, name(label, table.name), taken, scope)
    })
}

/** The time bases of each fact, the one of most metrics first: Power BI follows that one by itself. */
function timesOf(answered: Answered[], facts: Fact[], { version }: MetricContext): Map<Fact, string[]> {
  return new Map(
    facts.map((fact) => {
      const counts = new Map<string, number>()
      for (const { metric } of answered)
        if (metric.from === fact.table && isPlaced(metric) && version.present.has(timeField(fact.table, metric.time!)))
          counts.set(metric.time!, (counts.get(metric.time!) ?? 0) + 1)
      return [fact, [...counts].sort(([, a], [, b]) => b - a).map(([time]) => time)]
    }),
  )
}

/** Is a row of it placed in time by one moment? What is measured at a moment has its own. */
function isPlaced({ measure, time }: Metric): boolean {
  return time !== undefined && measure.kind !== 'combined' && !isMoving(measure)
}

async function cutDays(answered: Answered[], facts: Fact[], context: MetricContext): Promise<Map<string, string[]>> {
  const daily = answered.filter(({ metric }) => metric.measure.kind === 'daily')
  const read = daily.map(async ({ metric }) => {
    const scope = facts.find(({ table }) => table === metric.from)!.scope
    const days = await readCutDays(
      { from: metric.from, time: metric.time, asOf: scope.asOf, zone: scope.zone },
      context,
    )
    return [metric.id, days] as const
  })
  return new Map(await Promise.all(read))
}

/** Names are each one's own in the whole model. */
function measureNames(
  answered: Answered[],
  name: (wanted: string, otherwise?: string) => string,
  { words, catalogue }: MetricContext,
): Map<string, string> {
  const names = new Map(
    answered.map(({ metric }) => [metric.id, name(metricLabel(metric, words, catalogue), metric.variant || metric.id)]),
  )
  const summed = new Set(answered.flatMap(({ metric }) => componentsOf(metric)))
  for (const id of summed)
    if (catalogue.metrics.get(id)?.measure.kind === 'sum' && names.has(id))
      names.set(`${id}#rows`, name(say(words, 'say.powerbi.rows_of', { metric: names.get(id) ?? id })))
  return names
}

interface Parts {
  answered: Answered[]
  facts: Fact[]
  times: ReadonlyMap<Fact, string[]>
  shared: Shared[]
  making: Making & { name: (wanted: string) => string }
}

/** Writes each metric into its fact; answers those that DAX cannot say. */
function addMeasures(parts: Parts, context: MetricContext): SemanticModel['without'] {
  const { answered, facts, making } = parts
  const { words, catalogue } = context
  const without: SemanticModel['without'] = []
  const unsaid = new Set<string>()
  const guards = guardsOf(parts, context)
  const last = (metric: Metric): number => Number(metric.measure.kind === 'combined')
  for (const one of [...answered].sort((a, b) => last(a.metric) - last(b.metric))) {
    const { metric } = one
    const fact = factFor(metric, facts, catalogue.metrics)
    const known = !componentsOf(metric).some((id) => unsaid.has(id))
    const dax = fact && known ? daxOfMetric(metric, fact, making) : null
    const label = metricLabel(metric, words, catalogue)
    if (!fact || dax === null) {
      unsaid.add(metric.id)
      const why = say(words, `say.powerbi.without.${metric.measure.kind === 'chained' ? 'chained' : 'part'}`, {
        metric: label,
      })
      without.push({ metric: metric.id, label, why })
      continue
    }
    const name = making.names.get(metric.id)!
    const { apart, guard } = guards(one, fact)
    fact.measures.push({
      metric: metric.id,
      name,
      description: describe(one, context),
      dax: guarded(byTime(dax, metric, fact, parts, context), guard),
      format: formatOf(metric.unit, words.language),
      folder: folderOf(metric, answered, context),
      ...(apart.length > 0 && { apart }),
    })
    const rows = making.names.get(`${metric.id}#rows`)
    if (rows)
      fact.measures.push({
        metric: `${metric.id}#rows`,
        name: rows,
        description: say(words, 'say.powerbi.rows_of.description', { metric: label }),
        dax: guarded(byTime(rowsOfSum(metric, fact), metric, fact, parts, context), guard),
        format: formatOf('count', words.language),
        folder: folderOf(metric, answered, context),
        hidden: true,
      })
  }
  return without
}

/** Where its rows are; of what is combined, where those of its first part are. */
function factFor(metric: Metric, facts: Fact[], metrics: ReadonlyMap<string, Metric>): Fact | undefined {
  const own = facts.find(({ table }) => table === metric.from)
  const [first] = componentsOf(metric)
  const part = first === undefined ? undefined : metrics.get(first)
  return own ?? (part && factFor(part, facts, metrics))
}

/** Days and hours by the metric's own moment, where the table is not followed by it already. */
function byTime(dax: string, metric: Metric, fact: Fact, parts: Parts, context: MetricContext): string {
  const { times, shared, making } = parts
  const [active, ...others] = times.get(fact) ?? []
  if (!isPlaced(metric) || metric.time === active || !others.includes(metric.time!)) return dax
  const { calendar } = making
  const day = dayColumn(fact, metric.time!, context)
  const ways = [[daxColumn(fact.name, day.name), daxColumn(calendar.table, calendar.day)]]
  for (const { uses, table } of shared)
    for (const use of uses)
      if (use.fact === fact && use.time === metric.time)
        ways.push([daxColumn(fact.name, use.source), daxColumn(table.name, 'key')])
  return `CALCULATE(${dax}, ${ways.map(([from, to]) => `USERELATIONSHIP(${from}, ${to})`).join(', ')})`
}

/**
 * Where a metric cannot be split by what is filtered it is blank, and not the same number in every row. The test is a hidden measure of its own,
 * which those that are split alike share.
 */
function guardsOf({ shared, making }: Parts, context: MetricContext) {
  const { metrics } = context.catalogue
  const { calendar } = making
  const tests = new Map<string, string>()
  const isApart = (one: Shared, metric: Metric): boolean => {
    const parts = componentsOf(metric).flatMap((id) => metrics.get(id) ?? [])
    if (parts.length > 0) return parts.some((part) => isApart(one, part))
    const use = one.uses.filter(({ fact }) => fact.table === metric.from)
    if (use.length === 0) return true
    if (use[0]?.time) return isMoving(metric.measure) || !use.some(({ time }) => time === metric.time)
    return one.dimension !== undefined && refuseDimension(metric, one.dimension, context) !== null
  }
  return ({ metric, dated }: Answered, fact: Fact): { apart: string[]; guard: string | null } => {
    const others = shared.filter((one) => isApart(one, metric)).map(({ table }) => table.name)
    const apart = [...(dated ? [] : [calendar.table]), ...others]
    if (apart.length === 0) return { apart, guard: null }
    const columns = apart.map((table) => daxColumn(table, table === calendar.table ? calendar.day : 'key'))
    const dax = `NOT (${columns.map((column) => `ISCROSSFILTERED(${column})`).join(' || ')})`
    const known = tests.get(dax)
    if (known) return { apart, guard: known }
    const name = making.name(say(context.words, 'say.powerbi.fits', { rows: fact.name }))
    tests.set(dax, name)
    fact.measures.push({
      metric: `${metric.id}#fits`,
      name,
      description: say(context.words, 'say.powerbi.fits.description'),
      dax,
      format: '',
      folder: say(context.words, 'say.powerbi.fits.folder'),
      hidden: true,
    })
    return { apart, guard: name }
  }
}

function guarded(dax: string, test: string | null): string {
  return test === null ? dax : `IF(${daxMeasure(test)}, ${dax})`
}

/** What it asks, how it is computed, and that it has no days where it has none. */
function describe({ metric, dated }: Answered, context: MetricContext): string {
  const { words, catalogue } = context
  const question = wordOf(metric, 'question', words) || metricLabel(metric, words, catalogue)
  const sentences = [question, definitionOf(metric, context), ...(dated ? [] : [say(words, 'say.powerbi.undated')])]
  return `${sentences.join(' ')} (${metric.id})`
}

/** The variants of a number stand together. */
function folderOf(metric: Metric, answered: Answered[], { words, catalogue }: MetricContext): string {
  const of = (each: Metric): string =>
    each.quantileOf ? (catalogue.metrics.get(each.quantileOf.id)?.family ?? each.family) : each.family
  const family = of(metric)
  if (answered.filter((each) => of(each.metric) === family).length === 1) return ''
  const head = catalogue.metrics.get(family)
  return head ? metricLabel(head, words, catalogue).replaceAll('\\', '/') : ''
}

function relate(
  facts: Fact[],
  times: ReadonlyMap<Fact, string[]>,
  shared: Shared[],
  date: SemanticTable,
  context: MetricContext,
): SemanticRelationship[] {
  const day = date.columns.find(({ key }) => key)!.name
  return facts.flatMap((fact) => [
    ...(times.get(fact) ?? []).map((time, index) => ({
      from: { table: fact.name, column: dayColumn(fact, time, context).name },
      to: { table: date.name, column: day },
      active: index === 0,
    })),
    ...shared.flatMap(({ table, uses }) =>
      uses
        .filter((use) => use.fact === fact)
        .map((use) => ({
          from: { table: fact.name, column: use.source },
          to: { table: table.name, column: 'key' },
          active: use.time === undefined || use.time === times.get(fact)?.[0],
        })),
    ),
  ])
}

function factTable(fact: Fact, shared: Shared[], { words }: MetricContext): SemanticTable {
  const keys: SemanticColumn[] = shared.flatMap(({ uses }) =>
    uses
      .filter((use) => use.fact === fact)
      .map(({ source }) => ({ name: source, source, type: 'int64' as const, hidden: true as const })),
  )
  return {
    name: fact.name,
    file: `${fact.table}.parquet`,
    description: say(words, 'say.powerbi.fact', { rows: labelOf(words, `tables.${fact.table}`, fact.table) }),
    columns: [...keys, ...[...fact.columns.values()].map(({ semantic }) => semantic)],
    hierarchies: [],
    measures: fact.measures,
  }
}

/** One row: which data these are. */
function versionTable(now: string | null, name: (wanted: string) => string, { words, version }: MetricContext) {
  const label = (part: string): string => say(words, `say.powerbi.version.${part}`)
  const columns: SemanticColumn[] = [
    { name: label('as_of'), source: 'as_of', type: 'date', format: 'yyyy-mm-dd' },
    { name: label('zone'), source: 'zone', type: 'string' },
    { name: label('id'), source: 'version', type: 'string' },
    { name: 'day_number', source: 'day_number', type: 'int64', hidden: true },
  ]
  const select = sql`SELECT CAST(${now} AS DATE) AS as_of, CAST(${version.zone} AS VARCHAR) AS zone, CAST(${version.id} AS VARCHAR) AS version,
    date_diff('day', CAST(${firstDay} AS DATE), CAST(${now} AS DATE)) AS day_number`
  const table: SemanticTable = {
    name: name(say(words, 'say.powerbi.table.version')),
    file: 'version.parquet',
    description: say(words, 'say.powerbi.version'),
    columns,
    hierarchies: [],
    measures: [],
  }
  return { table, select }
}
