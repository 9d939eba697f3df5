import type { Words } from '../../config/words.ts'
import type { Option } from '../charts/chart.ts'
import type { Aboard } from '../render/alone.ts'
import { startContents } from './contents.ts'
import { startFolds } from './folds.ts'
import { startTheme } from './theme-switch.ts'
import { startCharts } from './wake.ts'

/** Life for a page that no server stands behind: a report in one file, a page of a static site. It asks for nothing. */
export function startAlone(loadBorders?: (option: Option) => Promise<void>): void {
  const { locale, figures } = readAboard()
  const words: Words = { language: document.documentElement.lang, locale, messages: {}, fallback: {} }
  startTheme()
  startContents()
  startFolds()
  startCharts({
    figureOf: (element) => figures[element.closest<HTMLElement>('[data-tile]')?.dataset.tile ?? ''],
    life: () => ({ words }),
    loadBorders,
  })
}

function readAboard(): Aboard {
  const text = document.getElementById('aboard')?.textContent
  return text ? (JSON.parse(text) as Aboard) : { locale: document.documentElement.lang || 'en', figures: {} }
}
