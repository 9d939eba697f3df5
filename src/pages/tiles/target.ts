import type { MetricCard, MetricCell } from '../../metrics/frame.ts'

/** Where a number stands against its target: `unclear` where the sample leaves it open, null without a target. */
export function standingOf(card: MetricCard, cell: MetricCell): 'met' | 'missed' | 'unclear' | null {
  const { target } = card
  if (!target || cell.value === null) return null
  if (target.excluded === false || (cell.n !== undefined && cell.n < 2)) return 'unclear'
  return target.met ? 'met' : 'missed'
}
