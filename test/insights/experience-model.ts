import { basename } from 'node:path'
import { generate } from '../../src/generate/generate.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

/** Generated subscribers straight in the model: where many sets are judged, the flow is not what is tested. */
export async function experienceModel(
  options: { seed: number; rows: number },
  folder: string,
): Promise<{ store: Store; context: MetricContext }> {
  const { files } = await generate('experience', { ...options, out: folder })
  const paths = new Map(files.map(({ path }) => [basename(path, '.csv'), path]))
  const from = (name: string) => `(FROM read_csv('${paths.get(name)}', all_varchar = true, header = true)) AS ${name}`
  const moment = (name: string) => `CAST(${name} AS TIMESTAMP)`
  const store = await emptyModel()
  await fill(
    store,
    'customers',
    `SELECT customer_id AS id, segment, market, gender, date_diff('day', CAST(birth_date AS DATE), DATE '2025-06-30') * 4 // 1461 AS age,
      CAST(joined_on AS DATE) AS joined_on, CAST(churned_on AS DATE) AS left_on, TRUE AS is_identified
    FROM ${from('customers')} LEFT JOIN ${from('churns')} USING (customer_id)`,
  )
  await fill(
    store,
    'cases',
    `SELECT case_id AS id, customer_id AS customer, channel, market, reason, team, agent_id AS agent, priority, status, CAST(reopens AS INTEGER) AS reopens,
      created_at, CAST(created_at AS DATE) AS created_on, hour(created_at) AS created_hour, first_response_at, first_solved_at, solved_at
    FROM (SELECT * REPLACE (${['created_at', 'first_response_at', 'first_solved_at', 'solved_at'].map((name) => `${moment(name)} AS ${name}`).join(', ')}) FROM ${from('interactions')})`,
  )
  await fill(
    store,
    'case_events',
    `SELECT case_id || '-' || seq AS id, case_id AS "case", ${moment('"at"')} AS "at", activity, from_value, to_value FROM ${from('case_events')}`,
  )
  await fill(
    store,
    'surveys',
    `SELECT survey_id AS id, 'csat' AS kind, case_id AS "case", customer_id AS customer, ${moment('offered_at')} AS offered_at, ${moment('responded_at')} AS responded_at,
      CAST(responded_at AS DATE) AS responded_on, CAST(offered_at AS DATE) AS offered_on, CAST(score AS DOUBLE) AS score, 1 AS scale_min, 5 AS scale_max, 'higher_is_better' AS polarity
    FROM ${from('surveys')}`,
  )
  return { store, context: await contextOf(store, { asOf: '2025-06-29T23:59:59Z' }) }
}
