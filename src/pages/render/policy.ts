import { createHash } from 'node:crypto'
import { type Html, html, trusted } from './html.ts'

/** How a content policy names a script or a style that stands in the page. */
export function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** A policy in the page itself: nothing from elsewhere, and only the scripts that it came with. */
export function policyMeta(policy: Record<string, readonly string[]>): Html {
  const text = Object.entries({
    'default-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    ...policy,
  })
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')
  return html`<meta http-equiv="Content-Security-Policy" content="${text}">`
}

/** A script of ours between its tags, where nothing in it may end them. */
export function inlineScript(text: string): { tag: Html; source: string } {
  const safe = text.replace(/<(?=\/script|!--)/gi, '\\x3c').replace(/\r\n?/g, '\n')
  return { tag: trusted(`<script>${safe}</script>`), source: hashSource(safe) }
}

/** A style sheet of ours between its tags. */
export function inlineStyle(text: string): { tag: Html; source: string } {
  const safe = text.replace(/<(?=\/style)/gi, '\\3c ').replace(/\r\n?/g, '\n')
  return { tag: trusted(`<style>${safe}</style>`), source: hashSource(safe) }
}
