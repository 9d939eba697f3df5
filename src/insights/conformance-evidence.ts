import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { raw, sql } from '../sql/sql.ts'
import { holdSteps, type Tables } from '../store/steps.ts'
import type { Row } from '../store/store.ts'
import { type ConformanceStep, conformanceSteps, hasRatings } from './conformance-steps.ts'
import { stepLabel } from './process.ts'
import { eventsSql } from './process-steps.ts'
import { casesOf, hasEvents, type ProcessScope } from './read-process.ts'
import type { KnownStep, TargetProcess } from './target-process.ts'

/** Ways in which a case parts from a process. */
export type DeviationKind = 'missing' | 'extra' | 'again' | 'order' | 'late' | 'long'

export interface Sample {
  n: number
  mean: number | null
  variance: number | null
}

export interface DeviationEvidence {
  kind: DeviationKind
  /** The step in question; null of a whole case. */
  step: string | null
  /** Of a wrong order, the step that should have come before. */
  other: string | null
  /** Finished cases that have it, and how often. */
  cases: number
  count: number
  /** Median seconds from first to last event. */
  lasted: number
  csat: Sample
}

/** What the store says of cases beside a process: counts and moments, no rows. */
export interface ConformanceEvidence {
  /** Cases in question, those with a dated event, and those that are finished: only they are judged. */
  cases: number
  traced: number
  finished: number
  followed: number
  /** Of those that are not finished, how many have parted already. */
  running_parted: number
  lasted: { followed: number | null; parted: number | null }
  csat: { followed: Sample; parted: Sample }
  deviations: DeviationEvidence[]
  /** Finished cases that have each step of the process, in its order. */
  reached: number[]
  /** Is there satisfaction by case? */
  rated: boolean
}

/** Every step that events have, in any case, the most frequent first. */
export async function readSteps(context: MetricContext): Promise<KnownStep[]> {
  if (!hasEvents(context)) return []
  const rows = await context.store.rows(
    sql`SELECT step, count(*) AS n FROM (${eventsSql(context)}) WHERE step IS NOT NULL GROUP BY step ORDER BY n DESC, step`,
  )
  return rows.map(({ step }) => ({ step: String(step), label: stepLabel(String(step), context.words) }))
}

/** How the cases of a scope went beside a settled process; null where there are no events. */
export async function readConformance(
  target: TargetProcess,
  scope: ProcessScope,
  context: MetricContext,
): Promise<ConformanceEvidence | null> {
  if (!hasEvents(context)) return null
  const chosen = await casesOf(scope, context)
  return holdSteps(conformanceSteps(target, chosen, context), context.store, (of) => readHeld(of, target, context))
}

async function readHeld(
  of: Tables<ConformanceStep>,
  target: TargetProcess,
  context: MetricContext,
): Promise<ConformanceEvidence | null> {
  const { store } = context
  const median = (where = ''): string =>
    `${operate(store.dialect, 'quantile', 'lasted', '0.5')}${where && ` FILTER (WHERE ${where})`}`
  const rated = `count(score) AS n, avg(score) AS mean, var_samp(score) AS variance`
  const [whole = {}] = await store.rows(sql`SELECT (SELECT count(*) FROM ${of.chosen}) AS cases, count(*) AS traced,
  count(*) FILTER (WHERE finished) AS finished, count(*) FILTER (WHERE finished AND NOT parted) AS followed,
  count(*) FILTER (WHERE parted AND NOT finished) AS running_parted, ${raw(median('finished AND NOT parted'))} AS lasted_followed,
  ${raw(median('finished AND parted'))} AS lasted_parted FROM ${of.judged}`)
  if (count(whole.traced) === 0) return null
  const ratings = await store.rows(sql`SELECT parted, ${raw(rated)} FROM ${of.judged} WHERE finished GROUP BY parted`)
  const deviations =
    await store.rows(sql`SELECT kind, step, other, count(*) AS cases, sum(times) AS count, ${raw(median())} AS lasted, ${raw(rated)} FROM (
  SELECT kind, step, other, times, lasted, score, finished FROM ${of.judged} AS j JOIN ${of.marks} AS m ON m.variant = j.variant
  UNION ALL SELECT kind, step, NULL, 1, lasted, score, finished FROM ${of.judged} AS j JOIN ${of.times} AS t ON t.life = j.life
) WHERE finished GROUP BY kind, step, other`)
  const reached = await store.rows(
    sql`SELECT position, sum(n) AS n FROM ${of.hits} AS h JOIN ${of.ends} AS e ON e.variant = h.variant WHERE finished GROUP BY position`,
  )
  const reachedAt = new Map(reached.map(({ position, n }) => [Number(position), count(n)]))
  return {
    cases: count(whole.cases),
    traced: count(whole.traced),
    finished: count(whole.finished),
    followed: count(whole.followed),
    running_parted: count(whole.running_parted),
    lasted: { followed: numberOr(whole.lasted_followed), parted: numberOr(whole.lasted_parted) },
    csat: {
      followed: sampleOf(ratings.find(({ parted }) => parted === false)),
      parted: sampleOf(ratings.find(({ parted }) => parted === true)),
    },
    deviations: deviations.map(deviationOf).toSorted((a, b) => b.cases - a.cases || (nameOf(a) < nameOf(b) ? -1 : 1)),
    reached: target.steps.map((_, index) => reachedAt.get(index) ?? 0),
    rated: hasRatings(context),
  }
}

const count = (value: unknown): number => Number(value ?? 0)
const numberOr = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value))
const textOr = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

function sampleOf(row: Row | undefined): Sample {
  return { n: count(row?.n), mean: numberOr(row?.mean), variance: numberOr(row?.variance) }
}

function deviationOf(row: Row): DeviationEvidence {
  return {
    kind: String(row.kind) as DeviationKind,
    step: textOr(row.step),
    other: textOr(row.other),
    cases: count(row.cases),
    count: count(row.count),
    lasted: count(row.lasted),
    csat: sampleOf(row),
  }
}

const nameOf = ({ kind, step, other }: DeviationEvidence): string => JSON.stringify([kind, step, other])
