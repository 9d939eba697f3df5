import { stringify } from 'yaml'
import type { AccountsFile } from '../config/accounts.ts'
import { assertNone, parseYaml } from '../config/yaml.ts'
import { type Problem, RapportError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { accountsPack, addressAsNumber, customerSpace, guessAccounts, guessedNote } from './map/accounts.ts'
import { columnFinder } from './map/names.ts'
import { type Pack, type PackTable, parsePack } from './map/pack.ts'
import { MOST_COLUMNS, profileBatch } from './map/profile.ts'
import { type Proposal, packId, proposePack } from './map/propose.ts'
import type { Inquiry, Question } from './map/question.ts'
import { isProblem, nearestTable, type Recognition, recognisePack } from './map/recognise.ts'
import type { Synonyms } from './map/synonyms.ts'
import { writePack } from './map/write-pack.ts'
import type { Batch } from './sources/batch.ts'

/** What the user said to questions about unclear columns: question id -> choice. */
export type Answers = Record<string, string>

/** Which pack maps a batch, and why. */
export interface Mapping {
  pack: Pack
  table: PackTable
  /** Known by its columns, named in the settings, or proposed from names and values. */
  how: 'recognised' | 'named' | 'proposed'
  notes: Problem[]
  proposed?: ProposedText
  /** A file of amounts by customer: as `accounts` in the settings says it, or as it was guessed. */
  accounts?: AccountsFile
}

/** A proposed pack as its file would read, with the reason of every line and what only a person knows. */
export interface ProposedText {
  id: string
  yaml: string
  proposals: Proposal[]
  questions: Question[]
}

export interface MappingOrder {
  packs: Pack[]
  /** Read only when an export is unknown. */
  synonyms: () => Promise<Synonyms>
  /** Take the best guess where a column is unclear. */
  guess: boolean
  answers: Answers
  /** By which packs the version before read each source. */
  usual?: ReadonlyMap<string, ReadonlySet<string>>
}

interface Source {
  batch: Batch
  source: { id: string; pack?: string }
  repair: (batch: Batch) => Promise<Batch>
}

/** The pack that the settings name, else the one that knows the columns, else one proposed from names and values. */
export async function choosePack(
  store: Store,
  order: MappingOrder,
  { batch, source, repair }: Source,
): Promise<Mapping> {
  const packs = source.pack ? order.packs.filter((pack) => pack.id === source.pack) : order.packs
  if (source.pack && packs.length === 0) throw unknownPack(source, order.packs)
  const known = recognisePack(batch, packs)
  if (isProblem(known)) throw new RapportError(known, 3)
  if (known) return { ...known, how: source.pack ? 'named' : 'recognised', notes: [] }
  const usual = source.pack ? packs : packs.filter(({ id }) => order.usual?.get(source.id)?.has(id))
  const nearest = nearestTable(batch, usual)
  if (nearest) return { ...nearest, how: source.pack ? 'named' : 'recognised', notes: [drifted(batch, nearest)] }
  if (source.pack) throw misfit(batch, source.pack)
  return propose(store, order, batch, repair)
}

/** The proposal goes through the text that a user would edit, so that what is shown is what is done. */
async function propose(store: Store, order: MappingOrder, batch: Batch, repair: Source['repair']): Promise<Mapping> {
  const profile = await profileOf(store, batch, repair)
  const synonyms = await order.synonyms()
  const accounts = guessAccounts(packId(batch), profile, synonyms)
  if (accounts) return mapAccounts(store, order, { batch, file: accounts, repair, guessed: true })
  const proposed = proposePack(batch, profile, {
    synonyms,
    answers: order.answers,
    guess: order.guess,
  })
  const yaml = writePack(proposed)
  const problems: Problem[] = []
  const pack = parsePack(parseYaml(yaml, `catalog/packs/${proposed.pack.id}/pack.yaml`), problems)
  assertNone(problems)
  const { proposals, questions } = proposed
  const notes = [...proposed.notes, ...wideNotes(batch)]
  return {
    pack: pack!,
    table: pack!.tables[0]!,
    how: 'proposed',
    notes,
    proposed: { id: pack!.id, yaml, proposals, questions },
  }
}

const profileOf = (store: Store, batch: Batch, repair: Source['repair']) =>
  profileBatch(store, batch).catch(async () => profileBatch(store, await repair(batch)))

interface AccountsOrder extends Pick<Source, 'batch' | 'repair'> {
  file: AccountsFile
  guessed: boolean
  /** What the other files are mapped by: the key is a number of one of them. Absent while they are not known yet. */
  others?: { mappings: (Mapping & { source: { id: string } })[]; byPack: boolean }
}

/** A file of amounts by customer goes through a pack like every other, made from the columns that were named or guessed. */
export async function mapAccounts(
  store: Store,
  order: Pick<MappingOrder, 'answers' | 'guess'>,
  { batch, file, repair, guessed, others }: AccountsOrder,
): Promise<Mapping> {
  const inquiry: Inquiry = { answers: order.answers, guess: order.guess, open: [], notes: [] }
  const { space, notes } = others
    ? customerSpace(file, others.mappings, others.byPack)
    : { space: undefined, notes: [] }
  const profile = await profileOf(store, batch, repair)
  const fault = addressAsNumber(file, profile)
  if (fault) throw new RapportError(fault, 3)
  const spec = accountsPack(file, batch, profile, { space, inquiry })
  const problems: Problem[] = []
  const pack = parsePack(parseYaml(stringify(spec), `accounts ${file.id}`), problems)
  assertNone(problems)
  const known = recognisePack(batch, [pack!])
  if (!known || isProblem(known)) throw lacksColumns(batch, spec.tables[0]!.recognise, file)
  return {
    ...known,
    how: guessed ? 'proposed' : 'named',
    notes: [...(guessed ? [guessedNote(file, batch)] : []), ...notes, ...inquiry.notes],
    accounts: file,
  }
}

function lacksColumns(batch: Batch, wanted: string[], file: AccountsFile): RapportError {
  const find = columnFinder(batch.columns)
  const missing = wanted.filter((column) => find(column) === undefined)
  return new RapportError(
    {
      code: 'accounts-column-missing',
      message: `${batch.name} has no column ${missing.map((column) => `"${column}"`).join(', ')}: it has ${batch.columns.slice(0, 12).join(', ')}.`,
      where: `rapport.yaml, accounts ${file.id}`,
      fix: 'Mend the names of the columns under `accounts`; capitals and punctuation do not count.',
    },
    3,
  )
}

function wideNotes(batch: Batch): Problem[] {
  if (batch.columns.length <= MOST_COLUMNS) return []
  return [
    {
      code: 'columns-not-considered',
      message: `${batch.name} has ${batch.columns.length} columns; the first ${MOST_COLUMNS} were considered, the others are kept as attributes.`,
      where: batch.path,
      fix: 'Name further columns in the pack.',
    },
  ]
}

function drifted(batch: Batch, { pack, table }: Recognition): Problem {
  const find = columnFinder(batch.columns)
  const missing = table.recognise.filter((column) => find(column) === undefined)
  return {
    code: 'columns-drifted',
    message: `${batch.name} lacks ${missing.map((column) => `"${column}"`).join(', ')}, by which "${pack.id}" is known; it is read by that pack like the other files of its source.`,
    where: batch.path,
    fix: 'Export the columns again, or change `recognise` in the pack.',
  }
}

function misfit(batch: Batch, pack: string): RapportError {
  return new RapportError(
    {
      code: 'pack-misfit',
      message: `${batch.name} lacks columns that the pack "${pack}" needs: it has ${batch.columns.slice(0, 12).join(', ')}.`,
      where: batch.path,
      fix: 'Name another pack in rapport.yaml, leave `pack` out to have it recognised, or change `recognise` in the pack.',
    },
    3,
  )
}

function unknownPack(source: { id: string; pack?: string }, packs: Pack[]): RapportError {
  return new RapportError(
    {
      code: 'pack-unknown',
      message: `There is no pack "${source.pack}".`,
      where: `rapport.yaml, source ${source.id}`,
      fix: `Use one of: ${packs.map((pack) => pack.id).join(', ')}; or put catalog/packs/${source.pack}/pack.yaml beside rapport.yaml.`,
    },
    3,
  )
}
