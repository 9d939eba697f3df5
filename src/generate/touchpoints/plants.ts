import type { Share } from '../draw.ts'

/** A market: where its customers sit among each hundred, its clock, and how well it is served. */
export interface Market {
  code: string
  /** Customers of each hundred. */
  customers: number
  /** Hours that its winter time is ahead of UTC. */
  ahead: number
  phone: string
  /** Percent of all contacts on a weekday, a Saturday and a Sunday. */
  contacts: readonly [number, number, number]
  /** Contacts by local hour, in parts. */
  hours: readonly number[]
  /** Of 1,000 contacts answered within the promise: calls 120 s, chats 30 s, e-mails 24 h. */
  onTime: { call: number; chat: number; email: number }
  /** Of 1,000 cases solved within 24 hours. */
  solved: number
}

const office = [1, 1, 1, 1, 1, 2, 5, 16, 42, 66, 72, 68, 48, 58, 66, 64, 56, 40, 18, 10, 7, 5, 3, 2]
/** A long pause at noon, and the evening is busy. */
const southern = [2, 1, 1, 1, 1, 1, 3, 8, 24, 50, 66, 70, 64, 40, 22, 26, 48, 62, 66, 58, 40, 24, 12, 5]
const early = [1, 1, 1, 1, 1, 3, 14, 40, 66, 70, 66, 60, 54, 56, 56, 48, 34, 20, 12, 8, 6, 4, 2, 1]
const evening = [3, 2, 1, 1, 1, 2, 4, 12, 34, 56, 62, 62, 60, 58, 56, 56, 54, 50, 46, 40, 32, 24, 16, 8]

/** From the largest to the smallest. Every difference between markets stands here, and nowhere else. */
export const markets: readonly Market[] = [
  market('DE', 22, 1, '+49', [23, 12, 6], early, [930, 950, 970], 840),
  market('FR', 18, 1, '+33', [18, 16, 12], office, [880, 800, 965], 800),
  market('GB', 16, 0, '+44', [16, 24, 30], evening, [910, 960, 975], 830),
  market('IT', 14, 1, '+39', [13, 14, 14], southern, [800, 930, 900], 760),
  market('ES', 12, 1, '+34', [12, 16, 20], southern, [850, 940, 960], 790),
  market('NL', 8, 1, '+31', [8, 8, 8], office, [950, 970, 980], 860),
  market('PL', 6, 1, '+48', [6, 6, 6], early, [890, 945, 965], 800),
  market('FI', 4, 2, '+358', [4, 4, 4], office, [920, 950, 970], 600),
]

function market(
  code: string,
  customers: number,
  ahead: number,
  phone: string,
  contacts: Market['contacts'],
  hours: readonly number[],
  [call, chat, email]: readonly [number, number, number],
  solved: number,
): Market {
  return { code, customers, ahead, phone, contacts, hours, onTime: { call, chat, email }, solved }
}

const accepted = (code: string, channel: keyof Market['onTime']): number =>
  markets.find((each) => each.code === code)!.onTime[channel] / 1000

/** Of 1,000 chats in France answered in time in the second half of the weeks: it learned. */
export const frenchChatLater = 950

/** One planted difference; docs/generators.md prints it and a test recovers it. */
export interface Effect {
  says: string
  value: number
  /** How far the recovered value may lie from `value` with 50,000 interactions. */
  tolerance: number
  /** Plain SQL over the views of docs/generators.md. */
  recover: string
}

const callShare = (code: string) =>
  `avg(CAST(status IN ('answered', 'transferred') AND queue <= 120 AS INTEGER)) FILTER (WHERE market = '${code}')`

