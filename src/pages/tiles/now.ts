import { formatDuration, formatNumber, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import {
  type NowFigures,
  type NowGroup,
  type WindowFigure,
  type WindowName,
  windowNames,
} from '../../insights/now-windows.ts'
import { metricLabel } from '../../metrics/needs.ts'
import { columnNamed } from '../../model/tables.ts'
import type { TileOf } from '../spec.ts'
import type { TableCell, TableView, TileView } from '../view.ts'
import { columnsOf, type Head, nothing, textCell } from './cells.ts'
import { fieldsOf, isNewest, momentText } from './due-board.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Shares of the last 15 minutes, the last hour and today, each beside the same time of the same weekday in earlier weeks. */
export const resolveNow: TileResolver<'now'> = async (tile, context) => {
  const { services, scope, words } = context
  if (!services.readNow || (tile.by && !hasColumn(tile.by, context))) return null
  const { where, as_of } = scope
  const found = await services.readNow({
    ...(where && { where }),
    ...(as_of && { as_of }),
    metrics: tile.metrics,
    ...(tile.by && { by: tile.by }),
  })
  const head = { id: tile.id, kind: 'now', title: tileTitle(tile, context), width: tile.width }
  if (!found || found.groups.length === 0) {
    // A split of what the tile before it refuses adds nothing.
    if (tile.by || !found || found.refused.length === 0) return null
    return {
      ...head,
      state: 'refused',
      problem: { code: 'field-missing', message: refusedText(found, context), fix: say(words, 'pages.live.now.fix') },
    }
  }
  if (tile.by) return groupsTile(tile, found, head, context)
  return {
    ...head,
    state: 'ok',
    reading: say(words, 'pages.live.now.reading', {
      as_of: momentText(found.as_of, context),
      zone: services.version.zone,
      weeks: found.weeks,
      newest: isNewest(context) ? 'yes' : 'no',
    }),
    foot: [say(words, 'pages.live.now.foot', { least: found.least }), refusedText(found, context)]
      .filter(Boolean)
      .join(' '),
    table: wholeTable(found, head.title, context),
  }
}

function hasColumn(by: string, { services }: TileContext): boolean {
  const column = services.catalogue.dimensions.get(by)?.column ?? by
  return ['cases', 'touchpoints'].some(
    (table) => columnNamed(table, column) && services.version.present.has(`${table}.${column}`),
  )
}

function refusedText({ refused }: NowFigures, context: TileContext): string {
  return refused
    .map(({ metric, missing }) =>
      say(context.words, 'pages.live.now.refused', {
        metric: nameOf(metric, context),
        fields: fieldsOf(missing, context),
      }),
    )
    .join(' ')
}

function nameOf(id: string, { services, words }: TileContext): string {
  const metric = services.catalogue.metrics.get(id)
  return metric ? metricLabel(metric, words, services.catalogue) : id
}

/** A row for each metric and window, with its picture. */
function wholeTable(found: NowFigures, caption: string, context: TileContext): TableView {
  const { words } = context
  const ids = ['metric', 'window', 'now', 'strip', 'usual', 'range', 'open'] as const
  return {
    caption,
    columns: columnsOf(ids, 'say.live.now', words, {
      named: new Set(['metric', 'window', 'strip']),
      prose: new Set(['metric', 'window', 'now', 'usual']),
    }),
    rows: found.groups.flatMap(({ metrics }) =>
      metrics.flatMap(({ metric, windows }) =>
        windowNames.map((name) => [
          textCell(nameOf(metric, context)),
          textCell(windowText(name, found, context)),
          nowCell(windows[name], context),
          stripCell(windows[name], context),
          usualCell(windows[name], found.weeks, context),
          rangeCell(windows[name], context),
          countOf(windows[name].open, context),
        ]),
      ),
    ),
  }
}

const countOf = (count: number, { words }: TileContext): TableCell => ({
  text: formatNumber(count, words),
  value: count,
})

function windowText(name: WindowName, { spans }: NowFigures, { words }: TileContext): string {
  const { from, to } = spans[name]
  return say(words, `pages.live.window.${name}`, { time: formatDuration(to - from - 1, words) })
}

/** `82.4% (n = 41), lower than usual`; never a share of a few. */
function nowCell({ now, standing }: WindowFigure, { words }: TileContext): TableCell {
  if (standing === 'few') return { text: say(words, 'pages.live.now.few', { n: now.n }), value: null }
  const value = now.kept / now.n
  return {
    text: say(words, `pages.live.now.standing.${standing}`, {
      value: formatValue(value, 'ratio', words),
      n: formatNumber(now.n, words),
    }),
    value,
  }
}

const tones = { lower: 'bad', higher: 'good', usual: 'none', alone: 'none', few: 'none' } as const

function stripCell({ now, standing, usual }: WindowFigure, { words }: TileContext): TableCell {
  if (standing === 'few' || !now.interval) return textCell('', null)
  const value = now.kept / now.n
  const ratio = (share: number) => formatValue(share, 'ratio', words)
  return {
    text: '',
    value,
    strip: {
      value,
      ...now.interval,
      tone: tones[standing],
      usual: usual && { mean: usual.kept / usual.n, low: usual.low, high: usual.high },
      label: say(words, 'pages.live.now.strip', {
        value: ratio(value),
        low: ratio(now.interval.low),
        high: ratio(now.interval.high),
        usual: usual ? ratio(usual.kept / usual.n) : 'none',
      }),
    },
  }
}

/** How many weeks stand behind it is said where it is not all of them. */
function usualCell({ usual }: WindowFigure, weeks: number, { words }: TileContext): TableCell {
  if (!usual) return nothing
  const value = usual.kept / usual.n
  const text = say(words, 'pages.live.now.usual', {
    value: formatValue(value, 'ratio', words),
    n: formatNumber(usual.n, words),
    weeks: usual.weeks === weeks ? 0 : usual.weeks,
  })
  return { text, value }
}

function rangeCell({ usual }: WindowFigure, { words }: TileContext): TableCell {
  if (!usual || usual.low === null || usual.high === null) return nothing
  const ratio = (share: number) => formatValue(share, 'ratio', words)
  const [low, high] = [ratio(usual.low), ratio(usual.high)]
  return { text: low === high ? low : say(words, 'pages.live.now.range', { low, high }), value: usual.low }
}

/** Groups of which a share can be told in some window; how many others there are is said. */
function groupsTile(tile: TileOf<'now'>, found: NowFigures, head: Head, context: TileContext): TileView {
  const { words } = context
  const isTold = ({ windows }: NowGroup['metrics'][number]) =>
    windowNames.some((name) => windows[name].standing !== 'few')
  const groups = found.groups
    .map((each) => ({ ...each, metrics: each.metrics.filter(isTold) }))
    .filter((each) => each.metrics.length > 0)
  const rows = (all: NowGroup[]) => all.reduce((sum, each) => sum + each.metrics.length, 0)
  const few = rows(found.groups) - rows(groups)
  const said = say(words, 'pages.live.now.left', { few, least: found.least })
  if (groups.length === 0) return { ...head, state: 'empty', reading: said }
  return { ...head, state: 'ok', reading: few > 0 ? said : '', table: groupsTable(tile, groups, head.title, context) }
}

/** A row for each group and metric, a column for each window. */
function groupsTable(tile: TileOf<'now'>, groups: NowGroup[], caption: string, context: TileContext): TableView {
  const { words } = context
  const several = tile.metrics.length > 1
  const ids = ['group', ...(several ? ['metric'] : []), ...windowNames]
  return {
    caption,
    columns: columnsOf(ids, 'say.live.now', words, {
      named: new Set(ids),
      prose: new Set(windowNames),
    }).map((each) => (each.id === 'group' ? { ...each, label: say(words, `pages.live.now.by.${tile.by}`) } : each)),
    rows: groups.flatMap(({ value, label, metrics }) =>
      metrics.map(({ metric, windows }) => [
        { text: label, value },
        ...(several ? [textCell(nameOf(metric, context))] : []),
        ...windowNames.map((name) => besideCell(windows[name], context)),
      ]),
    ),
  }
}

/** `82.4% (n = 41); usually 85.1%`. */
function besideCell(figure: WindowFigure, context: TileContext): TableCell {
  const { words } = context
  const now = nowCell(figure, context)
  if (!figure.usual || figure.standing === 'alone') return now
  const usual = formatValue(figure.usual.kept / figure.usual.n, 'ratio', words)
  return { ...now, text: say(words, 'pages.live.now.beside', { now: now.text, usual }) }
}
