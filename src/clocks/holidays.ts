import { addDays, localDay } from '../calendar.ts'
import { RapportError } from '../errors.ts'

/** A day off, and the country that has it; null when the settings name the day itself. */
export interface Holiday {
  country: string | null
  day: string
}

/**
 * The days off that settings name, in these years: days as they stand, and the public holidays of countries (`FR`) and regions
 * (`DE-BY`). The rules of all countries are 1.5 MB, so they are read when the first country is asked for.
 */
export async function findHolidays(named: string | string[], years: { from: number; to: number }): Promise<Holiday[]> {
  const entries = [named].flat()
  const days = entries.filter((entry) => /^\d/.test(entry)).map((day) => ({ country: null, day }))
  const countries = entries.filter((entry) => !/^\d/.test(entry))
  if (countries.length === 0) return days
  const { default: Calendar } = await import('date-holidays')
  return [...days, ...countries.flatMap((country) => publicHolidays(new Calendar(), country, years))]
}

/** What is asked of the calendar of a country. */
interface CountryCalendar {
  init(country: string, region?: string): unknown
  getCountries(): Record<string, string>
  getStates(country: string): Record<string, string> | undefined
  getTimezones(): string[]
  getHolidays(year: number): { type: string; start: Date; end: Date }[]
}

function publicHolidays(calendar: CountryCalendar, place: string, years: { from: number; to: number }): Holiday[] {
  const [country = '', region] = place.split('-')
  if (!(country in calendar.getCountries()) || (region && !(region in (calendar.getStates(country) ?? {}))))
    throw new RapportError({
      code: 'holidays-unknown',
      message: `"holidays" names ${place}, whose public holidays are not known.`,
      fix: 'Write an ISO 3166 code such as FR or DE-BY, or the days themselves: 2026-12-24.',
    })
  calendar.init(country, region)
  const zone = calendar.getTimezones()[0] ?? 'UTC'
  const found = new Set<string>()
  for (let year = years.from; year <= years.to; year++)
    for (const { type, start, end } of calendar.getHolidays(year)) {
      if (type !== 'public') continue
      const last = localDay(new Date(end.getTime() - 1).toISOString(), zone)
      for (let day = localDay(start.toISOString(), zone); day <= last; day = addDays(day, 1)) found.add(day)
    }
  return [...found].sort().map((day) => ({ country: place, day }))
}
