/** The known ids nearest to a misspelled one, best first: for "did you mean". */
export function nearest(word: string, known: Iterable<string>, most = 3): string[] {
  const wanted = word.toLowerCase()
  const limit = Math.max(2, Math.floor(wanted.length / 3))
  return [...known]
    .map((id) => ({ id, distance: distanceTo(wanted, id.toLowerCase(), limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.id.localeCompare(b.id))
    .slice(0, most)
    .map(({ id }) => id)
}

/** Edit distance; a whole word inside the other is near, however long the rest. */
function distanceTo(wanted: string, id: string, limit: number): number {
  if (wanted.length >= 3 && Math.abs(wanted.length - id.length) > 1 && (id.includes(wanted) || wanted.includes(id)))
    return 1.5
  if (Math.abs(wanted.length - id.length) > limit) return limit + 1
  let row = Array.from({ length: id.length + 1 }, (_, index) => index)
  for (let i = 1; i <= wanted.length; i++) {
    const next = [i]
    for (let j = 1; j <= id.length; j++) {
      const change = wanted[i - 1] === id[j - 1] ? 0 : 1
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + change))
    }
    row = next
  }
  return row[id.length]!
}

/** `Did you mean chat or call?`, or the way to the list. */
export function didYouMean(word: string, known: Iterable<string>, otherwise: string): string {
  const found = nearest(word, known)
  return found.length > 0 ? `Did you mean ${found.join(' or ')}?` : otherwise
}
