import { say, type Words } from '../../config/words.ts'
import type { ActionsContent } from '../../pages/tiles/actions.ts'
import type { FeedbackContent } from '../../pages/tiles/feedback.ts'
import type { FindingsContent } from '../../pages/tiles/findings.ts'
import type { InsightsContent } from '../../pages/tiles/insights.ts'
import type { ReadinessContent } from '../../pages/tiles/readiness.ts'
import type { TableView, TileView } from '../../pages/view.ts'

/** What a tile lists in sentences, as a table; null for a tile of numbers. */
export function listTable(tile: TileView, words: Words): TableView | null {
  if (tile.table || tile.state !== 'ok' || !tile.content) return null
  const found = lists[tile.kind]?.(tile.content as never, words)
  if (!found || found.rows.length === 0) return null
  return {
    caption: tile.title,
    columns: found.columns.map(({ id, prose }) => ({
      id,
      label: say(words, `workbook.column.${id}`),
      numeric: false,
      ...(prose && { prose }),
    })),
    rows: found.rows.map((row) => row.map((text) => ({ text, value: text === '' ? null : text }))),
  }
}

interface List {
  columns: { id: string; prose?: true }[]
  rows: string[][]
}

const prose = (id: string) => ({ id, prose: true as const })

const lists: Record<string, (content: never, words: Words) => List> = {
  findings: ({ items }: FindingsContent) => ({
    columns: [{ id: 'weight' }, prose('finding'), prose('effect')],
    rows: items.map(({ mark, sentence, effect }) => [mark, sentence, effect]),
  }),
  actions: ({ items }: ActionsContent) => ({
    columns: [prose('action'), prose('why')],
    rows: items.map(({ what, why }) => [what, why]),
  }),
  insights: ({ groups, unanswered }: InsightsContent, words) => ({
    columns: [{ id: 'question' }, prose('claim'), prose('evidence'), prose('sure'), prose('limits')],
    rows: [
      ...groups.flatMap(({ title, items }) =>
        items.map(({ claim, evidence, sure, limits }) => [title, claim, evidence, sure, limits.join(' ')]),
      ),
      ...unanswered.map(({ title, why, fields }) => [
        title,
        say(words, 'workbook.unanswered'),
        '',
        '',
        [why, fields].filter(Boolean).join(' '),
      ]),
    ],
  }),
  readiness: ({ fields, rest }: ReadinessContent) => ({
    columns: [{ id: 'field' }, { id: 'gives' }, prose('unlocks')],
    rows: [...fields, ...(rest?.fields ?? [])].map(({ label, count, unlocks, more }) => [
      label,
      count,
      [...unlocks, more].filter(Boolean).join(', '),
    ]),
  }),
  feedback: ({ groups }: FeedbackContent) => ({
    columns: [{ id: 'topic' }, prose('comment'), prose('facts'), { id: 'status' }, prose('note')],
    rows: groups.flatMap(({ title, items }) =>
      items.map(({ text, facts, statusLabel, note }) => [title, text, facts.join(' · '), statusLabel, note]),
    ),
  }),
}

/** A sentence that stands for a list or beside it. */
export function sentenceOf({ content }: TileView): string | undefined {
  if (typeof content !== 'object' || content === null || !('sentence' in content)) return undefined
  return typeof content.sentence === 'string' ? content.sentence : undefined
}
