import { pairsOf, sentencesOf, stemsOf, type TextWord } from './words.ts'

export interface Term {
  stem: string
  /** As it was written most often. */
  written: string
  /** Texts that have it. */
  texts: number
}

/** A sample of texts as sets of terms: words first, then pairs of neighbouring words. */
export interface Vocabulary {
  words: Term[]
  pairs: Term[]
  /** For each text its words, and its pairs, as places in the lists above. */
  texts: { words: number[]; pairs: number[] }[]
}

export interface VocabularyLimits {
  /** Words and pairs of fewer texts than this are nobody's subject, and might name a person. */
  least: number
  /** A word of more than this share of the texts tells none apart. */
  most: number
  size: number
}

/** Terms of a sample, the most frequent first. `leave` are stems that must not be shown: names. */
export function vocabularyOf(
  texts: string[],
  limits: VocabularyLimits,
  leave: ReadonlySet<string> = new Set(),
): Vocabulary {
  const words = new Tally()
  const pairs = new Tally()
  const read = texts.map((text) => {
    const sentences = sentencesOf(text).map((sentence) => sentence.filter(({ stem }) => !leave.has(stem)))
    return { words: words.add(sentences.flat()), pairs: pairs.add(sentences.flatMap(pairsOf)) }
  })
  const keptWords = words.kept(limits, texts.length)
  const keptPairs = pairs.kept(limits, texts.length)
  const places = (stems: Set<string>, kept: Term[], at: Map<string, number>): number[] =>
    [...stems].flatMap((stem) => (at.has(stem) ? [at.get(stem)!] : [])).filter((place) => place < kept.length)
  const [wordAt, pairAt] = [keptWords, keptPairs].map((list) => new Map(list.map(({ stem }, place) => [stem, place])))
  return {
    words: keptWords,
    pairs: keptPairs,
    texts: read.map((each) => ({
      words: places(each.words, keptWords, wordAt!),
      pairs: places(each.pairs, keptPairs, pairAt!),
    })),
  }
}

/** Counts texts by term, and how a term is written. */
class Tally {
  private readonly texts = new Map<string, number>()
  private readonly written = new Map<string, Map<string, number>>()

  add(words: TextWord[]): Set<string> {
    const stems = new Set<string>()
    for (const { stem, written } of words) {
      const forms = this.written.get(stem) ?? new Map<string, number>()
      forms.set(written, (forms.get(written) ?? 0) + 1)
      this.written.set(stem, forms)
      stems.add(stem)
    }
    for (const stem of stems) this.texts.set(stem, (this.texts.get(stem) ?? 0) + 1)
    return stems
  }

  kept({ least, most, size }: VocabularyLimits, all: number): Term[] {
    return [...this.texts]
      .filter(([, texts]) => texts >= least && texts <= most * all)
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, size)
      .map(([stem, texts]) => ({ stem, texts, written: mostOf(this.written.get(stem)!) }))
  }
}

function mostOf(forms: Map<string, number>): string {
  return [...forms].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]![0]
}

/** Stems of names, to be left out of what is shown. */
export function nameStems(names: string[]): Set<string> {
  return new Set(names.flatMap((name) => [...stemsOf(name)]))
}
