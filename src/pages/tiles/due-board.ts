import { formatDate, formatDuration, formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { type DueBoard, type DueCase, type DueState, dueStates } from '../../insights/due-board.ts'
import { fieldLabel, listed } from '../../metrics/needs.ts'
import type { TableCell, TableView } from '../view.ts'
import { columnsOf, textCell } from './cells.ts'
import { scalarText } from './rows.ts'
import { hasPage, hrefOn, hrefTo, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface DueBoardContent {
  sentence: string
  states: { label: string; count: string; href: string; current: boolean }[]
  /** Promises that nothing is held to, and what would change that. */
  unpromised: string[]
  first: string | null
  next: { href: string; label: string } | null
}

/** Open cases, the one whose promise is missed next at the top of those that are not missed yet. */
export const resolveDueBoard: TileResolver<'due_board'> = async (tile, context) => {
  const { services, scope, parameters, words } = context
  const head = { id: tile.id, kind: 'due_board', title: tileTitle(tile, context), width: tile.width }
  if (!services.readDueBoard) return null
  const state = stateNamed(parameters.plain.due)
  const offset = offsetNamed(parameters.plain.cursor)
  const { where, as_of } = scope
  const board = await services.readDueBoard({
    ...(where && { where }),
    ...(as_of && { as_of }),
    ...(state && { state }),
    limit: tile.limit,
    offset,
  })
  if ('missing' in board)
    return {
      ...head,
      state: 'refused',
      problem: {
        code: 'field-missing',
        message: say(words, 'pages.live.board.missing', { fields: fieldsOf(board.missing, context) }),
        fix: say(words, 'pages.live.board.missing.fix'),
      },
    }
  const total = state ? board.counts[state] : sumOf(board)
  const content = contentOf(board, { state, offset, total, limit: tile.limit }, context)
  const common = {
    ...head,
    content,
    foot: say(words, 'pages.live.board.foot', { as_of: momentText(board.as_of, context), zone: services.version.zone }),
    ...(hasPage(context, 'cases') && {
      links: [
        {
          href: hrefTo(context, 'cases', { plain: { metric: 'sla_at_risk', part: 'population' } }),
          label: say(words, 'pages.live.board.risk'),
        },
      ],
    }),
  }
  return {
    ...common,
    state: 'ok',
    reading: '',
    ...(board.cases.length > 0 && { table: tableOf(board, head.title, context) }),
  }
}

export function stateNamed(text: string | undefined): DueState | undefined {
  return dueStates.find((each) => each === text)
}

function offsetNamed(text: string | undefined): number {
  return text && /^\d{1,9}$/.test(text) ? Number(text) : 0
}

const sumOf = ({ counts }: DueBoard): number => dueStates.reduce((sum, each) => sum + counts[each], 0)

export function fieldsOf(fields: string[], { words }: TileContext): string {
  return listed(
    fields.map((each) => fieldLabel(each, words)),
    words,
  )
}

/** A moment on the clock of the reporting zone. */
export function momentText(second: number, { words, services }: TileContext): string {
  return formatDate(new Date(second * 1000).toISOString(), words, {
    timeZone: services.version.zone,
    dateStyle: 'medium',
    timeStyle: 'short',
  })
}

/** Is now the newest event of the data? Not while systems send by themselves: then it goes on with the clock. */
export function isNewest({ services, scope }: TileContext): boolean {
  return scope.as_of === undefined && !services.version.by_clock
}

interface Shown {
  state: DueState | undefined
  offset: number
  total: number
  limit: number
}

function contentOf(board: DueBoard, { state, offset, total, limit }: Shown, context: TileContext): DueBoardContent {
  const { words, parameters, services } = context
  const plain = (change: Record<string, string>) => ({ plain: { ...parameters.plain, cursor: '', ...change } })
  const left = total - offset - board.cases.length
  const { over, hour } = board.counts
  return {
    sentence: say(words, 'pages.live.headline', {
      open: sumOf(board),
      over,
      hour,
      as_of: momentText(board.as_of, context),
      zone: services.version.zone,
      newest: isNewest(context) ? 'yes' : 'no',
    }),
    states: [undefined, ...dueStates].map((each) => ({
      label: say(words, `pages.live.state.${each ?? 'all'}`),
      count: formatNumber(each ? board.counts[each] : sumOf(board), words),
      href: hrefOn(context, plain({ due: each ?? '' })),
      current: each === state,
    })),
    unpromised: board.unpromised.map(({ promise, missing }) =>
      missing.length > 0
        ? say(words, `pages.live.unpromised.${promise}.field`, { fields: fieldsOf(missing, context) })
        : say(words, `pages.live.unpromised.${promise}.policy`),
    ),
    first: offset > 0 ? hrefOn(context, plain({})) : null,
    next:
      left > 0
        ? {
            href: hrefOn(context, plain({ cursor: String(offset + limit) })),
            label: say(words, 'pages.live.board.more', { count: left }),
          }
        : null,
  }
}

function tableOf(board: DueBoard, caption: string, context: TileContext): TableView {
  const { words, services } = context
  const own = columnsOf(['promise', 'due', 'left', 'source'], 'say.live.column', words, {
    named: new Set(['promise', 'due', 'left', 'source']),
    // A row is two lines high anyway; so all columns have room beside each other.
    prose: new Set(['promise', 'due']),
  }).map((each) =>
    each.id === 'due'
      ? { ...each, label: say(words, 'say.live.column.due_in', { zone: services.version.zone }) }
      : each,
  )
  const columns = board.columns.filter(({ id }) => id !== 'id')
  const [key, ...others] = columns
  const left = own.filter(({ id }) => id === 'left')
  const rest = own.filter(({ id }) => id !== 'left')
  const column = ({ id, label }: { id: string; label: string }) => ({ id, label, numeric: false })
  return {
    caption,
    columns: [...(key ? [column(key)] : []), ...left, ...others.map(column), ...rest],
    rows: board.cases.map((each) => {
      const value = (one: DueBoard['columns'][number]) => caseCell(each, one, context)
      return [
        ...(key ? [value(key)] : []),
        leftCell(each, context),
        ...others.map(value),
        textCell(
          say(words, `pages.live.promise.${each.promise}`, {
            time: formatDuration(each.promised, words),
            clock: each.clock ?? 'calendar',
          }),
        ),
        { text: momentText(each.due, context), value: new Date(each.due * 1000).toISOString() },
        textCell(each.source ?? '–', each.source),
      ]
    }),
  }
}

function caseCell(each: DueCase, column: DueBoard['columns'][number], context: TileContext): TableCell {
  const value = each.values[column.id] ?? null
  const cell: TableCell = { text: scalarText(value, column, context), value }
  const id = each.values.id
  if (column.id === 'source_key' && id !== null && id !== undefined && hasPage(context, 'case'))
    cell.href = `/case/${encodeURIComponent(String(id))}`
  if (column.id === 'customer' && value !== null && hasPage(context, 'journey'))
    cell.href = `/journey/${encodeURIComponent(String(value))}`
  return cell
}

const soon = 4 * 3600

/** `3 hr 20 min over`, `in 42 min`; the bar is the time promised, and how much of it is gone. */
function leftCell({ left, target }: DueCase, { words }: TileContext): TableCell {
  const isOver = left <= 0
  return {
    text: say(words, isOver ? 'pages.live.left.over' : 'pages.live.left.in', {
      time: formatDuration(Math.abs(left), words),
    }),
    value: left,
    bar: {
      share: isOver || target <= 0 ? 1 : (target - left) / target,
      tone: isOver ? 'bad' : left <= soon ? 'warn' : 'good',
    },
  }
}
