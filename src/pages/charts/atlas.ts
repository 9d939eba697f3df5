import { europe } from './europe.ts'
import { placeOf } from './places.ts'
import { stateOf } from './state-places.ts'
import { states } from './states.ts'

/** A country or state: where its number stands, and the width that the number has there. */
interface Region {
  code: string
  place: readonly [number, number]
  room: number
}

/** A map without its borders, which are loaded with the first drawing (`borders.ts`). */
export interface Atlas {
  name: 'europe' | 'us'
  width: number
  height: number
  regions: readonly Region[]
  /** The region that a value is, by code or name. */
  regionOf(value: string | null): Region | undefined
}

export const atlases: Record<Atlas['name'], Atlas> = {
  europe: { name: 'europe', width: europe.width, height: europe.height, regions: europe.countries, regionOf: placeOf },
  us: { name: 'us', width: states.width, height: states.height, regions: states.regions, regionOf: stateOf },
}

/**
 * The map of these values: the one that is asked for, if it has any of them; else the one that has the most, if that is at least half.
 * Codes that mean a country and a state (`DE`, `MT`) are a country unless the others say more for states.
 */
export function atlasOf(values: (string | null)[], asked?: Atlas['name']): Atlas | undefined {
  const placed = (atlas: Atlas) => values.filter((each) => atlas.regionOf(each) !== undefined).length
  if (asked) return placed(atlases[asked]) > 0 ? atlases[asked] : undefined
  const best = placed(atlases.us) > placed(atlases.europe) ? atlases.us : atlases.europe
  return placed(best) > 0 && placed(best) * 2 >= values.filter((each) => each !== null).length ? best : undefined
}
