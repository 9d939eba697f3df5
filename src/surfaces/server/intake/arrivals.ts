import type { Problem } from '../../../errors.ts'
import type { Arrival, Kept } from '../../../journal/journal.ts'
import { printUnreadable } from '../../../journal/unreadable.ts'
import type { IntakeAnswer } from '../wire.ts'
import type { IntakeSource } from './door.ts'
import { readTable } from './read-table.ts'
import { jsonRecords, lineRecords, type SentRecord, textOf } from './records.ts'
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
    const kept = record.fault
      ? printUnreadable({ raw: record.text, reason: record.fault.code, message: record.fault.message })
      : record.text
    const key = sent === undefined ? `content ${kept}` : `sent ${sent} ${at}`
    return { source: source.id, key, body: kept, record }
  })
}

const readForm: Record<IntakeForm, (text: string) => SentRecord[]> = {
  json: jsonRecords,
  ndjson: lineRecords,
  csv: readTable,
}

/** Of the records that could not be read, so many are told one by one. */
const mostTold = 20

/** What became of the records, as the sender is told. */
export function answerOf(arrivals: SentArrival[], kept: Kept[]): IntakeAnswer {
  const bad = arrivals.filter(({ record }) => record.fault)
  const good = kept.filter((_, at) => !arrivals[at]!.record.fault)
  const duplicates = good.filter(({ duplicate }) => duplicate).length
  return {
    kept: good.length - duplicates,
    duplicates,
    rejected: bad.length,
    position: kept.reduce((last, { position }) => Math.max(last, position), 0),
    ...(bad.length > 0 && { problems: bad.slice(0, mostTold).map(problemOf) }),
  }
}

function problemOf({ record: { line, fault } }: SentArrival): Problem {
  return {
    code: fault!.code,
    message: `The record on line ${line} was not taken. ${fault!.message}`,
    where: `line ${line}`,
    fix: 'It is kept as a reject. Send it again in the form that docs/intake.md shows.',
  }
}
