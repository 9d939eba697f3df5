import { forgetParameter } from './address.ts'
import { remember } from './cookies.ts'
import { createSignal } from './signal.ts'

export type Theme = 'system' | 'light' | 'dark'

const themes: Theme[] = ['system', 'light', 'dark']
const root = document.documentElement

function shown(): Theme {
  const theme = root.dataset.theme as Theme | undefined
  return theme && themes.includes(theme) ? theme : 'system'
}

/** What the viewer chose. */
export const theme = createSignal<Theme>(shown())

export function setTheme(next: Theme): void {
  root.dataset.theme = next
  remember('theme', next)
  forgetParameter('theme')
  theme.set(next)
}

export function nextTheme(): Theme {
  return themes[(themes.indexOf(theme.get()) + 1) % themes.length] ?? 'system'
}
