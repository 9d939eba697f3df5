import { hrefToPage } from './address.ts'
import { say } from './language.ts'
import { removeLastFilter } from './marks.ts'
import { go } from './navigate.ts'
import { type Overlay, openOverlay, overlay } from './overlay.ts'
import { view } from './page.ts'

const storage = 'rapport-letters'

/** Single letters can collide with speech input: they can be switched off (WCAG 2.1.4). */
export function shortcutsOn(): boolean {
  return localStorage.getItem(storage) !== 'off'
}

export function setShortcuts(on: boolean): void {
  if (on) localStorage.removeItem(storage)
  else localStorage.setItem(storage, 'off')
}

export interface PageEntry {
  path: string
  title: string
  /** Second key after `g`. */
  key: string | null
}

/** The pages as the sidebar lists them; each gets the first letter of its name that is still free. */
export function pageEntries(): PageEntry[] {
  const taken = new Set<string>()
  return [...document.querySelectorAll<HTMLAnchorElement>('nav.side li a')].map((link) => {
    const title = (link.firstElementChild ?? link).textContent.trim()
    const name = link.pathname.replaceAll(/[^a-z]/g, '')
    const key = [...name].find((letter) => !taken.has(letter)) ?? null
    if (key) taken.add(key)
    return { path: link.pathname, title, key }
  })
}

const letters: Record<string, Overlay['kind'] & ('palette' | 'help' | 'filter' | 'dates')> = {
  '/': 'palette',
  '?': 'help',
  f: 'filter',
  t: 'dates',
}

/** For the help panel and the palette. */
export function shortcuts(): { keys: string[]; label: string }[] {
  const modifier = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl'
  return [
    { keys: [modifier, 'K'], label: say('palette') },
    { keys: ['/'], label: say('palette') },
    { keys: ['f'], label: say('filter.add') },
    ...(view.get()?.choices.dates ? [{ keys: ['t'], label: say('dates') }] : []),
    { keys: ['Esc'], label: say('help.escape') },
    { keys: ['Shift', 'Esc'], label: say('filter.clear') },
    { keys: ['Alt', say('help.click')], label: say('help.exclude') },
    ...pageEntries().flatMap(({ key, title }) => (key ? [{ keys: ['g', key], label: title }] : [])),
    { keys: ['?'], label: say('help') },
  ]
}

export function startKeys(clearAll: () => void): void {
  let afterG = 0
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault()
      return openOverlay({ kind: 'palette' })
    }
    if (isTyping(event.target) || overlay.get() || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Escape') {
      if (event.shiftKey) clearAll()
      else removeLastFilter()
      return
    }
    if (!shortcutsOn()) return
    const target = Date.now() - afterG < 1200 ? pageEntries().find(({ key }) => key === event.key) : undefined
    afterG = event.key === 'g' ? Date.now() : 0
    if (target) return void go(hrefToPage(target.path))
    const kind = letters[event.key]
    if (!kind || !isOffered(kind)) return
    event.preventDefault()
    openOverlay({ kind })
  })
}

/** A page without dates or filters does not ask for any. */
function isOffered(kind: Overlay['kind']): boolean {
  const page = view.get()
  if (kind === 'dates') return page?.choices.dates !== undefined
  return kind !== 'filter' || (page?.dimensions.length ?? 0) > 0
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], dialog') !== null
}
