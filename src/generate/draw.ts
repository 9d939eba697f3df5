import { createHash } from 'node:crypto'
import { literal } from '../sql/sql.ts'

/** A word and how often it is drawn, in whole percent. */
export interface Share {
  word: string
  share: number
}

/** Pseudo-random draws as SQL, each by its own name. `row` is the SQL of the hash that stands for the row; `h` by default. */
export interface Draws {
  /** All 64 bits: to sort by, or to cut into pieces. */
  bits(name: string, row?: string): string
  /** A whole number in [0, below). */
  whole(name: string, below: number | string, row?: string): string
  /** One of the texts, each equally likely. */
  oneOf(name: string, texts: readonly string[], row?: string): string
  /** One of the words by its share; shares add up to 100. */
  byShare(name: string, shares: readonly Share[], row?: string): string
  /** A whole number whose quantiles at equal steps are given, straight lines between them. */
  byQuantiles(name: string, quantiles: readonly number[], row?: string): string
}

/**
 * Draws of one seed. A draw depends on the seed, its name and the row's number only: neither the order in which rows are made
 * nor the number of threads changes it.
 *
 * The salt goes into a second hash on purpose: the engine combines the arguments of `hash(a, b)` by XOR, so that
 * `hash(i, 1) % 10` and `hash(i, 2) % 10` decide each other.
 */
export function drawsOf(seed: number): Draws {
  const salt = (name: string): string =>
    `${createHash('sha256').update(`r${seed}:${name}`).digest().readBigUInt64LE(0)}::UBIGINT`
  const bits: Draws['bits'] = (name, row = 'h') => `hash(xor(${row}, ${salt(name)}))`
  const whole: Draws['whole'] = (name, below, row = 'h') => `CAST(${bits(name, row)} % ${below} AS BIGINT)`
  const oneOf: Draws['oneOf'] = (name, texts, row = 'h') => `${listOf(texts)}[${whole(name, texts.length, row)} + 1]`
  return {
    bits,
    whole,
    oneOf,
    byShare: (name, shares, row = 'h') => oneOf(name, hundred(shares), row),
    byQuantiles: (name, quantiles, row = 'h') => alongQuantiles(quantiles, whole(name, 1_000_000, row), 1_000_000),
  }
}

/** A whole number that depends on the seed and a name, for the few draws that are made once and not for each row. */
export function drawOnce(seed: number, name: string, below: number): number {
  const bits = createHash('sha256').update(`r${seed}:${name}`).digest().readUInt32LE(0)
  return bits % below
}

function hundred(shares: readonly Share[]): string[] {
  return shares.flatMap(({ word, share }) => Array<string>(share).fill(word))
}

/** The quantile function at `u` / `of`, in whole numbers throughout, so that no platform rounds it otherwise. */
export function alongQuantiles(quantiles: readonly number[], u: string, of: number): string {
  const steps = quantiles.length - 1
  const slopes = quantiles.slice(1).map((value, index) => value - (quantiles[index] ?? 0))
  const at = `CAST((${u}) * ${steps} // ${of} AS BIGINT) + 1`
  return `(${numbersOf(quantiles)}[${at}] + ${numbersOf(slopes)}[${at}] * ((${u}) * ${steps} % ${of}) // ${of})`
}

/** A list of whole numbers as SQL. */
export function numbersOf(values: readonly number[]): string {
  return `CAST([${values.join(', ')}] AS BIGINT[])`
}

/** A list of texts as SQL. */
export function listOf(texts: readonly string[]): string {
  return `[${texts.map((text) => literal(text)).join(', ')}]`
}
