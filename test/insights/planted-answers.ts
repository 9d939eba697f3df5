import { raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { fill } from '../metrics/fixture.ts'

const share = (name: string, of = 'i') => `((hash('${name}' || ${of}) % 1000000) + 0.5) / 1000000.0`
const normal = (name: string) => `sqrt(-2 * ln(${share(name)})) * cos(2 * pi() * ${share(`${name} turn`)})`

/**
 * 12,000 cases of 1,500 customers over a year, whose scores are 1 and four dice. Planted: 0.8 points lost from 24 hours on, twice that
 * for the segment "gold" and nothing for "new"; 0.9 lost where nothing was solved; 0.5 for each unit of a customer's own unevenness.
 * Channel, market, gender, weekday and how often a customer comes have no effect.
 * `effect` 0 plants none of it.
 */
export async function plant(target: Store, effect: number): Promise<void> {
  await fill(
    target,
    'customers',
    `SELECT 'u' || u AS id, ['gold', 'usual', 'usual', 'new'][1 + u % 4] AS segment, CASE WHEN ${share('gender', 'u')} < 0.5 THEN 'female' ELSE 'male' END AS gender FROM range(1500) AS t(u)`,
  )
  await target.run(
    raw(`CREATE TABLE made AS SELECT *, greatest(0, least(0.9999, (${`base - ${effect} * (CASE WHEN reply > 86400 THEN 0.8 * [2, 1, 1, 0][1 + u % 4] ELSE 0 END + CASE WHEN unsolved THEN 0.9 ELSE 0 END + 0.5 * spread)`} - 1) / 4)) AS chance FROM (
  SELECT *, 4.6 AS base, CAST(exp(8.2 + 3.4 * ${share('typical', 'u')} + spread * ${normal('reply')}) AS BIGINT) AS reply FROM (
    SELECT i, CAST(floor(1500 * power(${share('customer')}, 1.5)) AS INTEGER) AS u, 0.2 + (hash('spread' || CAST(floor(1500 * power(${share('customer')}, 1.5)) AS INTEGER)) % 5) * 0.25 AS spread,
      TIMESTAMP '2025-01-01' + to_seconds(CAST(i * 2600 AS BIGINT)) AS created, ${share('unsolved')} < 0.1 AS unsolved FROM range(12000) AS t(i)))`),
  )
  await fill(
    target,
    'cases',
    `SELECT 'c' || i AS id, 'u' || u AS customer, ['email', 'call', 'chat'][1 + CAST(floor(3 * ${share('channel')}) AS INTEGER)] AS channel, ['DE', 'FR'][1 + CAST(floor(2 * ${share('market')}) AS INTEGER)] AS market,
      created AS created_at, CAST(created AS DATE) AS created_on, hour(created) AS created_hour, created + to_seconds(reply) AS first_response_at,
      CASE WHEN NOT unsolved THEN created + to_seconds(reply + CAST(20000 * ${share('work')} AS BIGINT)) END AS solved_at FROM made`,
  )
  const die = (name: string) => `CAST(${share(name)} < chance AS INTEGER)`
  await fill(
    target,
    'surveys',
    `SELECT 's' || i AS id, 'csat' AS kind, 'c' || i AS "case", 'u' || u AS customer, created + to_seconds(reply + 30000) AS offered_at,
      CASE WHEN ${share('answers')} < 0.8 THEN created + to_seconds(reply + 40000) END AS responded_at,
      CASE WHEN ${share('answers')} < 0.8 THEN 1 + ${['a', 'b', 'c', 'd'].map(die).join(' + ')} END AS score, 1 AS scale_min, 5 AS scale_max FROM made`,
  )
}
