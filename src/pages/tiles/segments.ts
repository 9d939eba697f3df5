import { formatNumber, formatP, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Segment } from '../../insights/segment-service.ts'
import type { Segments } from '../../insights/segments.ts'
import type { ValueFrequency } from '../../insights/value-frequency.ts'
import { drawPicture } from '../charts/draw.ts'
import { drawSegments, drawValue } from '../charts/segments.ts'
import type { TableCell, TableView, TileView } from '../view.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

type Head = Pick<TileView, 'id' | 'kind' | 'title' | 'width'>

/** Groups of customers, or value against contact. The groups are those of all customers: a filter would make other ones. */
export const resolveSegments: TileResolver<'segments'> = async (tile, context) => {
  const { services, words } = context
  const head: Head = { id: tile.id, kind: 'segments', title: tileTitle(tile, context), width: tile.width }
  if (tile.show === 'value') {
    const found = await services.findValueFrequency?.()
    if (!found) return null
    if ('refused' in found) return refused(head, found.refused)
    return valueTile(head, found, context)
  }
  const found = await services.findSegments?.()
  if (!found) return null
  if ('refused' in found) return tile.show === 'groups' ? refused(head, found.refused) : null
  if (tile.show === 'choice')
    return {
      ...head,
      state: 'ok',
      reading: found.choice,
      table: triedTable(found, head.title, words),
    }
  const { commercial } = found
  if (tile.show === 'commercial' || tile.show === 'commercial_profile') {
    if (!commercial) return null
    return tile.show === 'commercial'
      ? {
          ...head,
          state: 'ok',
          reading: commercial.sentence,
          foot: say(words, 'say.segments.commercial.limit'),
          table: groupsTable(commercial.segments, head.title, words),
        }
      : profileTile(head, commercial.segments, found, context)
  }
  if (found.segments.length === 0)
    return tile.show === 'groups' ? { ...head, state: 'empty', reading: `${found.sentence} ${found.choice}` } : null
  if (tile.show === 'groups')
    return {
      ...head,
      state: 'ok',
      reading: found.sentence,
      foot: found.limits.join(' '),
      table: groupsTable(found.segments, head.title, words),
    }
  return profileTile(head, found.segments, found, context)
}

function refused(head: Head, message: string): TileView {
  return { ...head, state: 'refused', problem: { code: 'segments-unknown', message } }
}

async function profileTile(
  head: Head,
  segments: Segment[],
  found: Segments,
  { words, services }: TileContext,
): Promise<TileView> {
  const draw = (width: number) => drawSegments(segments, found, words, width)
  const drawn = await drawPicture('segments', draw, head.width, head.title, words, services.pictures)
  return {
    ...head,
    state: 'ok',
    figure: drawn.figure,
    foot: drawn.foot,
    table: profileTable(segments, head.title, words),
  }
}

async function valueTile(head: Head, found: ValueFrequency, { words, services }: TileContext): Promise<TileView> {
  const draw = (width: number) => drawValue(found, words, width)
  const drawn = await drawPicture('segments-value', draw, head.width, head.title, words, services.pictures)
  return {
    ...head,
    state: 'ok',
    reading: found.sentence,
    figure: drawn.figure,
    foot: found.foot,
    table: valueTable(found, head.title, words),
  }
}

const prose = new Set(['name', 'service', 'why'])
const textColumns = new Set(['name', 'service', 'why', 'feature', 'value', 'contacts'])

function columnsOf(ids: string[], words: Words): TableView['columns'] {
  return ids.map((id) => ({
    id,
    label: say(words, `say.segments.column.${id}`),
    numeric: !textColumns.has(id),
    ...(prose.has(id) && { prose: true as const }),
  }))
}

const plain = (text: string): TableCell => ({ text, value: text })

function groupsTable(segments: Segment[], caption: string, words: Words): TableView {
  return {
    caption,
    columns: columnsOf(['name', 'customers', 'share', 'service', 'why'], words),
    rows: segments.map(({ name, customers, share, service }) => [
      plain(name),
      { text: formatNumber(customers, words), value: customers },
      { text: formatValue(share, 'ratio', words), value: share },
      plain(service.advice),
      plain(service.why),
    ]),
  }
}

/** Everything that is known of the groups, what they were not made from among it: value, age, time as a customer. */
function profileTable(segments: Segment[], caption: string, words: Words): TableView {
  const measures = Object.entries(segments[0]?.profile ?? {}).map(([id, { unit }]) => ({ id, unit }))
  return {
    caption,
    columns: [
      ...columnsOf(['feature'], words),
      ...segments.map(({ name }, at) => ({ id: `segment_${at}`, label: name, numeric: true })),
    ],
    rows: measures.map(({ id, unit }) => [
      plain(say(words, `features.${id}`)),
      ...segments.map(({ profile }) => {
        const mean = profile[id]?.mean ?? null
        return { text: formatValue(mean, unit, words), value: mean }
      }),
    ]),
  }
}

function triedTable({ tried }: Segments, caption: string, words: Words): TableView {
  return {
    caption,
    columns: columnsOf(['groups', 'strength', 'cloud'], words),
    rows: tried.map(({ k, strength, p }) => [
      { text: formatNumber(k, words), value: k },
      { text: formatValue(strength, 'ratio', words), value: strength },
      { text: p === null ? '–' : formatP(p, words).replace(/^= /, ''), value: p },
    ]),
  }
}

function valueTable({ cells, revenue }: ValueFrequency, caption: string, words: Words): TableView {
  return {
    caption,
    columns: columnsOf(
      ['value', 'contacts', 'customers', 'revenue', 'revenue_share', 'recency', 'satisfaction'],
      words,
    ),
    rows: cells.map((cell) => [
      plain(say(words, `say.segments.value.${cell.value}`)),
      plain(say(words, `say.segments.contacts.${cell.contacts}`)),
      { text: formatNumber(cell.customers, words), value: cell.customers },
      { text: formatValue(cell.revenue, 'money', words), value: cell.revenue },
      { text: formatValue(cell.revenue / revenue, 'ratio', words), value: cell.revenue / revenue },
      { text: formatValue(cell.recency, 'number', words), value: cell.recency },
      { text: formatValue(cell.satisfaction, 'ratio', words), value: cell.satisfaction },
    ]),
  }
}