export const effects = {
  netherlandsBeforeItalyByPhone: {
    says: 'Calls answered within 120 seconds, of those offered: the Netherlands minus Italy',
    value: accepted('NL', 'call') - accepted('IT', 'call'),
    tolerance: 0.035,
    recover: `SELECT ${callShare('NL')} - ${callShare('IT')} FROM calls`,
  },
  frenchChatLearned: {
    says: 'Chats in France answered within 30 seconds: second half of the weeks minus the first',
    value: frenchChatLater / 1000 - accepted('FR', 'chat'),
    tolerance: 0.04,
    recover:
      "SELECT avg(CAST(coalesce(response <= 30, FALSE) AS INTEGER)) FILTER (WHERE started_at >= middle) - avg(CAST(coalesce(response <= 30, FALSE) AS INTEGER)) FILTER (WHERE started_at < middle) FROM chats WHERE market = 'FR'",
  },
  italyLateByMail: {
    says: 'First e-mails of a case answered within 24 hours: Germany minus Italy',
    value: accepted('DE', 'email') - accepted('IT', 'email'),
    tolerance: 0.035,
    recover:
      "SELECT avg(CAST(coalesce(response <= 86400, FALSE) AS INTEGER)) FILTER (WHERE market = 'DE') - avg(CAST(coalesce(response <= 86400, FALSE) AS INTEGER)) FILTER (WHERE market = 'IT') FROM cases WHERE type = 'email' AND created_at < last_day",
  },
  finlandSolvesSlowly: {
    says: 'Cases by phone and chat solved within 24 hours: Germany minus Finland',
    value: 0.24,
    tolerance: 0.06,
    recover:
      "SELECT avg(CAST(coalesce(resolution <= 86400, FALSE) AS INTEGER)) FILTER (WHERE market = 'DE') - avg(CAST(coalesce(resolution <= 86400, FALSE) AS INTEGER)) FILTER (WHERE market = 'FI') FROM cases WHERE type IN ('phone', 'chat') AND created_at < last_day",
  },
  urgentMailFirst: {
    says: 'Median time to the first reply by e-mail, urgent cases divided by the others, where it came within 24 hours',
    value: 0.5,
    tolerance: 0.08,
    recover:
      "SELECT median(response) FILTER (WHERE priority = 'urgent') / median(response) FILTER (WHERE priority <> 'urgent') FROM cases WHERE type = 'email' AND response <= 86400",
  },
  britishWeekend: {
    says: 'Share of Great Britain among the calls of a Saturday or Sunday minus its share on another day',
    value: 0.1,
    tolerance: 0.03,
    recover:
      "SELECT avg(CAST(market = 'GB' AS INTEGER)) FILTER (WHERE isodow(started_at) > 5) - avg(CAST(market = 'GB' AS INTEGER)) FILTER (WHERE isodow(started_at) <= 5) FROM calls",
  },
  enterprisesContent: {
    says: 'Mean satisfaction of enterprises minus that of small businesses, points',
    value: 0.6,
    tolerance: 0.25,
    recover:
      "SELECT avg(score) FILTER (WHERE segment = 'enterprise') - avg(score) FILTER (WHERE segment = 'small-business') FROM merchants",
  },
  productAreasAlike: {
    says: 'Cases solved within 24 hours: terminals minus payouts. Nothing is planted',
    value: 0,
    tolerance: 0.05,
    recover:
      "SELECT avg(CAST(coalesce(resolution <= 86400, FALSE) AS INTEGER)) FILTER (WHERE area = 'Terminals') - avg(CAST(coalesce(resolution <= 86400, FALSE) AS INTEGER)) FILTER (WHERE area = 'Payouts') FROM cases WHERE created_at < last_day",
  },
} as const satisfies Record<string, Effect>

/** One kind of dirt: in each full block of records of its file, at places of its own. */
export interface Stain {
  says: string
  /** Of 1,000 calls or chats, of 100 e-mail cases (for the two files of Salesforce), of 100 merchants. */
  count: number
}

