import { uniformDraws } from '../uniform-draws.ts'
import { factorise, type SparseRow } from './nmf.ts'
import type { Term, Vocabulary } from './vocabulary.ts'

export interface ModelTopic {
  /** Of its first two terms, `password-reset`: the same texts give the same id. */
  id: string
  /** What sets it apart, as written, the most telling first. */
  terms: string[]
  /** Words by which a text is told to be of the topic: each with the logarithm of how much more frequent it is inside than outside. */
  words: { stem: string; weight: number }[]
  /** How alike it is, by the cosine of its words, when four fifths of the texts are drawn again, 0-1. */
  stability: number
}

export interface TopicModel {
  topics: ModelTopic[]
  /** Texts that it rests on. */
  texts: number
  /** Numbers of topics that were tried, with how well topics came back on average, and how many did. */
  tried: { topics: number; stability: number; back: number }[]
  /** Topics of the chosen number that were left out, since they did not come back. */
  unstable: number
}

/** A topic that is less alike than this when the texts are drawn again has not come back. */
export const leastStability = 0.9
/** A text is of a topic when its words together are three times as frequent inside as outside. */
export const leastScore = Math.log(3)

const candidates = [2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18]
const draws = 4
/** Texts by which the number is chosen; the topics themselves are those of all texts of the sample. */
const enough = 1200

/**
 * Topics of a sample. Their number is the one at which most topics come back when the texts are drawn again, and the smallest of those; a
 * topic that does not come back is left out, and where fewer than a third do or only one does, there are none, so noise has none.
 *
 * Source: D. Greene, D. O'Callaghan and P. Cunningham, "How many topics?", ECML PKDD 2014; how alike two topics are is the cosine of M. Belford,
 * B. Mac Namee and D. Greene, Expert Systems with Applications 91 (2018).
 */
export function fitTopics(vocabulary: Vocabulary, seed = 7): TopicModel {
  const { words } = vocabulary
  const rows = rowsOf(vocabulary)
  const used = rows.filter(({ at }) => at.length > 0)
  const nothing = { topics: [], texts: used.length, tried: [], unstable: 0 }
  const possible = candidates.filter((count) => count <= words.length / 3 && count <= used.length / 15)
  if (possible.length === 0) return nothing
  const samples = drawn(used, seed)
  const again = (count: number) => samples.map((each, at) => linesOf(each, words.length, count, seed + at + 1))
  const few = used.slice(0, enough)
  const tried = possible.map((count) => {
    const others = again(count)
    const own = stabilityOf(linesOf(few, words.length, count, seed), others)
    return { topics: count, others, stability: mean(own), back: own.filter((each) => each >= leastStability).length }
  })
  const chosen = tried.toSorted((a, b) => b.back - a.back || a.topics - b.topics)[0]!
  const shown = tried.map(({ topics, stability, back }) => ({ topics, stability, back }))
  if (chosen.back < 2 || chosen.back * 3 < chosen.topics) return { ...nothing, tried: shown }
  const whole = linesOf(used, words.length, chosen.topics, seed)
  const own = stabilityOf(whole, chosen.others)
  const classes = classesOf(rows, whole)
  const topics = Array.from({ length: chosen.topics }, (_, topic) => topic)
    .filter((topic) => own[topic]! >= leastStability)
    .flatMap((topic) => describe(topic, classes, vocabulary, own[topic]!))
  return { topics: named(topics), texts: used.length, tried: shown, unstable: chosen.topics - topics.length }
}

/** Presence times rarity, of length 1: a long letter says no more than a short one. */
function rowsOf({ words, texts }: Vocabulary): SparseRow[] {
  const rarity = words.map((word) => Math.log(1 + texts.length / word.texts))
  return texts.map(({ words: at }) => {
    const length = Math.hypot(...at.map((place) => rarity[place]!))
    return { at: Int32Array.from(at), values: Float64Array.from(at, (place) => rarity[place]! / length) }
  })
}

function drawn(rows: SparseRow[], seed: number): SparseRow[][] {
  const random = uniformDraws(seed)
  const share = Math.min(0.8, enough / rows.length)
  return Array.from({ length: draws }, () => rows.filter(() => random() < share))
}

/** Topics as lines of term weights, each of length 1. */
function linesOf(rows: SparseRow[], columns: number, topics: number, seed: number): Float64Array[] {
  const { weights } = factorise(rows, columns, topics, seed)
  return Array.from({ length: topics }, (_, topic) => {
    const line = weights.slice(topic * columns, (topic + 1) * columns)
    const length = Math.hypot(...line)
    return length === 0 ? line : line.map((weight) => weight / length)
  })
}

