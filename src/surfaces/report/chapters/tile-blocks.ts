import { say, type Words } from '../../../config/words.ts'
import type { ActionsContent } from '../../../pages/tiles/actions.ts'
import type { FindingsContent } from '../../../pages/tiles/findings.ts'
import type { LoadsContent } from '../../../pages/tiles/loads.ts'
import type { ProfileColumn, ProfileContent } from '../../../pages/tiles/profile.ts'
import type { QualityContent } from '../../../pages/tiles/quality.ts'
import type { ReadinessContent, ReadinessField } from '../../../pages/tiles/readiness.ts'
import type { RejectsContent } from '../../../pages/tiles/rejects.ts'
import type { TableView, TileView } from '../../../pages/view.ts'
import type { Block, Source } from '../document.ts'
import { firstActions, recommendationBlocks } from './actions.ts'
import type { ChapterContext } from './chapter.ts'
import { definitionBlocks } from './definitions.ts'
import { gatheredBlocks } from './findings.ts'
import { columnsOf, cut, isCut, textCell } from './tables.ts'

type Printer = (tile: TileView, source: Source, context: ChapterContext) => Block[] | Promise<Block[]>

/** What a tile is on paper: what it says as the caption, its picture, its table; other contents as the list below prints them. */
export async function blocksOfTile(tile: TileView, source: Source, context: ChapterContext): Promise<Block[]> {
  const print = tile.state === 'ok' ? (printers[tile.kind] ?? picture) : withoutContent
  const blocks = await print(tile, source, context)
  // Pictures and tables have their titles on them; a list or a sentence needs one above it.
  const bare = blocks[0]?.kind === 'list' || blocks[0]?.kind === 'paragraph'
  return bare && !untitled.has(tile.kind) ? [{ kind: 'heading', text: tile.title }, ...blocks] : blocks
}

/** What has headings of its own. */
const untitled = new Set(['playbook', 'insights', 'definitions'])

/** Why there is nothing to see: a refusal with its way out, or the sentence that says that there is none. */
function withoutContent({ title, problem, reading }: TileView, source: Source): Block[] {
  if (problem) return [{ kind: 'refusal', source, title, why: problem.message, fix: problem.fix ?? '' }]
  return reading ? [{ kind: 'paragraph', source, text: reading }] : []
}

function picture(tile: TileView, source: Source): Block[] {
  const caption = [tile.verdict?.sentence ?? tile.reading, tile.caution].filter(Boolean).join(' ')
  const head = { source, id: source.tile ?? tile.id, title: tile.title }
  const { figure, table } = tile
  if (!figure && !table) return caption ? [{ kind: 'paragraph', source, text: caption }] : []
  return [
    ...(figure ? [{ ...head, kind: 'figure' as const, caption, note: tile.foot ?? '', figure }] : []),
    // What a picture shows already is not printed in part; cohorts are a table themselves, and their rows are no reading.
    ...(table && !(figure && (isCut(table) || figure.chart === 'cohorts'))
      ? [{ ...head, kind: 'table' as const, caption: figure ? '' : caption, table: cut(table) }]
      : []),
  ]
}

/** Kinds of tile whose content is no picture and no table, and how each is printed. */
const printers: Record<string, Printer> = {
  findings: (tile, source, { words }) => [
    {
      kind: 'list',
      source: { ...source, facts: 'checks' },
      items: (tile.content as FindingsContent).items.map(({ mark, sentence, effect }) =>
        [say(words, 'report.check', { mark, sentence }), effect].filter(Boolean).join(' '),
      ),
    },
  ],
  quality: qualityBlocks,
  loads: loadBlocks,
  rejects: rejectBlocks,
  readiness: readinessBlocks,
  profile: profileBlocks,
  actions: async (tile, _source, context) =>
    firstActions(await context.playbook(), (tile.content as ActionsContent | undefined)?.items.length ?? 0),
  playbook: async (_tile, _source, context) => recommendationBlocks(await context.playbook(), Infinity, 'all', context),
  insights: async (_tile, _source, context) => gatheredBlocks(await context.gathered(), Infinity, context),
  definitions: (_tile, _source, context) => definitionBlocks([...context.services.catalogue.metrics.keys()], context),
}

/** What came in, a line a file: the parts add up to its records. */
function loadBlocks(tile: TileView, source: Source, { words }: ChapterContext): Block[] {
  const { loads } = tile.content as LoadsContent
  const parts = loads[0]?.parts ?? []
  const table: TableView = {
    caption: tile.title,
    columns: columnsOf([
      ['file', say(words, 'report.quality.file')],
      ['records', say(words, 'pages.loads.records'), 'number'],
      ...parts.map(({ id, label }): [string, string, 'number'] => [id, label, 'number']),
    ]),
    rows: loads.map(({ path, records, parts }) =>
      [path, records, ...parts.map(({ count }) => count)].map((each) => textCell(each)),
    ),
  }
  const verdicts = [...new Set(loads.map(({ verdict }) => verdict))].join(' ')
  return [
    {
      ...{ kind: 'table', id: source.tile ?? tile.id, title: tile.title, caption: verdicts, table: cut(table) },
      source: { ...source, facts: 'loads' },
    },
  ]
}

