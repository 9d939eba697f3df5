import { type Problem, RapportError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { Pack, PackTable } from './map/pack.ts'
import { isProblem, recognisePack } from './map/recognise.ts'
import type { Batch } from './sources/batch.ts'

/** What the user said to questions about unclear columns: question id -> choice. */
export type Answers = Record<string, string>

/** Which pack maps a batch, and why. */
export interface Mapping {
  pack: Pack
  table: PackTable
  /** Known by its columns, named in the settings, or proposed from the values. */
  how: 'recognised' | 'named' | 'proposed'
  notes: Problem[]
}

interface Wanted {
  packs: Pack[]
  guess: boolean
  answers: Answers
}

/** The pack that the settings name, else the one that knows the columns, else one proposed from names and values. */
export async function choosePack(
  _store: Store,
  order: Wanted,
  { batch, source }: { batch: Batch; source: { id: string; pack?: string } },
): Promise<Mapping> {
  const packs = source.pack ? order.packs.filter((pack) => pack.id === source.pack) : order.packs
  if (source.pack && packs.length === 0) throw unknownPack(source, order.packs)
  const known = recognisePack(batch, packs)
  if (isProblem(known)) throw new RapportError(known, 3)
  if (known) return { ...known, how: source.pack ? 'named' : 'recognised', notes: [] }
  throw new RapportError(
    {
      code: 'export-unknown',
      message: `No pack knows the columns of ${batch.name}.`,
      where: batch.path,
      fix: 'Write a pack.',
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
