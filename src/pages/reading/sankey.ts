import { say } from '../../config/words.ts'
import { cellOf, keyOf, labelOfValue, metricOf } from '../charts/points.ts'
import { highestOf, isCut, type Reading, told, toldShare } from './reading.ts'

/** The path through all steps that the largest part takes. */
export const readSankey: Reading = (input) => {
  const { frame, words } = input
  const metric = metricOf(frame, input.encode.value).id
  const value = (row: (typeof frame.rows)[number]): number => Math.max(0, cellOf(row, metric).value ?? 0)
  const largest = highestOf(frame.rows, value)
  const total = frame.rows.reduce((sum, row) => sum + value(row), 0)
  // With rows left out the whole is not known.
  if (!largest || frame.rows.length < 2 || isCut(frame) || value(largest) <= 0) return undefined
  return say(words, 'pages.reading.sankey', {
    path: (frame.query.by ?? [])
      .map((by) => labelOfValue(frame, by, keyOf(largest, by), words))
      .join(say(words, 'pages.reading.then')),
    value: told(value(largest), metric, input),
    share: toldShare(value(largest) / total, words),
  })
}
