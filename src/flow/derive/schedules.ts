import { findHolidays, type Holiday } from '../../clocks/holidays.ts'
import type { Reach } from '../../clocks/reach.ts'
import type { Schedule } from '../../clocks/schedule.ts'
import { openParts } from '../../config/opening-hours.ts'
import type { Settings } from '../../config/settings.ts'

/** The end of 2100: a moment that a typing error put into the year 9999 opens no door. */
export const lastInstant = 4_133_980_799

/** A schedule of the settings, for whom it is, and its days off with the country that has them. */
export interface HeldSchedule {
  schedule: Schedule
  reach: Reach
  holidays: Holiday[]
}

/** One schedule for each name; entries of the same name are its hours from one day on and the next. Without years, no days off. */
export async function schedulesOf(
  settings: Settings,
  years: { from: number; to: number } | null,
): Promise<HeldSchedule[]> {
  const names = [...new Set(settings.schedules.map(({ name }) => name))]
  const known = new Map<string, Promise<Holiday[]>>()
  const daysOff = (named: string | string[]): Promise<Holiday[]> => {
    const key = String(named)
    const found = known.get(key) ?? (years ? findHolidays(named, years) : Promise.resolve([]))
    known.set(key, found)
    return found
  }
  return Promise.all(
    names.map(async (name) => {
      const entries = settings.schedules.filter((each) => each.name === name)
      const off = entries.find((each) => each.holidays !== undefined)?.holidays ?? settings.holidays
      const holidays = await daysOff(off)
      const schedule: Schedule = {
        name,
        zone: entries.find(({ zone }) => zone)?.zone ?? settings.zone,
        hours: entries.map((each) => ({ validFrom: each.valid_from ?? null, week: openParts(each.hours) })),
        holidays: new Set(holidays.map(({ day }) => day)),
      }
      return { schedule, reach: entries.find((each) => each.for)?.for ?? {}, holidays }
    }),
  )
}
