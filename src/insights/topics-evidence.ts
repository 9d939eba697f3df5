import type { TopicModel } from '../stats/text/topic-model.ts'
import type { TextScope } from './texts.ts'

/** Sums over texts: enough for a share, a mean with its interval, and hours. */
export interface TextSums {
  texts: number
  /** Answers on satisfaction to the cases of these texts. */
  answers: number
  sum: number
  squares: number
  /** Texts whose case has a measured time of work, and its seconds. */
  handled: number
  seconds: number
}

/** One text out of many, as the viewer may see it. */
export interface Quote {
  id: string
  text: string
}

/** Texts that say the same. */
export interface SameTexts extends Quote {
  texts: number
  handled: number
  seconds: number
}

/** How far the texts of the sample are made of the same sentences. */
export interface Templates {
  /** Share of texts with a sentence that one in a hundred has, word for word, and different such sentences. */
  share: number
  sentences: number
  /** The most frequent one, and its share. */
  first: { sentence: string; share: number } | null
}

/** Texts with a word, by side. */
export interface WordSides {
  stem: string
  written: string
  /** By group, in the order of `groups`. */
  texts: number[]
}

export interface ContrastEvidence {
  /** `csat`, or the dimension whose values are set against the others. */
  by: string
  /** One value against the others; without it each against the others. */
  value: string | null
  groups: { group: string | null; label: string; texts: number }[]
  words: WordSides[]
}

export interface TopicsEvidence {
  scope: TextScope
  /** Texts, and how many there are when nothing but letters counts. */
  texts: number
  different: number
  sampled: number
  model: TopicModel
  /** Of each topic, in the order of the model, and of the texts of none. */
  sums: (TextSums & { topic: string | null })[]
  /** With a dimension: of each topic in each group. */
  groups: { by: string; rows: { topic: string | null; group: string | null; label: string; texts: number }[] } | null
  quotes: Record<string, Quote>
  templates: Templates
  /** The most frequent near duplicates. */
  same: SameTexts[]
  knows: { satisfaction: boolean; handling: boolean }
  contrast: ContrastEvidence | null
}
