import { addMonths } from '../calendar.ts'
import { columnsIn, type Expression } from '../sql/expression.ts'
import { type Dialect, operate } from '../sql/ops.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'
import { chiSquareEven, chiSquareIndependence } from '../stats/chi-square.ts'
import { benjaminiHochberg } from '../stats/false-discovery.ts'
import { kruskalWallis } from '../stats/kruskal-wallis.ts'
import type { Row } from '../store/store.ts'
import { dimensionsFor } from './catalogue.ts'
import { differentWithin, isClustered, valueWithin } from './clustered.ts'
import { wholeDaysSql, widthExpression } from './compile.ts'
import type { MetricContext } from './context.ts'
import type { Dimension } from './dimension.ts'
import { ranksSql, readRanks } from './family-ranks.ts'
import { groupsOf, headSql, setsSql } from './family-sets.ts'
import type { Verdict } from './frame.ts'
import type { Metric } from './metric.ts'
import { openSql } from './moving.ts'
import { expressionsOf } from './parse-metrics.ts'
import { refuseDimension, type Select } from './plan.ts'
import { type Reach, reachOf, readsOf } from './reach.ts'
import { type Memory, remember } from './remember.ts'
import { compileIn, daySql, fromSql, type Scope, scopeOf } from './scope.ts'
import { populationSql, predicateSql } from './select-parts.ts'

/** A group with fewer is left out of a test of means and shares: its mean says little, and the approximation of p is rough. */
export const fewest = 30
/** Days hold many rows each, and a week has few: below this the approximation of p is rough. */
const fewestDays = 5
const mostTested = 50

/** The fewest values of a group that is compared by a metric. */
export function fewestOf({ measure }: Metric): number {
  return measure.kind === 'daily' ? fewestDays : fewest
}

/** One test of one metric over one dimension. */
export interface SplitTest {
  dimension: string
  test: Verdict['test']
  p: number | null
  q: number | null
  statistic: number | null
  df: number | null
  n: number
  nMin: number
  /** Groups that were tested, and that had too few. */
  groups: number
  small: number
}

const families: Memory<SplitTest[]> = new WeakMap()

/** From so many rows on, a handful that arrived changes no verdict, and testing all of them again for each handful would take too long. */
const manyRows = 50_000

/** Every split of a metric, tested together: the same family on every surface. Read once for a version, a filter and a range. */
export function testFamily(metric: Metric, select: Select, given: MetricContext): Promise<SplitTest[]> {
  const { settled } = given
  const many = settled !== undefined && (settled.version.counts[metric.from] ?? 0) >= manyRows
  const context = many ? { ...given, ...settled } : given
  const like = many && select.asOf === given.version.as_of ? { ...select, asOf: context.version.as_of } : select
  const where = like.where.map(({ condition }) => condition)
  const id = JSON.stringify([metric.id, metric.defined_at, where, like.days, like.asOf, context.version.id])
  return remember(families, context.store, id, () => findFamily(metric, like, context))
}

async function findFamily(metric: Metric, like: Select, context: MetricContext): Promise<SplitTest[]> {
  const dimensions = await splitsOf(metric, context)
  if (dimensions.length === 0) return []
  const rows = isTested(metric) ? await readFamily(metric, dimensions, like, context) : []
  const tests = dimensions.map((dimension, index) =>
    testSplit(
      metric,
      dimension,
      rows.filter((row) => Number(row.d) === index),
    ),
  )
  const qs = benjaminiHochberg(tests.map(({ p }) => p))
  return tests.map((test, index) => ({ ...test, q: qs[index] ?? null }))
}

/** Different values may stand in several groups, and a sum has no variance here: those are not tested. */
export function isTested(metric: Metric): boolean {
  const { measure } = metric
  if (measure.kind === 'stock' && measure.distinct) return false
  return ['mean', 'quantile', 'ratio', 'count', 'stock', 'daily'].includes(measure.kind) || isClustered(metric)
}

/** Dimensions with 2 to 50 values by which the metric can be split; not those that its own definition reads. */
async function splitsOf(metric: Metric, context: MetricContext): Promise<Dimension[]> {
  const own = new Set(expressionsOf(metric.measure).flatMap((expression) => readsOf(metric.from, expression)))
  const possible = dimensionsFor(context.catalogue, metric.from)
    .map((id) => context.catalogue.dimensions.get(id)!)
    .filter((dimension) => dimension.id !== 'source' && refuseDimension(metric, dimension, context) === null)
    .filter((dimension) => {
      const { reads } = placeOf(metric, dimension, context)
      // What a clustered metric counts by is a link: the dimensions behind it are what it is split by.
      return isClustered(metric) ? !own.has(reads.at(-1) ?? '') : !reads.some((column) => own.has(column))
    })
  const sizes = await Promise.all(possible.map((dimension) => countValues(metric, dimension, context)))
  return possible.filter((_, index) => sizes[index]! >= 2 && sizes[index]! <= mostTested)
}

