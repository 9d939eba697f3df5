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
  const parts = await Promise.all(
    view.tiles.map(async (tile): Promise<Block[]> => {
      const blocks = await blocksOfTile(tile, { tile: `${view.id}/${tile.id}`, facts: factsOf(tile.kind) }, context)
      // A table has its own title; a list or a sentence needs one above it.
      const titled = blocks.length > 0 && blocks[0]?.kind !== 'table'
      return titled ? [{ kind: 'heading', text: headingOf(tile.kind, tile.title, context) }, ...blocks] : blocks
    }),
  )
  return parts.flat()
}

function headingOf(kind: string, title: string, { words }: ChapterContext): string {
  return kind === 'quality' ? say(words, 'report.quality.title') : title
}

function factsOf(kind: string): 'loads' | 'rejects' | 'checks' {
  return kind === 'loads' || kind === 'rejects' ? kind : 'checks'
}
