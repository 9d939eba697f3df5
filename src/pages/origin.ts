import { formatDate } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'

/** As of when, in which zone, from which version: for everything that is printed or passed on, and at the head of every sheet. */
export function originOf(
  { as_of, zone, version }: { as_of: string | null; zone: string; version: string },
  words: Words,
): string {
  return say(words, 'pages.origin', {
    as_of: as_of ? formatDate(as_of, words, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }) : 'none',
    zone,
    version,
  })
}
