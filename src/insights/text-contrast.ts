import { formatNumber } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { benjaminiHochberg, falseShare, isRealAt } from '../stats/false-discovery.ts'
import { type WordOdds, wordOdds } from '../stats/text/word-odds.ts'
import type { Finding } from './finding.ts'
import { satisfactionLevel } from './satisfaction-level.ts'
import type { TextField } from './texts.ts'
import type { ContrastEvidence, WordSides } from './topics-evidence.ts'

/** A word that one side uses more than the other, beyond chance. */
export interface ContrastWord extends WordOdds {
  word: string
  q: number
  /** Texts with the word, on the side of `group` and on the other. */
  one: number
  other: number
  group: string | null
  group_label: string
}

export interface TextContrast {
  by: string
  sentence: string
  /** What was compared: texts on each side. */
  groups: ContrastEvidence['groups']
  /** Words tested on all sides together. */
  tried: number
  words: ContrastWord[]
  findings: Finding[]
}

/** Texts on each side below which words are not compared, and texts of both sides that a word must be in. */
const fewestTexts = 30
const fewestWords = 10
const mostShown = 20

/**
 * Words that set one side apart, with one correction over all words of all sides. The count of a word is that of the texts that have it:
 * who repeats it in one letter says it once.
 */
export function findContrasts(evidence: ContrastEvidence, of: TextField, words: Words): TextContrast {
  const tests = sidesOf(evidence).flatMap((side) => testSide(evidence, side))
  const qs = benjaminiHochberg(tests.map(({ p }) => p))
  const most = evidence.by === 'csat' ? satisfactionLevel.words : falseShare
  const found = tests
    .map((each, at) => ({ ...each, q: qs[at] ?? 1 }))
    .filter(({ q, value }) => isRealAt(q, most) && value > 0)
    .toSorted((a, b) => b.z - a.z)
    .slice(0, mostShown)
  return {
    by: evidence.by,
    sentence: sentenceOf(evidence, found, tests.length, words),
    groups: evidence.groups,
    tried: tests.length,
    words: found,
    findings: found.slice(0, 5).map((each) => findingOf(each, of, evidence.by, tests.length, words)),
  }
}

interface Side {
  one: number
  others: number[]
}

/** Of two groups one against the other; one value against all others; or each against all others. */
function sidesOf({ by, value, groups }: ContrastEvidence): Side[] {
  const sides = groups.map((_, one) => ({ one, others: groups.map((_each, at) => at).filter((at) => at !== one) }))
  const large = sides.filter(
    ({ one, others }) =>
      groups[one]!.texts >= fewestTexts && others.reduce((sum, at) => sum + groups[at]!.texts, 0) >= fewestTexts,
  )
  if (by === 'csat' || groups.length === 2) return large.length === 2 ? large.slice(0, 1) : []
  return value === null ? large : large.filter(({ one }) => groups[one]!.group === value)
}

/** What is rarer on a side is more frequent on the other: told of the other where that is one group, else of nobody. */
function testSide({ words, groups }: ContrastEvidence, { one, others }: Side): Omit<ContrastWord, 'q'>[] {
  const counted = words
    .map((word) => ({ word, ...countsOf(word, one, others) }))
    .filter((each) => each.one + each.other >= fewestWords)
  const texts = { one: groups[one]!.texts, other: others.reduce((sum, at) => sum + groups[at]!.texts, 0) }
  const odds = wordOdds(counted, texts, Math.min(500, (texts.one + texts.other) / 10))
  const [single] = others.length === 1 ? others : []
  return counted.map(({ word, ...counts }, at): Omit<ContrastWord, 'q'> => {
    const { value, low, high, z, p } = odds[at]!
    if (single === undefined || value >= 0)
      return { word: word.written, ...counts, value, low, high, z, p, ...nameOf(groups[one]!) }
    const turned = { one: counts.other, other: counts.one, value: -value, low: -high, high: -low, z: -z, p }
    return { word: word.written, ...turned, ...nameOf(groups[single]!) }
  })
}

function nameOf({ group, label }: ContrastEvidence['groups'][number]): Pick<ContrastWord, 'group' | 'group_label'> {
  return { group, group_label: label }
}

function countsOf({ texts }: WordSides, one: number, others: number[]): { one: number; other: number } {
  return { one: texts[one] ?? 0, other: others.reduce((sum, at) => sum + (texts[at] ?? 0), 0) }
}

function sideName(by: string, label: string, words: Words): string {
  return by === 'csat' ? say(words, `say.topics.side.${label}`) : label
}

function sentenceOf({ by, groups }: ContrastEvidence, found: ContrastWord[], tried: number, words: Words): string {
  if (tried === 0) return say(words, 'say.topics.contrast.few', { least: fewestTexts })
  const texts = groups.reduce((sum, each) => sum + each.texts, 0)
  const [first] = found
  if (!first)
    return say(words, by === 'csat' ? 'say.topics.contrast.none.csat' : 'say.topics.contrast.none', { tried, texts })
  const list = found
    .filter(({ group }) => group === first.group)
    .slice(0, 5)
    .map(({ word }) => word)
  return say(words, 'say.topics.contrast.here', {
    side: sideName(by, first.group_label, words),
    list: list.join(', '),
    found: found.length,
    tried,
  })
}

function findingOf(found: ContrastWord, of: TextField, by: string, tried: number, words: Words): Finding {
  const { word, group, group_label: label, one, other, value, low, high, p, q } = found
  const times = (log: number) => formatNumber(Math.exp(log), words, 1)
  return {
    id: `topics.${of}.${by}.${group}.${word}`,
    kind: 'topics',
    claim: say(words, 'say.topics.contrast.claim', { word, side: sideName(by, label, words), times: times(value) }),
    evidence: say(words, 'say.topics.contrast.evidence', { one, other, low: times(low), high: times(high) }),
    confidence: { n: one + other, effect: { value, low, high, unit: 'number' }, p, q, tried },
    check: null,
    limits: [say(words, 'say.topics.limit.cause')],
  }
}
