import { hrefToggling, hrefWithout } from './address.ts'
import { go } from './navigate.ts'
import { openOverlay } from './overlay.ts'
import { view } from './page.ts'
import { runTileAction } from './tile-actions.ts'

/** A click (or Enter) on anything that stands for a value filters the page by it; with Alt it is left out. */
export function filterBy(text: string, exclude: boolean): void {
  const href = hrefToggling(text, exclude)
  if (href) void go(href)
}

/** The last filter goes first: Esc undoes what was done last. */
export function removeLastFilter(): boolean {
  const last = view.get()?.filters.at(-1)
  if (!last) return false
  void go(hrefWithout(last.text))
  return true
}

/** What the server drew comes to life: values, metric names and the tiles' own controls. */
export function startMarks(): void {
  document.addEventListener('click', (event) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    if (act(event.target as Element, event.altKey)) event.preventDefault()
  })
  document.addEventListener('keydown', (event) => {
    if ((event.key !== 'Enter' && event.key !== ' ') || event.metaKey || event.ctrlKey) return
    const target = event.target as Element
    // Buttons and links make their own click.
    if (target.closest('a[href], button, input, select, textarea, summary')) return
    if (act(target, event.altKey)) event.preventDefault()
  })
}

function act(target: Element, alt: boolean): boolean {
  const found = target.closest<HTMLElement | SVGElement>('[data-filter], [data-metric], [data-action]')
  if (!found) return false
  const { filter, metric, action } = found.dataset
  if (filter !== undefined) filterBy(filter, alt)
  else if (metric !== undefined) openOverlay({ kind: 'definition', metric })
  else if (action !== undefined) return runTileAction(action, found)
  return true
}
