import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type GeneratedFiles, generate } from '../../src/generate/generate.ts'
import { type Effect, effects } from '../../src/generate/touchpoints/plants.ts'
import { docsBlock, type Reader, readerOfFiles, temporaryFolder } from './reading.ts'
import { effectsTable, marketsTable, recoveries, stainsTable } from './touchpoints-documented.ts'

const rows = 50_000
const folder = temporaryFolder()
let made: GeneratedFiles
let raw: Reader

const namesOf = ({ files }: GeneratedFiles): Record<string, string> =>
  Object.fromEntries(files.map(({ path }) => [basename(path, '.csv'), path]))

beforeAll(async () => {
  made = await generate('touchpoints', { rows, out: join(folder, 'all') })
  raw = await readerOfFiles(namesOf(made))
  await raw.run(docsBlock('touchpoints-view').replaceAll('```', '').replace('sql', ''))
})

test('the documentation prints the constants', () => {
  expect(docsBlock('touchpoints-markets')).toBe(marketsTable())
  expect(docsBlock('touchpoints-effects')).toBe(effectsTable())
  expect(docsBlock('touchpoints-recoveries')).toBe(recoveries())
  expect(docsBlock('touchpoints-dirt')).toBe(stainsTable())
})

test.each(Object.entries(effects) as [string, Effect][])('%s comes back by plain SQL', async (_, effect) => {
  const found = await raw.number(effect.recover)
  expect(Math.abs(found - effect.value), `recovered ${found}`).toBeLessThanOrEqual(effect.tolerance)
})

test('calls, chats and incoming mails add up to the interactions that were asked for', async () => {
  for (const size of [1, 2, 7, 999, 5000]) {
    const small = await generate('touchpoints', { rows: size, out: join(folder, `size ${size}`) })
    const files = await readerOfFiles(namesOf(small))
    expect(
      await files.number(`SELECT (SELECT count(DISTINCT call_id) FROM five9_calls) + (SELECT count(DISTINCT chat_id) FROM whatsapp_chats)
        + (SELECT count(DISTINCT email_id) FROM salesforce_emails WHERE direction = 'inbound')`),
      String(size),
    ).toBe(size)
  }
})

test('same seed, same bytes, whatever the number of threads', async () => {
  const digests = async (name: string, options: { threads?: number; seed?: number }) => {
    const { files } = await generate('touchpoints', { rows: 20_000, out: join(folder, name), ...options })
    return files.map(({ path }) => createHash('sha256').update(readFileSync(path)).digest('hex'))
  }
  const one = await digests('one', { threads: 1 })
  expect(await digests('two', { threads: 2 })).toEqual(one)
  const other = await digests('other', { seed: 2 })
  expect(other.filter((each) => one.includes(each))).toEqual([])
})

test('what a file says twice agrees, where no dirt was planted', async () => {
  const wrong = await raw.row(`SELECT
    (SELECT count(*) FROM five9_calls WHERE call_answer_time >= call_start_time AND epoch(CAST(call_answer_time AS TIMESTAMP)) - epoch(CAST(call_start_time AS TIMESTAMP)) <> CAST(queue_time_seconds AS INTEGER)),
    (SELECT count(*) FROM five9_calls WHERE trim(lower(call_status)) = 'abandoned' AND (call_answer_time IS NOT NULL OR agent_id IS NOT NULL)),
    (SELECT count(*) FROM whatsapp_chats WHERE epoch(CAST(first_response_time AS TIMESTAMP)) - epoch(CAST(chat_start_time AS TIMESTAMP)) <> TRY_CAST(response_time_seconds AS INTEGER)),
    (SELECT count(*) FROM salesforce_cases WHERE resolved_date < first_response_date OR first_response_date < created_date),
    (SELECT count(*) FROM salesforce_cases WHERE (case_status IN ('resolved', 'closed')) <> (resolved_date IS NOT NULL)),
    (SELECT count(*) FROM salesforce_cases WHERE abs(CAST(resolution_time_hours AS DOUBLE) * 3600 - (epoch(CAST(resolved_date AS TIMESTAMP)) - epoch(CAST(created_date AS TIMESTAMP)))) > 18.1),
    (SELECT count(*) FROM salesforce_cases JOIN five9_calls USING (case_id) WHERE salesforce_cases.customer_id <> five9_calls.customer_id OR created_date <> call_start_time),
    (SELECT count(*) FROM salesforce_cases JOIN whatsapp_chats USING (case_id) WHERE salesforce_cases.customer_id <> whatsapp_chats.customer_id OR created_date <> chat_start_time),
    (SELECT count(*) FROM salesforce_emails WHERE case_id NOT IN (SELECT case_id FROM salesforce_cases WHERE case_type = 'email')),
    (SELECT count(*) FROM five9_calls WHERE case_id NOT IN (SELECT case_id FROM salesforce_cases WHERE case_type = 'phone')),
    (SELECT count(*) FROM salesforce_emails WHERE CAST(sent_at AS TIMESTAMP) >= TIMESTAMP '2024-07-01'),
    (SELECT count(*) FROM salesforce_cases WHERE greatest(created_date, first_response_date, resolved_date) >= '2024-07-01')`)
  expect(wrong.map(Number)).toEqual(Array(12).fill(0))
})

