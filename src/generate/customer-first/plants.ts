import type { Share } from '../draw.ts'

/**
 * What is planted in the generated tickets, and nowhere else: the SQL reads these numbers, the tests recover them, and
 * docs/generators.md prints them.
 */
export interface Effect {
  says: string
  /** Its size, in the unit that `says` states. */
  value: number
  /** How far the recovered value may lie from `value` with 50,000 rows. */
  tolerance: number
  /** Which columns show it: the published ones, or only the ones that the study recommends to add. */
  columns: 'published' | 'recommended'
  /** Plain SQL over the view `tickets` of docs/generators.md that gives the value back. */
  recover: string
}

export const effects = {
  chatRatesHigher: {
    says: 'Mean rating of chat minus that of e-mail, points',
    value: 0.35,
    tolerance: 0.1,
    columns: 'published',
    recover:
      "SELECT avg(rating) FILTER (WHERE channel = 'Chat') - avg(rating) FILTER (WHERE channel = 'Email') FROM tickets",
  },
  slowRatesLower: {
    says: 'Mean rating where the resolution came more than 24 hours after the first reply, minus the others, points',
    value: -0.8,
    tolerance: 0.12,
    columns: 'published',
    recover:
      "SELECT avg(rating) FILTER (WHERE resolution > 86400) - avg(rating) FILTER (WHERE resolution <= 86400) FROM tickets WHERE channel IN ('Email', 'Social media')",
  },
  seniorsLikePhone: {
    says: 'On the phone: mean rating of customers over 60 minus the others, points',
    value: 0.4,
    tolerance: 0.2,
    columns: 'published',
    recover:
      "SELECT avg(rating) FILTER (WHERE age > 60) - avg(rating) FILTER (WHERE age <= 60) FROM tickets WHERE channel = 'Phone'",
  },
  genderRatesAlike: {
    says: 'Mean rating of women minus that of men, points: nothing is planted',
    value: 0,
    tolerance: 0.08,
    columns: 'published',
    recover:
      "SELECT avg(rating) FILTER (WHERE gender = 'Female') - avg(rating) FILTER (WHERE gender = 'Male') FROM tickets",
  },
  criticalResolvedFaster: {
    says: 'Median time from first reply to resolution, critical tickets divided by the others',
    value: 0.6,
    tolerance: 0.08,
    columns: 'published',
    recover:
      "SELECT median(resolution) FILTER (WHERE priority = 'Critical') / median(resolution) FILTER (WHERE priority <> 'Critical') FROM tickets WHERE type <> 'Refund request'",
  },
  refundsResolvedSlower: {
    says: 'Median time from first reply to resolution, refund requests divided by the other types',
    value: 1.4,
    tolerance: 0.12,
    columns: 'published',
    recover:
      "SELECT median(resolution) FILTER (WHERE type = 'Refund request') / median(resolution) FILTER (WHERE type <> 'Refund request') FROM tickets WHERE priority <> 'Critical'",
  },
  weekendDip: {
    says: 'Contacts on a Saturday or Sunday divided by those on another day, by calls and chats (answered in minutes)',
    value: 0.45,
    tolerance: 0.04,
    columns: 'published',
    recover:
      "SELECT count(*) FILTER (WHERE isodow(replied_at) > 5) / 2 / (count(*) FILTER (WHERE isodow(replied_at) <= 5) / 5) FROM tickets WHERE channel IN ('Phone', 'Chat')",
  },
  surgeDay: {
    says: 'Contacts on the Wednesday of week six divided by those of a mean other Wednesday, by calls and chats',
    value: 2,
    tolerance: 0.35,
    columns: 'published',
    recover:
      "SELECT count(*) FILTER (WHERE day = 37) / (count(*) FILTER (WHERE day <> 37) / 25) FROM (SELECT date_diff('day', first_day, CAST(replied_at AS DATE)) AS day FROM tickets WHERE channel IN ('Phone', 'Chat')) WHERE day % 7 = 2",
  },
  criticalAnsweredFaster: {
    says: 'E-mail and social media: median time to first reply, critical tickets divided by the others',
    value: 0.5,
    tolerance: 0.08,
    columns: 'recommended',
    recover:
      "SELECT median(reply) FILTER (WHERE priority = 'Critical') / median(reply) FILTER (WHERE priority <> 'Critical') FROM tickets WHERE channel = 'Email'",
  },
  phoneOnTime: {
    says: 'Share of calls answered within 5 minutes',
    value: 0.8,
    tolerance: 0.02,
    columns: 'recommended',
    recover: "SELECT avg(CAST(reply <= 300 AS INTEGER)) FROM tickets WHERE channel = 'Phone'",
  },
} as const satisfies Record<string, Effect>

