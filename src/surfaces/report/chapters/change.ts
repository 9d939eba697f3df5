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
import { labelOfDimension } from '../../../pages/tiles/table.ts'
import { type ChapterContext, tileContext } from './chapter.ts'

/** The last period that the data cover whole, and as many days before it: of equal length, or a month's length would pass for a change. */
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
