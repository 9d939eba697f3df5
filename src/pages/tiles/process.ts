import { formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import {
  findProcess,
  type ProcessEdge,
  type ProcessFinding,
  type ProcessMap,
  pathText,
} from '../../insights/process.ts'
import { drawPicture } from '../charts/draw.ts'
import { drawProcess } from '../charts/process.ts'
import type { TileOf } from '../spec.ts'
import type { TableCell, TableView, TileView } from '../view.ts'
import { columnsOf, countCell, type Head, refusedTile, textCell, valueCell } from './cells.ts'
import { resolveConformance } from './conformance.ts'
import { hrefToCases, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** The process of the cases: as a map, or one of its tables. */
export const resolveProcess: TileResolver<'process'> = async (tile, context) => {
  const { services, words, scope } = context
  if (tile.show === 'target' || tile.show === 'deviations') return resolveConformance(tile, context)
  const title = tileTitle(tile, context)
  const common = { id: tile.id, kind: 'process', title, width: tile.width }
  if (!services.readProcess) return null
  const { compare: _compare, ...asked } = scope
  const map = findProcess(await services.readProcess(asked), words)
  if ('refused' in map) {
    if (tile.show !== 'map') return null
    return refusedTile(common, 'process-unknown', map.refused)
  }
  if (tile.show === 'map') return mapTile(common, map, context)
  const table = tables[tile.show](map, tile, title, context)
  return table.rows.length > 0 ? { ...common, state: 'ok', ...readingOf(map, tile, words), table } : null
}

/** The sentence opens the page: it is no reading of the picture. */
export interface ProcessContent {
  sentence: string
}

async function mapTile(head: Head, map: ProcessMap, context: TileContext): Promise<TileView> {
  const { words, services } = context
  const drawn = await drawPicture(
    'process',
    (width) => drawProcess(map, words, width),
    head.width,
    head.title,
    words,
    services.pictures,
  )
  return {
    ...head,
    state: 'ok',
    reading: saidOf(map, ['bottleneck', 'left_out']),
    content: { sentence: map.sentence } satisfies ProcessContent,
    figure: drawn.figure,
    foot: drawn.foot,
    table: edgeTable(map, map.edges, head.title, context),
  }
}

function saidOf({ findings }: ProcessMap, about: ProcessFinding['about'][]): string | undefined {
  const said = findings.filter((each) => about.includes(each.about)).map(({ sentence }) => sentence)
  return said.length > 0 ? said.join(' ') : undefined
}

function readingOf(map: ProcessMap, tile: TileOf<'process'>, words: Words): Pick<TileView, 'reading'> {
  if (tile.show === 'steps') return { reading: saidOf(map, ['rework', 'reopens', 'returns']) }
  if (tile.show !== 'variants') return {}
  const shown = map.variants.slice(0, tile.limit)
  const share = shown.reduce((sum, each) => sum + each.share, 0)
  return {
    reading: say(words, 'pages.process.listed', {
      shown: shown.length,
      all: map.variant_count,
      share: formatValue(share, 'ratio', words),
    }),
  }
}

type Maker = (map: ProcessMap, tile: TileOf<'process'>, caption: string, context: TileContext) => TableView

const tables: Record<'waits' | 'variants' | 'steps' | 'questions', Maker> = {
  /** Those that wait longest in all come first; without times there is nothing to say. */
  waits: (map, tile, caption, context) => {
    const waiting = map.edges.filter(({ total }) => total !== null && total > 0)
    const sorted = waiting.toSorted((a, b) => (b.total ?? 0) - (a.total ?? 0))
    return cut(edgeTable(map, sorted, caption, context), tile.limit)
  },
  variants: (map, tile, caption, context) => ({
    caption,
    columns: columns(['path', 'cases', 'share'], context.words),
    rows: map.variants
      .slice(0, tile.limit)
      .map(({ path, labels, cases, share }) => [
        textCell(pathText(labels)),
        countCell(cases, context.words, casesHref(map, ['path', ...path], context)),
        valueCell(share, 'ratio', context.words),
      ]),
    more: Math.max(0, map.variant_count - tile.limit),
  }),
  questions: (map, _tile, caption, { words }) => ({
    caption,
    columns: columns(['question'], words),
    rows: map.questions.map((question) => [textCell(question)]),
    more: 0,
  }),
  steps: (map, tile, caption, context) =>
    cut(
      {
        caption,
        columns: columns(
          // Inferred: whether a step came twice is not known, and no case has ended for good.
          map.inferred ? ['step', 'count', 'stands'] : ['step', 'count', 'cases', 'starts', 'ends', 'repeated'],
          context.words,
        ),
        rows: map.steps.map((step) => [textCell(step.label), ...stepCells(map, step, context)]),
      },
      tile.limit,
    ),
}

/** What stands behind a figure can be listed where events say so. */
function casesHref(map: ProcessMap, part: string[], context: TileContext): string | undefined {
  return map.inferred ? undefined : hrefToCases(part, context)
}

function stepCells(map: ProcessMap, step: ProcessMap['steps'][number], context: TileContext): TableCell[] {
  const cell = (value: number, part?: string[]): TableCell =>
    countCell(value, context.words, part && value > 0 ? casesHref(map, part, context) : undefined)
  if (map.inferred) return [cell(step.count), cell(step.ends)]
  return [
    cell(step.count),
    cell(step.cases, ['step', step.step]),
    cell(step.starts),
    cell(step.ends),
    cell(step.repeated, ['again', step.step]),
  ]
}

function edgeTable(map: ProcessMap, edges: ProcessEdge[], caption: string, context: TileContext): TableView {
  const { inferred } = map
  const { words } = context
  const times = inferred ? [] : (['median', 'p90', 'total'] as const)
  return {
    caption,
    columns: columns(['from', 'to', 'count', ...times], words),
    rows: edges.map((edge) => [
      textCell(edge.from_label),
      textCell(edge.to_label),
      countCell(edge.count, words, casesHref(map, ['edge', edge.from, edge.to], context)),
      ...times.map((id) => valueCell(edge[id], 'seconds', words)),
    ]),
  }
}

const named = new Set(['from', 'to', 'path', 'step', 'question'])

const columns = (ids: string[], words: Words): TableView['columns'] =>
  columnsOf(ids, 'say.process.column', words, { named })

function cut(table: TableView, limit: number): TableView {
  return { ...table, rows: table.rows.slice(0, limit), more: Math.max(0, table.rows.length - limit) }
}
