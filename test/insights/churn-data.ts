import { raw } from '../../src/sql/sql.ts'
import type { Row, Store } from '../../src/store/store.ts'
import { emptyModel, fill } from '../metrics/fixture.ts'

export interface Planted {
  customers?: number
  /** Monthly hazard, and what an unresolved case in the month multiplies it by. */
  base?: number
  unresolved?: number
  /** What being of the segment "new" multiplies it by. */
  segment?: number
  /** What a row of customers has in `region`. */
  region?: string
  /** What leavings are dealt out by anew, so that they go with nothing. */
  permuted?: number
  days?: number
}

/** Of one text: hashes of several values hang together. */
const chance = (key: string) => `((hash(concat_ws(' ', ${key})) % 1000003) / 1000003.0)`

/**
 * Customers with one case a month from 2025 on, a third of them never solved, who leave by a planted hazard in the month after; nothing
 * else has an effect.
 */
export async function leavingCustomers({
  customers = 5000,
  base = 0.03,
  unresolved = 3,
  segment = 2,
  region = 'NULL',
  permuted,
  days = 540,
}: Planted = {}): Promise<Store> {
  const store = await emptyModel()
  const months = Math.floor(days / 30)
  const bad = (c: string, m: string) => `(${chance(`'bad', ${c}, ${m}`)} < 0.33)`
  const isNew = (c: string) => `(${chance(`'new', ${c}`)} < 0.25)`
  await store.run(
    raw(`CREATE TABLE cx.leavers AS SELECT c, min(m * 30 + 1 + CAST(floor(${chance("'day', c, m")} * 29) AS INTEGER)) AS day
FROM range(${customers}) AS p(c), range(1, ${months}) AS q(m)
WHERE ${chance("'leave', c, m")} < ${base} * CASE WHEN ${bad('c', 'm - 1')} THEN ${unresolved} ELSE 1 END * CASE WHEN ${isNew('c')} THEN ${segment} ELSE 1 END
GROUP BY c`),
  )
  const dealt =
    permuted === undefined
      ? 'SELECT c, day FROM cx.leavers'
      : `SELECT b.c, a.day FROM (SELECT day, row_number() OVER (ORDER BY hash(c, ${permuted})) AS k FROM cx.leavers) AS a
JOIN (SELECT c, row_number() OVER (ORDER BY hash('deal', c, ${permuted})) AS k FROM range(${customers}) AS r(c)) AS b USING (k)`
  await store.run(raw(`CREATE TABLE cx.gone AS ${dealt}`))
  const begin = "DATE '2025-01-01'"
  await fill(
    store,
    'customers',
    `SELECT 'p' || c AS id, CAST(c AS VARCHAR) AS source_key, 'Person ' || c AS name, CASE WHEN ${isNew('c')} THEN 'new' ELSE 'old' END AS segment,
CASE WHEN ${chance("'market', c")} < 0.5 THEN 'DE' ELSE 'FR' END AS market, ${region} AS region, CAST(20 + ${chance("'age', c")} * 50 AS BIGINT) AS age,
CAST(${begin} - CAST(30 + ${chance("'joined', c")} * 900 AS INTEGER) AS DATE) AS joined_on, CAST(${begin} + CAST(day AS INTEGER) AS DATE) AS left_on
FROM range(${customers}) AS p(c) LEFT JOIN cx.gone USING (c)`,
  )
  const at = `${begin} + CAST(m * 30 + floor(${chance("'at', c, m")} * 28) AS INTEGER)`
  await fill(
    store,
    'cases',
    `SELECT 'k' || c || '-' || m AS id, 'p' || c AS customer, CAST(${at} AS TIMESTAMP) AS created_at, CAST(${at} AS DATE) AS created_on,
CAST(${at} AS TIMESTAMP) + to_seconds(3600 + ${chance("'reply', c, m")} * 80000) AS first_response_at,
CASE WHEN ${bad('c', 'm')} THEN NULL ELSE CAST(${at} AS TIMESTAMP) + to_seconds(90000) END AS solved_at, CASE WHEN ${chance("'channel', c, m")} < 0.5 THEN 'call' ELSE 'email' END AS channel
FROM range(${customers}) AS p(c) CROSS JOIN range(${months}) AS q(m) LEFT JOIN cx.gone USING (c) WHERE gone.day IS NULL OR m * 30 + floor(${chance("'at', c, m")} * 28) < gone.day`,
  )
  await fill(
    store,
    'revenues',
    `SELECT 'r' || c || '-' || m AS id, 'p' || c AS customer, CAST(${begin} + CAST(m * 30 AS INTEGER) AS DATE) AS on_date, 10 AS amount
FROM range(${customers}) AS p(c) CROSS JOIN range(${months}) AS q(m) LEFT JOIN cx.gone USING (c) WHERE gone.day IS NULL OR m * 30 < gone.day`,
  )
  return store
}

/** How many left within the days from a day on, and who was there. */
export async function countLeft(store: Store, from: string, before: string): Promise<Row> {
  const [row = {}] = await store.rows(
    raw(
      `SELECT count(*) AS n, count(*) FILTER (WHERE left_on < DATE '${before}') AS "left" FROM cx.customers WHERE coalesce(left_on >= DATE '${from}', TRUE)`,
    ),
  )
  return row
}
