import { formatNumber } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { type ContrastWord, findContrasts, type TextContrast } from '../../insights/text-contrast.ts'
import { findTopics, type Topics } from '../../insights/topics.ts'
import type { Frame, MetricCard } from '../../metrics/frame.ts'
import { charts } from '../charts/all.ts'
import type { ChartDrawing } from '../charts/chart.ts'
import { drawPicture } from '../charts/draw.ts'
import { filterOn } from '../charts/points.ts'
import type { TileOf } from '../spec.ts'
import type { TableCell, TableView, TileView } from '../view.ts'
import {
  chanceCell,
  columnsOf,
  countCell,
  type Head,
  intervalCell,
  numberCell,
  refusedTile,
  textCell,
  valueCell,
} from './cells.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** What people write about: topics, texts that come again and again, or words of one side. */
export const resolveTopics: TileResolver<'topics'> = async (tile, context) => {
  const { services, words, scope } = context
  const head = { id: tile.id, kind: 'topics', title: tileTitle(tile, context), width: tile.width }
  const { compare: _compare, ...asked } = scope
  if (tile.show === 'contrast') return contrastTile(tile, head, context)
  if (!services.readTopics) return null
  const found = findTopics(await services.readTopics({ of: tile.of, ...asked }), tile.of, words)
  if ('refused' in found) {
    // One sentence is enough for the tiles of the page.
    if (tile.show !== 'topics') return null
    return refusedTile(head, 'topics-unknown', found.refused)
  }
  return tile.show === 'topics' ? topicsTile(tile, head, found, words) : candidatesTile(tile, head, found, words)
}

function topicsTile(tile: TileOf<'topics'>, head: Head, found: Topics, words: Words): TileView {
  const reading = found.sentence
  const foot = [...found.notes, ...found.limits].join(' ')
  if (found.topics.length === 0) return { ...head, state: 'ok', reading, foot }
  const satisfied = found.topics.some(({ satisfaction }) => satisfaction)
  const worked = found.topics.some(({ work }) => work)
  const rows = found.topics
    .slice(0, tile.limit)
    .map((topic): TableCell[] => [
      textCell(topic.terms.slice(0, 5).join(', ')),
      countCell(topic.texts, words),
      valueCell(topic.share, 'ratio', words),
      ...(satisfied
        ? [
            numberCell(topic.satisfaction?.value ?? null, words, 2),
            intervalCell(topic.satisfaction, 'score', words),
            textCell(topic.verdict),
          ]
        : []),
      ...(worked ? [numberCell(topic.work ? topic.work.seconds / 3600 : null, words, 0)] : []),
      textCell(short(topic.quote?.text ?? '–')),
    ])
  const ids = [
    'topic',
    'texts',
    'share',
    ...(satisfied ? ['satisfaction', 'interval', 'verdict'] : []),
    ...(worked ? ['hours'] : []),
    'quote',
  ]
  return { ...head, state: 'ok', reading, foot, table: tableOf(head.title, ids, rows, words, found.topics.length) }
}

function candidatesTile(tile: TileOf<'topics'>, head: Head, found: Topics, words: Words): TileView | null {
  const { candidates, no_hours: lacks } = found
  if (found.texts === 0) return null
  if (candidates.length === 0) return { ...head, state: 'ok', reading: say(words, 'pages.topics.candidates.none') }
  const rows = candidates
    .slice(0, tile.limit)
    .map((each): TableCell[] => [
      textCell(short(each.text)),
      textCell(say(words, `say.topics.kind.${each.kind}`), each.kind),
      countCell(each.texts, words),
      ...(lacks ? [] : [numberCell(each.hours, words, 1)]),
    ])
  const tickets = candidates.reduce((sum, each) => sum + each.texts, 0)
  return {
    ...head,
    state: 'ok',
    reading: say(words, 'pages.topics.candidates', { count: candidates.length, tickets }),
    ...(lacks && { foot: lacks.sentence }),
    table: tableOf(head.title, ['text', 'kind', 'texts', ...(lacks ? [] : ['hours'])], rows, words, candidates.length),
  }
}

