import type { CheckedVersion, KeptLoad } from '../../flow/check/history.ts'
import { arrivedOf } from '../../model/load-id.ts'
import type { LoadFact } from '../services.ts'
import type { TileContext } from './tile.ts'

/** The loads of the version before the one that is shown. */
export type EarlierLoads = Pick<CheckedVersion, 'at' | 'loads'>

/** Null where nothing is known of a version before. */
export async function loadsBefore({ services }: TileContext): Promise<EarlierLoads | null> {
  const history = (await services.facts.history?.()) ?? []
  return history.at(-2) ?? null
}

/** The same file; or, where each export has a name of its own, the only other one of its source that fills the same table. */
export function loadBefore(load: LoadFact, { loads }: EarlierLoads): KeptLoad | null {
  // Each part of the journal is another one, and no file in its place.
  if (arrivedOf(load)) return null
  const own = loads.filter(({ source }) => source === load.source)
  const file = load.path.split(/[\\/]/).at(-1)
  const same = own.find((each) => each.file === file)
  if (same) return same
  const alike = own.filter(({ fills }) => fills === load.fills)
  return alike.length === 1 ? alike[0]! : null
}