function placeOf(metric: Metric, dimension: Dimension, context: MetricContext): Reach {
  const found = reachOf(metric.from, dimension, context.version.present)
  return found ?? { links: [], table: metric.from, expression: dimension.expression, reads: [] }
}

const cardinalities: Memory<number> = new WeakMap()

/** Values of a dimension, counted where it lives: a region on its customers, not on every survey of theirs. */
function countValues(metric: Metric, dimension: Dimension, context: MetricContext): Promise<number> {
  if (dimension.table === '*') return Promise.resolve(2)
  const { table } = placeOf(metric, dimension, context)
  return remember(cardinalities, context.store, `${table}.${dimension.id}`, async () => {
    const { dialect } = context.store
    const scope = scopeOf({ dialect, from: table, asOf: null, zone: context.version.zone })
    const counted = operate(dialect, 'count_distinct', compileIn(scope, dimension.expression))
    const [row] = await context.store.rows(sql`SELECT ${raw(counted)} AS "n" FROM ${raw(fromSql(scope))}`)
    return Number(row?.n ?? 0)
  })
}

/** One row a group: `d` is the dimension's place in the list. */
async function readFamily(
  metric: Metric,
  dimensions: Dimension[],
  like: Select,
  context: MetricContext,
): Promise<Row[]> {
  const { store } = context
  const places = dimensions.map((dimension) => placeOf(metric, dimension, context))
  const family: Family = { metric, dimensions, places, like, context }
  const all = [...dimensions.keys()]
  if (!isRanked(metric)) return (await Promise.all([readCounts(family), readBands(family)])).flat()
  if (metric.measure.kind === 'daily' || isClustered(metric)) return store.rows(rankedSql(family))
  return readRanks(store, {
    statement: baseSql(family, all),
    values: baseSql(family, []),
    splits: dimensions.length,
    fewest: fewestOf(metric),
  })
}

/** Is the width of its groups counted too? */
const isBand = (metric: Metric, dimension: Dimension): boolean => dimension.width !== undefined && isCounted(metric)

/** All splits in one pass, but for those whose widths are counted too. */
async function readCounts(family: Family): Promise<Row[]> {
  const { metric, dimensions, context } = family
  const plain = [...dimensions.keys()].filter((index) => !isBand(metric, dimensions[index]!))
  if (plain.length === 0) return []
  const columns = `${headSql(plain.length)}, ${countsOf(metric, context.store.dialect)}, 1 AS "width"`
  const rows = await context.store.rows(
    sql`SELECT ${raw(columns)}\nFROM (${baseSql(family, plain)}) AS "rows"\n${raw(setsSql(plain.length))}`,
  )
  return groupsOf(rows, plain.length).flatMap(({ split, g, row }) =>
    g === null ? [] : [{ ...row, d: plain[split]!, g }],
  )
}

async function readBands(family: Family): Promise<Row[]> {
  const { metric, dimensions, context } = family
  const { dialect } = context.store
  const bands = [...dimensions.keys()].filter((index) => isBand(metric, dimensions[index]!))
  if (bands.length === 0) return []
  const parts = bands.map((index) => {
    const columns = `${index} AS "d", CAST("d0" AS VARCHAR) AS "g", ${countsOf(metric, dialect)}, ${operate(dialect, 'count_distinct', '"w0"')} AS "width"`
    return sql`SELECT ${raw(columns)} FROM (${baseSql(family, [index])}) AS "rows" WHERE "d0" IS NOT NULL GROUP BY "d0"`
  })
  return context.store.rows(join(parts, '\nUNION ALL\n'))
}

interface Family {
  metric: Metric
  dimensions: Dimension[]
  places: Reach[]
  like: Select
  context: MetricContext
}

const scopeIn = ({ metric, like, context }: Family): Scope =>
  scopeOf({ dialect: context.store.dialect, from: metric.from, time: metric.time, asOf: like.asOf, zone: like.zone })

