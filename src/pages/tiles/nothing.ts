import { say } from '../../config/words.ts'
import { scopeOf, withParameters } from '../parameters.ts'
import type { TileView } from '../view.ts'
import { hasPage, hrefOn, hrefTo, isHiddenByScope, type TileContext, totalOf } from './tile.ts'

const counted = ['kpi', 'chart']

/**
 * One tile in place of many that would each say the same: the filters leave nothing, or the files hold nothing. It names the
 * filter that is to blame and the way back. Null where there is something to show.
 */
export async function nothingTile(tiles: TileView[], labels: string[], context: TileContext): Promise<TileView | null> {
  const numbers = tiles.filter((each) => counted.includes(each.kind) || each.state === 'error')
  if (numbers.length === 0 || !numbers.every(isVoid)) return null
  // Rows are left, only not of these numbers: each tile says so of its own.
  if ((await Promise.all(numbers.map((each) => isHiddenByScope(each, context)))).some(Boolean)) return null
  const { words, parameters, services } = context
  const common = { id: 'nothing', kind: 'nothing', width: 12, state: 'empty' as const }
  const { where, from, to } = parameters
  if (where.length > 0 || from || to) {
    const links = await Promise.all([
      ...where.map((each, i) =>
        withoutOne({ where: where.filter((other) => other !== each) }, labels[i] ?? each.dimension, context),
      ),
      ...(from || to
        ? [withoutOne({ from: undefined, to: undefined }, say(words, 'pages.nothing.dates'), context)]
        : []),
    ])
    const all = {
      href: hrefOn(context, { where: [], from: undefined, to: undefined }),
      label: say(words, 'pages.nothing.clear'),
    }
    return { ...common, title: say(words, 'pages.nothing.title'), links: [...links, all] }
  }
  if (Object.values(services.version.counts).some((each) => each > 0)) return null
  return {
    ...common,
    title: say(words, 'pages.void.title'),
    reading: say(words, 'pages.void.message'),
    links: hasPage(context, 'data') ? [{ href: hrefTo(context, 'data'), label: say(words, 'pages.void.link') }] : [],
  }
}

/** No number, or a count of none. What cannot be known from this data at all says nothing about the filters. */
function isVoid(tile: TileView): boolean {
  if (tile.state !== 'ok') return true
  return (
    tile.frame !== undefined &&
    tile.kind === 'kpi' &&
    totalOf(tile.frame, tile.frame.query.metrics[0] ?? '').value === 0
  )
}

/** How many cases there are without one of the filters. */
async function withoutOne(change: Partial<TileContext['parameters']>, filter: string, context: TileContext) {
  const { compare: _compare, ...scope } = scopeOf(withParameters(context.parameters, change))
  const count = await context.services.runQuery({ metrics: ['cases'], ...scope }).then(
    (frame) => totalOf(frame, 'cases').value ?? 0,
    () => 0,
  )
  return { href: hrefOn(context, change), label: say(context.words, 'pages.nothing.without', { filter, count }) }
}