/** For each topic how alike (cosine) the one that meets it again is, on average over the draws; pairs are made from the most alike on. */
export function stabilityOf(whole: Float64Array[], again: Float64Array[][]): number[] {
  const sums = whole.map(() => 0)
  for (const lines of again) {
    const pairs = whole.flatMap((a, one) => lines.map((b, other) => ({ one, other, alike: cosine(a, b) })))
    pairs.sort((a, b) => b.alike - a.alike)
    const taken = { one: new Set<number>(), other: new Set<number>() }
    for (const { one, other, alike } of pairs) {
      if (taken.one.has(one) || taken.other.has(other)) continue
      taken.one.add(one)
      taken.other.add(other)
      sums[one]! += alike / again.length
    }
  }
  return sums
}

function cosine(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, weight, at) => sum + weight * b[at]!, 0)
}

/** For each text the topic that it has most of; -1 where it has none. */
function classesOf(rows: SparseRow[], lines: Float64Array[]): number[] {
  return rows.map(({ at, values }) => {
    let [best, most] = [-1, 0]
    for (const [topic, line] of lines.entries()) {
      let dot = 0
      for (let index = 0; index < at.length; index++) dot += values[index]! * line[at[index]!]!
      if (dot > most) [best, most] = [topic, dot]
    }
    return best
  })
}

interface Described extends Omit<ModelTopic, 'id'> {
  stems: string[]
  texts: number
}

function describe(topic: number, classes: number[], vocabulary: Vocabulary, stability: number): Described[] {
  const inside = classes.filter((each) => each === topic).length
  if (inside < 5) return []
  const told = (list: Term[], of: 'words' | 'pairs') => telling(topic, classes, vocabulary, list, of)
  const words = told(vocabulary.words, 'words')
  if (words.length === 0) return []
  const ranked = [...words, ...told(vocabulary.pairs, 'pairs')].sort((a, b) => b.rank - a.rank)
  const shown: Term[] = []
  for (const { term } of ranked) {
    if (shown.length === 6) break
    const own = term.stem.split(' ')
    const said = shown.some(({ stem }) => own.some((word) => stem.split(' ').includes(word)))
    if (!said) shown.push(term)
  }
  return [
    {
      stability,
      texts: inside,
      stems: shown.map(({ stem }) => stem),
      terms: shown.map(({ written }) => written),
      words: words
        .toSorted((a, b) => b.rank - a.rank)
        .slice(0, 25)
        .map(({ term, weight }) => ({ stem: term.stem, weight })),
    },
  ]
}

/**
 * Terms that are at least twice as frequent in the texts of a topic as in the others, ranked by class-based TF-IDF: frequent inside, rare
 * on the whole.
 *
 * Source: M. Grootendorst, "BERTopic: Neural topic modeling with a class-based TF-IDF procedure" (2022), section 3.3.
 */
function telling(
  topic: number,
  classes: number[],
  { texts }: Vocabulary,
  list: Term[],
  of: 'words' | 'pairs',
): { term: Term; weight: number; rank: number }[] {
  const counts = new Float64Array(list.length)
  let inside = 0
  texts.forEach((text, index) => {
    if (classes[index] !== topic) return
    inside += 1
    for (const place of text[of]) counts[place]! += 1
  })
  const outside = texts.length - inside
  const perClass = texts.length / Math.max(1, new Set(classes).size)
  return list.flatMap((term, place) => {
    const count = counts[place]!
    const usual = term.texts / texts.length
    const weight = Math.log((count + usual) / (inside + 1) / ((term.texts - count + usual) / (outside + 1)))
    if (count < Math.max(3, 0.02 * inside) || weight < Math.log(2)) return []
    const rank = (count / inside) * Math.log(1 + perClass / term.texts)
    return [{ term, weight: Math.min(weight, Math.log(50)), rank }]
  })
}

function named(topics: Described[]): ModelTopic[] {
  const taken = new Set<string>()
  return topics
    .toSorted((a, b) => b.texts - a.texts)
    .map(({ stems, texts: _texts, ...topic }) => {
      const words = [...new Set(stems.flatMap((stem) => stem.split(' ')))]
      let length = Math.min(2, words.length)
      while (length < words.length && taken.has(words.slice(0, length).join('-'))) length += 1
      const id = words.slice(0, length).join('-')
      const free = taken.has(id) ? `${id}-${taken.size}` : id
      taken.add(free)
      return { id: free, ...topic }
    })
}

function mean(values: number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / Math.max(1, values.length)
}
