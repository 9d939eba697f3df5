import {
  type ColumnProfile,
  epochReading,
  holdsMoments,
  holdsNumbers,
  isSerial,
  overlapOf,
  scaleOf,
  shareOf,
} from './evidence.ts'
import { fold, type Synonyms } from './synonyms.ts'

/** How well the values of a column fit a target, 0-1, with the observation as half a sentence. */
export interface Fit {
  share: number
  says: string
}

type Judge = (column: ColumnProfile, synonyms: Synonyms) => Fit

const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`

const moments: Judge = (column) => {
  if (holdsMoments(column)) return { share: 1, says: 'its values are dates or moments' }
  if (epochReading(column)) return { share: 0.95, says: 'its values count seconds since 1970' }
  if (isSerial(column)) return { share: 0.9, says: 'its values are day numbers of a spreadsheet' }
  return { share: 0, says: 'its values are not moments' }
}

const numbers: Judge = (column) =>
  holdsNumbers(column) ? { share: 1, says: 'its values are numbers' } : { share: 0, says: 'its values are not numbers' }

const key: Judge = (column) => {
  if (column.unique) return { share: 1, says: 'every record has another value' }
  if (column.present > 0 && column.distinct >= column.present * 0.9)
    return { share: 0.9, says: 'nearly every record has another value' }
  return { share: 0, says: 'its values repeat' }
}

const words =
  (vocabulary: string): Judge =>
  (column, synonyms) => {
    const { share, unknown } = overlapOf(column, synonyms.words.get(vocabulary)!, fold)
    const says = `${percent(share)} of its different values are known words${unknown.length > 0 ? `; unknown: ${unknown.slice(0, 5).join(', ')}` : ''}`
    if (share >= 0.5) return { share: 1, says }
    if (share > 0) return { share: 0.8, says }
    return { share: column.values.length > 0 ? 0.5 : 0.1, says: 'none of its values is a known word' }
  }

const category: Judge = (column) => {
  if (holdsMoments(column) || shareOf(column, 'email') > 0.5) return { share: 0, says: 'its values are no categories' }
  const few = column.values.length > 0 || column.distinct <= column.present * 0.3
  return few ? { share: 1, says: 'it has few different values' } : { share: 0.5, says: 'it has many different values' }
}

const label: Judge = (column) =>
  holdsMoments(column) ? { share: 0, says: 'its values are moments' } : { share: 1, says: 'its values are text' }

const text: Judge = (column) => {
  if (holdsMoments(column)) return { share: 0, says: 'its values are moments' }
  if (holdsNumbers(column)) return { share: 0.1, says: 'its values are numbers' }
  return column.meanLength >= 15 ? { share: 1, says: 'it holds text' } : { share: 0.8, says: 'it holds short text' }
}

const isCode = (column: ColumnProfile): boolean => column.present > 0 && column.codes >= column.present * 0.5

const person: Judge = (column) => {
  if (holdsNumbers(column) || holdsMoments(column)) return { share: 0, says: 'its values are no names' }
  if (isCode(column)) return { share: 0, says: 'its values are codes' }
  return shareOf(column, 'email') > 0.5
    ? { share: 0, says: 'its values are e-mail addresses' }
    : { share: 1, says: 'its values are names' }
}

/** A column called "Customer" may hold names or numbers of customers: the values decide. */
const client: Judge = (column, synonyms) => {
  if (holdsNumbers(column)) return { share: 1, says: 'its values are numbers' }
  if (isCode(column)) return { share: 1, says: 'its values are codes' }
  return { ...label(column, synonyms), share: holdsMoments(column) ? 0 : 0.6 }
}

const email: Judge = (column) => ({
  share: shareOf(column, 'email') >= 0.8 ? 1 : 0,
  says: `${percent(shareOf(column, 'email'))} of its values are e-mail addresses`,
})
const phone: Judge = (column) => ({
  share: shareOf(column, 'phone') >= 0.6 ? 1 : 0,
  says: `${percent(shareOf(column, 'phone'))} of its values are phone numbers`,
})

const age: Judge = (column) =>
  holdsNumbers(column) && (column.lowest ?? 0) >= 0 && (column.highest ?? 0) <= 120
    ? { share: 1, says: 'its values are between 0 and 120' }
    : { share: 0, says: 'its values are no ages' }

/** `State` is a US state or the state of a case: its values say which. */
const region: Judge = (column, synonyms) => {
  const states = column.values.filter((value) => synonyms.usStates.has(fold(value)))
  if (column.values.length > 0 && states.length / column.values.length >= 0.6)
    return { share: 1, says: 'its values are US states' }
  const statuses = overlapOf(column, synonyms.words.get('status')!, fold)
  if (statuses.share >= 0.5) return { share: 0, says: 'its values are states of a case' }
  return { ...category(column, synonyms), share: 0.6 }
}

const status: Judge = (column, synonyms) => {
  const states = column.values.filter((value) => synonyms.usStates.has(fold(value)))
  if (column.values.length > 1 && states.length / column.values.length >= 0.6)
    return { share: 0, says: 'its values are US states' }
  return words('status')(column, synonyms)
}

const score: Judge = (column, synonyms) => {
  const satisfaction = synonyms.words.get('satisfaction')!
  const scale = scaleOf(column, satisfaction, fold)
  if (scale)
    return {
      share: 1,
      says: scale.words
        ? 'its values are words of satisfaction'
        : `its values lie on a scale from ${scale.min} to ${scale.max}`,
    }
  if (holdsNumbers(column)) return { share: 0.8, says: 'its values are numbers' }
  const overlap = overlapOf(column, satisfaction, fold)
  return overlap.share > 0
    ? { share: 0.9, says: 'some of its values are words of satisfaction' }
    : { share: 0, says: 'its values are no scores' }
}

const duration: Judge = (column) => {
  if (holdsNumbers(column)) return { share: 1, says: 'its values are numbers' }
  if (shareOf(column, 'clock') >= 0.9) return { share: 1, says: 'its values are hours and minutes' }
  return { share: 0, says: 'its values are no durations' }
}

const judges: Record<string, Judge> = {
  'cases.id': key,
  'cases.channel': words('channel'),
  'cases.priority': words('priority'),
  'cases.severity': words('severity'),
  'cases.status': status,
  'cases.subject': text,
  'cases.description': text,
  'cases.resolution': text,
  'cases.agent': label,
  'cases.reopens': numbers,
  'cases.replies': numbers,
  'cases.created_at': moments,
  'cases.assigned_at': moments,
  'cases.first_response_at': moments,
  'cases.solved_at': moments,
  'cases.closed_at': moments,
  'cases.updated_at': moments,
  'cases.purchased_on': moments,
  'customers.id': client,
  'customers.name': person,
  'customers.email': email,
  'customers.phone': phone,
  'customers.age': age,
  'customers.gender': words('gender'),
  'customers.region': region,
  'customers.city': label,
  'customers.joined_on': moments,
  'customers.account': label,
  'surveys.score': score,
  'surveys.comment': text,
}

/** What the values of a column say about a target. An empty column says nothing either way. */
export function fitOf(target: string, column: ColumnProfile, synonyms: Synonyms): Fit {
  if (column.present === 0) return { share: 0.6, says: 'it is empty' }
  if (target.startsWith('durations.')) return duration(column, synonyms)
  return (judges[target] ?? category)(column, synonyms)
}
