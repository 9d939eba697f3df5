/**
 * The share of arrivals that find all of `agents` busy where nobody waits; `load` is arrivals times handle time, in erlangs.
 * By the recursion B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)), which neither overflows nor cancels, as the factorials would.
 *
 * Source: A. K. Erlang, Post Office Electrical Engineers' Journal 10 (1918); the recursion in D. L. Jagerman, Bell System Technical
 * Journal 53 (1974).
 */
export function erlangB(agents: number, load: number): number {
  if (!(Number.isInteger(agents) && agents >= 0)) {
    throw new RangeError(`${agents} agents cannot be counted; pass a whole number from 0.`)
  }
  if (!(load >= 0 && load < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${load} is no load; pass erlangs from 0: arrivals a second times seconds of handling.`)
  }
  let blocked = 1
  for (let n = 1; n <= agents; n++) blocked = (load * blocked) / (n + load * blocked)
  return blocked
}
