import { say, type Words } from '../../../config/words.ts'
import type { Query } from '../../../metrics/query.ts'
import type { ChapterOf } from '../../../pages/report-spec.ts'
import { takenTiles } from '../../../pages/report-spec.ts'
import { resolvePage } from '../../../pages/resolve.ts'
import type { Tile } from '../../../pages/spec.ts'
import type { KpiContent } from '../../../pages/tiles/kpi.ts'
import type { PageView, TileView } from '../../../pages/view.ts'
import type { Block, KeyNumber, Source } from '../document.ts'
import { type ChapterContext, quoted } from './chapter.ts'
import { blocksOfTile } from './tile-blocks.ts'

/** Twelfths of a page at which a drawing has the room that it has on paper: its letters are then as large as the text. */
const printWidth = 7

/** Charts and tables of pages, each with what it says; before them, what they say together. */
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
  const blocks = await Promise.all(views.map((view) => blocksOfPage(view, context)))
  return [...openingOf(views, context.words), ...blocks.flat()]
}

function onPaper(tile: Tile): Tile {
  return tile.kind === 'kpi' ? tile : { ...tile, width: printWidth }
}

/** Which of the splits that follow hold and which do not: by their titles, so that a reader knows where to look. */
function openingOf(views: PageView[], words: Words): Block[] {
  const tiles = views.flatMap((view) => view.tiles.map((tile) => ({ tile, source: sourceOf(tile, view) })))
  const sentence = tiles.find(({ tile }) => sentenceOf(tile) !== '')
  const tested = tiles.filter(({ tile }) => tile.state === 'ok' && typeof tile.verdict?.real === 'boolean')
  const titles = (real: boolean) => [
    ...new Set(tested.filter(({ tile }) => tile.verdict?.real === real).map(({ tile }) => tile.title)),
  ]
  const [real, none] = [titles(true), titles(false)]
  return [
    ...(sentence ? [{ kind: 'paragraph' as const, text: sentenceOf(sentence.tile), source: sentence.source }] : []),
    ...(real.length + none.length > 1
      ? [
          {
            kind: 'paragraph' as const,
            text: say(words, 'report.tiles.verdicts', {
              real: real.length,
              none: none.length,
              real_titles: quoted(real, words),
              none_titles: quoted(none, words),
            }),
            source: { queries: tested.flatMap(({ source }) => source.queries ?? []) },
          },
        ]
      : []),
  ]
}

/** What a tile says of itself in one sentence, where its caption does not say it anyway. */
function sentenceOf({ state, content, reading = '', kind }: TileView): string {
  const sentence = (content as { sentence?: unknown } | undefined)?.sentence
  if (state !== 'ok' || kind === 'quality' || typeof sentence !== 'string' || reading.includes(sentence)) return ''
  return sentence
}

/** Numbers that stand next to each other become one row. */
async function blocksOfPage(view: PageView, context: ChapterContext): Promise<Block[]> {
  const blocks: Block[] = []
  let numbers: KeyNumber[] = []
  const close = (): void => {
    if (numbers.length > 0) blocks.push({ kind: 'numbers', numbers })
    numbers = []
  }
  for (const tile of view.tiles) {
    if (tile.kind === 'kpi' && tile.state === 'ok' && tile.query) numbers.push(numberOf(tile, tile.query))
    else {
      close()
      blocks.push(...(await blocksOfTile(tile, sourceOf(tile, view), context)))
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

function numberOf({ title, content }: TileView, query: Query): KeyNumber {
  const { exact, value, suffix, facts, target } = content as KpiContent
  return {
    label: title,
    value: exact ?? `${value}${suffix}`,
    facts,
    ...(target && { standing: { text: `${target.gap} ${target.text}`, tone: target.tone } }),
    query,
  }
}
