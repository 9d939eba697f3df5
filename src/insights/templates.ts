import { fold } from '../stats/text/words.ts'
import type { Templates } from './topics-evidence.ts'

/** Words from which a sentence is hardly written twice by chance. */
const fewestWords = 4

/** Sentences that one text in a hundred has word for word: forms, signatures, generated filler. People rarely write the same sentence. */
export function findTemplates(texts: string[]): Templates {
  const read = texts.map(sentencesIn)
  const counts = new Map<string, { texts: number; sentence: string }>()
  for (const sentences of read)
    for (const [print, sentence] of sentences) {
      const found = counts.get(print) ?? { texts: 0, sentence }
      found.texts += 1
      counts.set(print, found)
    }
  const least = Math.max(3, 0.01 * texts.length)
  const repeated = [...counts].filter(([, found]) => found.texts >= least)
  const prints = new Set(repeated.map(([print]) => print))
  const having = read.filter((sentences) => [...sentences.keys()].some((print) => prints.has(print))).length
  const [first] = repeated
    .map(([, found]) => found)
    .toSorted((a, b) => b.texts - a.texts || (a.sentence < b.sentence ? -1 : 1))
  return {
    share: texts.length === 0 ? 0 : having / texts.length,
    sentences: repeated.length,
    first: first ? { sentence: first.sentence, share: first.texts / texts.length } : null,
  }
}

/** The sentences of a text by their letters. */
function sentencesIn(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const sentence of text.split(/(?<=[.!?])\s+|\n+/u)) {
    const words = fold(sentence.replace(/\{[^{}]{0,80}\}+/gu, ' ')).match(/\p{L}+/gu) ?? []
    if (words.length >= fewestWords) found.set(words.join(' '), sentence.trim())
  }
  return found
}
