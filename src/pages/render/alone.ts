import { createHash } from 'node:crypto'
import type { Figure } from '../view.ts'
import { type Html, html, jsonText, trusted } from './html.ts'

/**
 * What a page that no server stands behind carries for its script (`live/alone.ts`): the options of its drawings by the id in their
 * `data-tile`, and the locale of the numbers.
 */
export interface Aboard {
  locale: string
  figures: Record<string, Pick<Figure, 'option' | 'height'>>
}

export function aboardData(aboard: Aboard): Html {
  return html`<script type="application/json" id="aboard">${jsonText(aboard)}</script>`
}

/** Before the first picture: a viewer who chose a theme sees no flash of the other. */
export const themeScript =
  "try{const t=localStorage.getItem('rapport-theme');if(t)document.documentElement.dataset.theme=t}catch{}"

/** Inert until the script of the page shows it. */
export function themeSwitch(labels: { light: string; dark: string }, mark: Html): Html {
  return html`<button type="button" class="button" id="theme" data-light="${labels.light}" data-dark="${labels.dark}" hidden>${mark}</button>`
}

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
