import type { Share } from '../draw.ts'

/** A segment: how many belong to it, how it takes a delay, how readily it leaves, what it pays and how often it answers. */
export interface Segment {
  word: string
  /** Percent of the customers. */
  share: number
  /** The loss by delay is multiplied by this. */
  delay: number
  /** The hazard of leaving is multiplied by this, in percent. */
  leaves: number
  /** Its monthly amount, in percent of the price of the plan. */
  pays: number
  /** Percent of the surveys that it answers: never by what it would answer. */
  answers: number
}

export const segments: readonly Segment[] = [
  { word: 'enterprise', share: 15, delay: 2, leaves: 60, pays: 900, answers: 45 },
  { word: 'business', share: 30, delay: 1, leaves: 80, pays: 300, answers: 38 },
  { word: 'private', share: 40, delay: 1, leaves: 100, pays: 100, answers: 34 },
  { word: 'student', share: 15, delay: 0, leaves: 180, pays: 60, answers: 30 },
]

/** Markets with their share of the customers in percent, hours that winter time is ahead of UTC, and percent who write French. */
export const markets = [
  { word: 'DE', share: 28, french: 0 },
  { word: 'FR', share: 24, french: 90 },
  { word: 'GB', share: 20, french: 0 },
  { word: 'ES', share: 16, french: 0 },
  { word: 'BE', share: 12, french: 45 },
] as const

/** Standard deviation of the natural logarithm of a customer's response times, in thousandths: each class is a fifth of the customers. */
export const spreads = [200, 450, 700, 950, 1200] as const
/** Points of a score lost for each unit of that deviation above the smallest. */
export const spreadLoses = 0.5
/** From this deviation on (thousandths) a customer is served inconsistently, which raises the hazard of leaving. */
export const inconsistentFrom = 950

/** A customer's typical response time in seconds, by equal steps of probability. */
export const typicalResponses = [3600, 7200, 10_800, 16_200, 25_200, 36_000, 50_400, 64_800, 79_200, 93_600, 108_000]

/** The delay: nothing is lost up to `hours`, then `jump` points at once, and up to `later` more, half of it at twice the hours. */
export const delay = { hours: 24, jump: 0.5, later: 0.3 } as const
/** Score of a contact that was answered in time, solved at once, and of a customer who is served evenly. */
export const contentScore = 4.6
/** Half the width of what a customer adds to every score of theirs, by temper. */
export const temper = 0.15
/** Points lost by a case that was never solved, and by one that was opened again. */
export const unresolvedLoses = 0.8
export const reopenedLoses = 0.4
/** Percent of the cases that nobody ever solves. */
export const unresolvedPercent = 9
/** Percent of the solved cases that are opened again: the usual ones, and refunds, which go round between two teams. */
export const reopenedPercent = { usual: 7, refund: 45 } as const

/** The monthly hazard of leaving and what it is multiplied by. A memory counts in the so many months after its own. */
export const leaving = { base: 0.015, unresolved: 2.5, low: 2, inconsistent: 1.6, memory: 3 } as const
/** An answered score up to this is low. */
export const lowScore = 2

/** The week of the outage as a share of the weeks, and how many times the contacts it has. */
export const outage = { at: 0.4, times: 3 } as const
/** From this share of the weeks on, so many percent of the contacts of one market are about one topic. */
export const rising = { at: 0.7, market: 'ES', percent: 14 } as const
/** Percent of the usual contacts that ask for a new password. */
export const passwordPercent = 8

/** Contacts of a customer over the whole time, by equal steps of probability; it has no effect on anything. */
export const contactCounts = [1, 2, 3, 4, 6, 8, 11, 14, 19, 27, 44] as const
/** Cases that become of a customer on average: some join late, some leave. */
export const casesPerCustomer = 7.45

/** Percent of the customers who were there before the first day. */
export const earlierPercent = 60
export const ageQuantiles = [18, 24, 29, 34, 39, 44, 49, 55, 62, 70, 84] as const
export const studentAges = [18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 33] as const
export const genders: Share[] = [
  { word: 'female', share: 49 },
  { word: 'male', share: 48 },
  { word: 'other', share: 3 },
]
/** Plans with their monthly price in cents. */
export const plans = [
  { word: 'Basic', share: 50, price: 1500 },
  { word: 'Plus', share: 35, price: 2500 },
  { word: 'Pro', share: 15, price: 4500 },
] as const
export const channels: Share[] = [
  { word: 'email', share: 38 },
  { word: 'phone', share: 27 },
  { word: 'chat', share: 22 },
  { word: 'web', share: 13 },
]
export const priorities: Share[] = [
  { word: 'low', share: 25 },
  { word: 'medium', share: 45 },
  { word: 'high', share: 22 },
  { word: 'critical', share: 8 },
]
/** Contacts by weekday from Monday, and by hour, in parts. */
export const weekdayWeights = [1150, 1080, 1030, 1000, 940, 430, 370] as const
export const hourWeights = [
  4, 3, 2, 2, 2, 4, 10, 26, 52, 74, 80, 76, 62, 60, 66, 68, 64, 54, 42, 36, 32, 24, 14, 8,
] as const

/** Seconds between the answer and the solution, and between a solution that did not last and the next. */
export const workTimes = [300, 1800, 5400, 10_800, 18_000, 28_800, 43_200, 64_800, 100_800, 172_800, 432_000] as const
export const reworkTimes = [7200, 28_800, 64_800, 93_600, 151_200, 259_200, 604_800] as const
/** Seconds between the offer of a survey and its answer. */
export const answerTimes = [120, 900, 3600, 14_400, 43_200, 86_400, 172_800, 432_000] as const
