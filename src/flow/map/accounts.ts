import type { AccountsFile } from '../../config/accounts.ts'
import type { Problem } from '../../errors.ts'
import type { Batch } from '../sources/batch.ts'
import { type ColumnProfile, decimalSign, holdsMoments, holdsNumbers, isSerial, shareOf } from './evidence.ts'
import { quoted } from './links.ts'
import { formsOf, matchName } from './match-name.ts'
import { columnFinder } from './names.ts'
import type { FillSpec, Pack, PackSpec, PackTable, RuleSpec } from './pack.ts'
import type { BatchProfile } from './profile.ts'
import type { Inquiry } from './question.ts'
import { momentSpec, numberSpec, type ReadingSpec } from './reading-of.ts'
import { ruleOf } from './rule-of.ts'
import type { Synonyms } from './synonyms.ts'

/** What a file of amounts is mapped with besides its own columns. */
export interface AccountsPlace {
  /** Key space of the customers whose numbers the key is; none where an address or phone is compared. */
  space: string | undefined
  inquiry: Inquiry
}

/**
 * A file of amounts as a pack: a row of `revenues` a record, a customer for each different key, and a leaving where the file names its day.
 * A key that is an address or a phone makes customers of its own, whom the identity step joins with those of the other sources.
 */
export function accountsPack(
  file: AccountsFile,
  batch: Pick<Batch, 'columns' | 'dialect' | 'read'>,
  profile: BatchProfile,
  { space, inquiry }: AccountsPlace,
): PackSpec {
  const find = columnFinder(profile.columns.map(({ name }) => name))
  const columnOf = (name: string | undefined): ColumnProfile | undefined => {
    const found = name === undefined ? undefined : find(name)
    return profile.columns.find((each) => each.name === found)
  }
  const read = (name: string | undefined, spec: (column: ColumnProfile) => ReadingSpec | null): RuleSpec | null => {
    const column = columnOf(name)
    const reading = column ? spec(column) : null
    return column && reading ? ruleOf(column.name, reading) : null
  }
  const day = (name: string | undefined): RuleSpec | null => read(name, (column) => daySpec(column, profile, inquiry))
  const filled = (columns: Record<string, RuleSpec | null | undefined>): Record<string, RuleSpec> =>
    Object.fromEntries(Object.entries(columns).flatMap(([name, rule]) => (rule ? [[name, rule]] : [])))
  const customer: RuleSpec =
    file.matches === 'id' ? { from: file.customer, ...(space && { space }) } : { key: [file.customer] }
  const decimal = (batch.read.dialect ?? batch.dialect)?.decimal ?? '.'
  const amount = read(file.amount, (column) => amountSpec(column, decimal, inquiry)) ?? file.amount
  const key = file.matches === 'id' ? file.customer : [file.customer]
  const left = day(file.left)
  const fills: FillSpec[] = [
    { table: 'revenues', columns: { customer, ...filled({ on_date: day(file.on), kind: file.kind }), amount } },
    {
      table: 'customers',
      key,
      ...(file.matches === 'id' ? { ...(space && { space }) } : { unidentified: true }),
      distinct: true,
      columns: filled({
        ...(file.matches === 'id' ? {} : { [file.matches]: file.customer }),
        name: file.name,
        segment: file.segment,
        market: file.market,
        joined_on: day(file.joined),
      }),
    },
  ]
  if (left && file.left)
    fills.push({
      table: 'churns',
      key: [file.customer, file.left],
      distinct: true,
      when: `${quoted(columnOf(file.left)!.name)} is not null`,
      columns: { customer, churned_on: left },
    })
  const { id, files: _, matches: __, source: ___, ...columns } = file
  return {
    id,
    name: 'Amounts by customer',
    tables: [{ name: 'amounts', recognise: Object.values(columns), fills }],
  }
}

const monthFormats: [RegExp, string][] = [
  [/^\d{4}-\d{2}$/, '%Y-%m'],
  [/^\d{4}\/\d{1,2}$/, '%Y/%m'],
  [/^(0?[1-9]|1[0-2])\/\d{4}$/, '%m/%Y'],
  [/^(19|20)\d{2}(0[1-9]|1[0-2])$/, '%Y%m'],
  [/^[A-Za-z]{3} \d{4}$/, '%b %Y'],
  [/^[A-Za-z]{3,9} \d{4}$/, '%B %Y'],
]

