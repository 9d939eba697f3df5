/** Text that is HTML already. Only `html` and `trusted` make it, so that nothing from data gets through unescaped. */
export interface Html {
  readonly html: string
}

export type Fragment = Html | string | number | null | undefined | false | readonly Fragment[]

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Plain text -> text that is safe between tags and inside a quoted attribute. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char)
}

function textOf(fragment: Fragment): string {
  if (fragment === null || fragment === undefined || fragment === false) return ''
  if (typeof fragment === 'string') return escapeText(fragment)
  if (typeof fragment === 'number') return String(fragment)
  if (isList(fragment)) return fragment.map(textOf).join('')
  return fragment.html
}

function isList(fragment: Html | readonly Fragment[]): fragment is readonly Fragment[] {
  return Array.isArray(fragment)
}

/** A template whose every value is escaped, unless it is made by this tag. Attributes must be quoted in the template. */
export function html(strings: TemplateStringsArray, ...values: Fragment[]): Html {
  let text = strings[0] ?? ''
  values.forEach((value, index) => {
    text += textOf(value) + (strings[index + 1] ?? '')
  })
  return { html: text }
}

/** Markup that this program made itself (a drawn SVG). Never for anything that a file said. */
export function trusted(markup: string): Html {
  return { html: markup }
}

/** JSON for a `<script type="application/json">`: no `<` that could end it. */
export function jsonText(value: unknown): Html {
  return {
    html: JSON.stringify(value)
      .replace(/</g, '\\u003c')
      .replace(/\u2028/g, '\\u2028')
      .replace(/\u2029/g, '\\u2029'),
  }
}

/** An address from data or a page spec: a path of this site, a fragment, http(s); anything else goes nowhere. */
export function safeHref(href: string): string {
  return /^(\/(?!\/)|#|\?|https?:\/\/)/i.test(href) ? href : '#'
}
