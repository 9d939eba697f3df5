import { say } from '../config/words.ts'
import type { Problem } from '../errors.ts'
import { listed } from '../metrics/needs.ts'
import type { Tile } from './spec.ts'
import { refusalOf, type TileContext } from './tiles/tile.ts'

/** Names that a reader takes in; the others are counted. */
const mostNamed = 4

/** A tile that the page has and does not show. */
export interface LeftOut {
  tile: Tile
  title: string
}

/** What the viewer's own filters or dates took from the page: without a word, nobody would know that it can be had. */
export async function leftOutNotice(left: LeftOut[], context: TileContext): Promise<Problem[]> {
  const { scope, words } = context
  if (!scope.where && !scope.range) return []
  const blamed = await Promise.all(left.map(({ tile }) => isTakenByScope(tile, context)))
  const titles = left
    .filter((_, index) => blamed[index])
    .map(({ title }) => say(words, 'pages.notice.left-out.title', { title }))
  if (titles.length === 0) return []
  const more = titles.length - mostNamed
  const named = titles.slice(0, more > 1 ? mostNamed : undefined)
  return [
    {
      code: 'tiles-left-out',
      message: say(words, 'pages.notice.left-out', {
        count: titles.length,
        titles: listed(more > 1 ? [...named, say(words, 'pages.notice.left-out.more', { more })] : named, words),
      }),
      fix: say(words, 'pages.notice.fix'),
    },
  ]
}

/** Known without the filters and the dates, and refused with them: by the number alone, so no split is to blame. */
async function isTakenByScope(tile: Tile, { scope, services }: TileContext): Promise<boolean> {
  const metrics = tile.kind === 'kpi' ? [tile.metric] : tile.kind === 'chart' ? tile.query.metrics : []
  const known = metrics.filter((each) => services.catalogue.metrics.has(each))
  const { compare: _compare, ...asked } = scope
  if (known.length === 0) return false
  const frame = await services.runQuery({ metrics: known, ...asked })
  const refused = known.filter((each) => refusalOf(frame, each))
  if (refused.length === 0) return false
  const all = await services.runQuery({ metrics: refused })
  return refused.some((each) => !refusalOf(all, each))
}
