import { IntlMessageFormat } from 'intl-messageformat'

/** Every label and sentence of one language by id, with the fallback language behind it. Runs in the browser too. */
export interface Words {
  /** BCP 47, e.g. `en`, `fr`. */
  language: string
  /** Locale of numbers and dates, e.g. `en-US`, `fr-FR`. */
  locale: string
  messages: Record<string, string>
  fallback: Record<string, string>
}

export type Arguments = Record<string, string | number | boolean | null | undefined>

const compiled = new Map<string, IntlMessageFormat>()

/** The sentence `id` with its arguments (ICU message syntax). An unknown id is shown as itself: a test finds it before a user does. */
export function say(words: Words, id: string, values: Arguments = {}): string {
  const message = words.messages[id] ?? words.fallback[id]
  if (message === undefined) return id
  if (!message.includes('{') && !message.includes("'")) return message
  const key = `${words.locale}\n${message}`
  let format = compiled.get(key)
  if (!format) {
    format = new IntlMessageFormat(message, words.locale, undefined, { ignoreTag: true })
    compiled.set(key, format)
  }
  return String(format.format(values))
}

export function hasWord(words: Words, id: string): boolean {
  return id in words.messages || id in words.fallback
}

/** A label in the viewer's language: the words file by id, else the English text that stands in the catalogue. */
export function labelOf(words: Words, id: string, english: string): string {
  return words.messages[id] ?? words.fallback[id] ?? english
}
