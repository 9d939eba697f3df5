import { expect } from 'vitest'

/** Relative, since the far tails are what libraries get wrong: 1e-300 against 0 must fail. */
export function expectClose(actual: number | null | undefined, reference: number, tolerance = 1e-11): void {
  const error = Math.abs((actual ?? Number.NaN) - reference)
  const close = error <= tolerance * Math.abs(reference)
  expect(close, `${actual} is not within ${tolerance} of ${reference}`).toBe(true)
}
