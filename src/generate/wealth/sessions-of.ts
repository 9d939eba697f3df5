import type { Draws } from '../draw.ts'
import { sessions } from './plants.ts'

/** How often a customer visits: decides about the visits, and about what is paid in. */
export const sessionsOf = (draws: Draws): string =>
  `(${sessions.fewest} + ${draws.whole('sessions', sessions.most - sessions.fewest + 1)})`
