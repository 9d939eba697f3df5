import type { Arrival } from '../../../journal/journal.ts'
import type { IntakeSource } from './door.ts'
import { readTable } from './read-table.ts'
import { jsonRecords, lineRecords, type SentRecord, textOf, unreadable } from './records.ts'
import { checkSurvey } from './survey.ts'

/** Forms in which records are sent. */
export type IntakeForm = 'json' | 'ndjson' | 'csv'

/** A record as the journal takes it; with a fault it is kept as one that cannot be read. */
export interface SentArrival extends Arrival {
  record: SentRecord
}

/**
 * The records of a body as arrivals. `sent` is the sender's own id of this delivery, by which all of its records are known again; without one
 * each is known by its content.
 */
export function readArrivals(
  source: IntakeSource,
  { body, form, sent }: { body: Buffer; form: IntakeForm; sent?: string },
): SentArrival[] {
  const text = textOf(body)
  const records = typeof text === 'string' ? readForm[form](text) : [text]
  return records.map((given, at) => {
    const record = source.surveys && !given.fault ? checkSurvey(given) : given
    const kept = record.fault ? unreadable(record) : record.text
    const key = sent === undefined ? `content ${kept}` : `sent ${sent} ${at}`
    return { source: source.id, key, body: kept, record }
  })
}

const readForm: Record<IntakeForm, (text: string) => SentRecord[]> = {
  json: jsonRecords,
  ndjson: lineRecords,
  csv: readTable,
}
