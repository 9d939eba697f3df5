import { z } from 'zod'
import { checked } from '../../config/check.ts'
import type { Document } from '../../config/yaml.ts'
import type { Problem } from '../../errors.ts'
import type { DurationUnit } from './pack.ts'

const names = z.array(z.coerce.string())
const byLanguage = z.record(z.string(), names)

/** `catalog/packs/synonyms.yaml`. */
export const synonymsSchema = z.strictObject({
  nouns: byLanguage,
  names: z.record(z.string(), byLanguage),
  amounts: z.strictObject({ amount: byLanguage, on: byLanguage, left: byLanguage, kind: byLanguage }),
  durations: z.record(z.string(), z.object({ moment: z.string().optional() }).catchall(names)),
  units: z.record(z.enum(['milliseconds', 'seconds', 'minutes', 'hours', 'days']), names),
  words: z.object({ us_state: names }).catchall(z.record(z.string(), names)),
})

/** What columns and values are called, folded: lower case, no accents, single spaces. */
export interface Synonyms {
  nouns: Set<string>
  /** `cases.created_at` -> its names. */
  names: Map<string, string[]>
  /** What the columns of a file of amounts by customer are called. */
  amounts: Record<'amount' | 'on' | 'left' | 'kind', string[]>
  /** Metric of a stored duration -> its names, and the moment that the name may stand for. */
  durations: Map<string, { names: string[]; moment?: string }>
  units: Map<string, DurationUnit>
  /** Vocabulary -> value -> id. */
  words: Map<string, Map<string, string>>
  usStates: Set<string>
}

/** A name or value as it is compared: lower case, without accents and punctuation. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/#/g, ' number ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

export function parseSynonyms(document: Document, problems: Problem[]): Synonyms | null {
  const spec = checked(synonymsSchema, document.value, document, problems)
  if (!spec) return null
  const folded = (lists: Record<string, string[]>): string[] => [...new Set(Object.values(lists).flat().map(fold))]
  const { us_state, ...words } = spec.words
  return {
    nouns: new Set(folded(spec.nouns)),
    names: new Map(Object.entries(spec.names).map(([target, lists]) => [target, folded(lists)])),
    amounts: {
      amount: folded(spec.amounts.amount),
      on: folded(spec.amounts.on),
      left: folded(spec.amounts.left),
      kind: folded(spec.amounts.kind),
    },
    durations: new Map(
      Object.entries(spec.durations).map(([metric, { moment, ...lists }]) => [
        metric,
        { names: folded(lists), moment },
      ]),
    ),
    units: new Map(
      Object.entries(spec.units).flatMap(([unit, list]) =>
        list.map((name) => [fold(name), unit as DurationUnit] as const),
      ),
    ),
    words: new Map(
      Object.entries(words).map(([vocabulary, ids]) => [
        vocabulary,
        new Map(Object.entries(ids).flatMap(([id, list]) => [id, ...list].map((word) => [fold(word), id] as const))),
      ]),
    ),
    usStates: new Set(us_state.map(fold)),
  }
}
