import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import { type BuildReport, buildVersion } from '../../src/flow/flow.ts'
import { dataFolder, versionFile } from '../../src/flow/publish/publish.ts'
import { generate } from '../../src/generate/generate.ts'
import type { MetricCell, Period } from '../../src/metrics/frame.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { readChecks, readPacks, readSynonyms } from '../../src/project.ts'
import { raw } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import type { Row, Store } from '../../src/store/store.ts'
import { type Reader, readerOfFiles } from '../generate/reading.ts'
import { contextOf } from '../metrics/fixture.ts'

/** Four systems in one folder, through the whole flow, against plain SQL over the files. */
const catalogue = { catalogues: [join(import.meta.dirname, '../../catalog')] }
const names = ['five9_calls', 'merchant_customers', 'salesforce_cases', 'salesforce_emails', 'whatsapp_chats']
let root: string
let files: Reader
let report: BuildReport
let store: Store

async function build(paths: string[], data: string): Promise<BuildReport> {
  return buildVersion({
    directory: null,
    data: dataFolder(join(root, data)),
    settings: settingsSchema.parse({ sources: [{ id: 'files', files: paths }] }),
    hash: 'a',
    product: 'test',
    packs: await readPacks(catalogue),
    synonyms: () => readSynonyms(catalogue),
    checks: await readChecks(catalogue),
    guess: false,
    answers: {},
  })
}

async function open(data: string, version: string): Promise<Store> {
  const folder = dataFolder(join(root, data))
  return openDuckdb({
    file: versionFile(folder, version),
    alias: `v${version}`,
    mode: 'read',
    temporary: folder.temporary,
  })
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rapport-touchpoints-'))
  await generate('touchpoints', { rows: 5000, out: join(root, 'files') })
  files = await readerOfFiles(Object.fromEntries(names.map((name) => [name, join(root, 'files', `${name}.csv`)])))
  report = await build([join(root, 'files')], 'data')
  store = await open('data', report.version)
})
afterAll(async () => {
  await store.close()
  await rm(root, { recursive: true, force: true })
})

const modelRows = (text: string): Promise<Row[]> => store.rows(raw(text))
const one = async (text: string): Promise<Row> => (await modelRows(text))[0]!

/** `name -> count` from the model, as `Reader.counts` answers from the files. */
async function counts(text: string): Promise<Record<string, number>> {
  const rows = await modelRows(text)
  return Object.fromEntries(rows.map((row) => [String(Object.values(row)[0]), Number(Object.values(row)[1])]))
}

test('each file of the folder is recognised by its columns, and every record is accounted for', () => {
  expect(report.mappings.map(({ batch, pack, how }) => [batch, pack, how])).toEqual([
    ['five9_calls.csv', 'five9', 'recognised'],
    ['merchant_customers.csv', 'merchants', 'recognised'],
    ['salesforce_cases.csv', 'salesforce', 'recognised'],
    ['salesforce_emails.csv', 'salesforce', 'recognised'],
    ['whatsapp_chats.csv', 'whatsapp', 'recognised'],
  ])
  for (const { records, mapped, rejected, duplicate, superseded, skipped } of report.loads)
    expect(mapped + rejected + duplicate + superseded + skipped).toBe(records)
  const calls = report.loads.find(({ name }) => name === 'five9_calls.csv')!
  expect([calls.mapped, calls.duplicate, calls.skipped]).toEqual([2250, 8, 2])
})

test('touchpoints per channel and market are those of the files', async () => {
  const expected = {
    ...(await files.counts(
      `SELECT 'call ' || coalesce(upper(region), '-'), count(DISTINCT call_id) FROM five9_calls WHERE call_id IS NOT NULL GROUP BY 1`,
    )),
    ...(await files.counts(
      `SELECT 'chat ' || coalesce(upper(region), '-'), count(DISTINCT chat_id) FROM whatsapp_chats WHERE chat_id IS NOT NULL GROUP BY 1`,
    )),
    ...(await files.counts(`SELECT 'email ' || coalesce(region, '-'), count(DISTINCT email_id)
      FROM salesforce_emails LEFT JOIN (SELECT DISTINCT case_id, region FROM salesforce_cases) USING (case_id) WHERE direction = 'inbound' GROUP BY 1`)),
  }
  expect(
    await counts(`SELECT channel || ' ' || coalesce(market, '-'), count(*) FROM cx.touchpoints GROUP BY 1`),
  ).toEqual(expected)
  expect(Object.values(expected).reduce((sum, n) => sum + n, 0)).toBe(5000)
})

