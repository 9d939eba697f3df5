import {
  delay,
  leaving,
  outage,
  passwordPercent,
  reopenedLoses,
  reopenedPercent,
  rising,
  segments,
  spreadLoses,
  unresolvedLoses,
} from './plants.ts'
import { topicAt, topics } from './words.ts'

/** One planted difference, or one that is not there; docs/generators.md prints it and a test recovers it. */
export interface Effect {
  says: string
  value: number
  /** How far the recovered value may lie from `value` with 100,000 contacts. */
  tolerance: number
  /** Plain SQL over the views of docs/generators.md. */
  recover: string
}

const segment = (word: string) => segments.find((each) => each.word === word)!
const usual = topics[topicAt('Login code')]!.share / 100
/** Solved, never opened again, and answered in time. */
const smooth = 'NOT is_open AND reopens = 0 AND hours <= 24'
/** The score of a case that was solved at once, without what the unevenness of its customer takes. */
const even = 'score + 0.5 * (spread - 0.2)'
const between = (column: string, high: string, low: string, from: string): string =>
  `SELECT avg(${column}) FILTER (WHERE ${high}) - avg(${column}) FILTER (WHERE ${low}) FROM ${from}`
/** What a late answer takes from the segments named, points. */
const lateLoses = (words: string): string =>
  `(avg(${even}) FILTER (WHERE hours <= 24 AND segment IN (${words})) - avg(${even}) FILTER (WHERE hours > 24 AND segment IN (${words})))`
const nothing = (says: string, high: string, low: string, tolerance = 0.05): Effect => ({
  says: `${says}: nothing is planted`,
  value: 0,
  tolerance,
  recover: between(even, high, low, 'answers WHERE hours <= 24 AND NOT is_open AND reopens = 0'),
})
/** Ratio of two hazards by Mantel and Haenszel: months that agree in the rest are compared, and weighed by what they tell. */
const hazards = (high: string, low: string, strata: string): string =>
  `SELECT sum(d1 * n0 / (n1 + n0)) / sum(d0 * n1 / (n1 + n0)) FROM (SELECT count(*) FILTER (WHERE ${high}) AS n1, count(*) FILTER (WHERE ${low}) AS n0,
  count(*) FILTER (WHERE left_then AND ${high}) AS d1, count(*) FILTER (WHERE left_then AND ${low}) AS d0 FROM months GROUP BY ${strata}) WHERE n1 > 0 AND n0 > 0`

