import { say } from '../../../config/words.ts'
import { type Change, leastExplained } from '../../../insights/change.ts'
import { periodText, sayChange } from '../../../insights/change-words.ts'
import { listed, metricLabel } from '../../../metrics/needs.ts'
import type { ChapterOf } from '../../../pages/report-spec.ts'
import { resolvePage } from '../../../pages/resolve.ts'
import type { Tile } from '../../../pages/spec.ts'
import type { Block, Source } from '../document.ts'
import { changeOf, isYoung, lastWhole } from './change.ts'
import { type ChapterContext, ownPage } from './chapter.ts'
import { blocksOfTile } from './tile-blocks.ts'

type Days = NonNullable<ReturnType<typeof lastWhole>>

/** What moved beyond chance in the last whole period, and why; what did not, in one sentence. */
export async function composeMoved(chapter: ChapterOf<'moved'>, context: ChapterContext): Promise<Block[]> {
  const { words, services } = context
  const days = lastWhole(context, chapter.grain)
  if (!days) return []
  const known = chapter.metrics.filter((id) => services.catalogue.metrics.has(id))
  const found: { id: string; change: Awaited<ReturnType<typeof changeOf>> }[] = []
  for (const id of known) found.push({ id, change: await changeOf(id, days, undefined, context) })
  const changes = found.flatMap(({ change }) => (change && 'card' in change ? [change] : []))
  if (changes.length === 0) return []
  const real = changes.filter(({ test }) => test?.real)
  const isEach = await Promise.all(real.map((change) => isYoung(change, context)))
  const moved = real.filter((_, index) => !isEach[index])
  const young = real.filter((_, index) => isEach[index])
  const still = changes.filter(({ test }) => test && !test.real)
  const untested = changes.filter(({ test }) => !test)
  const label = (id: string): string => metricLabel(services.catalogue.metrics.get(id)!, words, services.catalogue)
  const names = (all: Change[]): string =>
    listed(
      all.map(({ metric }) => label(metric)),
      words,
    )
  const opening: Block = {
    kind: 'paragraph',
    text: [
      say(words, 'report.moved.periods', {
        after: periodText(days.after, words),
        before: periodText(days.before, words),
      }),
      ...(moved.length + young.length === 0 ? [say(words, 'report.moved.nothing')] : []),
      ...(still.length > 0 ? [say(words, 'report.moved.still', { metrics: names(still), count: still.length })] : []),
      ...(young.length > 0 ? [say(words, 'report.moved.young', { metrics: names(young) })] : []),
      ...(untested.length > 0
        ? [say(words, 'report.moved.untested', { metrics: names(untested), count: untested.length })]
        : []),
    ].join(' '),
    source: { queries: changes.flatMap((change) => queriesOf(change)) },
  }
  const parts = await Promise.all(moved.map((change) => movedBlocks(change, days, label(change.metric), context)))
  return [opening, ...parts.flat()]
}

function queriesOf({ metric, days }: Change): NonNullable<Source['queries']> {
  return [
    { metrics: [metric], range: days.before },
    { metrics: [metric], range: days.after },
  ]
}

/** The change in words, its parts as a picture, and the groups of the dimension that tells it apart. */
async function movedBlocks(change: Change, days: Days, label: string, context: ChapterContext): Promise<Block[]> {
  const [best] = change.splits
  const told = best !== undefined && best.explains > leastExplained * Math.abs(change.change)
  const tiles = (['parts', 'groups'] as const).map(
    (show): Tile => ({
      ...{ kind: 'change', id: `${change.metric.replaceAll(':', '-')}-${show}`, metric: change.metric, show },
      ...{ width: 7, when_refused: 'hide' },
    }),
  )
  const { from, to } = days.after
  const view = await resolvePage(
    { ...ownPage(context.report), tiles: told ? tiles : [] },
    new URLSearchParams({ metric: change.metric, from, to, compare: 'previous' }).toString(),
    context.services,
    'as-written',
  )
  const source: Source = { tile: `change/${change.metric}`, queries: queriesOf(change) }
  const drawn = await Promise.all(
    view.tiles.map((tile) =>
      // The words stand above the picture: it has only to say what it shows.
      blocksOfTile({ ...tile, reading: '' }, { ...source, tile: `change/${tile.id}` }, context),
    ),
  )
  return [
    { kind: 'heading', text: label },
    { kind: 'paragraph', text: sayChange(change, context.words).join(' '), source },
    ...drawn.flat(),
  ]
}
