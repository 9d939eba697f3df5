import { formatDate, formatNumber, formatP, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { formatRate, formatTimes, type IssueTrends, sayClaim, sayMarkets } from '../../insights/issue-trends.ts'
import { drawPicture } from '../charts/draw.ts'
import { drawIssueTrends } from '../charts/issue-trends.ts'
import type { TableCell, TableView } from '../view.ts'
import type { TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** What rises and falls: a picture of what moves most, or all of it as a table. Of all cases: a filter would test other ones. */
export const resolveTrends: TileResolver<'trends'> = async (tile, context) => {
  const { services, words } = context
  const found = await services.findIssueTrends?.()
  if (!found) return null
  const head = { id: tile.id, kind: 'trends', title: tileTitle(tile, context), width: tile.width }
  const opens = tile.show === 'picture'
  if ('refused' in found)
    return opens ? { ...head, state: 'refused', problem: { code: 'trends-unknown', message: found.refused } } : null
  if (found.trends.length === 0)
    return opens ? { ...head, state: 'empty', reading: [found.sentence, found.basis, ...found.limits].join(' ') } : null
  const table = tableOf(found, head.title, words)
  if (!opens) return { ...head, state: 'ok', foot: [found.basis, ...found.limits].join(' '), table }
  const draw = (width: number) => drawIssueTrends(found, words, width)
  const drawn = await drawPicture('trends', draw, head.width, head.title, words, services.pictures)
  return { ...head, state: 'ok', reading: readingOf(found, words), figure: drawn.figure, foot: drawn.foot, table }
}

/** The count, and what moves most. */
function readingOf({ sentence, trends }: IssueTrends, words: Words): string {
  return `${sentence} ${sayClaim(trends[0]!, words)}`
}

const columns: { id: string; numeric?: true; prose?: true }[] = [
  { id: 'issue', prose: true },
  { id: 'field' },
  { id: 'move' },
  { id: 'markets', prose: true },
  { id: 'since' },
  { id: 'before', numeric: true },
  { id: 'after', numeric: true },
  { id: 'times', numeric: true },
  { id: 'extra', numeric: true },
  { id: 'satisfaction', numeric: true },
  { id: 'first' },
  { id: 'work', numeric: true },
  { id: 'q', numeric: true },
]

function tableOf({ trends, base }: IssueTrends, caption: string, words: Words): TableView {
  const plain = (text: string): TableCell => ({ text, value: text })
  const rows = trends.map((trend): Record<string, TableCell> => {
    const { ratio, since, satisfaction, work, first_day } = trend
    return {
      issue: plain(trend.label),
      field: plain(trend.field_label),
      move: plain(say(words, `say.trends.move.${trend.move}`)),
      before: { text: formatRate(trend.before, base, words), value: trend.before },
      after: { text: formatRate(trend.after, base, words), value: trend.after },
      times: { text: ratio ? formatTimes(ratio, words, 'say.trends.within') : '–', value: ratio?.value ?? null },
      extra: { text: formatNumber(trend.extra, words, 1), value: trend.extra },
      since: since
        ? { text: formatDate(since.week, words), value: since.week }
        : { text: say(words, 'say.trends.since.slow'), value: null },
      markets: plain(sayMarkets(trend, words)),
      first: { text: formatDate(first_day, words), value: first_day },
      satisfaction: {
        text: satisfaction
          ? say(words, 'say.trends.within', {
              value: formatValue(satisfaction.value, 'ratio', words),
              low: formatValue(satisfaction.low, 'ratio', words),
              high: formatValue(satisfaction.high, 'ratio', words),
            })
          : '–',
        value: satisfaction?.value ?? null,
      },
      work: { text: work ? formatNumber(work.hours, words) : '–', value: work?.hours ?? null },
      q: { text: formatP(trend.q, words).replace(/^= /, ''), value: trend.q },
    }
  })
  // A column in which nothing is known says nothing: no markets, no surveys, no measured work.
  const kept = columns.filter(({ id }) => rows.some((row) => row[id]!.value !== null && row[id]!.value !== ''))
  return {
    caption,
    columns: kept.map(({ id, numeric = false, prose }) => ({
      id,
      label: say(words, `say.trends.column.${id}`),
      numeric,
      ...(prose && { prose }),
    })),
    rows: rows.map((row) => kept.map(({ id }) => row[id]!)),
  }
}
