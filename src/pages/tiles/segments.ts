import { say, type Words } from '../../config/words.ts'
import type { Segment } from '../../insights/segment-service.ts'
import type { Segments } from '../../insights/segments.ts'
import type { ValueFrequency } from '../../insights/value-frequency.ts'
import { drawPicture } from '../charts/draw.ts'
import { drawSegments, drawValue } from '../charts/segments.ts'
import type { TableView, TileView } from '../view.ts'
import { chanceCell, columnsOf, countCell, type Head, refusedTile, textCell, valueCell } from './cells.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Groups of customers, or value against contact. The groups are those of all customers: a filter would make other ones. */
export const resolveSegments: TileResolver<'segments'> = async (tile, context) => {
  const { services, words } = context
  const head: Head = { id: tile.id, kind: 'segments', title: tileTitle(tile, context), width: tile.width }
  if (tile.show === 'value') {
    const found = await services.findValueFrequency?.()
    if (!found) return null
    if ('refused' in found) return refusedTile(head, 'segments-unknown', found.refused)
    return valueTile(head, found, context)
  }
  const found = await services.findSegments?.()
  if (!found) return null
  if ('refused' in found) return tile.show === 'groups' ? refusedTile(head, 'segments-unknown', found.refused) : null
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
    return tile.show === 'groups' ? { ...head, state: 'empty', reading: found.sentence } : null
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

const columns = (ids: string[], words: Words): TableView['columns'] =>
  columnsOf(ids, 'say.segments.column', words, { named: textColumns, prose })

function groupsTable(segments: Segment[], caption: string, words: Words): TableView {
  return {
    caption,
    columns: columns(['name', 'customers', 'share', 'service', 'why'], words),
    rows: segments.map(({ name, customers, share, service }) => [
      textCell(name),
      countCell(customers, words),
      valueCell(share, 'ratio', words),
      textCell(service.advice),
      textCell(service.why),
    ]),
  }
}

/** Everything that is known of the groups, what they were not made from among it: value, age, time as a customer. */
function profileTable(segments: Segment[], caption: string, words: Words): TableView {
  const measures = Object.entries(segments[0]?.profile ?? {}).map(([id, { unit }]) => ({ id, unit }))
  return {
    caption,
    columns: [
      ...columns(['feature'], words),
      ...segments.map(({ name }, at) => ({ id: `segment_${at}`, label: name, numeric: true })),
    ],
    rows: measures.map(({ id, unit }) => [
      textCell(say(words, `features.${id}`)),
      ...segments.map(({ profile }) => valueCell(profile[id]?.mean, unit, words)),
    ]),
  }
}

/** Only what was tried: where no number of groups holds, none is held against one cloud. */
function triedTable({ tried }: Segments, caption: string, words: Words): TableView {
  const held = tried.some(({ p }) => p !== null)
  return {
    caption,
    columns: columns(['groups', 'strength', ...(held ? ['cloud'] : [])], words),
    rows: tried.map(({ k, strength, p }) => [
      countCell(k, words),
      valueCell(strength, 'ratio', words),
      ...(held ? [chanceCell(p, words)] : []),
    ]),
  }
}

function valueTable({ cells, revenue }: ValueFrequency, caption: string, words: Words): TableView {
  return {
    caption,
    columns: columns(['value', 'contacts', 'customers', 'revenue', 'revenue_share', 'recency', 'satisfaction'], words),
    rows: cells.map((cell) => [
      textCell(say(words, `say.segments.value.${cell.value}`)),
      textCell(say(words, `say.segments.contacts.${cell.contacts}`)),
      countCell(cell.customers, words),
      valueCell(cell.revenue, 'money', words),
      valueCell(cell.revenue / revenue, 'ratio', words),
      // Days, whole ones.
      valueCell(cell.recency, 'count', words),
      valueCell(cell.satisfaction, 'ratio', words),
    ]),
  }
}
