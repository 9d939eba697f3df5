import type { Generation } from '../generator.ts'

/** The days and months of the data. Days are counted from the first; months from the month of the first day. */
export interface Period {
  /** First day, ISO: the first of a month. */
  begin: string
  /** Days in all; the last is `days - 1`. */
  days: number
  /** Days in which someone may become a customer: the last month sees nobody new. */
  joining: number
  /** Day number of the first of each month. */
  months: number[]
  /** Month of the year (0-11) of month 0. */
  firstMonth: number
}

const day = 86_400_000

export function periodOf({ start, weeks }: Generation): Period {
  const begin = `${start.slice(0, 7)}-01`
  const year = Number(begin.slice(0, 4))
  const firstMonth = Number(begin.slice(5, 7)) - 1
  const days = weeks * 7
  const months: number[] = []
  for (let at = 0; ; at++) {
    const first = (Date.UTC(year, firstMonth + at, 1) - Date.UTC(year, firstMonth, 1)) / day
    if (first >= days) break
    months.push(first)
  }
  return { begin, days, joining: Math.max(1, days - Math.min(33, Math.ceil(days / 2))), months, firstMonth }
}

/** The ISO date of a day number, as SQL. */
export const dateOf = ({ begin }: Period, number: string): string =>
  `CAST(DATE '${begin}' + CAST(${number} AS INTEGER) AS VARCHAR)`

/** The month number of a day number, as SQL. */
export const monthOf = ({ begin }: Period, number: string): string =>
  `CAST(date_diff('month', DATE '${begin}', DATE '${begin}' + CAST(${number} AS INTEGER)) AS BIGINT)`
