import { products } from './products.ts'

/** Segments with their share in percent, and what is invested in percent of what the mass market invests. */
export const segments = [
  { word: 'Mass Market', share: 63, wealth: 100 },
  { word: 'Affluent', share: 24, wealth: 180 },
  { word: 'High Net Worth', share: 8, wealth: 430 },
  { word: 'Ultra High Net Worth', share: 5, wealth: 850 },
] as const

/** How much denser joining is at the end than on the first day, in percent. */
export const growthPercent = 80
export const ageQuantiles = [18, 26, 32, 38, 44, 50, 56, 62, 68, 75, 89] as const
export const sharedEmailsPerThousand = 2

/** Ten equally likely numbers of holdings, by segment. */
export const holdingsOf = [
  [1, 1, 1, 1, 1, 2, 2, 2, 2, 3],
  [1, 1, 2, 2, 2, 2, 2, 3, 3, 4],
  [2, 3, 3, 3, 4, 4, 4, 5, 5, 6],
  [4, 5, 5, 6, 6, 6, 6, 7, 7, 8],
] as const

/** Cents, by equal steps of probability, in the mass market at 50 years of age. */
export const firstInvestments = [
  120_000, 250_000, 420_000, 620_000, 890_000, 1_300_000, 1_900_000, 3_000_000, 7_500_000,
]
export const monthlyPayments = [1500, 3000, 4500, 7000, 11_000, 17_000, 26_000, 45_000, 110_000] as const
/** What is paid in each month of the year, in percent: little in summer, much before the year ends. */
export const seasonPercent = [100, 100, 100, 100, 100, 100, 80, 80, 100, 120, 120, 125] as const
/** A withdrawal falls on one of so many months, twice a holding: about 2.5 % of them. */
export const withdrawalMonths = 80

/** Every so many months; 0 is never. */
export const frequencies = [
  { word: 'Monthly', months: 1 },
  { word: 'Quarterly', months: 3 },
  { word: 'Bi-annual', months: 6 },
  { word: 'Annual', months: 12 },
  { word: 'One-time', months: 0 },
] as const

export const sessions = { fewest: 4, most: 16 } as const
export const minutes = [1, 3, 6, 9, 12, 15, 18, 22, 26, 30] as const
export const devices = ['Mobile Phone', 'Tablet', 'Desktop', 'Smart TV', 'Voice Assistant'] as const
/** Percent of each device, in that order, up to an age in years. */
export const deviceShares = [
  { upTo: 34, shares: [40, 40, 7, 7, 6] },
  { upTo: 59, shares: [29, 29, 14, 14, 14] },
  { upTo: 200, shares: [15, 17, 23, 23, 22] },
] as const

export const interactions = { fewest: 2, most: 8 } as const
/** Of 1,000 interactions: solved, and solved in part; the others are not. A complaint is harder. */
export const resolved = { usual: [520, 355], complaint: [400, 380] } as const
/** Mean rating in hundredths by resolution; what phone and meetings lose; half the width of the spread of each of four dice. */
export const ratings = { Resolved: 412, 'Partially Resolved': 332, Unresolved: 262 } as const
export const talkLoses = 20
export const ratingSpread = 40
export const durations = [2, 5, 7, 9, 11, 13, 15, 19, 24, 30] as const
/** Percent of the usual length. */
export const unresolvedTakes = 150

/** Of 1,000 holdings: how many are left whatever happens, more for each unresolved interaction (up to three), more for each percent of fee. */
export const leaving = { base: 12, unresolved: 45, most: 3, fee: 12 } as const
export const recoveredPercent = 7

/** One planted difference; docs/generators.md prints it and a test recovers it. */
export interface Effect {
  says: string
  value: number
  /** How far the recovered value may lie from `value` with 20,000 customers. */
  tolerance: number
  /** Plain SQL over the views of docs/generators.md. */
  recover: string
}

