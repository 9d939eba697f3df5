/** Groups that one statement may hold at a time: what it keeps of them lies in memory, however small the limit. */
const groupsAtOnce = 250_000

/** Conditions that cut `groups` values of a column into parts, each about as large; one that is always true where they are few. */
export function partsOf(groups: number, column: string): string[] {
  const parts = Math.ceil(groups / groupsAtOnce)
  if (parts <= 1) return ['TRUE']
  return Array.from({ length: parts }, (_, part) => `hash(${column}) % ${parts} = ${part}`)
}
