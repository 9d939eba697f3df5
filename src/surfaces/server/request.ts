import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
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

/** The page's own parameters: what the server reads for itself is taken out. */
export function pageParameters(c: Context): URLSearchParams {
  const search = new URL(c.req.url).searchParams
  search.delete('lang')
  return search
}
