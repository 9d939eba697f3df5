import { findSurvival, type Survival } from '../../insights/survival.ts'
import type { Curve } from '../../insights/survival-curves.ts'
import { canSplit } from '../../insights/survival-evidence.ts'
import { writtenTime } from '../../insights/survival-words.ts'
import { drawPicture } from '../charts/draw.ts'
import { compareOrdered, isOrdered } from '../charts/points.ts'
import { drawSurvival } from '../charts/survival.ts'
import type { PageServices } from '../services.ts'
import type { TileOf } from '../spec.ts'
import type { TableView, TileView } from '../view.ts'
import { columnsOf, countCell, refusedTile, textCell, valueCell } from './cells.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** How long it takes, with those counted to whom it has not happened yet. */
export const resolveSurvival: TileResolver<'survival'> = async (tile, context) => {
  const { services, words, scope } = context
  if (!services.readSurvival) return null
  const common = { id: tile.id, kind: 'chart', title: tileTitle(tile, context), width: tile.width }
  const { compare: _compare, ...rows } = scope
  const known = (by: string | undefined) => by !== undefined && canSplit(tile.about, by, services)
  const by = known(tile.by) ? tile.by : undefined
  if (tile.show === 'summary' && tile.by && !by) return null
  const split = by ?? splitBeside(tile, context).find(known)
  const evidence = await services.readSurvival({ ...rows, about: tile.about, ...(split && { by: split }) })
  const found = ordered(findSurvival(evidence, { words, ...(by && { by }) }), services)
  if ('refused' in found) {
    if (tile.show === 'summary') return null
    return refusedTile(common, 'no-survival', found.refused)
  }
  const reading = found.compared === null ? found.sentence : `${found.sentence} ${found.compared}`
  const foot = found.limits.join(' ')
  if (tile.show === 'summary')
    return { ...common, kind: 'table', state: 'ok', table: summaryOf(found, common.title, context) }
  const drawn = await drawPicture(
    'survival',
    (width) => drawSurvival(found, words, width),
    tile.width,
    common.title,
    words,
    services.pictures,
  )
  return {
    ...common,
    state: 'ok',
    reading,
    figure: drawn.figure,
    foot: `${drawn.foot} ${foot}`,
    table: timesOf(found, common.title, context),
  } satisfies TileView
}

/** A tile of the same question with a split reads the whole as well: the page asks once for both. */
function splitBeside({ about }: TileOf<'survival'>, { page }: TileContext): string[] {
  return page.tiles.flatMap((each) => (each.kind === 'survival' && each.about === about && each.by) || [])
}

/** Largest groups first, but priorities and bands in their own order. */
function ordered<Answer extends object>(found: Answer | Survival, { catalogue }: PageServices): Answer | Survival {
  if (!('curves' in found)) return found
  const dimension = catalogue.dimensions.get(found.by ?? '')
  if (!isOrdered(dimension)) return found
  return { ...found, curves: found.curves.toSorted((a, b) => compareOrdered(a.key, b.key, dimension)) }
}

function curvesOf({ whole, curves }: Survival): Curve[] {
  return curves.length > 1 ? [whole, ...curves] : [whole]
}

const named = new Set(['group', 'after'])

/** What each curve is at round times, with how many were observed then. */
function timesOf(found: Survival, caption: string, { words }: TileContext): TableView {
  const { about, ticks } = found
  const ids = ['group', 'after', 'at_risk', `share.${about}`, 'low', 'high']
  return {
    caption,
    columns: columnsOf(ids, 'say.survival.column', words, { named }).map((each) =>
      // The words differ by question, the column does not.
      each.id.startsWith('share') ? { ...each, id: 'share' } : each,
    ),
    rows: curvesOf(found).flatMap((curve) =>
      ticks.flatMap((tick, at) => {
        const point = curve.at[at]
        if (!point) return []
        return [
          [
            textCell(curve.label, curve.key),
            textCell(writtenTime(tick, about, words), tick),
            countCell(point.at_risk, words),
            valueCell(point.value, 'ratio', words),
            valueCell(point.low, 'ratio', words),
            valueCell(point.high, 'ratio', words),
          ],
        ]
      }),
    ),
  }
}

/** Each group with its median and 90th percentile, beside those of ended cases alone. */
function summaryOf(found: Survival, caption: string, { words }: TileContext): TableView {
  const { about } = found
  const customers = about === 'customers'
  const time = (value: number | null) => textCell(writtenTime(value, about, words), value)
  const ids = customers
    ? ['group', 'n', 'ended.customers', 'open.customers', 'median.customers']
    : ['group', 'n', `ended.${about}`, `open.${about}`, 'median', 'only', 'p90', 'only90']
  return {
    caption,
    columns: columnsOf(ids, 'say.survival.column', words, { named }),
    rows: curvesOf(found).map((each) => [
      textCell(each.label, each.key),
      countCell(each.n, words),
      countCell(each.events, words),
      countCell(each.open, words),
      time(each.median.value),
      ...(customers ? [] : [time(each.ended_only.median), time(each.p90.value), time(each.ended_only.p90)]),
    ]),
  }
}
