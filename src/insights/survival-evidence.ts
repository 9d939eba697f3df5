import { type Problem, RapportError } from '../errors.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Dimension } from '../metrics/dimension.ts'
import { labelsOf } from '../metrics/labels.ts'
import { dimensionLabel } from '../metrics/needs.ts'
import { asOfDay, dimensionNamed } from '../metrics/plan.ts'
import type { Query } from '../metrics/query.ts'
import { type Reach, reachOf } from '../metrics/reach.ts'
import { planRows, whereSql } from '../metrics/rows.ts'
import { compileIn, fromSql, momentSql, type Scope, tableSql } from '../metrics/scope.ts'
import { operate } from '../sql/ops.ts'
import { dayLiteral, join, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import type { TimeCount } from '../stats/kaplan-meier.ts'
import type { Row } from '../store/store.ts'
import {
  customerLives,
  type LifeSql,
  lackOf,
  replyLives,
  resolutionLives,
  type SurvivalKind,
} from './survival-lives.ts'

export interface SurvivalScope extends Pick<Query, 'where' | 'range' | 'as_of'> {
  about: SurvivalKind
  /** A curve for each value of this dimension. */
  by?: string
}

/** Those of one value of a dimension, counted by time. */
export interface LifeGroup {
  /** Null where it is not set. */
  key: string | null
  label: string
  counts: TimeCount[]
}

/** A split by which rates were compared. */
export interface LifeSplit {
  dimension: string
  label: string
  groups: LifeGroup[]
  /** Values with too few, and those beyond the largest: in the whole, in no group. */
  others: number
}

/** Rows that are in no curve, by why. */
export type LeftOut = Partial<Record<'undated' | 'later' | 'inverted' | 'unended' | 'unseen' | 'unheld', number>>

/** All that is read: counts by time, no row. Times are seconds for cases, days for customers. */
export interface SurvivalEvidence {
  about: SurvivalKind
  /** Model columns without which nothing can be said. */
  missing: string[]
  as_of: string | null
  whole: TimeCount[]
  splits: LifeSplit[]
  left_out: LeftOut
  /** Ended without the event, such as cases closed without an answer: observed until then. */
  stopped: number
  /** False where times were rounded up to halves of what is shown of them. */
  exact: boolean
  /** First day on which the data could have shown a leaving, and how many had joined before. */
  observed_from: string | null
  late: number
}

/** By what customers are compared without being asked: what is known of them when they come. */
const compared = ['segment', 'market', 'region', 'gender', 'age_band', 'account_segment', 'account_region']
const fewestInGroup = 20
const mostGroups = 12
/** Cases from which on times are rounded: a row for each second of a year would be a row for each case. */
const roundedFrom = 50_000

interface Key extends Reach {
  dimension: Dimension
  name: string
}

/** Counts by time of a question about cases or customers: one pass, and a small one before it where there are groups. */
export async function readSurvival(scope: SurvivalScope, context: MetricContext): Promise<SurvivalEvidence> {
  const { about, by, ...rows } = scope
  const { version } = context
  const nothing = {
    about,
    as_of: null,
    whole: [],
    splits: [],
    left_out: {},
    stopped: 0,
    exact: true,
    observed_from: null,
    late: 0,
  }
  const keys = keysOf(about, by, context)
  const missing = lackOf(about, version.present)
  if (missing.length > 0) return { ...nothing, missing }
  const table = about === 'customers' ? 'customers' : 'cases'
  const counted = table === 'cases' && context.catalogue.metrics.has('cases')
  const listing = await planRows(
    { table, columns: ['id'], ...rows, ...(counted && { metric: { id: 'cases', part: 'population' as const } }) },
    context,
  )
  const { scope: frame, where } = listing
  const today = asOfDay(frame.asOf, version.zone)
  if (frame.asOf === null || today === null) return { ...nothing, missing: [] }
  const compiled = keys.map((key) => ({ ...key, sql: keySql(key, frame) }))
  const from = sql`FROM ${raw(fromSql(frame))}${whereSql(where)}`
  const observedFrom = about === 'customers' ? await firstDay(context) : null
  const lives = livesOf(about, frame, version.present, today, observedFrom)
  const exact = about === 'customers' || (version.counts.cases ?? 0) < roundedFrom
  const largest = await largestGroups(compiled, from, context)
  const found = await context.store.rows(countsSql(lives, compiled, largest, from, exact, context))
  const whole = found.filter((row) => row.of === null)
  const sum = (kind: string) => whole.reduce((all, row) => (row.kind === kind ? all + Number(row.n) : all), 0)
  const out = (['undated', 'later', 'inverted', 'unended', 'unseen', 'unheld'] as const).flatMap((kind) =>
    sum(kind) > 0 ? [[kind, sum(kind)] as const] : [],
  )
  return {
    about,
    missing: [],
    as_of: frame.asOf,
    whole: whole.flatMap(countsOf),
    splits: await Promise.all(compiled.map((key, at) => splitOf(key, at, largest[at]!, found, context))),
    left_out: Object.fromEntries(out),
    stopped: sum('stopped'),
    exact,
    observed_from: observedFrom,
    late: sum('entered'),
  }
}

function livesOf(
  about: SurvivalKind,
  frame: Scope,
  present: ReadonlySet<string>,
  today: string,
  observedFrom: string | null,
): LifeSql {
  const { dialect } = frame
  if (about === 'customers') {
    return customerLives({ dialect, present, now: dayLiteral(today), from: observedFrom && dayLiteral(observedFrom) })
  }
  const lives = about === 'reply' ? replyLives : resolutionLives
  return lives({ dialect, present, now: momentSql(frame.asOf), from: null })
}

type Known = { catalogue: MetricContext['catalogue']; version: Pick<MetricContext['version'], 'present'> }

/** Do these data know the dimension of the rows that a question is about? */
export function canSplit(about: SurvivalKind, by: string, known: Known): boolean {
  const dimension = known.catalogue.dimensions.get(by)
  return dimension !== undefined && reachedFrom(about, dimension, known) !== null
}

function reachedFrom(about: SurvivalKind, dimension: Dimension, { version }: Pick<Known, 'version'>): Reach | null {
  const reach = reachOf(about === 'customers' ? 'customers' : 'cases', dimension, version.present)
  return reach?.reads.every((column) => version.present.has(column)) ? reach : null
}

/** What is split by: the dimension asked for, and for customers what is compared anyway. */
function keysOf(about: SurvivalKind, by: string | undefined, context: MetricContext): Key[] {
  const problems: Problem[] = []
  const table = about === 'customers' ? 'customers' : 'cases'
  const asked = by === undefined ? null : dimensionNamed(by, context, problems)
  if (asked && !reachedFrom(about, asked, context))
    problems.push({
      code: 'no-link',
      message: `A row of ${table} has no ${asked.label.toLowerCase()} here.`,
      where: asked.id,
      fix: 'Split by a dimension that these rows have or link to; docs/metrics.md lists them.',
    })
  if (problems.length > 0) throw new RapportError(problems, 2)
  const others = about === 'customers' ? compared.filter((each) => each !== by) : []
  const all = [...(asked ? [asked] : []), ...others.flatMap((id) => context.catalogue.dimensions.get(id) ?? [])]
  const found = all.flatMap((dimension) => {
    const reach = reachedFrom(about, dimension, context)
    return reach ? [{ ...reach, dimension }] : []
  })
  return found.map((key, at) => ({ ...key, name: `k${at}` }))
}

function keySql({ dimension, expression }: Key, frame: Scope): string {
  const compiled = operate(frame.dialect, 'to_text', compileIn(frame, expression))
  return dimension.sensitivity === 'free_text' ? operate(frame.dialect, 'mask_contacts', compiled) : compiled
}

/** Where what happens to customers begins to be written down: who had left before is in no file. */
const happenings = [
  'churns.churned_on',
  'balances.on_date',
  'cases.created_at',
  'touchpoints.started_at',
  'surveys.responded_at',
]

async function firstDay({ store, version }: MetricContext): Promise<string | null> {
  const known = happenings
    .filter((each) => version.present.has(each))
    .map((each) => each.split('.') as [string, string])
  if (known.length === 0) return null
  const firsts = known.map(([table, column], at) => {
    const day = quoteIdentifier(column.replace(/_at$/, '_on'))
    return raw(`(SELECT ${operate(store.dialect, 'to_text', `min(${day})`)} FROM ${tableSql(table)}) AS "f${at}"`)
  })
  const [row] = await store.rows(sql`SELECT ${join(firsts)}`)
  return (
    Object.values(row ?? {})
      .filter((each) => each !== null)
      .map(String)
      .sort()[0]
      ?.slice(0, 10) ?? null
  )
}

interface Group {
  key: string | null
  n: number
}

interface Sized {
  shown: Group[]
  others: number
}

/** The values of each dimension that get a curve. */
async function largestGroups(keys: (Key & { sql: string })[], from: Sql, { store }: MetricContext): Promise<Sized[]> {
  return Promise.all(
    keys.map(async (key) => {
      const rows = await store.rows(
        sql`SELECT ${raw(key.sql)} AS "key", count(*) AS "n" ${from} GROUP BY ${raw(key.sql)} ORDER BY count(*) DESC, 1`,
      )
      const groups = rows.map((row) => ({ key: row.key === null ? null : String(row.key), n: Number(row.n) }))
      const shown = groups.filter(({ n }) => n >= fewestInGroup).slice(0, mostGroups)
      return { shown, others: groups.length - shown.length }
    }),
  )
}

/**
 * The whole and each split in one pass, each group under its place among the shown ones. A row a group and kind, its times in a list: a
 * row a time would take longer to hand over than to count.
 */
function countsSql(
  { kind, time, entry }: LifeSql,
  keys: (Key & { sql: string })[],
  largest: Sized[],
  from: Sql,
  exact: boolean,
  { store }: MetricContext,
): Sql {
  const columns = keys.map(({ name }, at) => {
    const places = largest[at]!.shown.map((each, place) =>
      each.key === null ? raw('') : sql` WHEN ${raw(`"${name}"`)} = ${each.key} THEN ${raw(String(place))}`,
    )
    const unset = largest[at]!.shown.findIndex((each) => each.key === null)
    return sql`, CASE WHEN ${raw(`"${name}"`)} IS NULL THEN ${raw(String(unset))}${join(places, '')} ELSE -1 END AS ${raw(`"${name}"`)}`
  })
  const names = keys.map(({ name }) => `"${name}"`)
  const listedNames = raw(names.map((each) => `, ${each}`).join(''))
  const rounded = exact ? '"time"' : roundedSql('"time"', store.dialect)
  const sets = ['("kind", "time")', ...names.map((each) => `("kind", "time", ${each})`)]
  const of = names.map((each, at) => `WHEN GROUPING(${each}) = 0 THEN ${at}`).join(' ')
  const key = names.length > 0 ? `coalesce(${names.join(', ')}, -1)` : '-1'
  const late =
    entry === null
      ? raw('')
      : sql`
  UNION ALL SELECT 'entered', "entry"${listedNames} FROM "lives" WHERE "entry" > 0 AND "kind" IN ('done', 'open')`
  // Values of dimensions are worked out once, and not for each group that they may be in.
  const values = raw(keys.map(({ name, sql: value }) => `, ${value} AS "${name}"`).join(''))
  return sql`WITH "rows" AS (SELECT ${raw(kind)} AS "kind", ${raw(time)} AS "time", ${raw(entry ?? '0')} AS "entry"${values} ${from}),
"lives" AS (SELECT "kind", "time", "entry"${join(columns, '')} FROM "rows"),
"marks" AS (SELECT "kind", ${raw(rounded)} AS "time"${listedNames} FROM "lives"${late}),
"counts" AS (SELECT ${raw(names.length > 0 ? `CASE ${of} END` : 'CAST(NULL AS INTEGER)')} AS "of", ${raw(key)} AS "key", "kind", "time", count(*) AS "n"
  FROM "marks" GROUP BY GROUPING SETS (${raw(sets.join(', '))}))
SELECT "of", "key", "kind", CAST(sum("n") AS DOUBLE) AS "n", CAST(to_json(list(["time", "n"])) AS VARCHAR) AS "times"
FROM "counts" WHERE "of" IS NULL OR "key" >= 0 GROUP BY "of", "key", "kind"`
}

/** Seconds to which times are rounded up, below so many: half of what is shown of them, or less, but below an hour. */
const roundings: [below: number, step: number][] = [
  [600, 1],
  [3600, 5],
  [86_400, 30],
  [8_640_000, 1800],
]

function roundedSql(time: string, dialect: MetricContext['store']['dialect']): string {
  const up = (step: number) =>
    step === 1 ? time : `CAST(${operate(dialect, 'floor', `(${time} + ${step - 1}) / ${step}.0`)} * ${step} AS BIGINT)`
  const branches = roundings.map(([below, step]) => `WHEN ${time} < ${below} THEN ${up(step)}`)
  return `CASE ${branches.join(' ')} ELSE ${up(43_200)} END`
}

/** Kinds whose time is part of a curve, and what each of them is there. */
const used: Record<string, (n: number) => Omit<TimeCount, 'time'>> = {
  done: (n) => ({ events: n, censored: 0 }),
  open: (n) => ({ events: 0, censored: n }),
  stopped: (n) => ({ events: 0, censored: n }),
  entered: (n) => ({ events: 0, censored: 0, entered: n }),
}

function countsOf({ kind, times }: Row): TimeCount[] {
  const what = used[String(kind)]
  if (!what) return []
  const counts = JSON.parse(String(times)) as [time: number | null, n: number][]
  return counts.flatMap(([time, n]) => (time === null ? [] : [{ time, ...what(n) }]))
}

async function splitOf(
  { dimension }: Key,
  at: number,
  { shown, others }: Sized,
  found: Row[],
  context: MetricContext,
): Promise<LifeSplit> {
  const own = found.filter((row) => row.of !== null && Number(row.of) === at)
  const labels = await labelsOf(
    dimension,
    shown.map(({ key }) => key),
    context,
  )
  const groups = shown.map(({ key }, place) => ({
    key,
    label: labels[String(key)] ?? String(key),
    counts: own.filter((row) => Number(row.key) === place).flatMap(countsOf),
  }))
  return { dimension: dimension.id, label: dimensionLabel(dimension, context.words), groups, others }
}
