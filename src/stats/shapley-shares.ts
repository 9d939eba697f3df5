/**
 * How the explained variance of a linear model is shared among groups of columns: each group's part is the mean, over all orders in
 * which the groups could enter, of what it adds. The parts add up to R². `covariance` holds the groups' columns and, last, the outcome;
 * a category's indicator columns are one group. Every subset of the groups is looked at once, so twelve groups are quick and twenty slow.
 *
 * Source: R. H. Lindeman, P. F. Merenda and R. Z. Gold (1980), p. 119; U. Grömping, Journal of Statistical Software 17 (2006).
 */
export function shapleyShares(covariance: number[][], groups: number[][]): number[] {
  const outcome = covariance.length - 1
  const total = covariance[outcome]![outcome]!
  const explained = explainedBySubset(covariance, groups)
  const count = groups.length
  const weights = orderWeights(count)
  return groups.map((_, group) => {
    let share = 0
    for (let subset = 0; subset < 1 << count; subset++) {
      if (subset & (1 << group)) continue
      share += weights[sizeOf(subset)]! * (explained[subset | (1 << group)]! - explained[subset]!)
    }
    return total > 0 ? share / total : 0
  })
}

/** Share of the orders in which a group comes right after a given set of so many others. */
function orderWeights(count: number): number[] {
  const weights = [1 / count]
  for (let size = 1; size < count; size++) weights.push((weights[size - 1]! * size) / (count - size))
  return weights
}

function sizeOf(subset: number): number {
  let size = 0
  for (let rest = subset; rest > 0; rest &= rest - 1) size++
  return size
}

/** Explained variance by set of groups, a bit a group. One group at a time is swept out of what is left of the later ones. */
function explainedBySubset(covariance: number[][], groups: number[][]): Float64Array {
  const explained = new Float64Array(1 << groups.length)
  const outcome = covariance.length - 1
  const total = covariance[outcome]![outcome]!
  const diagonal = covariance.map((row, i) => row[i]!)
  const visit = (place: number, subset: number, matrix: number[][], columns: number[]): void => {
    if (place === groups.length) {
      const last = columns.length - 1
      explained[subset] = total - matrix[last]![last]!
      return
    }
    const own = new Set(groups[place])
    const kept = columns.flatMap((column, at) => (own.has(column) ? [] : [at]))
    const after = kept.map((at) => columns[at]!)
    visit(place + 1, subset, pick(matrix, kept), after)
    const swept = columns.flatMap((column, at) => (own.has(column) ? [at] : []))
    visit(place + 1, subset | (1 << place), sweepOut(matrix, swept, kept, columns, diagonal), after)
  }
  const columns = [...groups.flat(), outcome]
  visit(0, 0, pick(covariance, columns), columns)
  return explained
}

function pick(matrix: number[][], places: number[]): number[][] {
  return places.map((i) => places.map((j) => matrix[i]![j]!))
}

/** What is left of the kept columns once the swept ones are taken out; a column that is made up of others takes nothing out. */
function sweepOut(
  matrix: number[][],
  swept: number[],
  kept: number[],
  columns: number[],
  diagonal: number[],
): number[][] {
  const left = matrix.map((row) => [...row])
  for (const [at, pivot] of swept.entries()) {
    const own = left[pivot]![pivot]!
    if (!(own > 1e-9 * diagonal[columns[pivot]!]!)) continue
    const rest = [...swept.slice(at + 1), ...kept]
    for (const i of rest) {
      const times = left[i]![pivot]! / own
      if (times === 0) continue
      for (const j of rest) left[i]![j]! -= times * left[pivot]![j]!
    }
  }
  return pick(left, kept)
}
