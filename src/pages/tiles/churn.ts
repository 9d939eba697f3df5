import { formatNumber, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Churn } from '../../insights/churn.ts'
import type { ChurnValidation } from '../../insights/churn-model.ts'
import { saidCalibration } from '../../insights/churn-words.ts'
import type { Interval } from '../../stats/intervals.ts'
import { drawCalibration } from '../charts/calibration.ts'
import { drawPicture } from '../charts/draw.ts'
import type { TileOf } from '../spec.ts'
import type { TableCell, TableView, TileView } from '../view.ts'
import {
  chanceCell,
  columnsOf,
  countCell,
  type Head,
  intervalCell,
  nothing,
  numberCell,
  refusedTile,
  textCell,
  valueCell,
} from './cells.ts'
import { hasPage, hrefTo, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Customers whom a page lists; the command line has more. */
const listed = 100

/** Who is likely to leave, what goes with it, and what the risks were worth on customers that they were not learnt from. */
export const resolveChurn: TileResolver<'churn'> = async (tile, context) => {
  const { services, words, scope } = context
  if (!services.readChurn) return null
  const common = { id: tile.id, kind: 'churn', title: tileTitle(tile, context), width: tile.width }
  const refused = (message: string): TileView | null =>
    tile.show === 'risks' ? refusedTile(common, 'churn-refused', message) : null
  // A model of some customers is another model: it would be tested on fewer, and say so by another number.
  if (scope.where?.length || scope.range) return refused(say(words, 'pages.churn.filters'))
  const found = await services.readChurn({ horizon: tile.horizon, customers: listed })
  if (!('refused' in found)) return shows[tile.show](common, found, tile, context)
  if (tile.show === 'calibration' && found.validation) return calibrationTile(common, found.validation, context)
  return refused(found.refused)
}

type Show = (
  head: Head,
  found: Churn,
  tile: TileOf<'churn'>,
  context: TileContext,
) => TileView | null | Promise<TileView>

const shows: Record<TileOf<'churn'>['show'], Show> = {
  risks: (head, found, tile, context) => ({
    ...head,
    state: 'ok',
    reading: `${found.expected_sentence} ${found.worth_sentence}`,
    foot: [found.tested_sentence, ...found.limits].filter(Boolean).join(' '),
    table: riskTable(found, tile.limit, head.title, context),
  }),
  drivers: (head, found, _tile, { words }) => ({
    ...head,
    state: 'ok',
    reading: say(words, 'pages.churn.drivers.reading', {
      real: found.drivers.filter(({ real }) => real).length,
      all: found.drivers.length,
    }),
    foot: say(words, 'say.churn.no-cause'),
    table: driverTable(found, head.title, words),
  }),
  calibration: (head, found, _tile, context) => calibrationTile(head, found.validation, context),
  lift: (head, found, _tile, { words }) => ({
    ...head,
    state: 'ok',
    table: measureTable(found.validation, head.title, words),
  }),
  groups: (head, found, tile, { words }) => {
    const group = found.groups.find(({ by }) => by === tile.group) ?? (tile.group ? undefined : found.groups[0])
    return group ? { ...head, state: 'ok', table: groupTable(group, found, head.title, words) } : null
  },
}

async function calibrationTile(
  head: Head,
  validation: ChurnValidation,
  { words, services }: TileContext,
): Promise<TileView> {
  const drawn = await drawPicture(
    'calibration',
    (width) => drawCalibration(validation.bins, words, width),
    head.width,
    head.title,
    words,
    services.pictures,
  )
  const ids = ['stated', 'observed', 'low', 'high', 'n', 'outcomes']
  return {
    ...head,
    state: 'ok',
    reading: saidCalibration(validation, words),
    figure: drawn.figure,
    foot: drawn.foot,
    table: {
      caption: head.title,
      columns: columns(ids, words),
      rows: validation.bins.map((each) => [
        ...[each.stated, each.value, each.low, each.high].map((value) => valueCell(value, 'ratio', words)),
        countCell(each.n, words),
        countCell(each.outcomes, words),
      ]),
    },
  }
}

const named = new Set(['customer', 'reasons', 'feature', 'step', 'real', 'measure'])

const columns = (ids: string[], words: Words): TableView['columns'] =>
  columnsOf(ids, 'say.churn.column', words, { named })

function riskTable(found: Churn, limit: number, caption: string, context: TileContext): TableView {
  const { words } = context
  const linked = hasPage(context, 'journey')
  const shown = found.list.slice(0, limit)
  const { worth } = found
  return {
    caption,
    columns: columns(['customer', 'risk', ...(worth ? [`worth_${worth.of}`] : []), 'reasons'], words),
    rows: shown.map((each) => [
      {
        text: each.name,
        value: each.customer,
        ...(linked && { href: `${hrefTo(context, 'journey').split('?')[0]}/${encodeURIComponent(each.customer)}` }),
      },
      valueCell(each.risk, 'ratio', words),
      ...(worth ? [valueCell(each.worth, 'money', words)] : []),
      textCell(each.reasons.map(({ text }) => text).join('; ') || '–'),
    ]),
    more: Math.max(0, found.list.length - shown.length),
  }
}

function driverTable({ drivers }: Churn, caption: string, words: Words): TableView {
  return {
    caption,
    columns: columns(['feature', 'step', 'odds', 'interval', 'q', 'real'], words),
    rows: drivers.map(({ label, step, odds, q, real }) => [
      textCell(label),
      textCell(step),
      numberCell(odds.value, words, 2),
      intervalCell(odds, 'score', words),
      chanceCell(q, words),
      textCell(say(words, `say.churn.${real ? 'yes' : 'no'}`), real),
    ]),
  }
}

/** Each measure with what chance, or the same risk for everybody, would come to. */
function measureTable(found: ChurnValidation, caption: string, words: Words): TableView {
  const { auc, average_precision, base_rate, top, brier, slope } = found
  const percent = (value: number) => formatValue(value, 'ratio', words)
  const digits = (count: number) => (value: number) => formatNumber(value, words, count)
  type Measure = [id: string, value: number, text: (value: number) => string, interval: Interval | null, chance: number]
  const measures: Measure[] = [
    ['auc', auc.value, percent, auc, 0.5],
    ['precision', average_precision, percent, null, base_rate],
    ['caught', top.caught, percent, null, 0.1],
    ['lift', top.lift, digits(1), null, 1],
    ['brier', brier.score, digits(4), null, brier.uncertainty],
    ['reliability', brier.reliability, digits(4), null, 0],
    ['resolution', brier.resolution, digits(4), null, 0],
  ]
  const rows = measures.map(([id, value, text, interval, chance]): TableCell[] => [
    textCell(say(words, `pages.churn.measure.${id}`)),
    { text: text(value), value },
    intervalCell(interval, 'ratio', words),
    { text: text(chance), value: chance },
  ])
  if (slope)
    rows.push([
      textCell(say(words, 'pages.churn.measure.slope')),
      numberCell(slope.value, words, 2),
      intervalCell(slope, 'score', words),
      nothing,
    ])
  return {
    caption,
    columns: columns(['measure', 'value', 'interval', 'chance'], words),
    rows,
  }
}

function groupTable(group: Churn['groups'][number], { worth }: Churn, caption: string, words: Words): TableView {
  return {
    caption,
    columns: [
      { id: 'group', label: group.label, numeric: false },
      ...columns(['n', 'expected', 'share', ...(worth ? ['worth_at_risk'] : [])], words),
    ],
    rows: group.rows.map((row) => [
      textCell(row.label),
      countCell(row.customers, words),
      countCell(row.expected, words),
      valueCell(row.share, 'ratio', words),
      ...(worth ? [valueCell(row.worth_at_risk, 'money', words)] : []),
    ]),
  }
}
