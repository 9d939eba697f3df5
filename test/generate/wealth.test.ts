import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type GeneratedFiles, type GenerateOptions, generate } from '../../src/generate/generate.ts'
import { type Effect, effects } from '../../src/generate/wealth/plants.ts'
import { docsBlock, type Reader, readerOfFiles, temporaryFolder } from './reading.ts'
import { effectsTable, recoveries } from './wealth-documented.ts'

const rows = 20_000
const folder = temporaryFolder()
let made: GeneratedFiles
let raw: Reader

/** As the source writes them. */
const headers: Record<string, string> = {
  customers:
    'customer_id,first_name,last_name,birth_date,enrollment_date,customer_segment,employer_id,email,phone,address_city,address_state',
  products:
    'product_id,product_name,product_category,launch_date,min_investment,annual_fee_percentage,management_fee_fixed,risk_level,active_status',
  enrollments:
    'enrollment_id,customer_id,product_id,enrollment_date,initial_investment,contribution_frequency,monthly_contribution,advisor_id,channel,status',
  account_balances:
    'balance_id,customer_id,product_id,date,balance,contributions_mtd,withdrawals_mtd,investment_returns_mtd,fees_mtd',
  service_interactions:
    'interaction_id,customer_id,date,channel,reason_code,duration_minutes,satisfaction_score,resolution_status,agent_id',
  engagement: 'engagement_id,customer_id,date,action_type,device_type,session_duration,pages_viewed,actions_taken',
  advisors:
    'advisor_id,first_name,last_name,office_location,certification_level,years_experience,customer_satisfaction_avg,clients_count',
  market_data: 'date,sp500_index,bond_index,inflation_rate,prime_rate,unemployment_rate',
  retention:
    'customer_id,product_id,churn_date,churn_reason,exit_survey_score,recovered_flag,total_customer_lifetime_value',
}

const namesOf = ({ files }: GeneratedFiles): Record<string, string> =>
  Object.fromEntries(files.map(({ path }) => [basename(path, '.csv'), path]))

const makeSmall = (name: string, options: Partial<GenerateOptions> = {}) =>
  generate('wealth', { rows: 1000, out: join(folder, name), ...options })

beforeAll(async () => {
  made = await generate('wealth', { rows, out: join(folder, 'all') })
  raw = await readerOfFiles(
    Object.fromEntries(Object.entries(namesOf(made)).map(([name, path]) => [`${name}_csv`, path])),
  )
  await raw.run(docsBlock('wealth-view').replaceAll('```', '').replace('sql', ''))
})

test('the documentation prints the constants', () => {
  expect(docsBlock('wealth-effects')).toBe(effectsTable())
  expect(docsBlock('wealth-recoveries')).toBe(recoveries())
})

test.each(Object.entries(effects) as [string, Effect][])('%s comes back by plain SQL', async (_, effect) => {
  const found = await raw.number(effect.recover)
  expect(Math.abs(found - effect.value), `recovered ${found}`).toBeLessThanOrEqual(effect.tolerance)
})

test('nine files with the headers of the source, every line with CR LF', async () => {
  const small = await makeSmall('headers')
  const texts = Object.entries(namesOf(small)).map(([name, path]) => [name, readFileSync(path, 'utf8')] as const)
  expect(Object.fromEntries(texts.map(([name, text]) => [name, text.slice(0, text.indexOf('\r\n'))]))).toEqual(headers)
  for (const [name, text] of texts) {
    expect(text.match(/\r\n/g)!.length, name).toBe(text.match(/[\r\n]/g)!.length / 2)
    expect(text.endsWith('\r\n'), name).toBe(true)
  }
})

test('same seed, same bytes, whatever the number of threads', async () => {
  const digests = async (name: string, options: Partial<GenerateOptions>) =>
    (await makeSmall(name, { rows: 3000, ...options })).files.map(({ path }) =>
      createHash('sha256').update(readFileSync(path)).digest('hex'),
    )
  const one = await digests('one', { threads: 1 })
  expect(await digests('two', { threads: 2 })).toEqual(one)
  const other = await digests('other', { seed: 2 })
  // The list of products is the same for everyone.
  expect(other.filter((each) => one.includes(each))).toHaveLength(1)
})

test('few customers are possible, and few weeks', async () => {
  for (const [at, options] of [
    { rows: 1 },
    { rows: 2, weeks: 1 },
    { rows: 30, weeks: 6, start: '2023-05-17' },
  ].entries()) {
    const { files } = await makeSmall(`few ${at}`, options)
    expect(files[0]).toMatchObject({ rows: options.rows })
    const reader = await readerOfFiles({ customers: files[0]!.path, balances: files[3]!.path })
    expect(
      await reader.number('SELECT count(*) FROM customers WHERE customer_id NOT IN (SELECT customer_id FROM balances)'),
    ).toBe(0)
  }
})