/** A month stands for its first day. */
function monthFormat({ values }: ColumnProfile): string | undefined {
  if (values.length === 0) return undefined
  return monthFormats.find(([shape]) => values.every((value) => shape.test(value)))?.[1]
}

function daySpec(column: ColumnProfile, profile: BatchProfile, inquiry: Inquiry): ReadingSpec | null {
  const month = monthFormat(column)
  if (month) return { read: month, says: 'a month stands for its first day' }
  return momentSpec(
    column,
    profile.columns.filter((each) => each !== column),
    inquiry,
  )
}

/** Amounts with the sign of a currency are no numbers yet. */
function amountSpec(column: ColumnProfile, decimal: '.' | ',', inquiry: Inquiry): ReadingSpec | null {
  return decimalSign(column) === null ? { decimal } : numberSpec(column, inquiry)
}

/** What a ticket has and a bill does not: with one of them an unknown file stays an export of tickets. */
const ofTicketsOnly = [
  'cases.channel',
  'cases.priority',
  'cases.severity',
  'cases.subject',
  'cases.description',
  'cases.resolution',
  'cases.agent',
  'cases.team',
  'cases.first_response_at',
  'cases.solved_at',
  'surveys.score',
]
const certain = 0.9
const fits = 0.55

/**
 * Is an unknown file one of amounts by customer? It has a key (an address, a phone, or a number of a customer), one column of numbers that
 * is called like money, and nothing that only a ticket has.
 */
export function guessAccounts(id: string, profile: BatchProfile, synonyms: Synonyms): AccountsFile | null {
  const named = (names: string[], fit: (column: ColumnProfile) => boolean, least = certain) => {
    const scored = profile.columns
      .filter(fit)
      .map((column) => ({ column, score: matchName(formsOf(column.name, synonyms), names).score }))
      .toSorted((a, b) => b.score - a.score)
    return scored[0] && scored[0].score >= least ? scored[0].column.name : undefined
  }
  const any = () => true
  const of = (target: string): string[] => synonyms.names.get(target) ?? []
  if (ofTicketsOnly.some((target) => named(of(target), any))) return null
  const amount = named(synonyms.amounts.amount, isMoney, fits) ?? named(synonyms.amounts.amount, mayBeMoney)
  if (!amount) return null
  const text = (column: ColumnProfile): boolean => column.name !== amount && !holdsMoments(column)
  const email = profile.columns.find((column) => shareOf(column, 'email') >= 0.8)?.name
  const number = named(of('customers.id'), (column) => text(column) && shareOf(column, 'email') < 0.5)
  const phone = named(of('customers.phone'), (column) => shareOf(column, 'phone') >= 0.6)
  const [customer, matches] = number
    ? ([number, 'id'] as const)
    : email
      ? ([email, 'email'] as const)
      : ([phone, 'phone'] as const)
  if (!customer) return null
  const taken = (column: ColumnProfile): boolean => column.name !== amount && column.name !== customer
  const isDay = (column: ColumnProfile): boolean =>
    taken(column) && (holdsMoments(column) || isSerial(column) || monthFormat(column) !== undefined)
  const words = (column: ColumnProfile): boolean => taken(column) && !holdsMoments(column) && !holdsNumbers(column)
  const found = {
    on: named(synonyms.amounts.on, isDay),
    left: named(synonyms.amounts.left, isDay),
    joined: named(of('customers.joined_on'), isDay),
    kind: named(synonyms.amounts.kind, words),
    segment: named(of('customers.segment'), words),
    market: named(of('cases.market'), words),
    name: named(of('customers.name'), words),
  }
  const columns = Object.fromEntries(Object.entries(found).filter(([, name]) => name !== undefined))
  return { id, files: [], customer, matches, amount, ...columns }
}

