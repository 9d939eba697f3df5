import { formatDate, formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import {
  type Feedback,
  type FeedbackComment,
  type FeedbackCounts,
  type FeedbackGroup,
  type FeedbackGrouping,
  sizeOf,
} from '../../insights/feedback.ts'
import { type FeedbackStatus, feedbackStatuses } from '../../insights/feedback-log.ts'
import type { RowsColumn } from '../../metrics/rows.ts'
import type { TableView } from '../view.ts'
import { columnsOf, countCell, textCell } from './cells.ts'
import { scalarText } from './rows.ts'
import { hasPage, hrefOn, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface FeedbackItem {
  id: string
  text: string
  /** Score with its scale, kind, day, product: what is known, in words. */
  facts: string[]
  links: { label: string; href: string }[]
  status: FeedbackStatus
  statusLabel: string
  note: string
  /** Who changed it, and when. */
  changed: string
  /** Where a change is sent; null where none can be kept. */
  action: string | null
}

export interface FeedbackContent {
  sentence: string
  states: { label: string; count: string; href: string; current: boolean }[]
  groupings: { label: string; count: string; href: string; current: boolean }[]
  groups: { id: string; title: string; items: FeedbackItem[]; all: { label: string; href: string } | null }[]
  choices: { value: FeedbackStatus; label: string }[]
  first: string | null
  next: { label: string; href: string } | null
  /** Why nothing can be changed here; empty where it can. */
  unkept: string
}

/** Comments of surveys by topic or product, the newest first, each with its status and a form that changes it. */
export const resolveFeedback: TileResolver<'feedback'> = async (tile, context) => {
  const { services, scope, words } = context
  if (!services.readFeedback) return null
  const head = { id: tile.id, kind: 'feedback', title: tileTitle(tile, context), width: tile.width }
  const asked = askedOf(context)
  const { where, range, as_of } = scope
  const found = await services.readFeedback({
    ...(where && { where }),
    ...(range && { range }),
    ...(as_of && { as_of }),
    by: asked.by,
    ...(asked.status && { status: asked.status }),
    ...(asked.only !== undefined && { only: asked.only }),
    limit: tile.limit,
    ofEach: tile.of_each,
    offset: asked.offset,
  })
  if (!found || sizeOf(found) === 0) return { ...head, state: 'empty', reading: say(words, 'pages.feedback.none') }
  const content = contentOf(found, { ...asked, limit: tile.limit }, context)
  return { ...head, state: 'ok', content, table: tableOf(found, say(words, `pages.feedback.by.${found.by}`), context) }
}

interface Asked {
  by: FeedbackGrouping
  status?: FeedbackStatus
  only?: string
  offset: number
}

/** `topic=` names the group, of either kind; `-` is the group of those that are of none. */
function askedOf({ parameters }: TileContext): Asked {
  const { status, topic, cursor } = parameters.plain
  const known = feedbackStatuses.find((each) => each === status)
  return {
    by: parameters.by[0] === 'product' ? 'product' : 'topic',
    ...(known && { status: known }),
    ...(topic && { only: topic === '-' ? '' : topic }),
    offset: cursor && /^\d{1,9}$/.test(cursor) ? Number(cursor) : 0,
  }
}

function contentOf(found: Feedback, asked: Asked & { limit: number }, context: TileContext): FeedbackContent {
  const { words, parameters } = context
  const href = (change: Record<string, string>) =>
    hrefOn(context, { plain: { ...parameters.plain, cursor: '', ...change } })
  const count = (value: number) => formatNumber(value, words)
  const listed = found.groups.filter(({ comments }) => comments.length > 0)
  const [own] = listed
  const reached = own ? asked.offset + own.comments.length : 0
  const left = asked.only === undefined || !own ? 0 : matching(own.counts, asked.status) - reached
  return {
    sentence: say(words, 'pages.feedback.sentence', { all: sizeOf(found), ...found.counts }),
    states: [undefined, ...feedbackStatuses].map((each) => ({
      label: say(words, `pages.feedback.status.${each ?? 'all'}`),
      count: count(each ? found.counts[each] : sizeOf(found)),
      href: href({ status: each ?? '' }),
      current: each === asked.status,
    })),
    groupings: found.groupings.map((each) => ({
      label: say(words, `pages.feedback.by.${each}`),
      count: '',
      href: hrefOn(context, { by: [each], plain: { ...parameters.plain, topic: '', cursor: '' } }),
      current: each === found.by,
    })),
    groups: listed.map((group) => ({
      id: group.id,
      title: titleOf(group, found, context),
      items: group.comments.map((each) => itemOf(each, found, context)),
      all: allOf(group, asked, href, context),
    })),
    choices: feedbackStatuses.map((value) => ({ value, label: say(words, `pages.feedback.status.${value}`) })),
    first: asked.offset > 0 ? href({}) : null,
    next:
      left > 0
        ? { href: href({ cursor: String(reached) }), label: say(words, 'pages.live.board.more', { count: left }) }
        : null,
    unkept: found.kept ? '' : say(words, 'pages.feedback.unkept'),
  }
}

const matching = (counts: FeedbackCounts, status: FeedbackStatus | undefined): number =>
  status ? counts[status] : sizeOf({ counts })

function titleOf(group: FeedbackGroup, found: Feedback, { words }: TileContext): string {
  if (found.groupings.length === 0) return say(words, 'pages.feedback.all')
  return group.label || say(words, `pages.feedback.no.${found.by}`)
}

/** All of a group, or back to all groups. */
function allOf(
  group: FeedbackGroup,
  { only, status }: Asked,
  href: (change: Record<string, string>) => string,
  { words }: TileContext,
): { label: string; href: string } | null {
  if (only !== undefined) return { label: say(words, 'pages.feedback.back'), href: href({ topic: '' }) }
  const count = matching(group.counts, status)
  if (count <= group.comments.length) return null
  return { label: say(words, 'pages.feedback.group', { count }), href: href({ topic: group.id || '-' }) }
}

function itemOf(comment: FeedbackComment, found: Feedback, context: TileContext): FeedbackItem {
  const { words } = context
  const { values, mark } = comment
  const column = (id: string) => found.columns.find((each) => each.id === id)
  const text = (id: string): string => {
    const own = column(id)
    return own && values[id] !== null && values[id] !== undefined ? scalarText(values[id], own, context, 'surveys') : ''
  }
  const product = found.by === 'product' ? '' : text('product')
  const facts = [scoreText(comment, context), text('kind'), product, text('responded_at')]
  const changed = mark ? [mark.by ?? '', formatDate(mark.at.slice(0, 10), words)].filter(Boolean).join(', ') : ''
  return {
    id: comment.id,
    text: comment.text,
    facts: facts.filter(Boolean),
    links: linksOf(comment, column, context),
    status: comment.status,
    statusLabel: say(words, `pages.feedback.status.${comment.status}`),
    note: mark?.note ?? '',
    changed,
    action: found.kept ? `/feedback/${encodeURIComponent(comment.id)}` : null,
  }
}

/** `4 of 1 to 5`; the scale only where the source has it. */
function scoreText({ values }: FeedbackComment, { words }: TileContext): string {
  const { score, scale_min: low, scale_max: high } = values
  if (score === null || score === undefined) return ''
  const written = (value: unknown) => formatNumber(Number(value), words, Number.isInteger(Number(value)) ? 0 : 1)
  const hasScale = low !== null && low !== undefined && high !== null && high !== undefined
  return hasScale
    ? say(words, 'pages.feedback.score.scale', { score: written(score), low: written(low), high: written(high) })
    : say(words, 'pages.feedback.score', { score: written(score) })
}

function linksOf(
  { values }: FeedbackComment,
  column: (id: string) => RowsColumn | undefined,
  context: TileContext,
): FeedbackItem['links'] {
  return (['case', 'customer'] as const).flatMap((id) => {
    const own = column(id)
    const value = values[id]
    const page = id === 'case' ? 'case' : 'journey'
    if (!own || value === null || value === undefined || !hasPage(context, page)) return []
    const label = say(context.words, `pages.feedback.${id}`, { key: scalarText(value, own, context, 'surveys') })
    return [{ label, href: `/${page}/${encodeURIComponent(String(value))}` }]
  })
}

/** Statuses by group: what stands at the top of the page. */
function tableOf({ groups, by, groupings }: Feedback, caption: string, context: TileContext): TableView {
  const { words, parameters } = context
  const href = (topic: string, status: string) =>
    hrefOn(context, { plain: { ...parameters.plain, cursor: '', topic, status } })
  return {
    caption,
    columns: columnsOf(['group', ...feedbackStatuses], 'say.feedback.column', words, { named: new Set(['group']) }),
    rows: groups.map((group) => [
      {
        ...textCell(
          groupings.length === 0
            ? say(words, 'pages.feedback.all')
            : group.label || say(words, `pages.feedback.no.${by}`),
          group.id,
        ),
        href: href(group.id || '-', ''),
      },
      ...feedbackStatuses.map((status) =>
        countCell(group.counts[status], words, group.counts[status] > 0 ? href(group.id || '-', status) : undefined),
      ),
    ]),
  }
}
