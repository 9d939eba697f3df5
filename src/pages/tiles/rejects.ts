import { formatNumber } from '../../config/format.ts'
import { hasWord, say, type Words } from '../../config/words.ts'
import type { RejectReason } from '../services.ts'
import type { TableView } from '../view.ts'
import type { TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface RejectsContent {
  reasons: { text: string; count: string }[]
}

/** What was set aside, why, and where it stands in the file. */
export const resolveRejects: TileResolver<'rejects'> = async (tile, context) => {
  const { total, reasons, sample } = await context.services.facts.rejects(tile.limit ?? 50)
  const { words } = context
  const common = { id: tile.id, kind: 'rejects', title: tileTitle(tile, context), width: tile.width }
  if (total === 0) return { ...common, state: 'empty', reading: say(words, 'pages.rejects.none') }
  const content: RejectsContent = {
    reasons: reasons.map((each) => ({
      text: rejectText(each, words),
      count: formatNumber(each.count, words),
    })),
  }
  const columns = (['record', 'line', 'column', 'reason', 'raw'] as const).filter(
    (id) => id !== 'line' || sample.some((each) => each.line !== null),
  )
  const table: TableView = {
    caption: say(words, 'pages.rejects.caption', { shown: sample.length, total }),
    columns: columns.map((id) => ({
      id,
      label: say(words, `pages.rejects.${id}`),
      numeric: id === 'record' || id === 'line',
    })),
    rows: sample.map((each) =>
      columns.map((id) => {
        if (id === 'reason') return { text: each.message, value: each.reason }
        const value = id === 'raw' && each.raw === null ? say(words, 'pages.masked') : each[id]
        return { text: typeof value === 'number' ? formatNumber(value, words) : (value ?? '–'), value }
      }),
    ),
    more: Math.max(0, total - sample.length),
  }
  return { ...common, state: 'ok', content, table }
}

/** Why something was set aside, and in which column. */
export function rejectText({ reason, column, count }: RejectReason, words: Words): string {
  const id = `rejects.${reason}`
  return say(words, column ? 'pages.rejects.because-in' : 'pages.rejects.because', {
    reason: hasWord(words, id) ? say(words, id, { count }) : reason.replaceAll('-', ' '),
    column: column ?? '',
  })
}
