import type { AccountsFile } from '../config/accounts.ts'
import type { Store } from '../store/store.ts'
import type { LandOrder, SourceBatch } from './land-sources.ts'
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

/** `known`: what was mapped by an earlier build and is not mapped again. */
export async function mapSources(
  store: Store,
  order: MappingOrder & LandOrder,
  batches: SourceBatch[],
  known: MixedCandidate[] = [],
): Promise<MappedSource[]> {
  const mappings: MappedSource[] = []
  const repair = (batch: Batch): Promise<Batch> => repairBatch(batch, { derived: order.data.derived })
  const amounts: (SourceBatch & { file: AccountsFile; guessed: boolean })[] = []
  for (const each of batches) {
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
  return mappings
}

export function mappedBatch({ batch, pack, how, proposed, accounts }: MappedSource): MappedBatch {
  const { name, path, dateOrder } = batch
  const more = { ...(dateOrder ? { dateOrder } : {}), ...(accounts ? { accounts } : {}) }
  return { batch: name, path, pack: pack.id, how, proposed, ...more }
}
