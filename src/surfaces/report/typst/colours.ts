import { readStyleSheet } from './files.ts'

/** Names of the style sheet without their dashes: `accent`, `heat-3`. */
export type Colours = Readonly<Record<string, string>>

export type Theme = 'light' | 'dark'

/** The colours of a theme as the pages have them; what only the light one names is the same in both. */
export function coloursOf(theme: Theme, styleSheet = readStyleSheet()): Colours {
  const light = namesIn(styleSheet, /:root\s*\{([^}]*)\}/)
  const dark = theme === 'dark' ? namesIn(styleSheet, /:root\[data-theme="?dark"?\]\s*\{([^}]*)\}/) : {}
  const named: Record<string, string> = { ...light, ...dark }
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [name, plain(value, named)]))
}

function namesIn(styleSheet: string, rule: RegExp): Record<string, string> {
  const body = rule.exec(styleSheet)?.[1] ?? ''
  return Object.fromEntries([...body.matchAll(/--([a-z0-9-]+):\s*([^;]+)/g)].map(([, name, value]) => [name, value]))
}

/** A name that stands for another name is that one's colour. */
function plain(value: string, named: Record<string, string>): string {
  const text = value.trim()
  const [, name] = /^var\(--([a-z0-9-]+)\)$/.exec(text) ?? []
  return name !== undefined && named[name] !== undefined ? plain(named[name], named) : text
}
