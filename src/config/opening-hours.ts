import { z } from 'zod'

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** `mon-fri: [09:00-12:00, 13:00-17:00]`: what stands under `hours:`. */
export type OpeningHours = Record<string, string | string[]>

/** A part of a weekday (1 is Monday) in seconds after midnight; 86,400 is 24:00. */
interface OpenPart {
  weekday: number
  from: number
  to: number
}

const hours = z
  .record(z.string(), z.union([z.string(), z.array(z.string())]))
  .superRefine((value, { addIssue }) => {
    for (const [days, times] of Object.entries(value)) {
      if (!weekdaysOf(days))
        addIssue({ code: 'custom', path: [days], message: 'is not weekdays such as mon, mon-fri or "sat, sun"' })
      for (const time of [times].flat())
        if (!partOf(time))
          addIssue({
            code: 'custom',
            path: [days],
            message: `"${time}" is not hours such as 09:00-17:30; hours past midnight are two: 22:00-24:00, and 00:00-06:00 of the next day`,
          })
    }
  })
  .describe('Weekdays and their hours on the wall: mon-fri: [09:00-12:00, 13:00-17:00]. 24:00 is midnight at the end.')

const holiday = z
  .string()
  .regex(/^([A-Z]{2}(-[A-Z0-9]{1,3})?|\d{4}-\d{2}-\d{2})$/, 'is not a country such as FR or a day such as 2026-12-24')

/** Days off: countries (with a region: `DE-BY`), whose public holidays are known, or days. */
export const holidaysSchema = z.union([holiday, z.array(holiday)])

/** One entry of `schedules:`. The same name again, with another `valid_from`, is the same schedule from that day on. */
export function scheduleSchema(zone: z.ZodType<string>) {
  return z.strictObject({
    name: z.string().min(1),
    zone: zone.optional().describe('IANA zone of the hours; the zone of the project by default.'),
    hours,
    valid_from: z.iso.date().optional().describe('First day on which these hours hold; always by default.'),
    holidays: holidaysSchema.optional().describe('Days off of this schedule; those of the project by default.'),
    for: z
      .strictObject({ team: z.string().optional(), market: z.string().optional(), channel: z.string().optional() })
      .optional()
      .describe('Cases that it holds for; all cases by default. The most particular schedule wins.'),
  })
}

/** `hours:` -> parts of weekdays. What is no hours was refused by the schema. */
export function openParts(given: OpeningHours): OpenPart[] {
  return Object.entries(given).flatMap(([days, times]) =>
    (weekdaysOf(days) ?? []).flatMap((weekday) =>
      [times].flat().flatMap((time) => {
        const part = partOf(time)
        return part ? [{ weekday, ...part }] : []
      }),
    ),
  )
}

/** `mon-fri`, `sat, sun`, `fri-mon` -> 1 to 7; null when it is something else. */
function weekdaysOf(text: string): number[] | null {
  const found = new Set<number>()
  for (const each of text.toLowerCase().split(',')) {
    const [from = '', to = from, ...rest] = each.trim().split('-')
    const [first, last] = [weekdays.indexOf(from.trim()), weekdays.indexOf(to.trim())]
    if (first < 0 || last < 0 || rest.length > 0) return null
    for (let day = first; ; day = (day + 1) % 7) {
      found.add(day + 1)
      if (day === last) break
    }
  }
  return [...found]
}

function partOf(text: string): { from: number; to: number } | null {
  const [, from = '', to = ''] = /^\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s*$/.exec(text) ?? []
  const [start, end] = [secondOf(from), secondOf(to)]
  return start !== null && end !== null && start < end ? { from: start, to: end } : null
}

function secondOf(text: string): number | null {
  const [hour = Number.NaN, minute = Number.NaN] = text.split(':').map(Number)
  const second = hour * 3600 + minute * 60
  return minute < 60 && second <= 86_400 ? second : null
}
