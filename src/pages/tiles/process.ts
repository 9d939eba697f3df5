import { formatNumber, formatValue } from '../../config/format.ts'
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
import { resolveConformance } from './conformance.ts'
import type { TileContext, TileResolver } from './tile.ts'
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
    return { ...common, state: 'refused', problem: { code: 'process-unknown', message: map.refused } }
  }
  if (tile.show === 'map') return mapTile(common, map, context)
  const table = tables[tile.show](map, tile, title, words)
  return table.rows.length > 0 ? { ...common, state: 'ok', ...readingOf(map, tile, words), table } : null
}

/** The sentence opens the page: it is no reading of the picture. */
export interface ProcessContent {
  sentence: string
}

type Head = Pick<TileView, 'id' | 'kind' | 'title' | 'width'>

async function mapTile(head: Head, map: ProcessMap, { words, services }: TileContext): Promise<TileView> {
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
    table: edgeTable(map, map.edges, head.title, words),
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

type Maker = (map: ProcessMap, tile: TileOf<'process'>, caption: string, words: Words) => TableView

const tables: Record<'waits' | 'variants' | 'steps', Maker> = {
  /** Those that wait longest in all come first; without times there is nothing to say. */
  waits: (map, tile, caption, words) => {
    const waiting = map.edges.filter(({ total }) => total !== null && total > 0)
    const sorted = waiting.toSorted((a, b) => (b.total ?? 0) - (a.total ?? 0))
    return cut(edgeTable(map, sorted, caption, words), tile.limit)
  },
  variants: (map, tile, caption, words) => ({
    caption,
    columns: columnsOf(['path', 'cases', 'share'], words),
    rows: map.variants
      .slice(0, tile.limit)
      .map(({ labels, cases, share }) => [
        textCell(pathText(labels)),
        countCell(cases, words),
        { text: formatValue(share, 'ratio', words), value: share },
      ]),
    more: Math.max(0, map.variant_count - tile.limit),
  }),
  steps: (map, tile, caption, words) =>
    cut(
      {
        caption,
        columns: columnsOf(
          // Inferred: whether a step came twice is not known, and no case has ended for good.
          map.inferred ? ['step', 'count', 'stands'] : ['step', 'count', 'cases', 'starts', 'ends', 'repeated'],
          words,
        ),
        rows: map.steps.map((step) => [
          textCell(step.label),
          ...(map.inferred
            ? [step.count, step.ends]
            : [step.count, step.cases, step.starts, step.ends, step.repeated]
          ).map((value) => countCell(value, words)),
        ]),
      },
      tile.limit,
    ),
}

function edgeTable({ inferred }: ProcessMap, edges: ProcessEdge[], caption: string, words: Words): TableView {
  const times = inferred ? [] : (['median', 'p90', 'total'] as const)
  return {
    caption,
    columns: columnsOf(['from', 'to', 'count', ...times], words),
    rows: edges.map((edge) => [
      textCell(edge.from_label),
      textCell(edge.to_label),
      countCell(edge.count, words),
      ...times.map((id) => ({ text: formatValue(edge[id], 'seconds', words), value: edge[id] })),
    ]),
  }
}

const named = new Set(['from', 'to', 'path', 'step'])

function columnsOf(ids: string[], words: Words): TableView['columns'] {
  return ids.map((id) => ({ id, label: say(words, `say.process.column.${id}`), numeric: !named.has(id) }))
}

function cut(table: TableView, limit: number): TableView {
  return { ...table, rows: table.rows.slice(0, limit), more: Math.max(0, table.rows.length - limit) }
}

function textCell(text: string): TableCell {
  return { text, value: text }
}

function countCell(value: number, words: Words): TableCell {
  return { text: formatNumber(value, words), value }
}
