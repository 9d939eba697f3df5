import type { Context, MiddlewareHandler } from 'hono'
import { refuse } from './problem.ts'

/** No inline script, no inline style, nothing from elsewhere: a label that carries markup stays text. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const headers: Record<string, string> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  // Nothing to other sites; with "no-referrer" a browser would call its own forms' origin "null", and they would be refused.
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
  'X-Frame-Options': 'DENY',
}

/** Sets the headers that keep a browser safe on every answer, refusals too. */
export function secureHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store')
  }
}

/** Names under which this machine may be asked for. Anything else is another site's name that points here (DNS rebinding). */
const localNames = ['127.0.0.1', 'localhost', '[::1]']

const allowed = (port: number): string[] => localNames.map((name) => `${name}:${port}`)

/** Is a host this machine's own name, with the port of this server? */
export function isLocal(host: string, port: number): boolean {
  return allowed(port).includes(host)
}

/** Answers only to its own name and port, and takes changes only from its own pages. */
export function localOnly(port: () => number): MiddlewareHandler {
  return async (c, next) => {
    if (!isLocal(c.req.header('host')?.toLowerCase() ?? '', port()))
      throw refuse(
        'host-refused',
        'The request names another host than this machine.',
        `Open http://${localNames[0]}:${port()}/.`,
      )
    fromThisMachine(c, port())
    await next()
  }
}

/** Refuses what a page of another site makes a browser send. */
export function fromThisMachine(c: Context, port: number): void {
  const origin = c.req.header('origin')
  const safe = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (!safe && origin !== undefined && !allowed(port).some((name) => origin === `http://${name}`)) throw otherSite()
  if (c.req.header('sec-fetch-site') === 'cross-site' && !(safe && c.req.header('sec-fetch-mode') === 'navigate'))
    throw otherSite()
}

function otherSite() {
  return refuse('origin-refused', 'The request comes from another site.', 'Send it from a page of this server.')
}
