import { openOverlay } from './overlay.ts'

/** What a tile's own controls do better with a script; anything else is left to what the server drew. */
export function runTileAction(action: string, from: HTMLElement | SVGElement): boolean {
  const tile = from.dataset.of ?? from.closest<HTMLElement>('[data-tile]')?.dataset.tile
  if (action !== 'sql' || !tile) return false
  openOverlay({ kind: 'sql', tile })
  return true
}
