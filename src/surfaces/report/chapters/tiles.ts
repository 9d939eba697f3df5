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

/** A resolved page with the source of each of its tiles. */
interface Named {
  view: PageView
  sources: Source[]
}

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
  const named = views.map((view, index) => ({ view, sources: sourcesOf(view, parts[index]!.tiles, context) }))
  const blocks = await Promise.all(named.map((part) => blocksOfPage(part, context)))
  return joined([...openingOf(named, context.words), ...blocks.flat()])
}

/** Numbers of two pages that stand next to each other are one row. */
function joined(blocks: Block[]): Block[] {
  const rows: Block[] = []
  for (const block of blocks) {
    const last = rows.at(-1)
    if (block.kind === 'numbers' && last?.kind === 'numbers')
      rows[rows.length - 1] = { ...last, numbers: [...last.numbers, ...block.numbers] }
    else rows.push(block)
  }
  return rows
}

function onPaper(tile: Tile): Tile {
  return tile.kind === 'kpi' ? tile : { ...tile, width: printWidth }
}

/** Which of the splits that follow hold and which do not: by their titles, so that a reader knows where to look. */
function openingOf(named: Named[], words: Words): Block[] {
  const tiles = named.flatMap(({ view, sources }) => view.tiles.map((tile, at) => ({ tile, source: sources[at]! })))
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
async function blocksOfPage({ view, sources }: Named, context: ChapterContext): Promise<Block[]> {
  const blocks: Block[] = []
  let numbers: KeyNumber[] = []
  const close = (): void => {
    if (numbers.length > 0) blocks.push({ kind: 'numbers', numbers })
    numbers = []
  }
  for (const [at, tile] of view.tiles.entries()) {
    if (tile.kind === 'kpi' && tile.state === 'ok' && tile.query) numbers.push(numberOf(tile, tile.query))
    else {
      close()
      blocks.push(...(await blocksOfTile(tile, sources[at]!, context)))
    }
  }
  close()
  return blocks
}

/** Where the numbers of each tile come from, in the order of the page. */
function sourcesOf(view: PageView, specs: readonly Tile[], { services }: ChapterContext): Source[] {
  const known = ({ metrics }: Query): boolean => metrics.every((id) => services.catalogue.metrics.has(id))
  return view.tiles.map((tile) => {
    const spec = specs.find(({ id }) => id === tile.id)
    const queries = tile.query ? [tile.query] : spec ? askedBy(spec).filter(known) : []
    return {
      tile: `${view.id}/${tile.id}`,
      ...(queries.length > 0 && { queries }),
      ...(tile.rows && { rows: tile.rows }),
    }
  })
}

/** What tiles of several numbers ask, from the page that describes them. */
function askedBy(tile: Tile): Query[] {
  switch (tile.kind) {
    case 'key_factors':
      return tile.factors.map(({ metric, by }) => ({ metrics: [metric], ...(by && { by: [by] }) }))
    case 'ranks':
      return tile.metrics.map((metric) => ({ metrics: [metric], by: [tile.by] }))
    case 'agreement':
      return [tile.metric, ...tile.with].map((metric) => ({ metrics: [metric], by: [tile.by] }))
    case 'gaps':
      return [{ metrics: [tile.metric], by: [tile.by] }]
    default:
      return []
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