/** Rows of the metric's population with some of the dimensions, their widths, and what is tested. */
function baseSql(family: Family, indexes: number[]): Sql {
  const { metric, dimensions, places, like } = family
  const scope = scopeIn(family)
  const columns = [
    ...indexes.map((index) => `${compileIn(scope, places[index]!.expression)} AS "d${indexes.indexOf(index)}"`),
    ...indexes.flatMap((index) => {
      const { width, expression } = dimensions[index]!
      if (!isCounted(metric)) return []
      const found = widthExpression(width, expression, places[index]!.expression)
      return found ? [`${compileIn(scope, found)} AS "w${indexes.indexOf(index)}"`] : []
    }),
    ...valuesOf(metric, scope),
  ]
  const population = populationSql(metric, scope)
  const conditions = [
    ...(population ? [raw(population)] : []),
    ...(metric.measure.kind === 'daily' ? wholeDaysSql(like, daySql(scope, metric.time!)) : []),
    ...(metric.measure.kind === 'stock' ? [raw(openSql(metric, like, scope))] : daysSql(like, scope)),
    ...like.where.map((each) => predicateSql(each, scope)),
  ]
  const where = conditions.length > 0 ? sql`\nWHERE ${join(conditions, '\n  AND ')}` : raw('')
  return sql`SELECT ${raw(columns.join(', '))}\nFROM ${raw(fromSql(scope, 'evenly'))}${where}`
}

/** What is tested, of one row: its value, or whether it is in the numerator and the denominator. */
function valuesOf(metric: Metric, scope: Scope): string[] {
  const { measure, clusters } = metric
  if (clusters && 'of' in measure && measure.of)
    return [`${valueWithin(metric, scope)} AS "v"`, `${clusterSql(clusters, scope)} AS "cluster"`]
  if (measure.kind === 'mean' || measure.kind === 'quantile')
    return [`CAST(${compileIn(scope, measure.of)} AS DOUBLE) AS "v"`]
  if (measure.kind === 'daily') return [`${daySql(scope, scope.time!)} AS "day"`]
  if (measure.kind !== 'ratio') return []
  const whole = measure.denominator ? compileIn(scope, measure.denominator) : 'TRUE'
  return [`${whole} AS "whole"`, `${compileIn(scope, measure.numerator)} AS "part"`]
}

/**
 * A cluster by a number of 64 bits, as rows are grouped by it for each split and texts take half as long again. That two of a million
 * clusters share one has a chance of 1 in 30 million, and then one value in a million is of two.
 */
function clusterSql(cluster: Expression, scope: Scope): string {
  return operate(scope.dialect, 'row_hash', compileIn(scope, cluster))
}

/** Compared by the ranks of its values: of each row, of each day, or of what each cluster has on average. */
const isRanked = (metric: Metric): boolean =>
  ['mean', 'quantile', 'daily'].includes(metric.measure.kind) || isClustered(metric)

/** Counts are held against the width of a band; means and shares are not. */
const isCounted = ({ measure }: Metric): boolean => measure.kind === 'count' || measure.kind === 'stock'

function countsOf({ measure }: Metric, dialect: Dialect): string {
  const ratio = measure.kind === 'ratio'
  const n = ratio ? operate(dialect, 'count_if', '"whole"') : operate(dialect, 'count')
  return `${n} AS "n", ${ratio ? operate(dialect, 'count_if', '"whole" AND "part"') : '0'} AS "numerator"`
}

/** What is ranked of each dimension by itself, as each has days or clusters of its own. */
function rankedSql(family: Family): Sql {
  const { dimensions, metric } = family
  const own = [...dimensions.keys()].filter((index) => isOfCluster(family, index))
  const counted = dimensions.map((_, index) => {
    const rows = own.includes(index) ? '"clusters"' : `(${ofGroupsSql(family, index)}) AS "each"`
    return `\n  SELECT ${index} AS "d", CAST("d${index}" AS VARCHAR) AS "g", "v", count(*) AS "c" FROM ${rows} WHERE "d${index}" IS NOT NULL AND "v" IS NOT NULL GROUP BY "d${index}", "v"`
  })
  const columns = own.map(
    (index) => `${operate(family.context.store.dialect, 'any_value', `"d${index}"`)} AS "d${index}"`,
  )
  const clusters = `"clusters" AS MATERIALIZED (SELECT ${[...columns, ofClusterSql(family)].join(', ')} FROM "base" WHERE "v" IS NOT NULL GROUP BY "cluster"),\n`
  return sql`WITH "base" AS MATERIALIZED (${baseSql(family, [...dimensions.keys()])}),
${raw(own.length > 0 ? clusters : '')}"counted" AS MATERIALIZED (${raw(counted.join('\n  UNION ALL'))}
)${raw(ranksSql(fewestOf(metric)))}`
}

/** What is read of the cluster alone has one value for all of its rows: these are grouped once for all such dimensions. */
function isOfCluster({ metric: { clusters }, places }: Family, index: number): boolean {
  if (clusters?.kind !== 'column' || clusters.path.length !== 1) return false
  const columns = columnsIn(places[index]!.expression)
  return columns.length > 0 && columns.every((path) => path.length > 1 && path[0] === clusters.path[0])
}