test('accepted contacts per channel are those of the files', async () => {
  const call = await one(
    `SELECT count(*) AS n FROM cx.touchpoints WHERE channel = 'call' AND is_answered AND wait_seconds <= 120`,
  )
  expect(call.n).toBe(
    await files.number(
      `SELECT count(DISTINCT call_id) FROM five9_calls WHERE trim(lower(call_status)) <> 'abandoned' AND CAST(queue_time_seconds AS INTEGER) <= 120`,
    ),
  )
  const chat = await one(
    `SELECT count(*) AS n FROM cx.touchpoints WHERE channel = 'chat' AND is_answered AND wait_seconds <= 30`,
  )
  expect(chat.n).toBe(
    await files.number(
      'SELECT count(DISTINCT chat_id) FROM whatsapp_chats WHERE TRY_CAST(response_time_seconds AS INTEGER) <= 30',
    ),
  )
})

/** The newest moment of all files that lies before the build: the now that promises are held against. */
const asOf = async (): Promise<string> => String((await one('SELECT as_of FROM cx.versions')).as_of).slice(0, 19)

/** Groups `market month` with numerator and denominator, in plain SQL over the files: one row a contact or case. */
const kpis: Record<string, (now: string) => string> = {
  call_acceptance_rate:
    () => `SELECT upper(region) AS market, started, kept FROM (SELECT DISTINCT ON (call_id) region, CAST(call_start_time AS TIMESTAMP) AS started,
      trim(lower(call_status)) <> 'abandoned' AND CAST(queue_time_seconds AS INTEGER) <= 120 AS kept FROM five9_calls WHERE call_id IS NOT NULL)`,
  chat_acceptance_rate:
    () => `SELECT region AS market, started, coalesce(wait <= 30, FALSE) AS kept FROM (SELECT DISTINCT ON (chat_id) region,
      CAST(chat_start_time AS TIMESTAMP) AS started, coalesce(TRY_CAST(response_time_seconds AS INTEGER),
        CAST(epoch(CAST(first_response_time AS TIMESTAMP)) - epoch(CAST(chat_start_time AS TIMESTAMP)) AS INTEGER)) AS wait
      FROM whatsapp_chats WHERE chat_id IS NOT NULL)`,
  email_acceptance_rate: (
    now,
  ) => `WITH mails AS (SELECT DISTINCT email_id, case_id, direction, CAST(sent_at AS TIMESTAMP) AS sent FROM salesforce_emails),
    answered AS (SELECT came.email_id, came.case_id, came.sent, min(went.sent) AS answer FROM mails AS came
      LEFT JOIN mails AS went ON went.case_id = came.case_id AND went.direction = 'outbound' AND went.sent >= came.sent
      WHERE came.direction = 'inbound' GROUP BY ALL)
    SELECT region AS market, sent AS started, coalesce(answer - sent <= INTERVAL 24 HOUR, FALSE) AS kept
    FROM answered LEFT JOIN (SELECT DISTINCT case_id, region FROM salesforce_cases) USING (case_id)
    WHERE case_id IS NOT NULL AND (coalesce(answer - sent <= INTERVAL 24 HOUR, FALSE) OR sent + INTERVAL 24 HOUR <= TIMESTAMP '${now}')`,
  issue_resolution_rate: (
    now,
  ) => `SELECT region AS market, started, coalesce(solved - started <= INTERVAL 24 HOUR, FALSE) AS kept
    FROM (SELECT DISTINCT ON (case_id) region, CAST(created_date AS TIMESTAMP) AS started, CAST(resolved_date AS TIMESTAMP) AS solved
      FROM salesforce_cases ORDER BY case_id, record DESC)
    WHERE started + INTERVAL 24 HOUR <= TIMESTAMP '${now}'`,
}

