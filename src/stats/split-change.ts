/** A group in one period: how many rows it has, and what they add up to (the numerator of a share, the values of a mean, an amount). */
export interface Amount {
  n: number
  sum: number
}

/** One group in both periods; where it has no rows, both numbers are 0. */
export interface GroupAmounts {
  before: Amount
  after: Amount
}

/** Parts of a change that add up to it. Of a share or a mean, `days` and `volume` are 0: it does not grow with its rows. */
export interface Effects {
  /** One period is longer than the other. */
  days: number
  /** More or fewer rows a day, spread over the groups as they were. */
  volume: number
  /** Groups took another part of the whole. */
  mix: number
  /** The groups' own values moved. */
  rate: number
}

export const noEffects: Effects = { days: 0, volume: 0, mix: 0, rate: 0 }

/**
 * The change of a share or a mean, group by group. With w the part of the rows that a group has, r its own value and R the whole:
 *
 *     mix  = (w1 - w0) * ((r0 + r1) / 2 - (R0 + R1) / 2)
 *     rate = (w0 + w1) / 2 * (r1 - r0)
 *
 * Both periods weigh alike, so nothing depends on which is changed first: of two factors these are the Shapley values. A group that
 * is there in one period only has no change of its own, and all that it does is mix. Null where a period has no rows.
 *
 * Source: E. M. Kitagawa, JASA 50 (1955); P. Das Gupta, Demography 15 (1978).
 */
export function splitRate(groups: readonly GroupAmounts[]): Effects[] | null {
  const [n0, n1] = [total(groups, 'before', 'n'), total(groups, 'after', 'n')]
  if (!(n0 > 0 && n1 > 0)) return null
  const whole = (total(groups, 'before', 'sum') / n0 + total(groups, 'after', 'sum') / n1) / 2
  return groups.map(({ before, after }) => {
    if (before.n === 0 && after.n === 0) return noEffects
    const { r0, r1 } = ownValues(before, after)
    const [w0, w1] = [before.n / n0, after.n / n1]
    return { ...noEffects, mix: (w1 - w0) * ((r0 + r1) / 2 - whole), rate: ((w0 + w1) / 2) * (r1 - r0) }
  })
}

/**
 * The change of a count or a sum, group by group. A group's amount is N * w * r: all rows, its part of them, and what one of its rows
 * brings (1 for a count). Each factor gets its Shapley value, which for the first of three is
 *
 *     (x1 - x0) * ((y0 z0 + y1 z1) / 3 + (y0 z1 + y1 z0) / 6)
 *
 * and what N gets is parted once more into the length of the periods and the rows a day, N = days * pace, half and half as of two factors.
 * The parts of a group add up to its own change. Null where a period has no rows or no days.
 *
 * Source: P. Das Gupta, Standardization and Decomposition of Rates: A User's Manual, US Bureau of the Census P23-186 (1993).
 */
export function splitTotal(groups: readonly GroupAmounts[], days: { before: number; after: number }): Effects[] | null {
  const [n0, n1] = [total(groups, 'before', 'n'), total(groups, 'after', 'n')]
  if (!(n0 > 0 && n1 > 0 && days.before > 0 && days.after > 0)) return null
  const longer = (days.after - days.before) * ((n0 / days.before + n1 / days.after) / 2)
  const faster = (n1 / days.after - n0 / days.before) * ((days.before + days.after) / 2)
  return groups.map(({ before, after }) => {
    if (before.n === 0 && after.n === 0) return noEffects
    const { r0, r1 } = ownValues(before, after)
    const [w0, w1] = [before.n / n0, after.n / n1]
    const row = averaged(w0, w1, r0, r1)
    return {
      days: longer * row,
      volume: faster * row,
      mix: (w1 - w0) * averaged(n0, n1, r0, r1),
      rate: (r1 - r0) * averaged(n0, n1, w0, w1),
    }
  })
}

/** What stands beside the factor that moves: the mean over all orders in which the three can be changed. */
function averaged(y0: number, y1: number, z0: number, z1: number): number {
  return (y0 * z0 + y1 * z1) / 3 + (y0 * z1 + y1 * z0) / 6
}

/** What one row of the group brings. Where there is no row, as much as in the other period: then it did not move. */
function ownValues(before: Amount, after: Amount): { r0: number; r1: number } {
  const r0 = before.n > 0 ? before.sum / before.n : after.sum / after.n
  const r1 = after.n > 0 ? after.sum / after.n : r0
  return { r0, r1 }
}

export function addEffects(parts: readonly Effects[]): Effects {
  return parts.reduce(
    (sum, each) => ({
      days: sum.days + each.days,
      volume: sum.volume + each.volume,
      mix: sum.mix + each.mix,
      rate: sum.rate + each.rate,
    }),
    noEffects,
  )
}

function total(groups: readonly GroupAmounts[], period: 'before' | 'after', part: 'n' | 'sum'): number {
  return groups.reduce((sum, group) => sum + group[period][part], 0)
}
