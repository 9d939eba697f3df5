import { vocabularies } from '../../../model/vocabularies.ts'
import type { SentRecord } from './records.ts'

const kinds: readonly string[] = vocabularies.survey_kind

/** Holds an answer against what an answer must say. Whatever is wrong with it is said at once. */
export function checkSurvey(record: SentRecord): SentRecord {
  const survey = JSON.parse(record.text) as Record<string, unknown>
  const faults = [...identity(survey), ...moment(survey), ...score(survey), ...texts(survey)]
  return faults.length === 0 ? record : { ...record, fault: { code: 'survey-malformed', message: faults.join(' ') } }
}

function identity({ id, kind }: Record<string, unknown>): string[] {
  return [
    ...(isKey(id) ? [] : ['It has no "id".']),
    ...(kinds.includes(String(kind)) ? [] : [`Its "kind" is none of ${kinds.join(', ')}.`]),
  ]
}

/** With its zone: an answer at 23:00 is of another day elsewhere. */
function moment({ responded_at: at }: Record<string, unknown>): string[] {
  const isInstant =
    typeof at === 'string' &&
    /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/.test(at) &&
    isDay(at.slice(0, 10)) &&
    !Number.isNaN(Date.parse(at.replace(' ', 'T').replace(/([+-]\d\d)(\d\d)$/, '$1:$2')))
  return isInstant ? [] : ['Its "responded_at" is no moment with a zone, such as 2026-03-01T09:30:00Z.']
}

/** Not the 31st of April, which some readers make the 1st of May. */
function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

/** A score means nothing without its scale. Feedback may come without either, as words alone. */
function score({ score, scale_min, scale_max, comment }: Record<string, unknown>): string[] {
  if (isEmpty(score)) return isEmpty(comment) ? ['It has neither a "score" nor a "comment".'] : []
  const [value, least, most] = [numberOf(score), numberOf(scale_min), numberOf(scale_max)]
  if (value === null) return ['Its "score" is no number.']
  if (least === null || most === null) return ['Its "scale_min" or "scale_max" is no number.']
  if (least >= most) return ['Its "scale_min" is not below its "scale_max".']
  return value >= least && value <= most ? [] : [`Its "score" is not on its scale from ${least} to ${most}.`]
}

function texts({ comment, customer, case: of }: Record<string, unknown>): string[] {
  return [
    ...(isEmpty(comment) || typeof comment === 'string' ? [] : ['Its "comment" is no text.']),
    ...(isEmpty(customer) || isKey(customer) ? [] : ['Its "customer" is no number or text.']),
    ...(isEmpty(of) || isKey(of) ? [] : ['Its "case" is no number or text.']),
  ]
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ''

const isKey = (value: unknown): boolean =>
  (typeof value === 'string' && value.trim() !== '') || (typeof value === 'number' && Number.isFinite(value))

/** A table holds numbers as text. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^-?\d{1,9}(\.\d{1,9})?$/.test(value.trim()) ? Number(value) : null
}
