import {
  type Days,
  daysBefore,
  endOf,
  type Grain,
  lengthOf,
  localDay,
  shiftPeriod,
  startOf,
} from '../../../calendar.ts'
import { type Change, findChange } from '../../../insights/change.ts'
import { changeKindOf, readChange } from '../../../insights/change-frames.ts'
import { sayNoChange } from '../../../insights/change-words.ts'
import { isMoving, type Metric } from '../../../metrics/metric.ts'
import { expressionsOf } from '../../../metrics/parse-metrics.ts'
import { readsOf } from '../../../metrics/reach.ts'
import { labelOfDimension } from '../../../pages/tiles/table.ts'
import { totalOf } from '../../../pages/tiles/tile.ts'
import { type ChapterContext, tileContext } from './chapter.ts'

/** The last period that the data cover whole, and the one before it. */
export function lastWhole({ services }: ChapterContext, grain: Grain): { before: Days; after: Days } | null {
  const { as_of, zone, calendar } = services.version
  if (!as_of) return null
  const newest = localDay(as_of, zone)
  const current = startOf(newest, grain, calendar)
  const from = endOf(newest, grain, calendar) === newest ? current : shiftPeriod(current, grain, -1)
  const after = { from, to: endOf(from, grain, calendar) }
  return { before: daysBefore(after), after }
}

/** How a metric moved: the change, why there is none, or null where it has no place in time. */
export async function changeOf(
  id: string,
  days: { before: Days; after: Days },
  by: string[] | undefined,
  context: ChapterContext,
): Promise<Change | { refused: string } | null> {
  const { services, words } = context
  const { catalogue, version } = services
  const metric = catalogue.metrics.get(id)
  const kind = metric && changeKindOf(metric)
  if (!metric || !kind) return null
  const frame = await services.runQuery({ metrics: [id] })
  if (!frame.metrics[id]?.time_basis) return null
  const tile = tileContext(context)
  const found = findChange(
    await readChange({ metric, days, ...(by && { by }) }, kind, {
      runQuery: services.runQuery,
      catalogue,
      version,
      labelOf: (dimension) => labelOfDimension(tile, dimension),
    }),
  )
  if ('lacks' in found) return { refused: sayNoChange(found, words) }
  // Of a period that the data cover in part, nobody knows the rest.
  return isWhole(found) ? found : null
}

function isWhole({ days, seen }: Change): boolean {
  return seen.before >= lengthOf(days.before) && seen.after >= lengthOf(days.after)
}

/** What is known of a row only some time after the moment that places it in a period, by that moment. */
const later: Readonly<Record<string, RegExp>> = {
  created_at:
    /^cases\.(status|assigned_at|first_response_at|first_solved_at|solved_at|closed_at|updated_at|replies|reopens)$/,
  'case.created_at': /^case_durations\./,
  offered_at: /^surveys\.(responded_at|score)$/,
}

/** Parts of the rows that may be unfinished in one period and not in the other without being a change of their own. */
const alike = 0.01

/**
 * Rows of the last period had less time to be answered or solved than those before: a number that waits for that differs between the two
 * even if nothing has changed. Not where it waits by rule until all had their time, nor where as many are finished in both.
 */
export async function isYoung({ metric: id, days, before, after }: Change, context: ChapterContext): Promise<boolean> {
  const { runQuery, catalogue } = context.services
  const metric = catalogue.metrics.get(id)
  if (!metric || !waits(metric)) return false
  if (metric.measure.kind !== 'mean' || metric.time === 'offered_at') return true
  const [first, last] = await Promise.all(
    [days.before, days.after].map(
      async (range) => totalOf(await runQuery({ metrics: ['cases'], range }), 'cases').value,
    ),
  )
  if (!first || !last) return true
  return Math.abs((after.n ?? 0) / last - (before.n ?? 0) / first) > alike
}

function waits({ from, time, measure, maturity }: Metric): boolean {
  const columns = time === undefined ? undefined : later[time]
  if (!columns || maturity || isMoving(measure) || measure.kind === 'count') return false
  const own = measure.kind === 'ratio' ? [measure.numerator] : expressionsOf(measure)
  return own.some((each) => readsOf(from, each).some((column) => columns.test(column)))
}
