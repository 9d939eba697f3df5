import { assertNone, parseYaml } from '../config/yaml.ts'
import { type Problem, RapportError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { type Pack, type PackTable, parsePack } from './map/pack.ts'
import { MOST_COLUMNS, profileBatch } from './map/profile.ts'
import { type Proposal, proposePack } from './map/propose.ts'
import type { Question } from './map/question.ts'
import { isProblem, recognisePack } from './map/recognise.ts'
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
  if (source.pack) throw misfit(batch, source.pack)
  return propose(store, order, batch, repair)
}

/** The proposal goes through the text that a user would edit, so that what is shown is what is done. */
async function propose(store: Store, order: MappingOrder, batch: Batch, repair: Source['repair']): Promise<Mapping> {
  const profile = await profileBatch(store, batch).catch(async () => profileBatch(store, await repair(batch)))
  const proposed = proposePack(batch, profile, {
    synonyms: await order.synonyms(),
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