test.each(Object.keys(kpis))('%s by market and month is what plain SQL over the files gives', async (metric) => {
  const now = await asOf()
  const context = await contextOf(store, { asOf: now })
  const frame = await runQuery({ metrics: [metric], by: ['market'], grain: 'month' }, context)
  const found = Object.fromEntries(
    frame.rows.flatMap((row) => {
      const { numerator, denominator } = row[metric] as MetricCell
      const { start } = row.period as Period
      return denominator ? [[`${row.market ?? '-'} ${start.slice(0, 7)}`, `${numerator}/${denominator}`]] : []
    }),
  )
  const rows = await files.rows(`SELECT coalesce(market, '-') || ' ' || strftime(started, '%Y-%m'),
    count(*) FILTER (kept) || '/' || count(*) FROM (${kpis[metric]!(now)}) GROUP BY 1`)
  expect(found).toEqual(Object.fromEntries(rows.map(([group, share]) => [String(group), String(share)])))
  expect(Object.keys(found).length).toBeGreaterThan(40)
})

test('mail filed to no case is in no share of answers, and is said to be left out', async () => {
  const strayed = await files.number(
    `SELECT count(DISTINCT email_id) FROM salesforce_emails WHERE direction = 'inbound' AND case_id IS NULL`,
  )
  const context = await contextOf(store, { asOf: await asOf() })
  const frame = await runQuery({ metrics: ['email_acceptance_rate'], by: ['market'] }, context)
  expect(strayed).toBeGreaterThan(0)
  expect(frame.rows.map((row) => row.market)).not.toContain(null)
  expect(frame.metrics.email_acceptance_rate?.definition).toContain('of which it is known whether they were answered')
})

test('satisfaction is that of the merchants, once each and not once a contact', async () => {
  const cell = (await runQuery({ metrics: ['csat_mean'] }, await contextOf(store))).rows[0]?.csat_mean as MetricCell
  const [n, mean] =
    await files.row(`SELECT count(*), avg(score) FROM (SELECT CAST(csat_score AS INTEGER) AS score FROM merchant_customers)
    WHERE score BETWEEN 1 AND 5`)
  expect(cell.n).toBe(Number(n))
  expect(cell.value).toBeCloseTo(Number(mean), 9)
})

test('an incoming mail is answered by the next outgoing one of its case', async () => {
  const mails = `SELECT DISTINCT email_id, case_id, direction, CAST(sent_at AS TIMESTAMP) AS sent FROM salesforce_emails`
  const answered = `SELECT came.email_id, min(went.sent) AS answer, any_value(came.sent) AS sent
    FROM (${mails}) AS came JOIN (${mails}) AS went ON went.case_id = came.case_id AND went.direction = 'outbound' AND went.sent >= came.sent
    WHERE came.direction = 'inbound' GROUP BY 1`
  const expected = await files.row(
    `SELECT count(*), CAST(sum(epoch(answer) - epoch(sent)) AS BIGINT) FROM (${answered})`,
  )
  const found = await one(`SELECT count(responded_at) AS n, sum(wait_seconds) AS seconds,
    count(*) FILTER (is_answered <> (responded_at IS NOT NULL)) AS wrong, count(*) FILTER ("case" IS NOT NULL AND is_answered IS NULL) AS unknown,
    count(*) FILTER ("case" IS NOT NULL AND customer IS NULL) AS nobody FROM cx.touchpoints WHERE channel = 'email'`)
  expect([found.n, found.seconds].map(Number)).toEqual(expected.map(Number))
  expect([found.wrong, found.unknown, found.nobody].map(Number)).toEqual([0, 0, 0])
})

