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
  return html`<script type="application/json" id="aboard">${jsonText(withoutFilters(aboard))}</script>`
}

/** What a click on a mark would filter by: here nothing answers a click. */
function withoutFilters(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFilters)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (key === 'filter' ? [] : [[key, withoutFilters(each)]])),
  )
}

/** A drawing whose marks say what they are and lead nowhere. */
export function stillDrawing(svg: string): Html {
  return trusted(svg.replace(/ data-filter="[^"]*"/g, ''))
}

/** Before the first picture: a viewer who chose a theme sees no flash of the other. */
export const themeScript =
  "try{const t=localStorage.getItem('rapport-theme');if(t)document.documentElement.dataset.theme=t}catch{}"

/** Inert until the script of the page shows it. */
export function themeSwitch(labels: { light: string; dark: string }, mark: Html): Html {
  return html`<button type="button" class="button" id="theme" data-light="${labels.light}" data-dark="${labels.dark}" hidden>${mark}</button>`
}
