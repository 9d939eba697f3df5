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

/** Calls back when the colours change, by choice or by the system. */
export function onThemeChange(listener: () => void): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  dark.addEventListener('change', listener)
  const stop = theme.subscribe(listener)
  return () => {
    dark.removeEventListener('change', listener)
    stop()
  }
}