/** Reasons alone: a rejected record may hold what nobody should print. */
function rejectBlocks(tile: TileView, source: Source, { words }: ChapterContext): Block[] {
  const { reasons } = tile.content as RejectsContent
  const table: TableView = {
    caption: tile.title,
    columns: columnsOf([
      ['reason', say(words, 'pages.rejects.reason'), 'sentence'],
      ['count', say(words, 'report.quality.count'), 'number'],
    ]),
    rows: reasons.map(({ text, count }) => [textCell(text), textCell(count)]),
  }
  return [
    {
      ...{ kind: 'table', id: source.tile ?? tile.id, title: tile.title, caption: '', table: cut(table) },
      source: { ...source, facts: 'rejects' },
    },
  ]
}

/** The score, and every line of its arithmetic that takes something away. */
function qualityBlocks(tile: TileView, given: Source, { words }: ChapterContext): Block[] {
  const { score, sentence, sources, parts, sum } = tile.content as QualityContent
  const source: Source = { ...given, facts: 'checks' }
  const word = (id: string): string => say(words, `pages.quality.${id}`)
  const lines = parts.flatMap(({ label, lines }) => lines.map((line) => ({ label, ...line })))
  const losing = lines.filter(({ found }) => found !== '0')
  const table: TableView = {
    caption: tile.title,
    columns: columnsOf([
      ['part', say(words, 'report.quality.part')],
      ['check', word('check')],
      ['found', word('found'), 'number'],
      ['checked', word('checked'), 'number'],
      ['share', word('share'), 'number'],
      ['weight', word('weight'), 'number'],
      ['points', word('points'), 'number'],
      ['lost', word('lost'), 'number'],
    ]),
    rows: losing.map(({ label, check, found, checked, share, weight, points, lost }) =>
      [label, check, found, checked, share, weight, points, lost].map((each) => textCell(each)),
    ),
  }
  return [
    {
      ...{ kind: 'paragraph', source },
      text: say(words, 'report.quality.score', {
        ...{ score, how: sentence, points: sum.points, lost: sum.lost },
        quiet: lines.length - losing.length,
      }),
    },
    ...(sources.length > 1
      ? [
          {
            ...{ kind: 'list' as const, source },
            items: sources.map((each) => say(words, 'report.line', { label: each.source, text: each.score })),
          },
        ]
      : []),
    ...(losing.length > 0
      ? [
          {
            ...{ kind: 'table' as const, source, id: given.tile ?? tile.id, title: word('arithmetic') },
            ...{ caption: '', table: cut(table) },
          },
        ]
      : []),
  ]
}

function readinessBlocks(tile: TileView, source: Source, { words }: ChapterContext): Block[] {
  const { fields, rest } = tile.content as ReadinessContent
  const line = ({ label, count, unlocks, more }: ReadinessField): string =>
    say(words, 'report.line', { label, text: [count, [...unlocks, more].filter(Boolean).join(', ')].join(': ') })
  const known: Source = { ...source, facts: 'readiness' }
  return [
    ...(tile.reading ? [{ kind: 'paragraph' as const, source: known, text: tile.reading }] : []),
    { kind: 'list', source: known, items: fields.map(line) },
    ...(rest ? [{ kind: 'paragraph' as const, source: known, text: rest.text, tone: 'quiet' as const }] : []),
  ]
}

/** Every column of every file, with what its values are. */
function profileBlocks(tile: TileView, source: Source, { words }: ChapterContext): Block[] {
  const { files } = tile.content as ProfileContent
  return files.map(({ path, columns }) => ({
    ...{ kind: 'table', source: { ...source, facts: 'columns' }, id: `${source.tile ?? tile.id}/${path}`, title: path },
    ...{ caption: '', table: cut(profileTable(path, columns, words)) },
  }))
}

function profileTable(caption: string, columns: ProfileColumn[], words: Words): TableView {
  const word = (id: string): string => say(words, `pages.profile.${id}`)
  return {
    caption,
    columns: columnsOf([
      ['name', say(words, 'report.quality.column')],
      ['type', say(words, 'report.quality.type')],
      ['missing', word('missing'), 'number'],
      ['distinct', word('distinct'), 'number'],
      ['values', word('values'), 'sentence'],
    ]),
    rows: columns.map(({ name, type, missing, distinct, masked, range, examples }) =>
      [name, type, missing.text, distinct, masked ? say(words, 'pages.masked') : range || shortened(examples)].map(
        (each) => textCell(each),
      ),
    ),
  }
}

/** The first few values, each no longer than a line holds. */
function shortened(examples: string[]): string {
  return examples
    .slice(0, 3)
    .map((each) => each.replace(/\s+/g, ' ').trim())
    .map((each) => (each.length > 32 ? `${each.slice(0, 31)}…` : each))
    .join(' · ')
}
