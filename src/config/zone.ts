import { z } from 'zod'

/** A time zone of the IANA list. */
export const zoneSchema = z.string().refine(isZone, { message: 'is not an IANA time zone such as Europe/Paris' })

/** Does the system know a time zone by this name? */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
