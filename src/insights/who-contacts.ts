import { formatNumber, formatValue } from '../config/format.ts'
import { labelOf, say, type Words } from '../config/words.ts'
import type { Query } from '../metrics/query.ts'
import type { Estimate } from '../stats/difference.ts'
import { benjaminiHochberg, isReal } from '../stats/false-discovery.ts'
import { type Counts, ratioOfMeans } from '../stats/ratio-of-means.ts'
import { type ContactsEvidence, type CustomerGroup, type CustomerKind, customerKinds } from './contacts-evidence.ts'
import type { Finding, NoFindings } from './finding.ts'

/** One group of customers against all others of its kind. */
export interface ContactGroup {
  kind: CustomerKind
  value: string
  label: string
  customers: number
  cases: number
  /** Of the customers and of the cases of its kind. */
  share_of_customers: number
  share_of_cases: number
  /** Cases per customer, those who never came among them, and the same of the others. */
  rate: number
  others: number
  /** How many times as many as the others, with its 95 % interval; null where too few customers or cases say so. */
  ratio: Estimate | null
  p: number | null
  q: number | null
}

export interface WhoContacts {
  customers: number
  contacted: number
  kinds: { kind: CustomerKind; label: string; groups: ContactGroup[] }[]
  /** Kinds that cannot be told, with the columns to add. */
  left: { kind: CustomerKind; sentence: string; missing: string[] }[]
  tried: number
  sentences: string[]
  /** What a difference may come from: to look at, not to believe. */
  questions: { text: string; check: Query }[]
  limits: string[]
  findings: Finding[]
}

const fewestCustomers = 50
const fewestContacted = 10
/** Beyond so many values of a kind, most are too small to be told. */
const mostGroups = 40

/**
 * Who contacts us: cases per customer in each group against all others of its kind. Those who never came count, so a file of customers or
 * sales is needed; without one this would compare those who came with themselves. Errors are those between customers.
 */
export function findWhoContacts(evidence: ContactsEvidence, words: Words): WhoContacts | NoFindings {
  const refused = lackOf(evidence, words)
  if (refused) return refused
  const kinds = customerKinds.flatMap((kind) => {
    const groups = groupsOf(evidence, kind, words)
    return groups.length > 1 ? [{ kind, label: kindLabel(kind, words), groups }] : []
  })
  const tested = kinds.flatMap(({ groups }) => testedOf(groups))
  const qs = benjaminiHochberg(tested.map((each) => each.p))
  for (const [at, group] of tested.entries()) group.q = qs[at]!
  // Of two groups one says all: the other is its mirror.
  for (const { groups } of kinds) if (groups.length === 2) groups[1]!.q = groups[0]!.q
  const left = customerKinds.flatMap((kind) => {
    const missing = evidence.missing[kind]
    return missing
      ? [
          {
            kind,
            missing,
            sentence: say(words, 'say.contacts.left', { kind: kindLabel(kind, words), columns: missing.join(', ') }),
          },
        ]
      : []
  })
  if (kinds.length === 0)
    return {
      refused: say(words, 'say.contacts.no-kinds', { columns: left.flatMap((each) => each.missing).join(', ') }),
      missing: left.flatMap((each) => each.missing),
    }
  const real = tested.filter((each) => isReal(each.q)).toSorted((a, b) => a.q! - b.q! || (a.value < b.value ? -1 : 1))
  const tried = tested.filter((each) => each.p !== null).length
  const limits = limitsOf(
    kinds.some((each) => each.kind === 'product'),
    words,
  )
  return {
    customers: evidence.customers,
    contacted: evidence.contacted,
    kinds,
    left,
    tried,
    sentences:
      real.length > 0 ? real.map((each) => saidGroup(each, words)) : [say(words, 'say.contacts.alike', { tried })],
    questions: real.slice(0, 3).flatMap((each) => questionsOf(each, words)),
    limits,
    findings: real.map((each) => findingOf(each, tried, limits, words)),
  }
}

function lackOf(evidence: ContactsEvidence, words: Words): NoFindings | null {
  const { lacking, customers, hasFile } = evidence
  const missing = [...lacking, ...(hasFile ? [] : ['customers.id'])]
  if (lacking.includes('cases.customer')) return { refused: say(words, 'say.contacts.no-customer'), missing }
  if (lacking.length > 0 || customers === 0)
    return {
      refused: say(words, 'say.contacts.no-ids'),
      missing: [...new Set([...missing, 'customers.is_identified'])],
    }
  if (!hasFile)
    return { refused: say(words, 'say.contacts.no-file', { customers: formatNumber(customers, words) }), missing }
  return null
}

function kindLabel(kind: CustomerKind, words: Words): string {
  return say(words, `say.contacts.kind.${kind}`)
}

