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
  const sizes = new Uint8Array(1 << count)
  for (let subset = 1; subset < sizes.length; subset++) sizes[subset] = sizes[subset >> 1]! + (subset & 1)
  return groups.map((_, group) => {
    let share = 0
    for (let subset = 0; subset < 1 << count; subset++) {
      if (subset & (1 << group)) continue
      share += weights[sizes[subset]!]! * (explained[subset | (1 << group)]! - explained[subset]!)
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

/** A symmetric matrix of which the upper half is kept: entry (i, j) stands at `at + i * width + j`. */
interface Half {
  values: Float64Array
  width: number
  at: number
}

/**
 * Explained variance by set of groups, a bit a group. One group at a time is swept out of what is left of the later ones. Thousands of
 * sets are looked at, so each depth has one matrix of its own and none is made on the way.
 */
function explainedBySubset(covariance: number[][], groups: number[][]): Float64Array {
  const explained = new Float64Array(1 << groups.length)
  const outcome = covariance.length - 1
  const columns = [...groups.flat(), outcome]
  const total = covariance[outcome]![outcome]!
  const least = Float64Array.from(columns, (column) => 1e-9 * covariance[column]![column]!)
  const own: Half[] = []
  for (let place = 0, size = columns.length; place < groups.length; size -= groups[place]!.length, place++)
    own.push({ values: new Float64Array(size * size), width: size, at: 0 })
  const visit = (place: number, subset: number, { values, width, at }: Half, first: number): void => {
    if (place === groups.length) {
      explained[subset] = total - values[at]!
      return
    }
    const taken = groups[place]!.length
    visit(place + 1, subset, { values, width, at: at + taken * (width + 1) }, first + taken)
    const left = own[place]!
    for (let i = 0; i < left.width; i++)
      for (let j = i; j < left.width; j++) left.values[i * left.width + j] = values[at + i * width + j]!
    for (let pivot = 0; pivot < taken; pivot++) sweepOut(left, pivot, least[first + pivot]!)
    visit(place + 1, subset | (1 << place), { ...left, at: taken * (left.width + 1) }, first + taken)
  }
  const whole = Float64Array.from(columns.flatMap((i) => columns.map((j) => covariance[i]![j]!)))
  visit(0, 0, { values: whole, width: columns.length, at: 0 }, 0)
  return explained
}

/** Takes a column out of those after it; one that others make up takes nothing out. */
function sweepOut({ values, width }: Half, pivot: number, least: number): void {
  const base = pivot * width
  const own = values[base + pivot]!
  if (!(own > least)) return
  for (let i = pivot + 1; i < width; i++) {
    const times = values[base + i]! / own
    if (times === 0) continue
    for (let j = i; j < width; j++) values[i * width + j]! -= times * values[base + j]!
  }
}
