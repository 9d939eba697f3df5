import type { Store } from '../../src/store/store.ts'
import { emptyModel, fill } from '../metrics/fixture.ts'

const touched = ['channel', 'is_answered', 'started_at', 'market', 'talk_seconds', 'hold_seconds', 'wrapup_seconds']
export const present = new Set([
  ...touched.map((each) => `touchpoints.${each}`),
  ...['market', 'is_identified', 'joined_on'].map((each) => `customers.${each}`),
])

/**
 * 151 days from January 1, so three whole months beside the first and the last. DE has 200 customers and ten calls a day, FR 100 and five
 * (six in March): half at nine and half at ten. IT has customers and no calls.
 */
export async function twoMarkets(): Promise<Store> {
  const store = await emptyModel()
  const at = `TIMESTAMP '2026-01-01' + to_days(CAST(d AS INTEGER)) + to_hours(CAST(9 + n % 2 AS INTEGER))`
  await fill(
    store,
    'touchpoints',
    `SELECT 'call' AS channel, m AS market, ${at} AS started_at, CAST(${at} AS DATE) AS started_on, 9 + n % 2 AS started_hour,
      TRUE AS is_answered, 180 AS talk_seconds, 0 AS hold_seconds, 0 AS wrapup_seconds
    FROM range(151) AS days(d), range(10) AS ns(n), (VALUES ('DE'), ('FR')) AS ms(m)
    WHERE m = 'DE' OR n < CASE WHEN month(DATE '2026-01-01' + CAST(d AS INTEGER)) = 3 THEN 6 ELSE 5 END`,
  )
  const people = (market: string, count: number, since: string) =>
    `SELECT '${market}' || i AS id, '${market}' AS market, TRUE AS is_identified, DATE '${since}' AS joined_on FROM range(${count}) AS numbers(i)`
  await fill(
    store,
    'customers',
    [people('DE', 200, '2025-01-01'), people('FR', 100, '2025-01-01'), people('IT', 50, '2025-01-01')].join(
      ' UNION ALL ',
    ),
  )
  await fill(store, 'customers', people('DE', 800, '2026-05-20').replace("'DE' || i", "'late' || i"))
  return store
}
