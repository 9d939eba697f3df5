import { stopWords } from './stop-words.ts'

/** One word of a text: as it is compared, and as it was written. */
export interface TextWord {
  stem: string
  written: string
}

/** What is no word of the writer: `{product_purchased}`, `[[name]]`, tags, links, addresses, and marks of what was blotted out. */
const blots = /\{[^{}]{0,80}\}+|\[\[[^\]]{0,80}\]\]|<[^<>]{0,200}>|https?:\/\/\S+|\S{1,64}@\S+|•+/gu

/** Lower case without accents, so that "remboursé" and "rembourse" meet. */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
}

/** The plural `s` of English and French taken off, and nothing else: a stemmer would join words that mean different things. */
export function stemOf(folded: string): string {
  return folded.length >= 4 && /[^sui]s$/u.test(folded) ? folded.slice(0, -1) : folded
}

/** Words that carry a subject, sentence by sentence, in order. */
export function sentencesOf(text: string): TextWord[][] {
  return text
    .replace(blots, ' ')
    .split(/[.!?;\n]+/u)
    .map((sentence) => wordsIn(sentence))
    .filter((words) => words.length > 0)
}

function wordsIn(sentence: string): TextWord[] {
  const found = sentence.normalize('NFC').match(/\p{L}+/gu) ?? []
  return found.flatMap((written) => {
    const folded = fold(written)
    if (folded.length < 2 || stopWords.has(folded)) return []
    return [{ stem: stemOf(folded), written: written.toLowerCase() }]
  })
}

/** The different stems of a text. */
export function stemsOf(text: string): Set<string> {
  return new Set(sentencesOf(text).flatMap((words) => words.map(({ stem }) => stem)))
}

/** Two neighbouring words of one sentence, `card payment`. */
export function pairsOf(sentence: TextWord[]): TextWord[] {
  return sentence.slice(1).map((word, at) => ({
    stem: `${sentence[at]!.stem} ${word.stem}`,
    written: `${sentence[at]!.written} ${word.written}`,
  }))
}
