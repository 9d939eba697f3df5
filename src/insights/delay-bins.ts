const [minute, hour, day] = [60, 3600, 86_400]

/** Ends of the bins that a delay is counted in, in seconds: what people say, about a sixth apart, so that a threshold has a name. */
export const delayEdges: readonly number[] = [
  ...[5, 10, 15, 20, 25, 30, 40, 50],
  ...[1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50].map((each) => each * minute),
  ...[1, 1.25, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 32, 36, 42].map(
    (each) => each * hour,
  ),
  ...[2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 14, 17, 21, 25, 30, 45, 60, 90].map((each) => each * day),
]

/** Place of the bin of a column of seconds: 0 up to the first edge, and one more than the last edge's beyond all. */
export function delayBin(column: string): string {
  return `CASE ${delayEdges.map((edge, at) => `WHEN ${column} <= ${edge} THEN ${at}`).join(' ')} ELSE ${delayEdges.length} END`
}
