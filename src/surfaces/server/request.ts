import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Viewer } from '../../metrics/query.ts'
import type { Doors } from './doors.ts'
import type { Queue } from './queue.ts'

/** What the middleware gives every route. */
export interface Variables {
  doors: Doors
  viewer: Viewer
  queue: Queue
  /** Lets go of the version. A route that streams takes it over and calls it at the end. */
  letGo: () => void
}

export type Env = { Variables: Variables }

export type Theme = 'system' | 'light' | 'dark'

/** The URL first, then what the viewer chose before, then what the browser prefers. */
export function languageOf(c: Context, languages: string[], otherwise: string): string {
  const wanted = [c.req.query('lang'), getCookie(c, 'rapport-language'), ...accepted(c.req.header('accept-language'))]
  return wanted.find((language) => language !== undefined && languages.includes(language)) ?? otherwise
}

/** `fr-CH, fr;q=0.9, en;q=0.8` as `fr, fr, en`: browsers send them in order. */
function accepted(header: string | undefined): string[] {
  return (header ?? '').split(',', 20).map((part) => part.trim().slice(0, 2).toLowerCase())
}

export function themeOf(c: Context): Theme {
  const theme = getCookie(c, 'rapport-theme')
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** A language or theme in the address holds for the next page too: also where no script runs. */
export function rememberChoices(c: Context<Env>): void {
  const keep = (name: string, value: string) =>
    setCookie(c, name, value, { path: '/', maxAge: 365 * 24 * 3600, sameSite: 'Strict' })
  const theme = c.req.query('theme')
  if (c.req.query('lang') === c.var.viewer.language) keep('rapport-language', c.var.viewer.language)
  if (theme === 'light' || theme === 'dark' || theme === 'system') keep('rapport-theme', theme)
}