/** The rows of each day, or where rows hang together each cluster with its own mean. */
function ofGroupsSql(family: Family, index: number): string {
  const split = `"d${index}"`
  if (family.metric.measure.kind === 'daily')
    return `SELECT ${split}, CAST(count(*) AS DOUBLE) AS "v" FROM "base" GROUP BY ${split}, "day"`
  return `SELECT ${split}, ${ofClusterSql(family)} FROM "base" WHERE "v" IS NOT NULL AND ${split} IS NOT NULL GROUP BY ${split}, "cluster"`
}

function ofClusterSql(family: Family): string {
  const { metric } = family
  if (metric.measure.kind !== 'per') return 'avg("v") AS "v"'
  return `CAST(count(*) AS DOUBLE) / ${differentWithin(metric, scopeIn(family), '"v"')} AS "v"`
}

function daysSql({ days }: Select, scope: Scope): Sql[] {
  if (!scope.time || (!days.from && !days.to)) return []
  const day = raw(daySql(scope, scope.time))
  return [
    ...(days.from ? [sql`${day} >= CAST(${days.from} AS DATE)`] : []),
    ...(days.to ? [sql`${day} <= CAST(${days.to} AS DATE)`] : []),
  ]
}

function testSplit(metric: Metric, dimension: Dimension, rows: Row[]): SplitTest {
  const { kind } = metric.measure
  if (isRanked(metric)) return testRanks(dimension, rows)
  if (kind === 'ratio') return testShares(dimension, rows)
  if (kind === 'count' || kind === 'stock') return testEven(dimension, rows)
  return { ...sizes(dimension, [], []), test: 'none', p: null, statistic: null, df: null }
}

function testRanks(dimension: Dimension, rows: Row[]): SplitTest {
  const groups = rows.flatMap((row) =>
    row.rank_sum === null ? [] : [{ n: Number(row.n), rankSum: Number(row.rank_sum) }],
  )
  const n = groups.reduce((sum, group) => sum + group.n, 0)
  const found = kruskalWallis({ groups, tieSum: Number(rows[0]?.tie_sum ?? 0), n })
  return {
    ...sizes(
      dimension,
      rows.map((row) => Number(row.n)),
      groups.map((group) => group.n),
    ),
    test: 'kruskal-wallis',
    p: found?.p ?? null,
    statistic: found?.statistic ?? null,
    df: found?.df ?? null,
  }
}

function testShares(dimension: Dimension, rows: Row[]): SplitTest {
  const all = rows.map((row) => ({
    numerator: Number(row.numerator),
    n: Number(row.n),
  }))
  const kept = all.filter(({ n }) => n >= fewest)
  const found = chiSquareIndependence(kept.map(({ numerator, n }) => [numerator, n - numerator]))
  return {
    ...sizes(
      dimension,
      all.map(({ n }) => n),
      kept.map(({ n }) => n),
    ),
    test: 'chi-square',
    p: found?.p ?? null,
    statistic: found?.statistic ?? null,
    df: found?.df ?? null,
  }
}

/** Every group counts, small ones too: being small is what is tested. Bands are held against their width, months against their days. */
function testEven(dimension: Dimension, rows: Row[]): SplitTest {
  const counts = rows.map((row) => Number(row.n))
  const weights = rows.map((row) => weightOf(dimension, row))
  const found = chiSquareEven(counts, weights)
  const enough = found !== null && found.minExpected >= 5
  return {
    ...sizes(dimension, counts, counts),
    test: 'chi-square-even',
    p: enough ? found.p : null,
    statistic: enough ? found.statistic : null,
    df: enough ? found.df : null,
  }
}

function weightOf(dimension: Dimension, row: Row): number {
  if (dimension.width) return Number(row.width) || 1
  if (dimension.format !== 'month') return 1
  const first = String(row.g)
  return (Date.parse(addMonths(first, 1)) - Date.parse(first)) / 86_400_000
}

function sizes(
  dimension: Dimension,
  all: number[],
  kept: number[],
): Pick<SplitTest, 'dimension' | 'n' | 'nMin' | 'groups' | 'small' | 'q'> {
  const n = all.reduce((sum, each) => sum + each, 0)
  return {
    dimension: dimension.id,
    q: null,
    n,
    nMin: kept.length > 0 ? Math.min(...kept) : Math.min(...all, n),
    groups: kept.length,
    small: all.filter((each) => each > 0).length - kept.filter((each) => each > 0).length,
  }
}
