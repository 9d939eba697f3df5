import { fold, type Synonyms } from './synonyms.ts'

/** Words that are too general to decide anything when they are only a part of a name. */
const general = new Set(
  'id no n nr number numero nummer date datum fecha name nom nombre text texte texto source contact client cliente kunde customer group state etat estado type tipo note nota score details'.split(
    ' ',
  ),
)
/** Last words that make a name mean something else: a "resolution status" is no resolution. */
const heads = new Set('status statut id count number type level code url link owner due team group equipe'.split(' '))
const fillers = /^(custom field|hs|property|cf) /

/** Small words that two names may differ in: "date d'ouverture", "date ouverture". */
const small = new Set(
  'a al at d de del der des die das du el en for im in l la le les los of on the um von y'.split(' '),
)

function withoutSmall(name: string): string {
  const words = name.split(' ').filter((word) => !small.has(word))
  return words.length > 0 ? words.join(' ') : name
}

/** A column's name in the forms in which it is compared: as it is, and without the words for "ticket" before it. */
export function formsOf(name: string, synonyms: Synonyms): string[] {
  const folded = fold(name).replace(fillers, '')
  const forms = [folded]
  const [first = '', ...rest] = folded.split(' ')
  if (synonyms.nouns.has(first) && rest.length > 0) forms.push(rest.join(' '))
  const last = folded.split(' ')
  if (last.length > 1 && synonyms.nouns.has(last.at(-1)!))
    forms.push(
      last
        .slice(0, -1)
        .join(' ')
        .replace(/ (du|de|des|del|of|the|la|le)$/, ''),
    )
  return forms
}

/** How well a name fits a list of names, 0-1, and the one that it fits. Earlier names win a tie. */
export function matchName(forms: string[], names: string[]): { score: number; name: string } {
  let best = { score: 0, name: '' }
  for (const [at, form] of forms.entries()) {
    for (const [index, name] of names.entries()) {
      const score = likeness(form, name) - at * 0.02 - index * 0.0005
      if (score > best.score) best = { score, name }
    }
  }
  return best
}

function likeness(form: string, name: string): number {
  if (form === name) return 1
  const words = withoutSmall(form).split(' ')
  const wanted = withoutSmall(name).split(' ')
  if (words.length === wanted.length && wanted.every((word) => words.includes(word))) return 0.95
  if (form.replaceAll(' ', '') === name.replaceAll(' ', '')) return 0.97
  if (isTypo(form, name)) return 0.85
  if (wanted.length === 1 && (general.has(name) || name.length < 4)) return 0
  if (!contains(words, wanted)) return 0
  const other = heads.has(words.at(-1)!) && !wanted.includes(words.at(-1)!)
  return (0.55 + (0.35 * wanted.length) / words.length) * (other ? 0.7 : 1)
}

/** Do the wanted words stand in a row? */
function contains(words: string[], wanted: string[]): boolean {
  return words.some((_, at) => wanted.every((word, index) => words[at + index] === word))
}

/** One letter too many, too few or wrong. */
function isTypo(one: string, other: string): boolean {
  if (one.length < 6 || Math.abs(one.length - other.length) > 1) return false
  const [short, long] = one.length <= other.length ? [one, other] : [other, one]
  let at = 0
  while (at < short.length && short[at] === long[at]) at++
  const rest = short.length === long.length ? at + 1 : at
  return short.slice(rest) === long.slice(at + 1)
}
