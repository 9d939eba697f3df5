import type { TimeCount } from '../../src/stats/kaplan-meier.ts'

/**
 * Weeks in remission of 42 children with leukaemia, 6-MP against placebo; `+` was still in remission.
 * Source: E. J. Freireich et al., Blood 21 (1963), as printed by E. A. Gehan, Biometrika 52 (1965) and D. G. Kleinbaum and M. Klein,
 * Survival Analysis, 3rd ed., table 1.1.
 */
export const mercaptopurine = counted('6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+')
export const placebo = counted('1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23')

/** Weeks until relapse of leukaemia with and without maintenance. Source: R. G. Miller, Survival Analysis, 1981, p. 49; `aml` of R's survival. */
export const maintained = counted('9 13 13+ 18 23 28+ 31 34 45+ 48 161+')
export const unmaintained = counted('5 5 8 8 12 16+ 23 27 30 33 43 45')

/** `6 6+`: one that ended at 6 with the event, one without. */
export function counted(text: string): TimeCount[] {
  return text.split(' ').map((each) => {
    const censored = each.endsWith('+') ? 1 : 0
    return { time: Number.parseFloat(each), events: 1 - censored, censored }
  })
}
