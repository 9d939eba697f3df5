/** Ranks from 1 in ascending order; equal values share the mean of theirs. */
export function midranks(values: number[]): Float64Array {
  const order = Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Float64Array(values.length)
  let at = 0
  while (at < order.length) {
    let end = at
    while (end < order.length && values[order[end]!] === values[order[at]!]) end++
    for (let i = at; i < end; i++) ranks[order[i]!] = (at + 1 + end) / 2
    at = end
  }
  return ranks
}
