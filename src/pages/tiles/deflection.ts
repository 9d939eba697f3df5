import { formatDate, formatNumber, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { findNamedDeflection, type TopicMonth } from '../../insights/deflection.ts'
import type { TableView } from '../view.ts'
import type { TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Whether fewer cases of a topic came since a day that the page states. Of all cases: a filter would leave other topics to compare with. */
export const resolveDeflection: TileResolver<'deflection'> = async (tile, context) => {
  const { services, words, scope } = context
  if (!services.readDeflection) return null
  const { topic, since } = tile
  const title =
    tile.title === undefined
      ? say(words, 'pages.deflection.title', { topic, since: formatDate(since, words) })
      : tileTitle(tile, context)
  const head = { id: tile.id, kind: 'deflection', title, width: tile.width }
  const refused = (message: string) => ({
    ...head,
    state: 'refused' as const,
    problem: { code: 'deflection-unknown', message },
  })
  if ((scope.where ?? []).length > 0 || scope.range) return refused(say(words, 'pages.deflection.filters'))
  const evidence = await services.readDeflection(topic)
  const found = findNamedDeflection(evidence, { topic, since }, words)
  if ('refused' in found) return refused(found.refused)
  return {
    ...head,
    state: 'ok',
    reading: found.sentence,
    foot: found.limits.join(' '),
    table: tableOfMonths(evidence.months, title, words),
  }
}

function tableOfMonths(months: TopicMonth[], caption: string, words: Words): TableView {
  return {
    caption,
    columns: ['month', 'topic', 'others', 'share'].map((id, at) => ({
      id,
      label: say(words, `pages.deflection.column.${id}`),
      numeric: at > 0,
    })),
    rows: months.map(({ month, topic, others }) => [
      { text: formatDate(month, words), value: month },
      { text: formatNumber(topic, words), value: topic },
      { text: formatNumber(others, words), value: others },
      { text: formatValue(topic / (topic + others), 'ratio', words), value: topic / (topic + others) },
    ]),
  }
}
