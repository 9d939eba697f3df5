import { unitOf } from './candidates.ts'
import {
  type ColumnProfile,
  dateOrder,
  decimalSign,
  epochReading,
  isSerial,
  isSlashed,
  momentReading,
  shareOf,
  withYears,
} from './evidence.ts'
import type { DurationUnit } from './pack.ts'
import { ask, type Inquiry } from './question.ts'
import type { Synonyms } from './synonyms.ts'

/** What a rule says about reading a column, beside its name. */
export interface ReadingSpec {
  read?: string
  unit?: DurationUnit
  decimal?: '.' | ','
  /** Said beside the rule. */
  says?: string
}

/** How the moments of a column are read; `null` when that is not known and nobody says. */
export function momentSpec(column: ColumnProfile, siblings: ColumnProfile[], inquiry: Inquiry): ReadingSpec | null {
  const read = momentReading(column)
  if (read === '') return {}
  if (read !== null) return { read, says: isSlashed(column) ? orderReason(column) : undefined }
  const epoch = epochReading(column)
  if (epoch) return { read: epoch, says: 'seconds since 1970' }
  if (isSerial(column)) return { read: 'excel', says: 'day numbers of a spreadsheet' }
  if (!isSlashed(column)) return column.present === 0 ? {} : null
  const answer = ask(inquiry, orderQuestion(column, siblings))
  return answer === null || answer === 'leave'
    ? null
    : { read: withYears(answer, column), says: 'the order of day and month was answered or guessed' }
}

function orderReason({ firstOver12, secondOver12 }: ColumnProfile): string {
  return firstOver12 > 0
    ? `the first part is above 12 in ${firstOver12} values, so it is the day`
    : `the second part is above 12 in ${secondOver12} values, so it is the day`
}

function orderQuestion(column: ColumnProfile, siblings: ColumnProfile[]) {
  const mixed = dateOrder(column) === 'mixed'
  const why = mixed
    ? `in ${column.firstOver12} values only the first part can be the month's day, in ${column.secondOver12} only the second`
    : 'no value has a part above 12'
  return {
    id: `date-order:${column.name}`,
    column: column.name,
    question: `Dates such as ${column.values[0] ?? '01/02/2025'} in "${column.name}": day or month first? The values do not decide: ${why}.`,
    choices: [
      { value: 'd/m/y', label: 'day first' },
      { value: 'm/d/y', label: 'month first' },
      { value: 'leave', label: 'leave it out' },
    ],
    best:
      siblingOrder(siblings) ??
      (column.values.some((value) => /^\d+\./.test(value))
        ? 'd/m/y'
        : column.firstOver12 >= column.secondOver12
          ? 'd/m/y'
          : 'm/d/y'),
  }
}

/** What the other date columns of the file are. */
function siblingOrder(siblings: ColumnProfile[]): string | undefined {
  const orders = new Set(
    siblings
      .filter(isSlashed)
      .map(dateOrder)
      .filter((order) => order === 'd/m/y' || order === 'm/d/y'),
  )
  return orders.size === 1 ? [...orders][0] : undefined
}

/** The decimal sign of a number column. */
export function numberSpec(column: ColumnProfile, inquiry: Inquiry): ReadingSpec | null {
  const sign = decimalSign(column)
  if (sign === ',') return { decimal: ',', says: 'a comma stands before the decimals' }
  if (sign === '.' || sign === null) return column.shapes.ambiguous > 0 ? { decimal: '.' } : {}
  const answer = ask(inquiry, {
    id: `decimal:${column.name}`,
    column: column.name,
    question: `Numbers such as ${column.values.find((value) => value.includes(',')) ?? '1,234'} in "${column.name}": is the comma a decimal sign?`,
    choices: [
      { value: ',', label: 'decimal comma' },
      { value: '.', label: 'thousands sign' },
      { value: 'leave', label: 'leave it out' },
    ],
    best: column.shapes.comma > 0 ? ',' : '.',
  })
  return answer === ',' || answer === '.' ? { decimal: answer } : null
}

/** The unit of a stored duration: by its shape, its name, or an answer. */
export function durationSpec(column: ColumnProfile, synonyms: Synonyms, inquiry: Inquiry): ReadingSpec | null {
  if (shareOf(column, 'clock') >= 0.9) return { read: 'h:m:s' }
  const number = numberSpec(column, inquiry)
  if (!number) return null
  const unit = unitOf(column.name, synonyms)
  if (unit) return { ...number, unit, says: `${unit} by its name` }
  const answer = ask(inquiry, {
    id: `unit:${column.name}`,
    column: column.name,
    question: `In which unit is "${column.name}" (${column.lowest ?? 0} to ${column.highest ?? 0})?`,
    choices: ['seconds', 'minutes', 'hours', 'days'].map((value) => ({ value, label: value })),
    best: (column.highest ?? 0) > 20_000 ? 'seconds' : (column.highest ?? 0) > 1_000 ? 'minutes' : 'hours',
  })
  return answer === null ? null : { ...number, unit: answer as DurationUnit }
}