test('the first mail of a case opens it, and the first answer is its first response', async () => {
  const counts =
    await raw.row(`SELECT count(*), count(*) FILTER (began <> created_date), count(*) FILTER (answer IS DISTINCT FROM first_response_date)
    FROM (SELECT 'CS' || lpad(CAST(CAST(substr(email_id, 3) AS BIGINT) // 8 * 4 AS VARCHAR), 9, '0') AS case_id,
        min(sent_at) FILTER (direction = 'inbound') AS began, min(sent_at) FILTER (direction = 'outbound') AS answer
      FROM salesforce_emails GROUP BY 1)
    JOIN (SELECT case_id, max(created_date) AS created_date, max(first_response_date) AS first_response_date
      FROM salesforce_cases GROUP BY case_id) USING (case_id)`)
  expect(counts.map(Number)).toEqual([Math.ceil(((rows / 4) * 5) / 8), 0, 0])
})

test('every stain is there exactly as often as planted', async () => {
  const planted = Object.fromEntries(made.files.map(({ path, dirt }) => [basename(path, '.csv'), dirt]))
  const doubled = (file: string, key: string) =>
    `SELECT count(*) FROM (SELECT 1 FROM ${file} WHERE ${key} IS NOT NULL GROUP BY ${key} HAVING count(*) > 1)`
  const n = (query: string) => raw.number(query)
  expect({
    duplicate: await n(doubled('five9_calls', 'call_id')),
    blank: await n('SELECT count(*) FROM five9_calls WHERE call_id IS NULL'),
    badTime: await n(
      'SELECT count(*) FROM five9_calls WHERE call_id IS NOT NULL AND TRY_CAST(call_end_time AS TIMESTAMP) IS NULL',
    ),
    answeredBefore: await n('SELECT count(*) FROM five9_calls WHERE call_answer_time < call_start_time'),
    noRegion: await n('SELECT count(*) FROM five9_calls WHERE call_id IS NOT NULL AND region IS NULL'),
    spelling: await n('SELECT count(*) FROM five9_calls WHERE region <> upper(region)'),
  }).toEqual({ ...planted.five9_calls, answeredBefore: expect.any(Number) })
  expect(
    await n('SELECT count(*) FROM five9_calls WHERE call_answer_time < call_start_time'),
    'an abandoned call has no answer to move',
  ).toBeLessThanOrEqual(planted.five9_calls!.answeredBefore!)
  expect({
    duplicate: await n(doubled('whatsapp_chats', 'chat_id')),
    blank: await n('SELECT count(*) FROM whatsapp_chats WHERE chat_id IS NULL'),
    noRegion: await n('SELECT count(*) FROM whatsapp_chats WHERE chat_id IS NOT NULL AND region IS NULL'),
  }).toEqual({ ...planted.whatsapp_chats, badNumber: undefined })
  const twice = await n(doubled('salesforce_cases', 'case_id'))
  expect(twice).toBe(planted.salesforce_cases!.duplicate! + planted.salesforce_cases!.superseded!)
  expect({
    duplicate: await n(doubled('salesforce_emails', 'email_id')),
    unfiled: await n('SELECT count(*) FROM salesforce_emails WHERE case_id IS NULL'),
  }).toEqual(planted.salesforce_emails)
  expect(2500 - (await n('SELECT count(*) FROM merchant_customers'))).toBe(planted.merchant_customers!.unlisted)
  expect(await n("SELECT count(*) FROM merchant_customers WHERE csat_score = '9'")).toBe(
    planted.merchant_customers!.badScore,
  )
  expect(
    await n(`SELECT count(*) FROM merchant_customers LEFT JOIN (SELECT customer_id, count(DISTINCT case_id) AS n FROM salesforce_cases GROUP BY 1)
      USING (customer_id) WHERE CAST(total_cases AS INTEGER) <> coalesce(n, 0)`),
  ).toBe(planted.merchant_customers!.staleTotal)
})
