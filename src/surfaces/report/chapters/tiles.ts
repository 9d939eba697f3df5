import type { ChapterOf } from '../../../pages/report-spec.ts'
import { takenTiles } from '../../../pages/report-spec.ts'
import { resolvePage } from '../../../pages/resolve.ts'
import type { Tile } from '../../../pages/spec.ts'
import type { KpiContent } from '../../../pages/tiles/kpi.ts'
import type { PageView, TileView } from '../../../pages/view.ts'
import type { Block, KeyNumber, Source } from '../document.ts'
import type { ChapterContext } from './chapter.ts'

/** Twelfths of a page at which a drawing has the room that it has on paper: its letters are then as large as the text. */
const printWidth = 7

/** Charts and tables of pages, each with what it says. */
export async function composeTiles(chapter: ChapterOf<'tiles'>, context: ChapterContext): Promise<Block[]> {
  const parts = takenTiles(context.report, chapter, context.pages)
  const views = await Promise.all(
    parts.map(({ page, tiles }) =>
      resolvePage(
        { ...page, tiles: tiles.map(onPaper), headline: { says: 'page' } },
        '',
        context.services,
        'as-written',
      ),
    ),
  )
  return views.flatMap(blocksOfPage)
}

function onPaper(tile: Tile): Tile {
  return tile.kind === 'kpi' ? tile : { ...tile, width: printWidth }
}

/** Numbers that stand next to each other become one row. */
function blocksOfPage(view: PageView): Block[] {
  const blocks: Block[] = []
  let numbers: KeyNumber[] = []
  const close = (): void => {
    if (numbers.length > 0) blocks.push({ kind: 'numbers', numbers })
    numbers = []
  }
  for (const tile of view.tiles) {
    if (tile.kind === 'kpi' && tile.state === 'ok') numbers.push(numberOf(tile))
    else {
      close()
      blocks.push(...blocksOfTile(tile, sourceOf(tile, view)))
    }
  }
  close()
  return blocks
}

function sourceOf(tile: TileView, view: PageView): Source {
  return {
    tile: `${view.id}/${tile.id}`,
    ...(tile.query && { queries: [tile.query] }),
    ...(tile.rows && { rows: tile.rows }),
  }
}

function numberOf({ title, content, query }: TileView): KeyNumber {
  const { exact, value, suffix, facts, target } = content as KpiContent
  return {
    label: title,
    value: exact ?? `${value}${suffix}`,
    facts,
    ...(target && { standing: { text: `${target.gap} ${target.text}`, tone: target.tone } }),
    query: query!,
  }
}

/** What a tile is on paper: what it says as the caption, its picture, its table. */
export function blocksOfTile(tile: TileView, source: Source): Block[] {
  if (tile.state !== 'ok') return refusalOf(tile, source)
  const caption = [tile.verdict?.sentence ?? tile.reading, tile.caution].filter(Boolean).join(' ')
  const head = { source, id: source.tile ?? tile.id, title: tile.title }
  return [
    ...(tile.figure ? [{ ...head, kind: 'figure' as const, caption, note: tile.foot ?? '', figure: tile.figure }] : []),
    ...(tile.table
      ? [{ ...head, kind: 'table' as const, caption: tile.figure ? '' : caption, table: tile.table }]
      : []),
  ]
}

function refusalOf({ title, problem }: TileView, source: Source): Block[] {
  return problem ? [{ kind: 'refusal', source, title, why: problem.message, fix: problem.fix ?? '' }] : []
}