test('customers are the different numbers in all files, each once', async () => {
  const all = ['five9_calls', 'whatsapp_chats', 'salesforce_cases', 'merchant_customers']
    .map((name) => `SELECT customer_id FROM ${name} WHERE customer_id IS NOT NULL`)
    .join(' UNION ')
  const found = await one('SELECT count(*) AS n, count(DISTINCT id) AS ids, count(name) AS named FROM cx.customers')
  expect(found.n).toBe(await files.number(`SELECT count(*) FROM (${all})`))
  expect(found.ids).toBe(found.n)
  expect(found.named).toBe(await files.number('SELECT count(*) FROM merchant_customers'))
  const agents = ['five9_calls', 'whatsapp_chats', 'salesforce_cases']
    .map((name) => `SELECT agent_id FROM ${name} WHERE agent_id IS NOT NULL`)
    .join(' UNION ')
  expect(await one('SELECT count(*) AS n FROM cx.agents')).toEqual({
    n: await files.number(`SELECT count(*) FROM (${agents})`),
  })
})

describe('a customer whom all four systems know', () => {
  test('is one row with every touchpoint, and one survey that is not fanned out', async () => {
    const [id] = await files.row(`SELECT customer_id FROM merchant_customers
      WHERE customer_id IN (SELECT customer_id FROM five9_calls) AND customer_id IN (SELECT customer_id FROM whatsapp_chats)
        AND customer_id IN (SELECT customer_id FROM salesforce_cases WHERE case_type = 'email') AND csat_score IS NOT NULL
      ORDER BY customer_id LIMIT 1`)
    const customer = `merchant:${id}`
    expect(await modelRows(`SELECT id, source, name FROM cx.customers WHERE source_key = '${id}'`)).toEqual([
      { id: customer, source: 'merchants', name: expect.any(String) },
    ])
    const touched = await counts(
      `SELECT channel, count(*) FROM cx.touchpoints WHERE customer = '${customer}' GROUP BY channel`,
    )
    expect(touched).toEqual(
      await files.counts(`SELECT 'call', count(DISTINCT call_id) FROM five9_calls WHERE customer_id = '${id}'
        UNION ALL SELECT 'chat', count(DISTINCT chat_id) FROM whatsapp_chats WHERE customer_id = '${id}'
        UNION ALL SELECT 'email', count(DISTINCT email_id) FROM salesforce_emails
          WHERE direction = 'inbound' AND case_id IN (SELECT case_id FROM salesforce_cases WHERE customer_id = '${id}')`),
    )
    expect(
      await modelRows(`SELECT "case", touchpoint, scale_max FROM cx.surveys WHERE customer = '${customer}'`),
    ).toEqual([{ case: null, touchpoint: null, scale_max: 5 }])
  })

  test('a call leads to its case in the other system', async () => {
    const found = await one(
      `SELECT count(*) AS n FROM cx.touchpoints AS t JOIN cx.cases AS c ON c.id = t."case" AND c.customer = t.customer WHERE t.channel = 'call'`,
    )
    expect(found.n).toBe(
      await files.number('SELECT count(DISTINCT call_id) FROM five9_calls WHERE case_id IS NOT NULL'),
    )
  })
})

/** One row a contact that a customer made, over the three systems: who, when. */
const made = `SELECT customer_id AS customer, 'call:' || call_id AS id, CAST(call_start_time AS TIMESTAMP) AS started
    FROM five9_calls WHERE call_id IS NOT NULL
  UNION SELECT customer_id, 'chat:' || chat_id, CAST(chat_start_time AS TIMESTAMP) FROM whatsapp_chats WHERE chat_id IS NOT NULL
  UNION SELECT customer_id, 'email:' || email_id, CAST(sent_at AS TIMESTAMP)
    FROM (SELECT DISTINCT email_id, case_id, sent_at FROM salesforce_emails WHERE direction = 'inbound')
    JOIN (SELECT DISTINCT case_id, customer_id FROM salesforce_cases) USING (case_id)`

