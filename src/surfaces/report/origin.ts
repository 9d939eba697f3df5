import { formatDate } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { VersionFacts } from '../../metrics/context.ts'

/** `As of 31 May 2023, 23:50 · UTC · version ...`: what stands on everything that is taken away. */
export function originOf({ id, as_of, zone }: VersionFacts, words: Words): string {
  const format = { dateStyle: 'medium', timeStyle: 'short', timeZone: zone } as const
  return say(words, 'pages.origin', {
    as_of: as_of ? formatDate(as_of, words, format) : 'none',
    zone,
    version: id,
  })
}
