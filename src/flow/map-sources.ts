import type { AccountsFile } from '../config/accounts.ts'
import { type Problem, RapportError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { LandOrder, SourceBatch } from './land-sources.ts'
import { columnFinder } from './map/names.ts'
import { type MixedCandidate, refuseMixedSources } from './map/systems.ts'
import { choosePack, type Mapping, type MappingOrder, mapAccounts, type ProposedText } from './mapping.ts'
import type { Batch } from './sources/batch.ts'
import { repairBatch } from './sources/source.ts'

/** One table of one file, and what maps it. */
export interface MappedBatch {
  batch: string
  path: string
  pack: string
  how: Mapping['how']
  proposed?: ProposedText
  /** Of a chat: the order of its dates where somebody had to say it. */
  dateOrder?: Batch['dateOrder']
  /** Of a file of amounts by customer: its columns. */
  accounts?: AccountsFile
}

export type MappedSource = Mapping & SourceBatch

/** A batch of what arrived that cannot be loaded, and why. */
export interface RefusedSource extends SourceBatch {
  refused: Problem
}

/** `known`: what was mapped by an earlier build and is not mapped again. */
export async function mapSources(
  store: Store,
  order: MappingOrder & LandOrder,
  batches: SourceBatch[],
  known: MixedCandidate[] = [],
): Promise<{ mappings: MappedSource[]; refused: RefusedSource[] }> {
  const mappings: MappedSource[] = []
  const refused: RefusedSource[] = []
  const repair = (batch: Batch): Promise<Batch> => repairBatch(batch, { derived: order.data.derived })
  const amounts: (SourceBatch & { file: AccountsFile; guessed: boolean })[] = []
  for (const each of batches) {
    if (each.part) {
      const mapping = await mapPart(store, order, { ...each, repair }, [...known, ...mappings])
      if ('pack' in mapping) mappings.push({ ...each, ...mapping })
      else refused.push({ ...each, refused: mapping })
      continue
    }
    const declared = each.source.accounts
    const mapping = declared ? null : { ...each, ...(await choosePack(store, order, { ...each, repair })) }
    const file = declared ?? mapping?.accounts
    if (file) amounts.push({ ...each, file, guessed: !declared })
    else if (mapping) mappings.push(mapping)
  }
  // Last, because their keys may be numbers of customers of the others.
  const others = { mappings: [...mappings], byPack: order.directory === null }
  for (const { file, guessed, ...each } of amounts)
    mappings.push({ ...each, ...(await mapAccounts(store, order, { ...each, file, guessed, repair, others })) })
  // Files that were named directly are kept apart by their pack.
  if (order.directory !== null) refuseMixedSources([...known, ...mappings])
  return { mappings, refused }
}

/** What was sent to a source whose system is known and is not of that system is no reason to stop a build, and none to guess. */
async function mapPart(
  store: Store,
  order: MappingOrder,
  each: SourceBatch & { repair: (batch: Batch) => Promise<Batch> },
  others: MixedCandidate[],
): Promise<Mapping | Problem> {
  if (each.part?.refused) return each.part.refused
  try {
    const mapping = await choosePack(store, order, each)
    const same = others.filter(({ source }) => source.id === each.source.id)
    if (mapping.accounts) return strange(each)
    if (mapping.how === 'proposed' && same.some(({ how }) => how !== 'proposed')) return strange(each)
    const find = columnFinder(each.batch.columns)
    if (mapping.table.fills[0]!.key?.columns.some((name) => find(name) === undefined)) return strange(each)
    refuseMixedSources([...same, { ...each, ...mapping }])
    return mapping
  } catch (error) {
    if (error instanceof RapportError && error.problems[0]) return error.problems[0]
    throw error
  }
}

function strange({ batch, source }: SourceBatch): Problem {
  return {
    code: 'arrivals-strange',
    message: `What was sent to "${source.id}" has other fields than its files: ${batch.columns.slice(0, 12).join(', ')}.`,
    where: batch.path,
    fix: 'Send it to a source of its own, or name the pack of the source in rapport.yaml.',
  }
}

export function mappedBatch({ batch, pack, how, proposed, accounts }: MappedSource): MappedBatch {
  const { name, path, dateOrder } = batch
  const more = { ...(dateOrder ? { dateOrder } : {}), ...(accounts ? { accounts } : {}) }
  return { batch: name, path, pack: pack.id, how, proposed, ...more }
}
