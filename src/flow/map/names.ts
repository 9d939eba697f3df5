/** A column name as names are compared: without case, accents of width, punctuation and double spaces. */
export function normaliseName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Finds a batch's column by the name that a pack uses: exactly, else without case and punctuation when only one fits. */
export function columnFinder(columns: readonly string[]): (wanted: string) => string | undefined {
  const exact = new Set(columns)
  const loose = new Map<string, string[]>()
  for (const column of columns) {
    const key = normaliseName(column)
    loose.set(key, [...(loose.get(key) ?? []), column])
  }
  return (wanted) => {
    if (exact.has(wanted)) return wanted
    const fitting = loose.get(normaliseName(wanted)) ?? []
    return fitting.length === 1 ? fitting[0] : undefined
  }
}
