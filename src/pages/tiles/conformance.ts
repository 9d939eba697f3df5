import { formatDuration } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { type Conformance, findConformance, ratingText } from '../../insights/conformance.ts'
import { findProcess, type ProcessMap } from '../../insights/process.ts'
import { targetHas } from '../../insights/target-edges.ts'
import type { TargetProcess } from '../../insights/target-process.ts'
import { drawPicture } from '../charts/draw.ts'
import { drawProcess } from '../charts/process.ts'
import type { TileOf } from '../spec.ts'
import type { TableView, TileView } from '../view.ts'
import { columnsOf, countCell, type Head, refusedTile, textCell, valueCell } from './cells.ts'
import { hrefToCases, type TileContext } from './tile.ts'
import { tileTitle } from './title.ts'

/** The cases beside the process that they should follow: as they go against as they should, or where they part. */
export async function resolveConformance(tile: TileOf<'process'>, context: TileContext): Promise<TileView | null> {
  const { services, words, scope } = context
  const { compare: _compare, ...asked } = scope
  const beside = await services.readConformance?.({ scope: asked, against: tile.against })
  const common = { id: tile.id, kind: 'process', title: tileTitle(tile, context), width: tile.width }
  // Most projects have written none down; a page need not say so.
  if (!beside) return null
  const found = findConformance(beside.target, beside.evidence, words)
  if ('refused' in found) return tile.show === 'target' ? refusedTile(common, 'process-unknown', found.refused) : null
  if (tile.show === 'target') return targetTile(common, found, beside.target, context)
  if (found.deviations.length === 0) return null
  return {
    ...common,
    state: 'ok',
    reading: found.limits.join(' '),
    table: deviationTable(found, common.title, tile.limit, context),
  }
}

async function targetTile(
  head: Head,
  found: Conformance,
  target: TargetProcess,
  { services, words, scope }: TileContext,
): Promise<TileView> {
  const { compare: _compare, ...asked } = scope
  const map = findProcess((await services.readProcess?.(asked)) ?? null, words)
  const table = stepTable(found, head.title, words)
  if ('refused' in map) return { ...head, state: 'ok', reading: found.sentence, table }
  const against = { title: target.title, has: (edge: ProcessMap['edges'][number]) => targetHas(target, edge) }
  const drawn = await drawPicture(
    'process',
    (width) => drawProcess(map, words, width, against),
    head.width,
    head.title,
    words,
    services.pictures,
  )
  return { ...head, state: 'ok', reading: found.sentence, figure: drawn.figure, foot: drawn.foot, table }
}

const named = new Set(['step', 'needed', 'limit', 'deviation', 'rating'])

const columns = (ids: string[], words: Words): TableView['columns'] =>
  columnsOf(ids, 'say.conformance.column', words, { named })

function stepTable({ steps, finished }: Conformance, caption: string, words: Words): TableView {
  return {
    caption,
    columns: columns(['step', 'needed', 'limit', 'cases', 'share'], words),
    rows: steps.map(({ label, optional, within, cases }) => [
      textCell(label),
      textCell(say(words, optional ? 'say.conformance.optional' : 'say.conformance.always')),
      textCell(within === null ? '' : formatDuration(within, words)),
      countCell(cases, words),
      valueCell(cases / finished, 'ratio', words),
    ]),
    more: 0,
  }
}

function deviationTable(
  { deviations, target }: Conformance,
  caption: string,
  limit: number,
  context: TileContext,
): TableView {
  const { words } = context
  const hrefOf = ({ kind, step, other }: Conformance['deviations'][number]): string | undefined =>
    hrefToCases(['deviation', target.id, kind, step ?? '', other ?? ''], context)
  return {
    caption,
    columns: columns(['deviation', 'cases', 'share', 'count', 'extra', 'rating'], words),
    rows: deviations
      .slice(0, limit)
      .map((each) => [
        textCell(each.label),
        countCell(each.cases, words, hrefOf(each)),
        valueCell(each.share, 'ratio', words),
        countCell(each.count, words),
        valueCell(each.extra, 'seconds', words),
        textCell(ratingText(each, words)),
      ]),
    more: Math.max(0, deviations.length - limit),
  }
}
