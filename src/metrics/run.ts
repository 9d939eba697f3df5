import { type Days, daysAYearBefore, daysBefore, endOf, periodsIn } from '../calendar.ts'
import { say } from '../config/words.ts'
import type { Problem } from '../errors.ts'
import { type Sql, shown } from '../sql/sql.ts'
import type { Cell, Row } from '../store/store.ts'
import { assembleRows, totalOf } from './assemble.ts'
import { cellOf } from './cell.ts'
import { compilePlan, mostGroups } from './compile.ts'
import type { MetricContext } from './context.ts'
import { readCoverage, readCutDays } from './coverage.ts'
import { markTargets, metricCard, targetOf } from './definition.ts'
import type { Frame, MetricCell } from './frame.ts'
import { type Groups, gatherGroups } from './groups.ts'
import { labelsOf } from './labels.ts'
import { lintFrame } from './lint.ts'
import { componentsOf, type Metric } from './metric.ts'
import { asOfDay, type Plan, planQuery } from './plan.ts'
import type { Query } from './query.ts'
import { readsPseudo } from './reach.ts'
import { trendVerdicts } from './trend.ts'
import { checkValues } from './values.ts'
import { findVerdicts } from './verdict.ts'

/** The door: a query in, a frame out. The same query, version and viewer give the same frame on every surface. */
export async function runQuery(query: Query, context: MetricContext): Promise<Frame> {
  const plan = planQuery(query, context)
  const notes = await checkValues(plan, context)
  await leaveOutCutDays(plan, context)
  const reading = query.grain ? readCoverage(plan, context) : Promise.resolve(null)
  if (plan.selects.some(({ kind }) => kind === 'periods')) lookAt(plan, await reading)
  const statements = compilePlan(plan, context.store.dialect)
  const [results, before, coverage] = await Promise.all([
    Promise.all(statements.map((statement) => context.store.rows(statement))),
    groupsBefore(query, plan, context),
    reading,
  ])
  const groups = gatherGroups(plan, results)
  const all = assembleRows({ plan, groups, before, coverage })
  const rows = query.limit ? all.slice(0, query.limit) : all
  markTargets(rows, plan.metrics, query.where ?? [], context.targets)
  const labels = await readLabels(plan, rows, context)
  const verdicts = await findVerdicts(plan, groups, context, labels)
  const whole = (metric: Metric): MetricCell | null => wholeOf(metric, groups, plan)
  const frame: Frame = {
    query,
    version: context.version.id,
    as_of: dependsOnNow(plan) && plan.asOf ? isoOf(plan.asOf) : null,
    zone: context.version.zone,
    rows,
    labels,
    metrics: Object.fromEntries(
      plan.metrics.map((metric) => [
        metric.id,
        metricCard(
          metric,
          context,
          sqlOf(metric, plan, statements),
          targetOf(metric, whole(metric), query.where ?? [], context.targets),
        ),
      ]),
    ),
    verdicts,
    notes: [...notes, ...cutNotes(results, context), ...lintFrame(all, plan.metrics, whole, context)],
  }
  return { ...frame, verdicts: [...verdicts, ...trendVerdicts(frame, context.words)] }
}

/** A day of which the file has a part is no day to take a mean of. */
async function leaveOutCutDays(plan: Plan, context: MetricContext): Promise<void> {
  const daily = plan.selects.filter(({ kind }) => kind === 'daily')
  await Promise.all(
    daily.map(async (select) => {
      select.cut = await readCutDays(select, context)
    }),
  )
}

/** The ends of periods that are looked at one by one: as far as the data goes. */
function lookAt(plan: Plan, coverage: Days | null): void {
  const { grain, range } = plan.query
  if (!grain || !coverage) return
  for (const select of plan.selects) {
    const from = [coverage.from, select.days.from ?? ''].sort().at(-1)!
    const to = [coverage.to, range?.to ?? coverage.to].sort()[0]!
    select.periods = periodsIn({ from, to }, grain, plan.calendar).map((start) => ({
      from: start,
      to: [endOf(start, grain, plan.calendar), to].sort()[0]!,
    }))
  }
}

/** Metrics, splits and filters may read the now. */
function dependsOnNow({ metrics, selects, query }: Plan): boolean {
  if (query.last !== undefined || metrics.some(({ needsAsOf }) => needsAsOf)) return true
  const read = selects.flatMap(({ keys, where }) => [...keys, ...where])
  return read.some(({ expression }) => readsPseudo(expression, 'as_of'))
}

function isoOf(moment: string): string {
  return `${moment.replace(' ', 'T')}Z`
}

function sqlOf(metric: Metric, plan: Plan, statements: Sql[]): string {
  const parts = componentsOf(metric).flatMap((id) => plan.parts.find((part) => part.id === id) ?? [])
  if (parts.length > 0) return [...new Set(parts.map((part) => sqlOf(part, plan, statements)))].join(';\n\n')
  const index = plan.selects.findIndex((select) => select.metrics.includes(metric))
  const statement = statements[index]
  return statement ? shown(statement) : ''
}

/** The same query over the days before; periods are compared inside one answer and need no second one. */
async function groupsBefore(query: Query, plan: Plan, context: MetricContext): Promise<Groups | undefined> {
  const from = query.range?.from
  if (!query.compare || query.grain || !from) return undefined
  // A range may begin after the now: then it is its first day.
  const to = query.range?.to ?? [from, asOfDay(plan.asOf, context.version.zone) ?? from].sort().at(-1)!
  const days = query.compare === 'year' ? daysAYearBefore({ from, to }) : daysBefore({ from, to })
  const earlier = planQuery({ ...query, compare: undefined, range: days }, context)
  // The values as they were understood, the same for every table; the columns may be those of another one.
  const as = plan.selects[0]?.where
  for (const [index, select] of earlier.selects.entries()) {
    select.where = select.where.map((each, at) => ({ ...each, condition: as?.[at]?.condition ?? each.condition }))
    select.cut = plan.selects[index]?.cut
  }
  const statements = compilePlan(earlier, context.store.dialect)
  return gatherGroups(earlier, await Promise.all(statements.map((statement) => context.store.rows(statement))))
}

async function readLabels(plan: Plan, rows: Frame['rows'], context: MetricContext): Promise<Frame['labels']> {
  const labels = plan.keys.map(async (dimension) => {
    const values = rows.flatMap((row) => (dimension.id in row ? [row[dimension.id] as Cell] : []))
    return [dimension.id, await labelsOf(dimension, values, context)] as const
  })
  return Object.fromEntries(await Promise.all(labels))
}

/** The metric over all groups; null where groups do not add up to it or it has periods. */
function wholeOf(metric: Metric, groups: Groups, plan: Plan): MetricCell | null {
  if (plan.refused.has(metric.id) || plan.query.grain) return null
  if (plan.keys.length === 0) return cellOf(metric, [...groups.values()][0]?.statistics.get(metric.id))
  const statistics = totalOf(metric, groups)
  return statistics && cellOf(metric, statistics)
}

function cutNotes(results: Row[][], context: MetricContext): Problem[] {
  if (results.every((rows) => rows.length <= mostGroups)) return []
  return [
    {
      code: 'groups-cut',
      message: say(context.words, 'say.metrics.note.groups_cut', { most: mostGroups }),
      fix: say(context.words, 'say.metrics.note.groups_cut.fix'),
    },
  ]
}