const meanOf = (numbers: number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length
const feeOf = (dear: boolean): number =>
  meanOf(products.map(({ fee }) => fee).filter((fee) => fee >= 200 === dear)) / 100
const quarters = growthPercent / 100
const mobile = (at: 0 | 2): number => (deviceShares[at].shares[0] + deviceShares[at].shares[1]) / 100
const rated = (word: keyof typeof ratings): string => `avg(score) FILTER (WHERE status = '${word}')`
const share = (condition: string, filter: string): string =>
  `avg(CAST(${condition} AS INTEGER)) FILTER (WHERE ${filter})`

export const effects = {
  growthOfCustomers: {
    says: 'Customers who joined in the second half of the time divided by those of the first',
    value: (1 + quarters / 2) / (0.5 + quarters / 8) - 1,
    tolerance: 0.06,
    recover: 'SELECT count(*) FILTER (WHERE joined >= middle) / count(*) FILTER (WHERE joined < middle) FROM customers',
  },
  richInvestMore: {
    says: 'Median first investment of customers of ultra high net worth divided by that of the mass market',
    value: segments[3].wealth / segments[0].wealth,
    tolerance: 1,
    recover:
      "SELECT median(first) FILTER (WHERE segment = 'Ultra High Net Worth') / median(first) FILTER (WHERE segment = 'Mass Market') FROM holdings",
  },
  decemberPaysMore: {
    says: 'Mean contribution of monthly payers in December divided by that in July',
    value: seasonPercent[11] / seasonPercent[6],
    tolerance: 0.12,
    recover:
      "SELECT avg(paid) FILTER (WHERE month = 12) / avg(paid) FILTER (WHERE month = 7) FROM payments WHERE frequency = 'Monthly'",
  },
  visitorsPayMore: {
    says: 'Median monthly contribution of customers with 13 to 16 visits divided by that of customers with 4 to 7',
    value: (20 + 8 * 14.5) / (20 + 8 * 5.5),
    tolerance: 0.3,
    recover:
      "SELECT median(payment) FILTER (WHERE visits >= 13) / median(payment) FILTER (WHERE visits <= 7) FROM holdings WHERE frequency = 'Monthly' AND segment = 'Mass Market'",
  },
  resolvedRatesHigher: {
    says: 'Mean rating of resolved interactions minus that of partially resolved ones, points',
    value: (ratings.Resolved - ratings['Partially Resolved']) / 100,
    tolerance: 0.03,
    recover: `SELECT ${rated('Resolved')} - ${rated('Partially Resolved')} FROM interactions`,
  },
  unresolvedRatesLower: {
    says: 'Mean rating of partially resolved interactions minus that of unresolved ones, points',
    value: (ratings['Partially Resolved'] - ratings.Unresolved) / 100,
    tolerance: 0.03,
    recover: `SELECT ${rated('Partially Resolved')} - ${rated('Unresolved')} FROM interactions`,
  },
  talkRatesLower: {
    says: 'Mean rating of resolved interactions by phone and in person minus that of the other channels, points',
    value: -talkLoses / 100,
    tolerance: 0.03,
    recover:
      "SELECT avg(score) FILTER (WHERE channel IN ('Phone', 'In-person')) - avg(score) FILTER (WHERE channel NOT IN ('Phone', 'In-person')) FROM interactions WHERE status = 'Resolved'",
  },
  complaintsHarder: {
    says: 'Share resolved of complaints minus that of the other reasons',
    value: (resolved.complaint[0] - resolved.usual[0]) / 1000,
    tolerance: 0.03,
    recover: `SELECT ${share("status = 'Resolved'", "reason = 'Complaint'")} - ${share("status = 'Resolved'", "reason <> 'Complaint'")} FROM interactions`,
  },
  unresolvedLeave: {
    says: 'Share of holdings left, customers with one unresolved interaction minus those with none',
    value: leaving.unresolved / 1000,
    tolerance: 0.012,
    recover: `SELECT ${share('is_left', 'unresolved = 1')} - ${share('is_left', 'unresolved = 0')} FROM holdings`,
  },
  dearProductsLeft: {
    says: 'Share of holdings left, products with a yearly fee of 2 % and more minus the others',
    value: ((feeOf(true) - feeOf(false)) * leaving.fee) / 1000,
    tolerance: 0.01,
    recover: `SELECT ${share('is_left', 'fee >= 2')} - ${share('is_left', 'fee < 2')} FROM holdings`,
  },
  youngOnMobile: {
    says: 'Share of visits by mobile phone or tablet: customers under 35 minus those of 60 and over',
    value: mobile(0) - mobile(2),
    tolerance: 0.02,
    recover: `SELECT ${share("device IN ('Mobile Phone', 'Tablet')", 'age < 35')} - ${share("device IN ('Mobile Phone', 'Tablet')", 'age >= 60')} FROM visits`,
  },
  segmentsRateAlike: {
    says: 'Mean rating of the mass market minus that of the others, points: nothing is planted',
    value: 0,
    tolerance: 0.03,
    recover:
      "SELECT avg(score) FILTER (WHERE segment = 'Mass Market') - avg(score) FILTER (WHERE segment <> 'Mass Market') FROM interactions",
  },
} as const satisfies Record<string, Effect>