describe('how often customers make contact', () => {
  const segments =
    'LEFT JOIN (SELECT DISTINCT ON (customer_id) customer_id AS customer, customer_segment AS segment FROM merchant_customers) USING (customer)'
  const ask = async (metric: string, by?: string): Promise<Record<string, MetricCell>> => {
    const frame = await runQuery({ metrics: [metric], ...(by && { by: [by] }) }, await contextOf(store))
    return Object.fromEntries(frame.rows.map((row) => [String((by && row[by]) ?? '-'), row[metric] as MetricCell]))
  }

  test('contacts per customer and month with a contact are those of the files, by segment', async () => {
    const rows =
      await files.rows(`SELECT coalesce(segment, '-'), count(*), count(DISTINCT (customer, date_trunc('month', started)))
      FROM (${made}) ${segments} GROUP BY 1`)
    const found = await ask('contact_rate', 'segment')
    expect(
      Object.fromEntries(Object.entries(found).map(([key, cell]) => [key, [cell.numerator, cell.denominator]])),
    ).toEqual(Object.fromEntries(rows.map(([key, n, months]) => [String(key), [Number(n), Number(months)]])))
    expect(rows.length).toBe(4)
  })

  test('the interval is that of so many customers, whose months hang together', async () => {
    const [rate, error] =
      await files.row(`WITH own AS (SELECT customer, count(*) AS n, count(DISTINCT date_trunc('month', started)) AS months
        FROM (${made}) WHERE customer IS NOT NULL GROUP BY 1),
      whole AS (SELECT sum(n) / sum(months) AS rate, sum(months) AS months, count(*) AS g FROM own)
      SELECT any_value(rate), sqrt(any_value(g) / (any_value(g) - 1) * sum((n - rate * own.months) ** 2)) / any_value(whole.months) FROM own, whole`)
    const cell = (await ask('contact_rate'))['-']!
    expect(cell.value).toBeCloseTo(Number(rate), 9)
    const half = (cell.high! - cell.low!) / 2
    expect(half / Number(error)).toBeGreaterThan(1.96)
    expect(half / Number(error)).toBeLessThan(2)
  })

  test('days between contacts are those of the files, by segment, mean and median', async () => {
    const rows = await files.rows(`SELECT coalesce(segment, '-'), count(*), avg(gap), median(gap)
      FROM (SELECT customer, epoch(started) - epoch(lag(started) OVER (PARTITION BY customer ORDER BY started, id)) AS gap
        FROM (${made}) WHERE customer IS NOT NULL) ${segments} WHERE gap IS NOT NULL GROUP BY 1`)
    const mean = await ask('contact_gap', 'segment')
    const median = await ask('contact_gap_median', 'segment')
    expect(Object.keys(mean).length).toBe(4)
    for (const [segment, n, average, middle] of rows) {
      expect(mean[String(segment)]?.n).toBe(Number(n))
      expect(mean[String(segment)]?.value).toBeCloseTo(Number(average), 3)
      expect(median[String(segment)]?.value).toBeCloseTo(Number(middle), 3)
    }
  })

  test.each(['segment', 'market', 'product'])(
    'is tested by %s, customers and not contacts being the sample',
    async (by) => {
      const frame = await runQuery({ metrics: ['contact_rate', 'contact_gap'], by: [by] }, await contextOf(store))
      for (const { test: kind, n } of frame.verdicts) {
        expect(kind).toBe('kruskal-wallis')
        expect(n).toBeLessThan(by === 'product' ? 1500 : 320)
      }
      expect(frame.verdicts.length).toBe(2)
    },
  )
})

