import type { Generation } from '../generator.ts'

/** How many of each there are beside the customers. */
export interface Sizes {
  customers: number
  employers: number
  advisors: number
  agents: number
}

const between = (low: number, value: number, high: number): number => Math.max(low, Math.min(Math.ceil(value), high))

/** Small as in the source, and in proportion from there; numbers of four digits end at 9,999. */
export function sizesOf({ rows }: Generation): Sizes {
  return {
    customers: rows,
    employers: between(500, rows / 50, 9999),
    advisors: between(50, rows / 400, 9999),
    agents: between(100, rows / 500, 9999),
  }
}
