import { fold } from '../stats/text/words.ts'

/** The writer's own name is blotted out wherever it stands in the text; a name that nobody knows takes nothing away. */
export function blotName(text: string, name: string | null | undefined): string {
  const parts = name === null || name === undefined ? [] : name.split(/[^\p{L}]+/u)
  const wanted = new Set(parts.filter((part) => part.length > 1).map(fold))
  return wanted.size === 0 ? text : text.replace(/\p{L}+/gu, (word) => (wanted.has(fold(word)) ? '•••' : word))
}
