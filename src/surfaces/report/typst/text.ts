/** Longer than any word that people write: an id, a path, an address. */
const longest = 22

/** A text whose words may break where they are longer than that: after what joins their parts, else anywhere. */
export function breakable(text: string, most = longest): string {
  if (text.length <= most) return text
  return text.replace(/[^\s\u200b]+/g, (word) => (word.length <= most ? word : parted(word, most)))
}

function parted(word: string, most: number): string {
  return word
    .split(/(?<=[_\-/.:@,;&=?|·])/)
    .flatMap((part) => (part.length <= most ? [part] : lettersOf(part, Math.ceil(most * 0.6))))
    .join('\u200b')
}

function lettersOf(text: string, count: number): string[] {
  const letters = [...text]
  return Array.from({ length: Math.ceil(letters.length / count) }, (_, index) =>
    letters.slice(index * count, (index + 1) * count).join(''),
  )
}

/** A statistic does not break: `p < 0.001`, `n = 976`. */
export function together(text: string): string {
  return text.replace(/(?<![\p{L}\d])([npqr]) ([<>=≤≥]) (?=\d)/gu, '$1\u00a0$2\u00a0')
}