async function contrastTile(tile: TileOf<'topics'>, head: Head, context: TileContext): Promise<TileView | null> {
  const { services, words, scope } = context
  if (!services.readTextContrast) return null
  const { compare: _compare, ...asked } = scope
  const evidence = await services.readTextContrast({ of: tile.of, ...asked, sides: { by: tile.by } })
  if (!evidence || evidence.groups.length < 2) return null
  const found = findContrasts(evidence, tile.of, words)
  const shown = found.words.slice(0, tile.limit)
  if (shown.length === 0) return { ...head, state: 'ok', reading: found.sentence }
  const drawn = await drawPicture(
    'dots',
    (width) => drawWords(found, shown, width, context),
    tile.width,
    head.title,
    words,
    services.pictures,
  )
  return {
    ...head,
    state: 'ok',
    reading: found.sentence,
    figure: drawn.figure,
    foot: drawn.foot,
    table: contrastTable(found, shown, head.title, words),
  }
}

function sideOf({ by }: TextContrast, { group_label: label }: ContrastWord, words: Words): string {
  return by === 'csat' ? say(words, `say.topics.short.${label}`) : label
}

/** A dot and its interval for each word, against once as likely. */
function drawWords(found: TextContrast, shown: ContrastWord[], width: number, context: TileContext): ChartDrawing {
  const { words, services } = context
  const name = (each: ContrastWord) => `${each.word} · ${sideOf(found, each, words)}`
  const frame: Frame = {
    query: { metrics: ['times'], by: ['word'] },
    version: services.version.id,
    as_of: null,
    zone: services.version.zone,
    rows: shown.map((each) => ({
      word: name(each),
      times: {
        value: Math.exp(each.value),
        low: Math.exp(each.low),
        high: Math.exp(each.high),
        n: each.one + each.other,
      },
    })),
    labels: {},
    metrics: { times: cardOf(words) },
    verdicts: [],
    notes: [],
  }
  const drawing = charts.dots.draw({
    frame,
    encode: { value: 'times', category: 'word' },
    overall: { value: 1 },
    dimensions: services.catalogue.dimensions,
    words,
    width,
  })
  const list = shown.map((each) => `${name(each)}: ${formatNumber(Math.exp(each.value), words, 1)}`).join('; ')
  return {
    ...drawing,
    label: say(words, 'pages.topics.says', { count: shown.length, list }),
    foot: say(words, 'pages.topics.foot'),
  }
}

/** What the picture needs to know of its number: it is none of the catalogue. */
function cardOf(words: Words): MetricCard {
  return {
    id: 'times',
    label: say(words, 'say.topics.column.times'),
    question: '',
    definition: '',
    unit: 'number',
    better: 'none',
    population: '',
    time_basis: null,
    clock: null,
    additivity: 'non-additive',
    interval: null,
    needs_as_of: false,
    variants: [],
    sql: '',
    defined_at: '',
  }
}

function contrastTable(found: TextContrast, shown: ContrastWord[], caption: string, words: Words): TableView {
  const rows = shown.map((each): TableCell[] => [
    textCell(each.word),
    {
      text: sideOf(found, each, words),
      value: each.group,
      ...(found.by !== 'csat' && { filter: filterOn(found.by, each.group) }),
    },
    countCell(each.one, words),
    countCell(each.other, words),
    numberCell(Math.exp(each.value), words, 1),
    intervalCell({ low: Math.exp(each.low), high: Math.exp(each.high) }, 'points', words),
    numberCell(each.z, words, 1),
    chanceCell(each.q, words),
  ])
  const ids = ['word', 'side', 'one', 'other', 'times', 'interval', 'z', 'q']
  return tableOf(caption, ids, rows, words, found.words.length)
}

const named = new Set(['topic', 'verdict', 'quote', 'text', 'kind', 'word', 'side'])
const prose = new Set(['topic', 'verdict', 'quote', 'text'])

function tableOf(caption: string, ids: string[], rows: TableCell[][], words: Words, all: number): TableView {
  return {
    caption,
    columns: columnsOf(ids, 'say.topics.column', words, { named, prose }),
    rows,
    ...(all > rows.length && { more: all - rows.length }),
  }
}

const longest = 220

function short(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
