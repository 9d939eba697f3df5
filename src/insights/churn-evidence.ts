import { addDays, lengthOf } from '../calendar.ts'
import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { dayLiteral, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import { numberOf, textOf } from '../store/cell.ts'
import type { Row } from '../store/store.ts'
import { type CustomerFeature, customerFeatures, type ProfileColumn } from './customer-features.ts'
import { leavingsOf } from './leavings.ts'

/** How far ahead leaving is foretold, and from how many days of behaviour. */
export interface ChurnScope {
  /** Days ahead; chosen from what the data span where it is not given. */
  horizon?: number
}

/** What was known of one customer on one day, and whether they left within the horizon after it. */
export interface ChurnRow {
  /** Place of the day in `ChurnPlan.cutoffs`. */
  cutoff: number
  left: 0 | 1
  /** At any time after the day, as far as the data go. */
  ever: 0 | 1
  /** 0 to 4, by a hash of the customer: rows of one customer always share a fold. */
  fold: number
  values: (number | null)[]
  levels: (string | null)[]
}

/** Days on which customers are looked at, and who was there. */
export interface ChurnPlan {
  horizon: number
  /** Days of behaviour before each of the days. */
  window: number
  /** The newest first; what follows the newest for `horizon` days is known whole. */
  cutoffs: Cutoff[]
  /** The day after the last that is known. */
  now: string
}

export interface Cutoff {
  on: string
  customers: number
  left: number
}

export interface ChurnEvidence extends ChurnPlan {
  features: CustomerFeature[]
  profile: ProfileColumn[]
  rows: ChurnRow[]
  /** Share of the customers who left, and of those who stayed, that was drawn: 1 where all were read. */
  drawn: { left: number; stayed: number }
  /** Columns that hold what is only known afterwards, or only the newest state: never read. */
  unread: string[]
}

/** Why there is nothing to learn from. */
export interface ChurnLack {
  lacks: 'customers' | 'leaving' | 'behaviour' | 'span' | 'leavings'
  missing: string[]
  /** Leavings that are known, and days that behaviour spans. */
  left: number
  days: number
}

type Context = Pick<MetricContext, 'store' | 'version'>

/** Each is known of a leaver after leaving, or is the newest state and so tells of the days after the one that is looked at. */
const afterwards = [
  'churns.reason',
  'churns.exit_score',
  'churns.lifetime_value',
  'churns.is_recovered',
  'customers.left_on',
  'customers.first_churned_on',
  'customers.first_lost_on',
  'customers.balance',
  'holdings.status',
  'holdings.closed_on',
  'balances.is_after_leaving',
]

/** Days on which something is known of a customer. */
const happenings = [
  'cases.created_on',
  'touchpoints.started_on',
  'surveys.responded_on',
  'sessions.started_on',
  'revenues.on_date',
  'balances.on_date',
]

const horizons = [90, 60, 30]
const shortestWindow = 90
const mostCutoffs = 8
/** Rows that are held in memory: all who left up to the first number, and stayers up to the second. */
const most = { left: 10_000, stayed: 20_000 }

/** Reads customers on the days of a plan: one pass over what the window before each day holds. */
export async function readChurn(context: Context, scope: ChurnScope): Promise<ChurnEvidence | ChurnLack> {
  const { present } = context.version
  const lack = (lacks: ChurnLack['lacks'], missing: string[], left = 0, days = 0) => ({ lacks, missing, left, days })
  if (!present.has('customers.id')) return lack('customers', ['customers.id'])
  const leavings = leavingsOf(present)
  if (!leavings) return lack('leaving', ['customers.left_on', 'churns.churned_on'])
  const days = happenings.filter(
    (column) => present.has(column) && present.has(`${column.slice(0, column.indexOf('.'))}.customer`),
  )
  if (days.length === 0) return lack('behaviour', ['cases.customer', 'cases.created_at'])
  const span = await readSpan(context, leavings, days)
  if (!span) return lack('leavings', ['customers.left_on', 'churns.churned_on'])
  const known = lengthOf({ from: span.start, to: span.end }) - 1
  const shape = shapeOf(known, scope.horizon)
  if (!shape) return lack('span', [], span.left, known)
  const cutoffs = await readCutoffs(
    context,
    leavings,
    shape.back.map((back) => addDays(span.end, -back)),
    shape.horizon,
  )
  const total = (of: (each: Cutoff) => number) => cutoffs.reduce((sum, each) => sum + of(each), 0)
  if (total((each) => each.left) === 0) return lack('leavings', [], span.left, known)
  const drawn = {
    left: shareOf(
      most.left,
      total((each) => each.left),
    ),
    stayed: shareOf(
      most.stayed,
      total((each) => each.customers - each.left),
    ),
  }
  const rows: ChurnRow[] = []
  let found: { features: CustomerFeature[]; profile: ProfileColumn[] } = { features: [], profile: [] }
  for (const [cutoff, { on }] of cutoffs.entries()) {
    const read = await readRowsAt({ on, cutoff, ...shape }, drawn, leavings, context)
    if (!read) return lack('behaviour', ['cases.customer', 'cases.created_at'])
    found = read
    for (const row of read.rows) rows.push(row)
  }
  return {
    horizon: shape.horizon,
    window: shape.window,
    cutoffs,
    now: span.end,
    features: found.features,
    profile: found.profile,
    rows,
    drawn,
    unread: afterwards.filter((column) => present.has(column)),
  }
}

/** In steps of a ten-thousandth, as they are drawn. */
function shareOf(wanted: number, all: number): number {
  return all > wanted ? Math.ceil((wanted / all) * 10_000) / 10_000 : 1
}

interface Span {
  start: string
  /** The day after the last one that is known. */
  end: string
  left: number
}

/**
 * From the first thing known of a customer to the last. Where leavings end long before it, their record was written earlier, and what
 * came later is no sign that anybody stayed.
 */
async function readSpan({ store, version }: Context, leavings: Sql, days: string[]): Promise<Span | null> {
  const ends = (column: string, from: string) =>
    `SELECT CAST(min(${column}) AS DATE) AS "first", CAST(max(${column}) AS DATE) AS "last" FROM ${from}`
  const events = days.map((each) => {
    const [table = '', column = ''] = each.split('.')
    return ends(quoteIdentifier(column), `cx.${quoteIdentifier(table)}`)
  })
  const [row = {}] = await store.rows(
    sql`SELECT min("e"."first") AS "first", max("e"."last") AS "last", (SELECT max("left_on") FROM (${leavings}) AS "l") AS "left", (SELECT count(*) FROM (${leavings}) AS "l") AS "n" FROM (${raw(events.join(' UNION ALL '))}) AS "e"`,
  )
  const { first, last, left, n } = row
  if (typeof first !== 'string' || typeof last !== 'string' || typeof left !== 'string') return null
  const asOf = version.as_of?.slice(0, 10) ?? last
  const seen = [asOf, last].toSorted()[0]!
  const silent = left < addDays(seen, -horizons[0]!)
  return { start: first, end: addDays(silent ? left : seen, 1), left: Number(n) }
}

interface Shape {
  horizon: number
  window: number
  /** Days from each cutoff to the end, the newest first. */
  back: number[]
}

/** The longest horizon that leaves an earlier day to learn from; with too few days, one day to learn from and test on. */
function shapeOf(days: number, asked: number | undefined): Shape | null {
  const shapes = (asked === undefined ? horizons : [asked]).map((horizon) => {
    const window = Math.max(horizon, shortestWindow)
    const count = Math.min(mostCutoffs, Math.floor((days - window) / horizon))
    return { horizon, window, back: Array.from({ length: Math.max(0, count) }, (_, at) => (at + 1) * horizon) }
  })
  return shapes.find(({ back }) => back.length > 1) ?? shapes.find(({ back }) => back.length > 0) ?? null
}

/** Customers who were there on each day, and who of them left within the horizon: one pass over customers. */
async function readCutoffs(
  { store, version }: Context,
  leavings: Sql,
  days: string[],
  horizon: number,
): Promise<Cutoff[]> {
  const joined = joinedColumn(version.present)
  const counted = days.map((on, at) => {
    const here = `coalesce(${joined} < ${dayLiteral(on)}, TRUE) AND coalesce("l"."left_on" >= ${dayLiteral(on)}, TRUE)`
    const gone = `"l"."left_on" < ${dayLiteral(addDays(on, horizon))}`
    return `count(*) FILTER (WHERE ${here}) AS "n${at}", count(*) FILTER (WHERE ${here} AND ${gone}) AS "left${at}"`
  })
  const [row = {}] = await store.rows(
    sql`SELECT ${raw(counted.join(', '))} FROM cx."customers" AS "c" LEFT JOIN (${leavings}) AS "l" ON "l"."customer" = "c"."id"`,
  )
  return days.map((on, at) => ({ on, customers: Number(row[`n${at}`] ?? 0), left: Number(row[`left${at}`] ?? 0) }))
}

interface At {
  on: string
  cutoff: number
  horizon: number
  window: number
}

async function readRowsAt(
  { on, cutoff, horizon, window }: At,
  drawn: ChurnEvidence['drawn'],
  leavings: Sql,
  context: Context,
): Promise<{ features: CustomerFeature[]; profile: ProfileColumn[]; rows: ChurnRow[] } | null> {
  const read = featuresOn(on, window, context)
  if (!read) return null
  const { features, profile, statement } = read
  const end = raw(dayLiteral(addDays(on, horizon)))
  // Of one text each: hashes of several values hang together.
  const lot = (of: string) =>
    operate(context.store.dialect, 'row_hash', operate(context.store.dialect, 'concat', '"f"."customer"', of))
  const of10k = raw(`(${lot("' drawn'")} % 10000)`)
  const columns = [...features.map(({ id }) => id), ...profile].map((each) => `"f".${quoteIdentifier(each)}`)
  const rows = await context.store.rows(
    sql`SELECT CAST(${raw(`(${lot("' fold'")} % 5)`)} AS INTEGER) AS "fold",
  CASE WHEN "l"."left_on" < ${end} THEN 1 ELSE 0 END AS "left", CASE WHEN "l"."left_on" IS NOT NULL THEN 1 ELSE 0 END AS "ever", ${raw(columns.join(', '))}
FROM (${statement}) AS "f" LEFT JOIN (${leavings}) AS "l" ON "l"."customer" = "f"."customer"
WHERE coalesce("l"."left_on" >= ${raw(dayLiteral(on))}, TRUE) AND ${hereSql(features)}
  AND ${of10k} < CASE WHEN "l"."left_on" < ${end} THEN ${Math.round(drawn.left * 10_000)} ELSE ${Math.round(drawn.stayed * 10_000)} END`,
  )
  return { features, profile, rows: rows.map((row) => rowOf(row, cutoff, features, profile)) }
}

/** The features as they could be known on a day. */
export function featuresOn(on: string, window: number, context: Context) {
  return customerFeatures(context, { from: addDays(on, -window), before: on })
}

/** Who had not begun yet on the day has a negative age as a customer. */
export function hereSql(features: CustomerFeature[]): Sql {
  return features.some(({ id }) => id === 'tenure_days') ? raw('coalesce("f"."tenure_days" > 0, TRUE)') : raw('TRUE')
}

function rowOf(row: Row, cutoff: number, features: CustomerFeature[], profile: ProfileColumn[]): ChurnRow {
  return {
    cutoff,
    left: row.left === 1 ? 1 : 0,
    ever: row.ever === 1 ? 1 : 0,
    fold: Number(row.fold),
    values: features.map(({ id }) => numberOf(row[id])),
    levels: profile.map((each) => textOf(row[each])),
  }
}

function joinedColumn(present: ReadonlySet<string>): string {
  if (present.has('customers.joined_on')) return '"c"."joined_on"'
  return present.has('customers.first_opened_on') ? '"c"."first_opened_on"' : 'CAST(NULL AS DATE)'
}