/** Numbers, with or without the sign of a currency. */
function isMoney(column: ColumnProfile): boolean {
  if (holdsMoments(column)) return false
  if (holdsNumbers(column)) return true
  return (
    column.values.length > 0 &&
    column.values.every((value) => /^[-+]?[$€£¥]?\s?[\d.,\s\u00a0\u202f']+\s?([$€£¥]|[A-Z]{3})?$/.test(value))
  )
}

/** Too many different values to be listed, and short ones: `1,234.50` is no shape that decides by itself, so only a clear name does. */
function mayBeMoney(column: ColumnProfile): boolean {
  return (
    column.values.length === 0 && column.meanLength <= 16 && !holdsMoments(column) && shareOf(column, 'email') === 0
  )
}

/** A source that numbers its customers: their ids begin with `space`. */
interface Numbering {
  source: string
  space: string
  hasCases: boolean
}

interface MappedTable {
  pack: Pack
  table: PackTable
  source: { id: string }
}

/** Where customers are numbered by their source, and not told apart by a digest of what is known of them. */
function numberingsOf(mappings: MappedTable[], byPack: boolean): Numbering[] {
  return mappings.flatMap(({ pack, table, source }) => {
    const fill = table.fills.find((each) => each.table === 'customers' && each.key && !each.key.digest)
    if (!fill) return []
    const hasCases = table.fills.some((each) => each.table === 'cases' || each.table === 'touchpoints')
    return [{ source: source.id, space: fill.space ?? (byPack ? pack.id : source.id), hasCases }]
  })
}

/**
 * The key space whose numbers a file of amounts holds. Several sources with numbers of their own are not guessed between: then the one with
 * cases or contacts is taken where it is alone, and else none, which is said.
 */
export function customerSpace(
  file: AccountsFile,
  mappings: MappedTable[],
  byPack: boolean,
): { space: string | undefined; notes: Problem[] } {
  if (file.matches !== 'id') return { space: undefined, notes: [] }
  const all = numberingsOf(mappings, byPack).filter(({ source }) => !file.source || source === file.source)
  const spaces = (of: Numbering[]) => [...new Set(of.map(({ space }) => space))]
  if (spaces(all).length === 1) return { space: spaces(all)[0], notes: [] }
  const withCases = spaces(all.filter(({ hasCases }) => hasCases))
  if (withCases.length === 1) return { space: withCases[0], notes: [] }
  return { space: undefined, notes: [all.length === 0 ? nobodyNumbers(file) : severalNumber(file, all)] }
}

function nobodyNumbers({ id, customer }: AccountsFile): Problem {
  return {
    code: 'accounts-unmatched',
    message: `The amounts in "${id}" name customers by "${customer}", and no other source numbers its customers: they are customers of their own.`,
    where: `rapport.yaml, accounts ${id}`,
    fix: 'Add a file with the customers and their numbers, or name a column with e-mail addresses: `matches: email`.',
  }
}

function severalNumber({ id, customer }: AccountsFile, all: Numbering[]): Problem {
  const sources = [...new Set(all.map(({ source, space }) => (source === 'files' ? space : source)))]
  return {
    code: 'accounts-ambiguous',
    message: `The amounts in "${id}" name customers by "${customer}", and several sources number their customers: ${sources.join(', ')}. They stay customers of their own.`,
    where: `rapport.yaml, accounts ${id}`,
    fix: `Say whose numbers they are: source: ${sources[0]}.`,
  }
}

/** Addresses compared as numbers would match nobody, and stand in ids that are shown. */
export function addressAsNumber(file: AccountsFile, profile: BatchProfile): Problem | null {
  const find = columnFinder(profile.columns.map(({ name }) => name))
  const key = profile.columns.find(({ name }) => name === find(file.customer))
  if (file.matches !== 'id' || !key || shareOf(key, 'email') < 0.5) return null
  return {
    code: 'accounts-key-is-email',
    message: `The column "${key.name}" of the amounts in "${file.id}" holds e-mail addresses, and is compared with numbers of customers.`,
    where: `rapport.yaml, accounts ${file.id}`,
    fix: 'Write `matches: email`.',
  }
}

/** Said whenever a file was taken for amounts without being told so. */
export function guessedNote(file: AccountsFile, batch: Pick<Batch, 'name' | 'path'>): Problem {
  return {
    code: 'accounts-guessed',
    message: `${batch.name} was read as amounts by customer: "${file.amount}" of "${file.customer}"${file.on ? `, dated by "${file.on}"` : ', without dates'}.`,
    where: batch.path,
    fix: 'If it is something else, write a pack for it (docs/packs.md); to be certain, name its columns under `accounts` in rapport.yaml.',
  }
}
