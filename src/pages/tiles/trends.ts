import { formatDate } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { formatRate, formatTimes, type IssueTrends, sayClaim, sayMarkets } from '../../insights/issue-trends.ts'
import { drawPicture } from '../charts/draw.ts'
import { drawIssueTrends } from '../charts/issue-trends.ts'
import type { TableCell, TableView } from '../view.ts'
import { chanceCell, columnsOf, countCell, estimateCell, nothing, numberCell, refusedTile, textCell } from './cells.ts'
import type { TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** What rises and falls: a picture of what moves most, or all of it as a table. Of all cases: a filter would test other ones. */
export const resolveTrends: TileResolver<'trends'> = async (tile, context) => {
  const { services, words } = context
  const found = await services.findIssueTrends?.()
  if (!found) return null
  const head = { id: tile.id, kind: 'trends', title: tileTitle(tile, context), width: tile.width }
  const opens = tile.show === 'picture'
  if ('refused' in found) return opens ? refusedTile(head, 'trends-unknown', found.refused) : null
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

const ids = ['issue', 'markets', 'since', 'before', 'after', 'times', 'extra', 'satisfaction', 'work', 'q']
const named = new Set(['issue', 'markets', 'since'])
/** An estimate breaks before its interval: the table is wide. */
const prose = new Set(['issue', 'markets', 'times', 'satisfaction'])

function tableOf({ trends, base }: IssueTrends, caption: string, words: Words): TableView {
  const rows = trends.map((trend): Record<string, TableCell> => {
    const { ratio, since, satisfaction, work } = trend
    return {
      issue: textCell(`${trend.label} · ${trend.field_label}`, trend.label),
      markets: textCell(sayMarkets(trend, words)),
      since: since
        ? textCell(formatDate(since.week, words), since.week)
        : textCell(say(words, 'say.trends.since.slow'), null),
      before: textCell(formatRate(trend.before, base, words), trend.before),
      after: textCell(formatRate(trend.after, base, words), trend.after),
      times: ratio ? textCell(formatTimes(ratio, words, 'say.trends.within'), ratio.value) : nothing,
      extra: numberCell(trend.extra, words, 1),
      satisfaction: estimateCell(satisfaction, 'ratio', words),
      work: work ? countCell(work.hours, words) : nothing,
      q: chanceCell(trend.q, words),
    }
  })
  // A column in which nothing is known says nothing: no markets, no surveys, no measured work.
  const kept = ids.filter((id) => rows.some((row) => row[id]!.value !== null && row[id]!.value !== ''))
  return {
    caption,
    columns: columnsOf(kept, 'say.trends.column', words, { named, prose }),
    rows: rows.map((row) => kept.map((id) => row[id]!)),
  }
}
