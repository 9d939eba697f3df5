import { uniformDraws } from '../uniform-draws.ts'

/** One text as a row: which columns (terms) it has, and how much of each. Rows have length 1. */
export interface SparseRow {
  at: ArrayLike<number>
  values: ArrayLike<number>
}

export interface Factors {
  /** How much of each topic a text has, row by row: `rows * topics`. */
  loadings: Float64Array
  /** How much of each term a topic has: `topics * columns`. */
  weights: Float64Array
}

/** Starts that are tried, rounds for each, and rounds for the best of them. */
const starts = 3
const firstRounds = 6

/**
 * Non-negative matrix factorisation: texts by terms into texts by topics and topics by terms, least squares by hierarchical alternating
 * updates. Starts are seeded: texts that are far from each other, so the same texts give the same topics; the start that explains most
 * after a few rounds is followed to the end.
 *
 * Source: D. Lee and H. S. Seung, Nature 401 (1999); A. Cichocki and A.-H. Phan, IEICE Transactions E92-A (2009).
 */
export function factorise(rows: SparseRow[], columns: number, topics: number, seed = 1, rounds = 14): Factors {
  const random = uniformDraws(seed)
  const tried = Array.from({ length: starts }, () => {
    const factors = {
      weights: startOf(rows, columns, topics, random),
      loadings: new Float64Array(rows.length * topics),
    }
    return { factors, explained: refine(factors, rows, columns, topics, firstRounds) }
  })
  const best = tried.reduce((a, b) => (b.explained > a.explained ? b : a)).factors
  refine(best, rows, columns, topics, rounds)
  return best
}

/** Some rounds of updates in place; how much of the matrix is explained before the last of them. */
function refine(factors: Factors, rows: SparseRow[], columns: number, topics: number, rounds: number): number {
  const { loadings, weights } = factors
  const gram = new Float64Array(topics * topics)
  const cross = new Float64Array(topics * columns)
  let explained = 0
  for (let round = 0; round < rounds; round++) {
    fillGram(weights, topics, columns, gram)
    for (const [index, row] of rows.entries()) updateRow(row, index * topics, loadings, weights, gram, topics, columns)
    explained = updateWeights(rows, loadings, weights, cross, gram, topics, columns)
  }
  return explained
}

/** Seeds far apart, as k-means++ chooses them: each next text with a chance that grows with its distance from those before. */
function startOf(rows: SparseRow[], columns: number, topics: number, random: () => number): Float64Array {
  const weights = new Float64Array(topics * columns)
  const distance = new Float64Array(rows.length).fill(1)
  for (let topic = 0; topic < topics; topic++) {
    const total = distance.reduce((sum, each) => sum + each, 0)
    let rest = random() * total
    let chosen = 0
    for (let index = 0; index < rows.length; index++) {
      rest -= distance[index]!
      chosen = index
      if (rest <= 0) break
    }
    const seed = rows[chosen]
    const base = topic * columns
    for (let column = 0; column < columns; column++) weights[base + column] = 0.001 + 0.009 * random()
    for (let at = 0; at < (seed?.at.length ?? 0); at++) weights[base + seed!.at[at]!]! += seed!.values[at]!
    rows.forEach((row, index) => {
      let dot = 0
      for (let at = 0; at < row.at.length; at++) dot += row.values[at]! * weights[base + row.at[at]!]!
      const gap = Math.max(0, 1 - dot)
      distance[index] = Math.min(distance[index]!, gap * gap)
    })
  }
  return weights
}

function fillGram(weights: Float64Array, topics: number, columns: number, gram: Float64Array): void {
  for (let a = 0; a < topics; a++)
    for (let b = a; b < topics; b++) {
      let sum = 0
      for (let column = 0; column < columns; column++)
        sum += weights[a * columns + column]! * weights[b * columns + column]!
      gram[a * topics + b] = sum
      gram[b * topics + a] = sum
    }
}

function updateRow(
  { at, values }: SparseRow,
  base: number,
  loadings: Float64Array,
  weights: Float64Array,
  gram: Float64Array,
  topics: number,
  columns: number,
): void {
  for (let topic = 0; topic < topics; topic++) {
    let wanted = 0
    for (let index = 0; index < at.length; index++) wanted += values[index]! * weights[topic * columns + at[index]!]!
    for (let other = 0; other < topics; other++)
      if (other !== topic) wanted -= loadings[base + other]! * gram[topic * topics + other]!
    const own = gram[topic * topics + topic]!
    loadings[base + topic] = own > 0 ? Math.max(0, wanted / own) : 0
  }
}

function updateWeights(
  rows: SparseRow[],
  loadings: Float64Array,
  weights: Float64Array,
  cross: Float64Array,
  gram: Float64Array,
  topics: number,
  columns: number,
): number {
  cross.fill(0)
  gram.fill(0)
  rows.forEach(({ at, values }, index) => {
    for (let topic = 0; topic < topics; topic++) {
      const loading = loadings[index * topics + topic]!
      if (loading === 0) continue
      for (let each = 0; each < at.length; each++) cross[topic * columns + at[each]!]! += loading * values[each]!
      for (let other = 0; other < topics; other++)
        gram[topic * topics + other]! += loading * loadings[index * topics + other]!
    }
  })
  const explained = explainedBy(weights, cross, gram, topics, columns)
  for (let topic = 0; topic < topics; topic++) {
    const own = gram[topic * topics + topic]!
    if (own === 0) continue
    for (let column = 0; column < columns; column++) {
      let wanted = cross[topic * columns + column]!
      for (let other = 0; other < topics; other++)
        if (other !== topic) wanted -= gram[topic * topics + other]! * weights[other * columns + column]!
      weights[topic * columns + column] = Math.max(0, wanted / own)
    }
  }
  return explained
}

/** Squares of the matrix less those of what is left over: 2 tr(C W') - tr(G W W'). */
function explainedBy(
  weights: Float64Array,
  cross: Float64Array,
  gram: Float64Array,
  topics: number,
  columns: number,
): number {
  const own = new Float64Array(topics * topics)
  fillGram(weights, topics, columns, own)
  const shared = cross.reduce((sum, each, at) => sum + each * weights[at]!, 0)
  return 2 * shared - own.reduce((sum, each, at) => sum + each * gram[at]!, 0)
}
