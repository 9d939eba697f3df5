import type { Cell } from './store.ts'

/** A cell as a number; what is not there is null, not 0. */
export function numberOf(cell: Cell | undefined): number | null {
  return cell === null || cell === undefined ? null : Number(cell)
}

/** A cell as text; what is not there is null, not an empty text. */
export function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell)
}
