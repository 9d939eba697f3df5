import { say } from '../../../config/words.ts'
import { resolvePage } from '../../../pages/resolve.ts'
import type { Tile } from '../../../pages/spec.ts'
import type { Block } from '../document.ts'
import { type ChapterContext, ownPage } from './chapter.ts'
import { blocksOfTile } from './tile-blocks.ts'

const tiles: Tile[] = (['loads', 'rejects', 'findings', 'quality'] as const).map((kind) => ({
  ...{ kind, id: kind, width: 12, when_refused: 'hide' },
}))

/** What came in and that nothing was lost, what was set aside, what cannot be trusted, and the score with its arithmetic. */
export async function composeQuality(context: ChapterContext): Promise<Block[]> {
  const view = await resolvePage(
    { ...ownPage(context.report), tiles },
    '',
    { ...context.services, pictures: false },
    'as-written',
  )
  const blocks = await Promise.all(
    view.tiles.map((tile) => {
      const title = tile.kind === 'quality' ? say(context.words, 'report.quality.title') : tile.title
      const source = { tile: `${view.id}/${tile.id}`, facts: factsOf(tile.kind) }
      return blocksOfTile({ ...tile, title }, source, context)
    }),
  )
  return blocks.flat()
}

function factsOf(kind: string): 'loads' | 'rejects' | 'checks' {
  return kind === 'loads' || kind === 'rejects' ? kind : 'checks'
}