/** How many records of each thousand carry which dirt. Records beyond the last full thousand are clean. */
export interface Stain {
  says: string
  perThousand: number
  /** Takes a second, clean record of the same thousand along. */
  paired?: true
  /** Only with `dirt: 'hard'`: no CSV reader agrees on what the record is. */
  hard?: true
}

export const stains = {
  inverted: { says: 'The resolution lies before the first reply', perThousand: 20 },
  sharedEmail: { says: "Another person's e-mail address, under an own name", perThousand: 5, paired: true },
  duplicate: { says: 'Same ticket id and same content as an earlier or later record', perThousand: 4, paired: true },
  superseded: {
    says: 'Same ticket id; the later record knows more (pending, then closed)',
    perThousand: 3,
    paired: true,
  },
  badAge: { says: 'The age is negative, far too high or not a number', perThousand: 3 },
  unreadableDate: { says: 'The date of purchase is no date', perThousand: 3 },
  blank: { says: 'Every field is empty', perThousand: 2 },
  shortRecord: { says: 'The last four fields are missing', perThousand: 2, hard: true },
  longRecord: { says: 'Two fields too many', perThousand: 2, hard: true },
  openQuote: { says: 'The quote around the description is not closed', perThousand: 1, hard: true },
  strayQuote: { says: 'A bare quote inside an unquoted field', perThousand: 1, hard: true },
  emptyLine: { says: 'A line without any character', perThousand: 1, hard: true },
  carriageReturn: { says: 'Ends with CR LF; the others with LF', perThousand: 2, hard: true },
} as const satisfies Record<string, Stain>

export const channels: Share[] = [
  { word: 'Email', share: 35 },
  { word: 'Chat', share: 28 },
  { word: 'Phone', share: 22 },
  { word: 'Social media', share: 15 },
]
export const types: Share[] = [
  { word: 'Technical issue', share: 34 },
  { word: 'Billing inquiry', share: 20 },
  { word: 'Product inquiry', share: 18 },
  { word: 'Refund request', share: 16 },
  { word: 'Cancellation request', share: 12 },
]
export const priorities: Share[] = [
  { word: 'Low', share: 30 },
  { word: 'Medium', share: 40 },
  { word: 'High', share: 20 },
  { word: 'Critical', share: 10 },
]
export const genders: Share[] = [
  { word: 'Female', share: 48 },
  { word: 'Male', share: 47 },
  { word: 'Other', share: 5 },
]
/** Where a ticket ends when the file is long enough to see it. */
export const outcomes: Share[] = [
  { word: 'Open', share: 4 },
  { word: 'Pending Customer Response', share: 12 },
  { word: 'Closed', share: 84 },
]

/** Percent of closed tickets that carry a rating. */
export const ratedPercent = 60
/** Mean rating before any effect. */
export const baseRating = 3.4
/** Percent of raters who only ever give 1 or 5. */
export const polarPercent = 35
/** Percent of tickets that come from someone who wrote before. */
export const repeatPercent = 35

/** Contacts by hour of the day, in parts. */
export const hourWeights = [
  4, 3, 2, 2, 2, 3, 6, 12, 30, 58, 70, 72, 60, 66, 74, 72, 64, 52, 38, 30, 24, 18, 12, 7,
] as const
/** Contacts by weekday from Monday, in parts; the weekend's mean is `weekendDip` of the weekdays' mean. */
export const weekdayWeights = [1040, 1010, 1000, 980, 970, 500, 400] as const

/** Seconds to the first reply: deciles. */
export const replyDeciles: Record<string, readonly number[]> = {
  Email: [300, 1800, 4500, 9000, 16000, 27000, 40000, 54000, 72000, 100000, 200000],
  Chat: [2, 6, 10, 15, 20, 26, 35, 50, 90, 240, 900],
  Phone: [3, 10, 20, 35, 60, 90, 130, 200, 300, 900, 2400],
  'Social media': [120, 900, 2400, 5400, 10000, 18000, 28000, 43000, 65000, 90000, 170000],
}
/** Seconds from the first reply to the resolution: deciles. */
export const resolutionDeciles = [300, 3600, 7200, 14400, 25000, 39600, 57600, 79200, 115200, 180000, 500000] as const
