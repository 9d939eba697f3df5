import { formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { estimateText } from '../../insights/driver-labels.ts'
import { findSignals } from '../../insights/signals.ts'
import type { Gap } from '../charts/gaps.ts'
import { chanceCell, countCell, textCell, valueCell } from './cells.ts'
import { driverColumns, gapsOf, isNarrowed, pointsCell, refused } from './drivers.ts'
import type { TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** Values of fields that go with good and with bad scores; plain where there are none. */
export const resolveSignals: TileResolver<'signals'> = async (tile, context) => {
  const { services, words, scope } = context
  if (!services.readDrivers) return null
  const head = { id: tile.id, kind: 'signals', title: tileTitle(tile, context), width: tile.width }
  if (isNarrowed(scope)) return refused(head, say(words, 'pages.drivers.filters'))
  const answer = findSignals(await services.readDrivers({ metric: tile.metric }), words)
  if ('refused' in answer) return tile.when_refused === 'show' ? refused(head, answer.refused) : null
  const { sentence, signals, tried } = answer
  if (signals.length === 0) return { ...head, state: 'empty', reading: sentence }
  const shown = signals.slice(0, tile.limit)
  const gaps = shown.map(({ label, effect, mean, mean_others }): Gap => {
    const means = `${formatNumber(mean, words, 2)} / ${formatNumber(mean_others, words, 2)}`
    const value = formatNumber(effect.value, words, 2)
    return {
      label,
      ...effect,
      real: true,
      text: means,
      short: value,
      tip: `${label}: ${estimateText(effect, 'number', words)} (${means})`,
    }
  })
  return {
    ...head,
    state: 'ok',
    reading: sentence,
    ...(await gapsOf(gaps, head, say(words, 'pages.drivers.foot.signals', { tried }), context)),
    table: {
      caption: head.title,
      columns: driverColumns(['signal', 'mean', 'others', 'better', 'n', 'p', 'q'], words),
      rows: shown.map(({ label, mean, mean_others, effect, n, p, q }) => [
        textCell(label),
        pointsCell(mean, words),
        pointsCell(mean_others, words),
        valueCell((1 + effect.value) / 2, 'ratio', words),
        countCell(n, words),
        chanceCell(p, words),
        chanceCell(q, words),
      ]),
      more: signals.length - shown.length,
    },
  }
}
