import { loadBorders } from '../../pages/charts/borders.ts'
import { startCharts as start, sweepCharts } from '../../pages/live/wake.ts'
import { words } from './language.ts'
import { filterBy } from './marks.ts'
import { view } from './page.ts'

/** Drawings come to life, and a click on what they show filters the page. */
export function startCharts(): void {
  start({ figureOf, life: () => ({ words: words.get(), choose: filterBy }), loadBorders })
  view.subscribe(sweepCharts)
}

function figureOf(element: Element) {
  const id = element.closest<HTMLElement>('[data-tile]')?.dataset.tile
  return view.get()?.tiles.find((tile) => tile.id === id)?.figure
}
