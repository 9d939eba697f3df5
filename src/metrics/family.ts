import { addMonths } from '../calendar.ts'
import { operate } from '../sql/ops.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'
import { chiSquareEven, chiSquareIndependence } from '../stats/chi-square.ts'
import { benjaminiHochberg } from '../stats/false-discovery.ts'
import { kruskalWallis } from '../stats/kruskal-wallis.ts'
import type { Row, Store } from '../store/store.ts'
import { dimensionsFor } from './catalogue.ts'
import { compileSelect, populationSql, predicateSql, statisticName } from './compile.ts'
import type { MetricContext } from './context.ts'
import type { Dimension } from './dimension.ts'
import type { Verdict } from './frame.ts'
import type { Metric } from './metric.ts'
import { expressionsOf } from './parse-metrics.ts'
import { refuseDimension, type Select } from './plan.ts'
import { reachOf, readsOf } from './reach.ts'
import { compileIn, daySql, fromSql, type Scope, scopeOf } from './scope.ts'

/** A group with fewer is left out of a test of means and shares: its mean says little, and the approximation of p is rough. */
export const fewest = 30
const mostTested = 50

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

const families = new WeakMap<Store, Map<string, Promise<SplitTest[]>>>()

/** Every split of a metric, tested together: the same family on every surface. Read once for a version, a filter and a range. */
export function testFamily(metric: Metric, like: Select, context: MetricContext): Promise<SplitTest[]> {
  const known = families.get(context.store) ?? new Map<string, Promise<SplitTest[]>>()
  families.set(context.store, known)
  const where = like.where.map(({ condition }) => condition)
  const id = JSON.stringify([metric.id, metric.defined_at, where, like.days, like.asOf, context.version.id])
  const found = known.get(id) ?? findFamily(metric, like, context)
  known.set(id, found)
  return found
}

async function findFamily(metric: Metric, like: Select, context: MetricContext): Promise<SplitTest[]> {
  const dimensions = await splitsOf(metric, context)
  const tests = await Promise.all(dimensions.map((dimension) => testSplit(metric, dimension, like, context)))
  const qs = benjaminiHochberg(tests.map(({ p }) => p))
  return tests.map((test, index) => ({ ...test, q: qs[index] ?? null }))
}

/** Dimensions with 2 to 50 values by which the metric can be split; not those that its own definition reads. */
async function splitsOf(metric: Metric, context: MetricContext): Promise<Dimension[]> {
  const own = new Set(expressionsOf(metric.measure).flatMap((expression) => readsOf(metric.from, expression)))
  const possible = dimensionsFor(context.catalogue, metric.from)
    .map((id) => context.catalogue.dimensions.get(id)!)
    .filter((dimension) => dimension.id !== 'source' && refuseDimension(metric, dimension, context) === null)
    .filter((dimension) => {
      const reads = reachOf(metric.from, dimension, context.version.present)?.reads ?? []
      return !reads.some((column) => own.has(column))
    })
  const sizes = await countValues(metric, possible, context)
  return possible.filter(({ id }) => (sizes[id] ?? 0) >= 2 && (sizes[id] ?? 0) <= mostTested)
}

const cardinalities = new WeakMap<Store, Map<string, Promise<Row[]>>>()

async function countValues(
  metric: Metric,
  dimensions: Dimension[],
  context: MetricContext,
): Promise<Record<string, number>> {
  if (dimensions.length === 0) return {}
  const known = cardinalities.get(context.store) ?? new Map<string, Promise<Row[]>>()
  cardinalities.set(context.store, known)
  const id = JSON.stringify([metric.from, metric.time, dimensions.map((each) => each.id)])
  const found = known.get(id) ?? context.store.rows(countSql(metric, dimensions, context))
  known.set(id, found)
  const [row = {}] = await found
  return Object.fromEntries(dimensions.map((dimension) => [dimension.id, Number(row[dimension.id] ?? 0)]))
}

function countSql(metric: Metric, dimensions: Dimension[], context: MetricContext): Sql {
  const { dialect } = context.store
  const scope = scopeOf({ dialect, from: metric.from, time: metric.time, asOf: null, zone: context.version.zone })
  const counts = dimensions.map((dimension) => {
    const expression = reachOf(metric.from, dimension, context.version.present)?.expression ?? dimension.expression
    return `${operate(dialect, 'count_distinct', compileIn(scope, expression))} AS "${dimension.id}"`
  })
  return sql`SELECT ${raw(counts.join(', '))}\nFROM ${raw(fromSql(scope))}`
}

