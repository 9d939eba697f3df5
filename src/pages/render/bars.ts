import { type Html, html } from './html.ts'

/** A small picture of counts, from 0 to 1. */
export function bars(values: number[], label: string): Html {
  const step = 100 / values.length
  const rects = values.map((value, i) => {
    const height = Math.max(value > 0 ? 1 : 0, Math.round(value * 220) / 10)
    return html`<rect x="${Math.round(i * step * 10) / 10}" y="${Math.round((22 - height) * 10) / 10}" width="${Math.round(step * 0.82 * 10) / 10}" height="${height}"/>`
  })
  return html`<svg class="bars" role="img" aria-label="${label}" viewBox="0 0 100 22" preserveAspectRatio="none" width="88" height="22">${rects}</svg>`
}