function groupsOf(evidence: ContactsEvidence, kind: CustomerKind, words: Words): ContactGroup[] {
  const all = evidence.groups.filter((each) => each.kind === kind).toSorted((a, b) => b.customers - a.customers)
  const total = addUp(all)
  return all
    .slice(0, mostGroups)
    .map((group) => {
      const rest = { ...total, ...minus(total, group) }
      const tested = isEnough(group) && isEnough(rest) ? ratioOfMeans(countsOf(group), countsOf(rest)) : null
      return {
        kind,
        value: group.value,
        label: valueLabel(group, evidence, words),
        customers: group.customers,
        cases: group.cases,
        share_of_customers: group.customers / total.customers,
        share_of_cases: total.cases > 0 ? group.cases / total.cases : 0,
        rate: group.cases / group.customers,
        others: rest.customers > 0 ? rest.cases / rest.customers : 0,
        ratio: tested && { value: tested.value, low: tested.low, high: tested.high },
        p: tested?.p ?? null,
        q: null,
      }
    })
    .toSorted((a, b) => b.rate - a.rate)
}

type Sums = Pick<CustomerGroup, 'customers' | 'cases' | 'squares' | 'contacted'>

const addUp = (groups: Sums[]): Sums => {
  const sum = (of: keyof Sums) => groups.reduce((total, each) => total + each[of], 0)
  return { customers: sum('customers'), cases: sum('cases'), squares: sum('squares'), contacted: sum('contacted') }
}

function minus(all: Sums, one: Sums): Sums {
  return {
    customers: all.customers - one.customers,
    cases: all.cases - one.cases,
    squares: all.squares - one.squares,
    contacted: all.contacted - one.contacted,
  }
}

const isEnough = ({ customers, contacted }: Sums): boolean =>
  customers >= fewestCustomers && contacted >= fewestContacted

const countsOf = ({ customers, cases, squares }: Sums): Counts => ({ n: customers, sum: cases, squares })

/** Of two groups the second is the mirror of the first and no test of its own. */
function testedOf(groups: ContactGroup[]): ContactGroup[] {
  return groups.length === 2 ? groups.slice(0, 1) : groups
}

function valueLabel({ kind, value }: CustomerGroup, { names }: ContactsEvidence, words: Words): string {
  if (kind === 'product') return names[value] ?? value
  if (kind === 'age_band') return `${Number(value) * 10}–${Number(value) * 10 + 9}`
  return labelOf(words, `values.${kind}.${value}`, value)
}

function figuresOf({ rate, others, ratio, label, kind }: ContactGroup, words: Words) {
  const number = (value: number) => formatNumber(value, words, 2)
  return {
    group: say(words, `say.contacts.group.${kind}`, { value: label }),
    rate: number(rate),
    others: number(others),
    ratio: number(ratio!.value),
    low: number(ratio!.low),
    high: number(ratio!.high),
  }
}

function saidGroup(group: ContactGroup, words: Words): string {
  return say(words, 'say.contacts.differs', figuresOf(group, words))
}

function findingOf(group: ContactGroup, tried: number, limits: string[], words: Words): Finding {
  return {
    id: `contacts.${group.kind}.${group.value}`,
    kind: 'contacts',
    claim: saidGroup(group, words),
    evidence: say(words, 'say.contacts.evidence', {
      customers: formatNumber(group.customers, words),
      cases: formatNumber(group.cases, words),
      of_customers: formatValue(group.share_of_customers, 'ratio', words),
      of_cases: formatValue(group.share_of_cases, 'ratio', words),
    }),
    confidence: {
      n: group.customers,
      effect: group.ratio && { ...group.ratio, unit: 'number' },
      p: group.p,
      q: group.q,
      tried,
    },
    check: { metrics: ['cases', 'customers'], by: [group.kind] },
    limits,
  }
}

/** From the product, from how it is bought, or from the service: a share of sales and a share of contacts do not say which. */
function questionsOf(group: ContactGroup, words: Words): WhoContacts['questions'] {
  const { kind } = group
  const value = say(words, `say.contacts.group.${kind}`, { value: group.label })
  const range = (band: number) => `${band * 10}-${band * 10 + 9}`
  const where: Query['where'] = [
    { dimension: kind, op: 'in', values: [kind === 'age_band' ? range(Number(group.value)) : group.value] },
  ]
  const ask = (of: string, query: Query) => ({
    text: say(words, `say.contacts.question.${of}`, { group: value }),
    check: query,
  })
  return [
    ask('product', { metrics: ['cases'], by: [kind === 'product' ? 'reason' : 'product'], where }),
    ask('path', { metrics: ['cases'], by: ['channel'], where }),
    ask('service', { metrics: ['first_reply_time', 'resolution_rate'], where }),
  ]
}

function limitsOf(hasProducts: boolean, words: Words): string[] {
  return [
    say(words, 'say.contacts.limit.cause'),
    say(words, 'say.contacts.limit.time'),
    ...(hasProducts ? [say(words, 'say.contacts.limit.product')] : []),
  ]
}
