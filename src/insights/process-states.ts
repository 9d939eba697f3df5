import type { MetricContext } from '../metrics/context.ts'
import { join, raw, type Sql, sql } from '../sql/sql.ts'
import type { EdgeEvidence, ProcessEvidence, StepEvidence } from './process-evidence.ts'

/** What a case went through, by the fields that are filled and its status, in this order. */
const states: { step: string; columns: string[]; status?: string[] }[] = [
  { step: 'activity:assigned', columns: ['assigned_at'] },
  { step: 'activity:replied:agent', columns: ['first_response_at'] },
  { step: 'activity:solved', columns: ['solved_at', 'first_solved_at'], status: ['solved'] },
  { step: 'activity:closed', columns: ['closed_at'], status: ['closed'] },
]

/** The process as statuses and filled fields let it be inferred; null where there are none. */
export async function readStates(ids: Sql, context: MetricContext): Promise<ProcessEvidence | null> {
  const { present } = context.version
  const known = states.flatMap(({ step, columns, status }) => {
    const signs = [
      ...columns.filter((name) => present.has(`cases.${name}`)).map((name) => `c."${name}" IS NOT NULL`),
      ...(status && present.has('cases.status') ? status.map((name) => `c.status = '${name}'`) : []),
    ]
    return signs.length > 0 ? [{ step, sign: `coalesce(${signs.join(' OR ')}, FALSE)` }] : []
  })
  if (known.length === 0) return null
  const flags = known.map(({ sign }, index) => raw(`${sign} AS s${index}`))
  const status = present.has('cases.status') ? 'c.status' : 'CAST(NULL AS VARCHAR)'
  const found = await context.store.rows(
    sql`SELECT ${join(flags)}, ${raw(status)} AS status, count(*) AS n FROM cx.cases c WHERE c.id IN (${ids}) GROUP BY ALL ORDER BY n DESC, ${raw(known.map((_, index) => `s${index}`).join(', '))}`,
  )
  const paths = new Map<string, { path: string[]; cases: number }>()
  const statuses = new Map<string, number>()
  for (const row of found) {
    const path = ['activity:created', ...known.filter((_, index) => row[`s${index}`] === true).map(({ step }) => step)]
    const id = JSON.stringify(path)
    const cases = Number(row.n)
    paths.set(id, { path, cases: (paths.get(id)?.cases ?? 0) + cases })
    if (row.status !== null) statuses.set(String(row.status), (statuses.get(String(row.status)) ?? 0) + cases)
  }
  const variants = [...paths.values()].toSorted((a, b) => b.cases - a.cases)
  const standing = [...statuses]
    .map(([value, cases]) => ({ status: value, cases }))
    .toSorted((a, b) => b.cases - a.cases)
  return variants.length > 0 ? { ...inferredFrom(variants), statuses: standing } : null
}

/** Everything that sequences alone say. */
export function inferredFrom(variants: { path: string[]; cases: number }[]): ProcessEvidence {
  const steps = new Map<string, StepEvidence>()
  const edges = new Map<string, EdgeEvidence>()
  const lengths = variants
    .map(({ path, cases }) => ({ length: path.length, cases }))
    .toSorted((a, b) => a.length - b.length)
  const all = variants.reduce((sum, { cases }) => sum + cases, 0)
  const events = variants.reduce((sum, { path, cases }) => sum + path.length * cases, 0)
  for (const { path, cases } of variants)
    for (const [index, step] of path.entries()) {
      const known = steps.get(step) ?? { step, count: 0, cases: 0, starts: 0, ends: 0, repeated: 0, place: 0 }
      known.place = (known.place * known.count + (index + 1) * cases) / (known.count + cases)
      known.count += cases
      known.cases += cases
      if (index === 0) known.starts += cases
      if (index === path.length - 1) known.ends += cases
      steps.set(step, known)
      const to = path[index + 1]
      if (to === undefined) continue
      const id = JSON.stringify([step, to])
      const edge = edges.get(id) ?? { from: step, to, count: 0, cases: 0, median: null, p90: null, total: null }
      edge.count += cases
      edge.cases += cases
      edges.set(id, edge)
    }
  const ordered = <Counted extends { count: number }>(list: Iterable<Counted>) =>
    [...list].toSorted((a, b) => b.count - a.count)
  return {
    inferred: true,
    cases: all,
    traced: all,
    events,
    undated: 0,
    tied: 0,
    reworked: 0,
    length: { mean: events / all, median: medianOf(lengths, all), max: lengths.at(-1)?.length ?? 0 },
    duration: null,
    steps: ordered(steps.values()),
    edges: ordered(edges.values()),
    variants,
    variant_count: variants.length,
    handovers: 0,
    returned: 0,
    returned_cases: 0,
    closing: null,
    reopens: [],
    reopened_cases: 0,
    returnable: 0,
    same_agent: null,
    reworked_apart: 0,
    repeated_apart: [],
    statuses: [],
  }
}

/** As the engine has it: of an even number the mean of the two in the middle. */
function medianOf(lengths: { length: number; cases: number }[], all: number): number {
  const at = (place: number): number => {
    let before = 0
    for (const { length, cases } of lengths) {
      before += cases
      if (before > place) return length
    }
    return 0
  }
  return (at(Math.floor((all - 1) / 2)) + at(Math.floor(all / 2))) / 2
}
