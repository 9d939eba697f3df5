import type { Problem } from '../../errors.ts'
import { wordsOf } from '../../model/vocabularies.ts'
import { overlapOf, shareOf } from './evidence.ts'
import { fold } from './synonyms.ts'
import { columnOf, type Work } from './work.ts'

const inTime = ['created_at', 'assigned_at', 'first_response_at', 'first_solved_at', 'solved_at', 'closed_at']

/** Moments that stand in the wrong order: worth saying, for the export or the mapping is wrong. */
export function orderNotes({ chosen, profile }: Work): Problem[] {
  const known = inTime.flatMap((name) => chosen.get(`cases.${name}`) ?? [])
  return known.flatMap((one, at) =>
    known.slice(at + 1).flatMap((other) => {
      const order = profile.orders.find(({ earlier, later }) => earlier === one.column && later === other.column)
      if (!order || order.share >= 0.98) return []
      return [
        {
          code: 'moments-inverted',
          message: `"${one.column}" is after "${other.column}" in ${Math.round((1 - order.share) * order.both)} of ${order.both} records that have both.`,
          where: one.column,
          fix: `Check that they are ${one.target} and ${other.target}; if they are, the source itself is wrong there.`,
        },
      ]
    }),
  )
}

/** Words that no vocabulary knows: kept as the source writes them. */
export function wordNotes(work: Work): Problem[] {
  return ['channel', 'status', 'priority', 'severity'].flatMap((vocabulary) => {
    const column = columnOf(work, `cases.${vocabulary}`)
    if (!column || shareOf(column, 'email') > 0) return []
    const { unknown } = overlapOf(column, work.synonyms.words.get(vocabulary)!, fold)
    if (unknown.length === 0) return []
    return [
      {
        code: 'words-unknown',
        message: `${unknown.length} ${unknown.length === 1 ? 'value' : 'values'} of "${column.name}" (${unknown.slice(0, 5).join(', ')}) ${unknown.length === 1 ? 'is' : 'are'} no known ${vocabulary}; kept as written.`,
        where: column.name,
        fix: `Give each its id under "words" in the pack: ${wordsOf(vocabulary).join(', ')}.`,
      },
    ]
  })
}