test('a list that counts cases itself is held against the cases, and contacts against their own moments', async () => {
  const result = (id: string) => report.results.filter(({ check }) => check === id)
  const [wrong, checked, stored, counted] =
    await files.row(`SELECT count(*) FILTER (stored <> n), count(*), sum(stored), sum(n) FROM (
    SELECT DISTINCT ON (customer_id) CAST(total_cases AS INTEGER) AS stored, coalesce(n, 0) AS n FROM merchant_customers
    LEFT JOIN (SELECT customer_id, count(DISTINCT case_id) AS n FROM salesforce_cases GROUP BY 1) USING (customer_id))`)
  expect(result('stored-count-apart')).toMatchObject([
    { found: Number(wrong), checked: Number(checked), facts: { stored: Number(stored), counted: Number(counted) } },
  ])
  expect(Number(wrong)).toBeGreaterThan(0)
  const before = await files.number(`SELECT count(DISTINCT call_id) FROM five9_calls
    WHERE CAST(call_answer_time AS TIMESTAMP) < CAST(call_start_time AS TIMESTAMP)`)
  expect(result('contact-answered-before')).toMatchObject([{ found: before }])
  expect(before).toBeGreaterThan(0)
})

test('the same files build the same version, and nothing is done', async () => {
  const again = await build([join(root, 'files')], 'data')
  expect([again.version, again.changed]).toEqual([report.version, false])
})

test('the order of the files changes no customer', async () => {
  const paths = [...names].reverse().map((name) => join(root, 'files', `${name}.csv`))
  const other = await build(paths, 'other')
  const reversed = await open('other', other.version)
  try {
    const text = 'SELECT id, name, segment, market, joined_on, source, record FROM cx.customers ORDER BY id'
    expect(await reversed.rows(raw(text))).toEqual(await modelRows(text))
  } finally {
    await reversed.close()
  }
})

test('stored durations of a case are seconds, kept beside those that its moments give', async () => {
  const found = await counts(
    `SELECT metric || ' ' || clock, sum(seconds) FROM cx.case_durations WHERE origin IN ('stored', 'superseded') GROUP BY 1`,
  )
  const newest = 'SELECT DISTINCT ON (case_id) * FROM salesforce_cases ORDER BY case_id, record DESC'
  const sum = (column: string) =>
    files.number(`SELECT sum(round(CAST(${column} AS DOUBLE) * 3600)) FROM (${newest}) WHERE ${column} IS NOT NULL`)
  expect(found).toEqual({
    'first_reply calendar': await sum('response_time_hours'),
    'full_resolution calendar': await sum('resolution_time_hours'),
  })
})

test('the profile counts the values of a column that only expressions read', async () => {
  const found =
    await one(`SELECT missing, distinct_values AS words, top FROM cx.columns AS c JOIN cx.loads AS l ON l.id = c.load
    WHERE l.pack = 'five9' AND c.name = 'region'`)
  const [missing, words] = await files.row(`SELECT count(*) FILTER (region IS NULL), count(DISTINCT region)
    FROM (SELECT DISTINCT ON (call_id) region FROM five9_calls WHERE call_id IS NOT NULL)`)
  expect([found.missing, found.words].map(Number)).toEqual([missing, words].map(Number))
  const link = await one(`SELECT lowest FROM cx.columns AS c JOIN cx.loads AS l ON l.id = c.load
    WHERE l.pack = 'five9' AND c.name = 'customer_id'`)
  expect(link.lowest).toMatch(/^M\d{7}$/)
})

test('a project whose sources have names of their own finds the same customers and cases', async () => {
  const data = dataFolder(join(root, 'project'))
  const built = await buildVersion({
    directory: join(root, 'files'),
    data,
    settings: settingsSchema.parse({
      sources: names.map((name) => ({ id: name.replace('_', '-'), files: `${name}.csv` })),
    }),
    hash: 'a',
    product: 'test',
    packs: await readPacks(catalogue),
    synonyms: () => readSynonyms(catalogue),
    checks: await readChecks(catalogue),
    guess: false,
    answers: {},
  })
  const project = await open('project', built.version)
  try {
    for (const text of [
      'SELECT id, name, market FROM cx.customers ORDER BY id',
      'SELECT id, status, solved_at FROM cx.cases ORDER BY id',
      'SELECT channel, market, count(*) AS n, count(responded_at) AS answered FROM cx.touchpoints GROUP BY ALL ORDER BY ALL',
    ])
      expect(await project.rows(raw(text))).toEqual(await modelRows(text))
  } finally {
    await project.close()
  }
})
