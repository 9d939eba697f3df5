import type { Store } from '../../src/store/store.ts'
import { emptyModel, fill } from './fixture.ts'

/** Small cases, customers and surveys with holes in them: every column that a metric may meet empty is empty somewhere. Same seed, same rows. */
export async function syntheticModel(cases = 3000): Promise<Store> {
  const store = await emptyModel()
  await fill(
    store,
    'customers',
    `SELECT 's:c' || i AS id, 's' AS source, 'Ann ' || i AS name, 'ann' || i || '@example.org' AS email, 18 + i % 60 AS age, CASE WHEN i % 7 = 0 THEN NULL WHEN i % 2 = 0 THEN 'female' ELSE 'male' END AS gender, CASE WHEN i % 3 = 0 THEN 'North' ELSE 'South' END AS region, i % 5 <> 0 AS is_identified, DATE '2023-06-01' + CAST(i % 400 AS INTEGER) AS joined_on FROM range(500) t(i)`,
  )
  await fill(
    store,
    'products',
    `SELECT 's:p' || i AS id, 's' AS source, 'Product ' || i AS name, CASE WHEN i < 3 THEN 'soft' ELSE 'hard' END AS category FROM range(8) t(i)`,
  )
  await fill(store, 'agents', `SELECT 's:a' || i AS id, 's' AS source, 'Agent ' || i AS name FROM range(9) t(i)`)
  await fill(
    store,
    'cases',
    `WITH base AS (SELECT i, hash(i) AS h, TIMESTAMP '2023-11-20 08:00:00' + to_minutes(CAST(i * 97 AS INTEGER)) AS created FROM range(${cases}) t(i)),
    full_ AS (SELECT *, CASE WHEN h % 10 < 7 THEN created + to_minutes(CAST(h % 600 AS INTEGER)) END AS replied,
      CASE WHEN h % 10 < 5 THEN created + to_minutes(CAST(h % 9000 AS INTEGER)) END AS solved FROM base)
    SELECT 's:' || i AS id, CAST(i AS VARCHAR) AS source_key, 's' AS source,
      CASE h % 9 WHEN 0 THEN NULL WHEN 1 THEN 'chat' WHEN 2 THEN 'call' WHEN 3 THEN 'call' ELSE 'email' END AS channel,
      CASE WHEN h % 4 = 0 THEN 'critical' WHEN h % 4 = 1 THEN 'low' ELSE 'medium' END AS priority,
      CASE WHEN solved IS NOT NULL THEN (CASE WHEN h % 3 = 0 THEN 'closed' ELSE 'solved' END) WHEN h % 50 = 9 THEN 'deleted' WHEN replied IS NOT NULL THEN 'pending' ELSE 'open' END AS status,
      's:p' || (h % 8) AS product, CASE WHEN h % 11 = 0 THEN NULL ELSE 's:c' || (h % 500) END AS customer, CASE WHEN h % 6 = 0 THEN NULL ELSE 's:a' || (h % 9) END AS agent,
      'Help ' || (h % 5) || CASE WHEN h % 100 = 1 THEN ' bob@example.org' ELSE '' END AS subject,
      'Call me on +33 6 12 34 56 78 or at bob' || i || '@example.org' AS description,
      created AS created_at, CAST(created AS DATE) AS created_on, hour(created) AS created_hour,
      replied AS first_response_at, CAST(replied AS DATE) AS first_response_on, solved AS solved_at, CAST(solved AS DATE) AS solved_on,
      coalesce(solved, replied, created) AS updated_at, h % 4 AS replies, CASE WHEN h % 10 < 5 THEN h % 3 END AS reopens FROM full_`,
  )
  await fill(
    store,
    'surveys',
    `SELECT id, source, 'csat' AS kind, id AS "case", customer, created_at AS offered_at, created_on AS offered_on, CASE WHEN hash(id) % 3 = 0 THEN 1 + hash(id, 1) % 5 END AS score, CASE WHEN hash(id) % 3 = 0 THEN created_at + INTERVAL 1 DAY END AS responded_at, CASE WHEN hash(id) % 3 = 0 THEN created_on + 1 END AS responded_on, 1 AS scale_min, 5 AS scale_max FROM cx.cases WHERE status <> 'deleted'`,
  )
  await fill(
    store,
    'touchpoints',
    `SELECT id || '-' || n AS id, source, channel, id AS "case", customer, 'q' || n AS queue, created_at AS started_at, created_on AS started_on, created_hour AS started_hour FROM cx.cases, range(2) t(n)`,
  )
  return store
}