/** The select of one split, with the filters and days of the frame that asks. */
function splitSelect(metric: Metric, dimension: Dimension, like: Select, context: MetricContext): Select {
  const expression = reachOf(metric.from, dimension, context.version.present)?.expression ?? dimension.expression
  return {
    ...like,
    kind: metric.measure.kind === 'stock' ? 'stock' : 'rows',
    metrics: [metric],
    keys: [{ dimension, expression, masked: false }],
    grain: undefined,
    time: dimension.table === '*' ? metric.time : like.time,
  }
}

async function testSplit(
  metric: Metric,
  dimension: Dimension,
  like: Select,
  context: MetricContext,
): Promise<SplitTest> {
  const select = splitSelect(metric, dimension, like, context)
  const kind = metric.measure.kind
  if (kind === 'mean' || kind === 'quantile')
    return testRanks(dimension, await context.store.rows(ranksSql(select, metric, context)))
  const rows = (await context.store.rows(compileSelect(select, context.store.dialect))).filter(
    (row) => row[dimension.id] !== null,
  )
  if (kind === 'ratio') return testShares(metric, dimension, rows)
  if (kind === 'count' || kind === 'stock') return testEven(metric, dimension, rows)
  return {
    dimension: dimension.id,
    test: 'none',
    p: null,
    q: null,
    statistic: null,
    df: null,
    n: 0,
    nMin: 0,
    groups: rows.length,
    small: 0,
  }
}

/**
 * Mid-ranks, rank sums and ties from counts of (group, value): one row a group leaves the engine, however many rows there are.
 * Groups below the minimum are out before ranking.
 */
export function ranksSql(select: Select, metric: Metric, context: MetricContext): Sql {
  const { dialect } = context.store
  const { measure } = metric
  const scope: Scope = scopeOf({ dialect, from: select.from, time: select.time, asOf: select.asOf, zone: select.zone })
  const key = compileIn(scope, select.keys[0]!.expression)
  const value = measure.kind === 'mean' || measure.kind === 'quantile' ? compileIn(scope, measure.of) : 'NULL'
  const population = populationSql(metric, scope)
  const conditions = [
    ...(population ? [raw(population)] : []),
    raw(operate(dialect, 'is_not_null', value)),
    raw(operate(dialect, 'is_not_null', key)),
    ...daysSql(select, scope),
    ...select.where.map((each) => predicateSql(each, scope)),
  ]
  return sql`WITH "counted" AS (
  SELECT ${raw(key)} AS "g", CAST(${raw(value)} AS DOUBLE) AS "v", count(*) AS "c"
  FROM ${raw(fromSql(scope))}
  WHERE ${join(conditions, '\n    AND ')}
  GROUP BY ${raw(key)}, CAST(${raw(value)} AS DOUBLE)
), "sized" AS (SELECT "g", sum("c") AS "n" FROM "counted" GROUP BY "g"),
"kept" AS (SELECT * FROM "counted" WHERE "g" IN (SELECT "g" FROM "sized" WHERE "n" >= ${fewest})),
"tied" AS (SELECT "v", CAST(sum("c") AS DOUBLE) AS "t" FROM "kept" GROUP BY "v"),
"ranked" AS (SELECT "v", "t", sum("t") OVER (ORDER BY "v" ROWS UNBOUNDED PRECEDING) - "t" + ("t" + 1) / 2 AS "r" FROM "tied"),
"summed" AS (SELECT "g", sum("c" * "r") AS "rank_sum" FROM "kept" JOIN "ranked" USING ("v") GROUP BY "g")
SELECT "g", CAST("n" AS DOUBLE) AS "n", CAST("rank_sum" AS DOUBLE) AS "rank_sum", (SELECT CAST(sum("t" * "t" * "t" - "t") AS DOUBLE) FROM "tied") AS "tie_sum"
FROM "sized" LEFT JOIN "summed" USING ("g")`
}

function daysSql(select: Select, scope: Scope): Sql[] {
  if (!select.time) return []
  const day = raw(daySql(scope, select.time))
  const { from, to } = select.days
  return [...(from ? [sql`${day} >= CAST(${from} AS DATE)`] : []), ...(to ? [sql`${day} <= CAST(${to} AS DATE)`] : [])]
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

function testShares(metric: Metric, dimension: Dimension, rows: Row[]): SplitTest {
  const all = rows.map((row) => ({
    numerator: Number(row[statisticName(metric, 'numerator')]),
    n: Number(row[statisticName(metric, 'denominator')]),
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
function testEven(metric: Metric, dimension: Dimension, rows: Row[]): SplitTest {
  const counts = rows.map((row) => Number(row[statisticName(metric, 'n')]))
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
  if (dimension.width) return Number(row[`${dimension.id}__width`]) || 1
  if (dimension.format !== 'month') return 1
  const first = String(row[dimension.id])
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
