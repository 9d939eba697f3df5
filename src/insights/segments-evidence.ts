import type { MetricContext } from '../metrics/context.ts'
import type { MetricUnit } from '../metrics/frame.ts'
import { type Operate, operateOn } from '../sql/ops.ts'
import { literal, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import { numberOf } from '../store/cell.ts'
import type { Cell, Row } from '../store/store.ts'
import {
  type CustomerFeature,
  type CustomerFeatures,
  customerFeatures,
  type Window,
  windowBefore,
} from './customer-features.ts'
import { readMoments } from './read-moments.ts'

/** One feature as it is measured for groups: cut at its 1st and 99th percentile, as logarithm where it is skewed, standardised. */
export interface Scale {
  feature: CustomerFeature
  low: number
  high: number
  log: boolean
  mean: number
  deviation: number
  /** Share of the customers with a contact of whom it is known; the others stand at the mean. */
  known: number
}

export interface SegmentsEvidence {
  window: Window
  /** Customers in the window, and those of them without a contact. */
  customers: number
  quiet: number
  scales: Scale[]
  /** Customers drawn by a digest of their id, on the scales. */
  sample: number[][]
  /** Sizes and sums of groups: nearest of the centres, `quiet` last. One pass over all customers. */
  profile(centres: number[][]): Promise<GroupProfile[]>
  /** The same of the customers' own segments; empty where none is known. Customers without a contact are left out. */
  commercial(): Promise<CommercialProfile[]>
  release(): Promise<void>
}

/** What is counted of a group: customers, and mean, deviation and number of each feature, in its own unit. */
export interface GroupProfile {
  /** Place of the centre; null for customers without a contact. */
  group: number | null
  customers: number
  features: Record<string, { unit: MetricUnit; n: number; mean: number | null; deviation: number | null }>
}

/** What is counted of a segment that the source names. */
export interface CommercialProfile extends Omit<GroupProfile, 'group'> {
  segment: string
}

/** What groups are made of: what customers did and met with. Who they are and what they are worth describes the groups afterwards. */
const themes: CustomerFeature['theme'][] = ['contact', 'speed', 'consistency', 'outcome', 'opinion', 'use']
const windowDays = 365
const mostSampled = 1200
/** A feature that is known of fewer would make groups of the unknown. */
const leastKnown = 0.3
/** Beyond it two features say one thing, which would count twice. */
const mostAlike = 0.95

type Context = Pick<MetricContext, 'store' | 'version'>

/** Reads customers of the year before the newest event; null where nothing tells customers or what they met with. */
export async function readSegments(context: Context): Promise<SegmentsEvidence | null> {
  const window = windowBefore(context.version, windowDays)
  if (!window) return null
  const found = customerFeatures(context, window)
  if (!found) return null
  const active = activeSql(found)
  if (!active) return null
  const held = await context.store.hold(found.statement)
  try {
    const [counted = {}] = await context.store.rows(
      sql`SELECT count(*) AS "all", count(*) FILTER (WHERE ${active}) AS "active" FROM ${held.table}`,
    )
    const used = found.features.filter(({ theme }) => themes.includes(theme))
    const scales = await readScales(context, held.table, active, used)
    return {
      window,
      customers: Number(counted.all),
      quiet: Number(counted.all) - Number(counted.active),
      scales,
      sample: await readSample(context, held.table, active, scales),
      profile: (centres) =>
        readProfile(context, { table: held.table, active, features: found.features, scales, centres }),
      commercial: () =>
        found.profile.includes('segment')
          ? readCommercial(context, held.table, active, found.features)
          : Promise.resolve([]),
      release: held.release,
    }
  } catch (error) {
    await held.release()
    throw error
  }
}

/** Customers who made themselves heard in the window; the others are a group of their own. */
function activeSql({ features }: CustomerFeatures): Sql | null {
  const counts = features.filter(({ unit, theme }) => unit === 'count' && (theme === 'contact' || theme === 'use'))
  if (counts.length === 0) return null
  return raw(`(${counts.map(({ id }) => `coalesce(${quoteIdentifier(id)}, 0) > 0`).join(' OR ')})`)
}

async function readScales({ store }: Context, table: Sql, active: Sql, features: CustomerFeature[]): Promise<Scale[]> {
  if (features.length === 0) return []
  const op = operateOn(store.dialect)
  const quantiles = [0.01, 0.25, 0.5, 0.75, 0.99]
  const counted = features.flatMap(({ id }, i) => [
    `${op('count', quoteIdentifier(id))} AS "n${i}"`,
    ...quantiles.map((p, q) => `${op('quantile', quoteIdentifier(id), String(p))} AS "q${q}_${i}"`),
  ])
  const [row = {}] = await store.rows(
    sql`SELECT count(*) AS "all", ${raw(counted.join(', '))} FROM ${table} WHERE ${active}`,
  )
  const shapes = features.flatMap((feature, i) => {
    const known = Number(row[`n${i}`]) / Number(row.all)
    const [low, quarter, half, three, high] = quantiles.map((_, q) => Number(row[`q${q}_${i}`])) as Quantiles
    if (!(known >= leastKnown) || !(high > low)) return []
    // A tail that is long against the middle half.
    const log = low >= 0 && high - half > 3 * Math.max(half - quarter, three - half)
    return [{ feature, low, high, log, known }]
  })
  if (shapes.length === 0) return []
  const measured = shapes.flatMap((shape, i) => [
    `${op('avg', cutSql(shape, op))} AS "m${i}"`,
    `${op('variance', cutSql(shape, op))} AS "v${i}"`,
  ])
  const [measure = {}] = await store.rows(sql`SELECT ${raw(measured.join(', '))} FROM ${table} WHERE ${active}`)
  const scales = shapes
    .map((shape, i) => ({ ...shape, mean: Number(measure[`m${i}`]), deviation: Math.sqrt(Number(measure[`v${i}`])) }))
    .filter(({ deviation }) => deviation > 0)
  const names = scales.map(({ feature }) => feature.id)
  const { covariance } = await readMoments(
    store,
    sql`SELECT ${scaledSql(scales, op)} FROM ${table} WHERE ${active}`,
    names,
  )
  const alike = (i: number, j: number) => covariance[i]![j]! / Math.sqrt(covariance[i]![i]! * covariance[j]![j]!)
  return scales.filter((_, i) => !scales.slice(0, i).some((__, j) => Math.abs(alike(i, j)) > mostAlike))
}

async function readSample({ store }: Context, table: Sql, active: Sql, scales: Scale[]): Promise<number[][]> {
  if (scales.length === 0) return []
  const op = operateOn(store.dialect)
  const rows = await store.rows(
    sql`SELECT ${scaledSql(scales, op)} FROM ${table} WHERE ${active} ORDER BY ${raw(op('digest', '"customer"'))} LIMIT ${mostSampled}`,
  )
  return rows.map((row) => scales.map(({ feature }) => Number(row[feature.id])))
}

async function readProfile(
  { store }: Context,
  { table, active, features, scales, centres }: ProfileQuestion,
): Promise<GroupProfile[]> {
  const op = operateOn(store.dialect)
  const distances = centres.map((centre, k) => {
    const squares = scales.map(({ feature }, j) => `power("z_${feature.id}" - ${literal(centre[j]!)}, 2)`)
    return `${squares.join(' + ')} AS "d${k}"`
  })
  const least = centres.map((_, k) => `"d${k}"`)
  const nearest = centres.length > 1 ? op('least', ...least) : '"d0"'
  const group = centres.map((_, k) => `WHEN "d${k}" = "nearest" THEN ${k}`).join(' ')
  const rows =
    await store.rows(sql`SELECT CASE WHEN NOT ${active} THEN NULL ${raw(group)} END AS "group", count(*) AS "customers", ${toldSql(features, op)}
FROM (SELECT *, ${raw(nearest)} AS "nearest" FROM (SELECT *, ${raw(distances.join(', '))} FROM (SELECT *, ${scaledSql(scales, op, 'z_')} FROM ${table})))
GROUP BY 1 ORDER BY 1 NULLS LAST`)
  return rows.map((row) => ({ group: row.group === null ? null : Number(row.group), ...toldIn(row, features) }))
}

/** The largest segments: a source that names more has something else in that column. */
const mostCommercial = 8

async function readCommercial(
  { store }: Context,
  table: Sql,
  active: Sql,
  features: CustomerFeature[],
): Promise<CommercialProfile[]> {
  const op = operateOn(store.dialect)
  const rows = await store.rows(
    sql`SELECT "segment", count(*) AS "customers", ${toldSql(features, op)} FROM ${table} WHERE ${active} AND "segment" IS NOT NULL
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${mostCommercial}`,
  )
  return rows.map((row) => ({ segment: String(row.segment), ...toldIn(row, features) }))
}

/** Number, mean and variance of every feature. */
function toldSql(features: CustomerFeature[], op: Operate): Sql {
  const told = features.flatMap(({ id }, i) => [
    `${op('count', quoteIdentifier(id))} AS "n${i}"`,
    `${op('avg', quoteIdentifier(id))} AS "m${i}"`,
    `${op('variance', quoteIdentifier(id))} AS "v${i}"`,
  ])
  return raw(told.join(', '))
}

function toldIn(row: Row, features: CustomerFeature[]): Pick<GroupProfile, 'customers' | 'features'> {
  return {
    customers: Number(row.customers),
    features: Object.fromEntries(
      features.map(({ id, unit }, i) => [
        id,
        { unit, n: Number(row[`n${i}`]), mean: numberOf(row[`m${i}`]), deviation: rootOf(row[`v${i}`]) },
      ]),
    ),
  }
}

interface ProfileQuestion {
  table: Sql
  active: Sql
  features: CustomerFeature[]
  scales: Scale[]
  centres: number[][]
}

const rootOf = (cell: Cell | undefined): number | null => {
  const number = numberOf(cell)
  return number === null ? null : Math.sqrt(number)
}

type Quantiles = [number, number, number, number, number]
type Shape = Pick<Scale, 'feature' | 'low' | 'high' | 'log'>

/** Cut at its ends, as logarithm where it is skewed. */
function cutSql({ feature, low, high, log }: Shape, op: Operate): string {
  const cut = op('least', op('greatest', quoteIdentifier(feature.id), literal(low)), literal(high))
  const value = log ? op('ln', op('add', '1', cut)) : cut
  return `CASE WHEN ${quoteIdentifier(feature.id)} IS NOT NULL THEN ${value} END`
}

/** Standardised; who is not known stands at the mean. */
function scaledSql(scales: Scale[], op: Operate, prefix = ''): Sql {
  const columns = scales.map((scale) => {
    const z = op('div', op('sub', cutSql(scale, op), literal(scale.mean)), literal(scale.deviation))
    return `${op('coalesce', z, '0')} AS ${quoteIdentifier(prefix + scale.feature.id)}`
  })
  return raw(columns.join(', '))
}
