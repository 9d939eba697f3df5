/** Something that was sent and could not be read, as the journal keeps it: every reader makes a reject of it, with its reason. */
export interface Unreadable {
  /** Kebab-case: `not-json`. */
  reason: string
  message: string
  /** How it begins. */
  raw: string
}

/** What is kept of it: enough to see what came. */
const mostKept = 8000

/** The body of an arrival that could not be read. */
export function printUnreadable({ raw, reason, message }: Unreadable): string {
  return JSON.stringify({
    rapport_unreadable: raw.slice(0, mostKept),
    rapport_reason: reason,
    rapport_message: message,
  })
}

/** What {@link printUnreadable} wrote; null: something else. Whoever sends the same by hand gets a reject too. */
export function readUnreadable(object: Record<string, unknown>): Unreadable | null {
  const { rapport_unreadable: raw, rapport_reason: reason, rapport_message: message } = object
  if (typeof raw !== 'string') return null
  return {
    raw,
    reason: typeof reason === 'string' && /^[a-z][a-z-]{0,40}$/.test(reason) ? reason : 'unreadable',
    message: typeof message === 'string' ? message.slice(0, 1000) : 'It could not be read when it was sent.',
  }
}

/** Is the body of an arrival one that could not be read? */
export const isUnreadable = (body: string): boolean => body.startsWith('{"rapport_unreadable":')