export const stains = {
  five9_calls: {
    duplicate: { says: 'The record stands there twice', count: 4 },
    blank: { says: 'An empty record follows', count: 1 },
    badTime: { says: 'The end of the call is no moment', count: 2 },
    answeredBefore: { says: 'The answer lies an hour before the beginning', count: 3 },
    noRegion: { says: 'No region', count: 5 },
    spelling: { says: 'Status with a capital and a blank, region in lower case', count: 20 },
  },
  whatsapp_chats: {
    duplicate: { says: 'The record stands there twice', count: 4 },
    blank: { says: 'An empty record follows', count: 1 },
    badNumber: { says: 'The response time is no number', count: 2 },
    noRegion: { says: 'No region', count: 5 },
  },
  salesforce_cases: {
    duplicate: { says: 'The record of an e-mail case stands there twice', count: 1 },
    superseded: { says: 'An e-mail case was exported while it was open, and again later', count: 1 },
  },
  salesforce_emails: {
    duplicate: { says: 'The first mail of a case stands there twice', count: 1 },
    unfiled: { says: 'The first mail of a case names no case', count: 1 },
  },
  merchant_customers: {
    unlisted: { says: 'The merchant calls and writes but is not in the list', count: 1 },
    staleTotal: { says: 'total_cases is three more than there are cases', count: 2 },
    badScore: { says: 'A satisfaction of 9 on a scale from 1 to 5', count: 1 },
    sharedEmail: { says: "Another merchant's e-mail address", count: 1 },
  },
} as const satisfies Record<string, Record<string, Stain>>

/** Percent of interactions by channel; what is left are e-mails. */
export const channelShare = { call: 45, chat: 30 } as const
/** Web cases for each hundred interactions: a form that was sent in, no contact in these files. */
export const webShare = 4
/** Interactions for each hundred merchants. */
export const perHundred = 2_000

/** Contacts by weekday from Monday, in parts. */
export const weekdayWeights = [1060, 1020, 1000, 980, 940, 420, 260] as const

export const priorities: Share[] = [
  { word: 'low', share: 25 },
  { word: 'medium', share: 45 },
  { word: 'high', share: 20 },
  { word: 'urgent', share: 10 },
]
export const severities: Share[] = [
  { word: 'low', share: 40 },
  { word: 'medium', share: 35 },
  { word: 'high', share: 18 },
  { word: 'critical', share: 7 },
]
export const segments: Share[] = [
  { word: 'enterprise', share: 15 },
  { word: 'mid-market', share: 30 },
  { word: 'small-business', share: 55 },
]
export const accountStates: Share[] = [
  { word: 'active', share: 92 },
  { word: 'inactive', share: 6 },
  { word: 'suspended', share: 2 },
]
export const chatEnds: Share[] = [
  { word: 'resolved', share: 84 },
  { word: 'transferred', share: 10 },
  { word: 'abandoned', share: 6 },
]

/** Percent of late calls and chats whose customer leaves before the answer. */
export const leavesPercent = 45
/** Percent of answered calls and chats that open a case, and of answered calls that are passed on. */
export const opensCase = { call: 20, chat: 15 } as const
export const transferredPercent = 8
/** Percent of late e-mails that nobody ever answers, and of cases that nobody ever solves. */
export const neverPercent = { answered: 30, solved: 3 } as const
/** Percent of merchants who were asked and answered; mean score by segment, in thousandths. */
export const ratedPercent = 60
export const meanScore = { enterprise: 4300, 'mid-market': 4000, 'small-business': 3700 } as const

/** Seconds by equal steps of probability: within the promise and beyond it. */
export const waits = {
  call: { onTime: [3, 8, 14, 22, 32, 45, 62, 85, 120], late: [121, 150, 190, 240, 310, 420, 600, 900] },
  chat: { onTime: [2, 5, 8, 11, 14, 17, 21, 25, 30], late: [31, 40, 55, 75, 110, 180, 300, 600] },
  email: {
    onTime: [600, 3000, 7200, 12600, 19800, 28800, 39600, 54000, 86400],
    late: [86401, 95000, 108000, 126000, 150000, 190000, 260000],
  },
} as const
export const leaves = [5, 20, 40, 65, 95, 140, 200, 300] as const
export const talks = [25, 70, 120, 170, 230, 300, 390, 520, 760, 1800] as const
export const chatLengths = [60, 180, 300, 420, 560, 720, 900, 1200, 1700, 3600] as const
export const resolutions = {
  onTime: [900, 3600, 7200, 12600, 19800, 28800, 39600, 54000, 86400],
  late: [86401, 100000, 120000, 150000, 200000, 280000, 400000, 700000],
} as const
