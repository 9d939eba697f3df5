import type { ColumnProfile } from './evidence.ts'
import { holdsMoments, overlapOf, shareOf } from './evidence.ts'
import { fitOf } from './fit.ts'
import { formsOf, matchName } from './match-name.ts'
import type { BatchProfile } from './profile.ts'
import { fold, type Synonyms } from './synonyms.ts'

/** A source column and what it may fill: `cases.created_at`, or `durations.first_reply_time` for a stored clock. */
export interface Candidate {
  column: string
  target: string
  confidence: number
  reason: string
}

/** Below this a guess is not worth making. */
const threshold = 0.6

/** Every pair of a column and a target that is worth a thought, best first; the order of columns does not matter. */
export function candidatesOf(profile: BatchProfile, synonyms: Synonyms): Candidate[] {
  return profile.columns
    .flatMap((column) => [...byName(column, synonyms), ...byDuration(column, synonyms), ...byValues(column, synonyms)])
    .filter(({ confidence }) => confidence >= threshold)
    .sort((a, b) => b.confidence - a.confidence || compare(a.target, b.target) || compare(a.column, b.column))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const rounded = (confidence: number): number => Math.round(Math.min(confidence, 0.99) * 1000) / 1000

function byName(column: ColumnProfile, synonyms: Synonyms): Candidate[] {
  const forms = formsOf(column.name, synonyms)
  const timed = unitOf(column.name, synonyms) !== undefined
  return [...synonyms.names].flatMap(([target, names]) => {
    const match = matchName(forms, names)
    const fit = fitOf(target, column, synonyms)
    if (match.score === 0 || fit.share === 0) return []
    const confidence = match.score * (0.5 + 0.5 * fit.share) * (timed && match.score < 0.9 ? 0.7 : 1)
    return [candidate(column, target, confidence, `${nameReason(match)}, and ${fit.says}`)]
  })
}

const nameReason = ({ score, name }: { score: number; name: string }): string =>
  score > 0.9 ? `Its name says "${name}"` : `Its name is close to "${name}"`

function candidate(column: ColumnProfile, target: string, confidence: number, reason: string): Candidate {
  return { column: column.name, target, confidence: rounded(confidence), reason: `${reason}.` }
}

/** A name of a duration: a stored clock when it holds numbers, the moment itself when it holds moments. */
function byDuration(column: ColumnProfile, synonyms: Synonyms): Candidate[] {
  const { name, clock } = durationName(column.name, synonyms)
  const forms = formsOf(name, synonyms)
  return [...synonyms.durations].flatMap(([metric, { names, moment }]) => {
    const match = matchName(forms, names)
    if (match.score === 0) return []
    if (holdsMoments(column)) {
      const reason = `${nameReason(match)}, a duration, but it holds moments: it is when that happened, not how long it took`
      return moment ? [candidate(column, `cases.${moment}`, match.score * 0.93, reason)] : []
    }
    const fit = fitOf(`durations.${metric}`, column, synonyms)
    return fit.share === 0
      ? []
      : [
          candidate(
            column,
            `durations.${metric}@${clock}`,
            match.score * (0.5 + 0.5 * fit.share),
            `${nameReason(match)}, and ${fit.says}`,
          ),
        ]
  })
}

const business =
  / (within |in )?(business|operating|working) hours?$| heures ouvrees$| geschaftszeiten$| horas laborables$/

/** A duration's name without its unit, and which clock it counts. */
export function durationName(name: string, synonyms: Synonyms): { name: string; clock: 'calendar' | 'business' } {
  const folded = fold(name)
  const clock = business.test(folded) ? 'business' : 'calendar'
  const words = folded
    .replace(business, '')
    .replace(/ hh mm( ss)?$/, '')
    .split(' ')
  while (
    words.length > 1 &&
    (synonyms.units.has(words.at(-1)!) || ['in', 'en', 'hh', 'mm', 'ss'].includes(words.at(-1)!))
  )
    words.pop()
  return { name: words.join(' '), clock }
}

/** The unit in a column's name: `Resolution time (in hrs)`. */
export function unitOf(name: string, synonyms: Synonyms) {
  const words = fold(name).replace(business, '').split(' ')
  const found = words
    .slice(1)
    .filter(
      (word) =>
        (synonyms.units.has(word) && word.length > 1) || (word === words.at(-1) && ['h', 's', 'd'].includes(word)),
    )
  return found.length > 0 ? synonyms.units.get(found.at(-1)!) : undefined
}

/** What values alone can say, where the name says nothing. */
function byValues(column: ColumnProfile, synonyms: Synonyms): Candidate[] {
  const found: Candidate[] = []
  if (column.present > 0 && shareOf(column, 'email') >= 0.9)
    found.push(candidate(column, 'customers.email', 0.62, 'Its values are e-mail addresses'))
  for (const vocabulary of ['status', 'priority', 'channel']) {
    const { share, known } = overlapOf(column, synonyms.words.get(vocabulary)!, fold)
    if (share >= 0.8 && new Set(Object.values(known)).size >= 3)
      found.push(candidate(column, `cases.${vocabulary}`, 0.6 + share / 20, `Its values are words of ${vocabulary}`))
  }
  return found
}

/** One column for each target and one target for each column, the surest first. */
export function assign(candidates: Candidate[]): Map<string, Candidate> {
  const byTarget = new Map<string, Candidate>()
  const taken = new Set<string>()
  for (const each of candidates) {
    if (byTarget.has(each.target) || taken.has(each.column)) continue
    byTarget.set(each.target, each)
    taken.add(each.column)
  }
  return byTarget
}