/** Every number of it follows from `plants.ts`. */
export const effects = {
  unevenLoses: {
    says: "Points of a score for each unit of the standard deviation of a customer's ln(response time)",
    value: -spreadLoses,
    tolerance: 0.06,
    recover: `SELECT regr_slope(score, spread) FROM answers WHERE ${smooth} AND contacts >= 6`,
  },
  frequencyAlike: nothing(
    'Mean score of customers with 15 contacts and more minus that of customers with 6 and fewer, points',
    'contacts >= 15',
    'contacts <= 6',
  ),
  flatBefore: {
    says: 'Mean score of answers after 12 to 24 hours minus that of answers within 6 hours, points: nothing is planted',
    value: 0,
    tolerance: 0.05,
    recover: between(even, 'hours BETWEEN 12 AND 24', 'hours < 6', 'answers WHERE NOT is_open AND reopens = 0'),
  },
  jumpAtADay: {
    says: 'What an answer just after 24 hours takes from a score in the segments business and private, points',
    value: delay.jump,
    tolerance: 0.06,
    recover: `SELECT avg(${even}) FILTER (WHERE hours <= 24) - avg(${even} + ${delay.later} * (1 - 24 / hours)) FILTER (WHERE hours > 24) FROM answers WHERE segment IN ('business', 'private') AND NOT is_open AND reopens = 0`,
  },
  diminishingAfter: {
    says: 'Slope of the score on 1 - 24 / hours after 24 hours in the segments business and private: half of it is lost by 48 hours',
    value: -delay.later,
    tolerance: 0.15,
    recover: `SELECT regr_slope(${even}, 1 - 24 / hours) FROM answers WHERE hours > 24 AND segment IN ('business', 'private') AND NOT is_open AND reopens = 0`,
  },
  unresolvedLoses: {
    says: 'Mean score of cases that were never solved minus that of those solved at once, points',
    value: -unresolvedLoses,
    tolerance: 0.06,
    recover: between('score', 'is_open', 'NOT is_open AND reopens = 0', 'answers WHERE hours <= 24'),
  },
  reopenedLoses: {
    says: 'Mean score of cases that were opened again minus that of those solved at once, points',
    value: -reopenedLoses,
    tolerance: 0.06,
    recover: between('score', 'reopens > 0', 'reopens = 0', 'answers WHERE hours <= 24 AND NOT is_open'),
  },
  enterprisesMindDelay: {
    says: 'What a late answer takes from enterprises divided by what it takes from business and private',
    value: segment('enterprise').delay,
    tolerance: 0.2,
    recover: `SELECT ${lateLoses("'enterprise'")} / ${lateLoses("'business', 'private'")} FROM answers WHERE NOT is_open AND reopens = 0`,
  },
  studentsDoNot: {
    says: 'What a late answer takes from students, points: nothing is planted',
    value: 0,
    tolerance: 0.08,
    recover: `SELECT ${lateLoses("'student'")} FROM answers WHERE NOT is_open AND reopens = 0`,
  },
  channelsAlike: nothing('Mean score by phone minus that by e-mail, points', "channel = 'phone'", "channel = 'email'"),
  weekdaysAlike: nothing(
    'Mean score of contacts on a Saturday or Sunday minus that of other days, points',
    'isodow(created) > 5',
    'isodow(created) <= 5',
  ),
  gendersAlike: nothing('Mean score of women minus that of men, points', "gender = 'female'", "gender = 'male'"),
  marketsAlike: nothing('Mean score in France minus that elsewhere, points', "market = 'FR'", "market <> 'FR'"),
  baseHazard: {
    says: 'Monthly hazard of leaving in the segment private, served evenly, with no trouble in the three months before',
    value: leaving.base,
    tolerance: 0.0015,
    recover:
      "SELECT avg(CAST(left_then AS INTEGER)) FROM months WHERE segment = 'private' AND NOT was_unresolved AND NOT was_low AND NOT is_uneven",
  },
  unresolvedLeave: {
    says: 'Hazard ratio of a case of the three calendar months before that was never solved',
    value: leaving.unresolved,
    tolerance: 0.25,
    recover: hazards('was_unresolved', 'NOT was_unresolved', 'segment, was_low, is_uneven'),
  },
  discontentLeave: {
    says: 'Hazard ratio of an answer of 1 or 2 in the three calendar months before',
    value: leaving.low,
    tolerance: 0.25,
    recover: hazards('was_low', 'NOT was_low', 'segment, was_unresolved, is_uneven'),
  },
  unevenLeave: {
    says: 'Hazard ratio of a deviation of ln(response time) of 0.95 and more',
    value: leaving.inconsistent,
    tolerance: 0.25,
    recover: hazards('is_uneven', 'NOT is_uneven', 'segment, was_unresolved, was_low'),
  },
  studentsLeave: {
    says: 'Hazard ratio of students to private customers',
    value: segment('student').leaves / segment('private').leaves,
    tolerance: 0.2,
    recover: hazards("segment = 'student'", "segment = 'private'", 'was_unresolved, was_low, is_uneven'),
  },
  enterprisesStay: {
    says: 'Hazard ratio of enterprises to private customers',
    value: segment('enterprise').leaves / segment('private').leaves,
    tolerance: 0.1,
    recover: hazards("segment = 'enterprise'", "segment = 'private'", 'was_unresolved, was_low, is_uneven'),
  },
  enterprisesPay: {
    says: 'Mean monthly amount of enterprises divided by that of private customers',
    value: segment('enterprise').pays / segment('private').pays,
    tolerance: 0.4,
    recover:
      "SELECT avg(amount) FILTER (WHERE segment = 'enterprise') / avg(amount) FILTER (WHERE segment = 'private') FROM amounts",
  },
  enterprisesAnswer: {
    says: 'Share of surveys that enterprises answer minus that of students, whatever they would say',
    value: (segment('enterprise').answers - segment('student').answers) / 100,
    tolerance: 0.02,
    recover: between('CAST(is_answered AS INTEGER)', "segment = 'enterprise'", "segment = 'student'", 'offers'),
  },
  codesRiseInSpain: {
    says: 'Share of the login code among the contacts of Spain, from the day on which it rises minus before',
    value: (rising.percent / 100) * (1 - usual),
    tolerance: 0.02,
    recover: between(
      "CAST(reason = 'Login code' AS INTEGER)",
      'created >= rises',
      'created < rises',
      "contacts WHERE market = 'ES'",
    ),
  },
  codesElsewhere: {
    says: 'The same in the other markets: nothing is planted',
    value: 0,
    tolerance: 0.004,
    recover: between(
      "CAST(reason = 'Login code' AS INTEGER)",
      'created >= rises',
      'created < rises',
      "contacts WHERE market <> 'ES' AND reason <> 'Service outage'",
    ),
  },
  outageWeek: {
    says: 'Contacts in the week of the outage divided by the mean of the weeks before and after it',
    value: outage.times,
    tolerance: 0.4,
    recover:
      'SELECT count(*) FILTER (WHERE created >= outage AND created < outage + INTERVAL 7 DAY) * 2 / count(*) FILTER (WHERE created NOT BETWEEN outage AND outage + INTERVAL 7 DAY) FROM contacts WHERE created >= outage - INTERVAL 7 DAY AND created < outage + INTERVAL 14 DAY',
  },
  passwordsAsked: {
    says: 'Share of the password among contacts outside Spain that are not about the outage: one question in a few wordings',
    value: passwordPercent / 100,
    tolerance: 0.004,
    recover:
      "SELECT avg(CAST(reason = 'Password reset' AS INTEGER)) FROM contacts WHERE market <> 'ES' AND reason <> 'Service outage'",
  },
  refundsChangeTeams: {
    says: 'Share of the changes of team that are those of a refund between Billing and Payments',
    value: 1,
    tolerance: 0,
    recover:
      "SELECT avg(CAST(reason = 'Refund' AND from_value IN ('Billing', 'Payments') AND to_value IN ('Billing', 'Payments') AS INTEGER)) FROM handovers",
  },
  refundsGoRound: {
    says: 'Share of solved refunds that were opened again minus that of the other topics',
    value: (reopenedPercent.refund - reopenedPercent.usual) / 100,
    tolerance: 0.02,
    recover: between(
      'CAST(reopens > 0 AS INTEGER)',
      "reason = 'Refund'",
      "reason <> 'Refund'",
      'contacts WHERE NOT is_open',
    ),
  },
} as const satisfies Record<string, Effect>