test('ids are those of a row, and keys are no duplicates', async () => {
  const wrong = await raw.row(`SELECT
    (SELECT count(*) - count(DISTINCT customer_id) FROM customers_csv),
    (SELECT count(*) - count(DISTINCT enrollment_id) FROM enrollments_csv),
    (SELECT count(*) - count(DISTINCT (customer_id, product_id)) FROM enrollments_csv),
    (SELECT count(*) - count(DISTINCT balance_id) FROM account_balances_csv),
    (SELECT count(*) - count(DISTINCT (customer_id, product_id, date)) FROM account_balances_csv),
    (SELECT count(*) - count(DISTINCT interaction_id) FROM service_interactions_csv),
    (SELECT count(*) - count(DISTINCT engagement_id) FROM engagement_csv),
    (SELECT count(*) - count(DISTINCT date) FROM market_data_csv),
    (SELECT count(*) FROM enrollments_csv ANTI JOIN customers_csv USING (customer_id)),
    (SELECT count(*) FROM enrollments_csv ANTI JOIN products_csv USING (product_id)),
    (SELECT count(*) FROM enrollments_csv ANTI JOIN advisors_csv USING (advisor_id)),
    (SELECT count(*) FROM account_balances_csv ANTI JOIN enrollments_csv USING (customer_id, product_id)),
    (SELECT count(*) FROM enrollments_csv ANTI JOIN account_balances_csv USING (customer_id, product_id)),
    (SELECT count(*) FROM retention_csv ANTI JOIN enrollments_csv USING (customer_id, product_id)),
    (SELECT count(*) FROM service_interactions_csv ANTI JOIN customers_csv USING (customer_id)),
    (SELECT count(*) FROM engagement_csv ANTI JOIN customers_csv USING (customer_id)),
    (SELECT count(*) FROM service_interactions_csv WHERE agent_id IN (SELECT advisor_id FROM advisors_csv)),
    (SELECT count(*) FROM service_interactions_csv JOIN customers_csv USING (customer_id) WHERE date <= enrollment_date OR date > '2024-10-01'),
    (SELECT count(*) FROM retention_csv JOIN enrollments_csv USING (customer_id, product_id) WHERE churn_date <= enrollment_date),
    (SELECT count(*) FROM enrollments_csv JOIN products_csv USING (product_id) WHERE enrollment_date < launch_date OR CAST(initial_investment AS DOUBLE) < CAST(min_investment AS DOUBLE))`)
  expect(wrong.map(Number)).toEqual(Array(20).fill(0))
})

test('each balance follows from the one before to the cent: month to date goes on within a month', async () => {
  const cents = (name: string) => `CAST(round(CAST(${name} AS DOUBLE) * 100) AS BIGINT)`
  const flows = `${cents('contributions_mtd')} - ${cents('withdrawals_mtd')} + ${cents('investment_returns_mtd')} - ${cents('fees_mtd')}`
  const [steps, within, wrong] = await raw.row(`SELECT count(before), count(*) FILTER (same_month),
    count(*) FILTER (balance <> before + flow - CASE WHEN same_month THEN flow_before ELSE 0 END)
  FROM (SELECT *, lag(balance) OVER w AS before, lag(flow) OVER w AS flow_before, coalesce(left(lag(date) OVER w, 7) = left(date, 7), FALSE) AS same_month
    FROM (SELECT customer_id, product_id, date, ${cents('balance')} AS balance, ${flows} AS flow FROM account_balances_csv)
    WINDOW w AS (PARTITION BY customer_id, product_id ORDER BY date))`)
  expect(Number(steps)).toBeGreaterThan(50 * rows)
  expect(Number(within)).toBeGreaterThan(rows)
  expect(Number(wrong)).toBe(0)
})

test('the dirt of the source is there', async () => {
  const [emails, forms, right, advisors, statuses, left, after, values] = await raw.row(`SELECT
    (SELECT count(*) - count(DISTINCT email) FROM customers_csv),
    (SELECT count(DISTINCT regexp_replace(phone, '[0-9]+', '9', 'g')) FROM customers_csv),
    (SELECT count(*) FROM advisors_csv JOIN (SELECT advisor_id, count(DISTINCT customer_id) AS n FROM enrollments_csv GROUP BY 1) USING (advisor_id) WHERE clients_count = CAST(n AS VARCHAR)),
    (SELECT count(*) FROM advisors_csv),
    (SELECT string_agg(DISTINCT status) FROM enrollments_csv),
    (SELECT count(*) FROM retention_csv),
    (SELECT count(DISTINCT (customer_id, product_id)) FROM retention_csv JOIN account_balances_csv USING (customer_id, product_id) WHERE date > churn_date),
    (SELECT max(n) FROM (SELECT count(DISTINCT total_customer_lifetime_value) AS n FROM retention_csv GROUP BY customer_id))`)
  const dirtOf = (name: string) => made.files.find(({ path }) => basename(path) === `${name}.csv`)!.dirt
  expect(dirtOf('customers')).toEqual({ sharedEmail: Number(emails) })
  expect(Number(forms)).toBeGreaterThan(12)
  expect(dirtOf('advisors')).toEqual({ staleClients: Number(advisors) - Number(right) })
  expect(statuses).toBe('Active')
  expect(Number(left)).toBeGreaterThan(rows / 20)
  expect(Number(after) / Number(left)).toBeGreaterThan(0.9)
  expect(Number(values)).toBeGreaterThan(1)
})

test('without dirt there are no shared addresses, stale counts or second balances in a month', async () => {
  const clean = await makeSmall('clean', { dirt: 'none' })
  const reader = await readerOfFiles(namesOf(clean))
  const wrong = await reader.row(`SELECT
    (SELECT count(*) - count(DISTINCT email) FROM customers),
    (SELECT count(*) FROM advisors LEFT JOIN (SELECT advisor_id, count(DISTINCT customer_id) AS n FROM enrollments GROUP BY 1) USING (advisor_id) WHERE clients_count <> CAST(coalesce(n, 0) AS VARCHAR)),
    (SELECT count(*) - count(DISTINCT (customer_id, product_id, left(date, 7))) FROM account_balances)`)
  expect(wrong.map(Number)).toEqual([0, 0, 0])
})
