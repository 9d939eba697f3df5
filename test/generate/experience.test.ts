import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type Effect, effects } from '../../src/generate/experience/effects.ts'
import { topicAt, topics } from '../../src/generate/experience/words.ts'
import { type GeneratedFiles, type GenerateOptions, generate } from '../../src/generate/generate.ts'
import { effectsTable, recoveries } from './experience-documented.ts'
import { docsBlock, type Reader, readerOfFiles, temporaryFolder } from './reading.ts'

const rows = 100_000
const folder = temporaryFolder()
let made: GeneratedFiles
let raw: Reader

const headers: Record<string, string> = {
  customers: 'customer_id,segment,market,gender,birth_date,plan,joined_on',
  interactions:
    'case_id,customer_id,channel,market,reason,team,agent_id,priority,status,subject,description,created_at,first_response_at,first_solved_at,solved_at,reopens,transfers',
  case_events: 'case_id,seq,at,activity,from_value,to_value,actor,actor_kind,team',
  surveys: 'survey_id,case_id,customer_id,offered_at,responded_at,score,comment',
  revenues: 'customer_id,month,plan,amount',
  churns: 'customer_id,churned_on,reason',
}

const namesOf = ({ files }: GeneratedFiles): Record<string, string> =>
  Object.fromEntries(files.map(({ path }) => [basename(path, '.csv'), path]))

const makeSmall = (name: string, options: Partial<GenerateOptions> = {}) =>
  generate('experience', { rows: 2000, out: join(folder, name), ...options })

beforeAll(async () => {
  made = await generate('experience', { rows, out: join(folder, 'all') })
  raw = await readerOfFiles(
    Object.fromEntries(Object.entries(namesOf(made)).map(([name, path]) => [`${name}_csv`, path])),
  )
  await raw.run(docsBlock('experience-view').replaceAll('```', '').replace('sql', ''))
}, 120_000)

test('the documentation prints the constants', () => {
  expect(docsBlock('experience-effects')).toBe(effectsTable())
  expect(docsBlock('experience-recoveries')).toBe(recoveries())
})

test.each(Object.entries(effects) as [string, Effect][])('%s comes back by plain SQL', async (_, effect) => {
  const found = await raw.number(effect.recover)
  expect(Math.abs(found - effect.value), `recovered ${found}`).toBeLessThanOrEqual(effect.tolerance)
})

test('six files with their headers, and about as many contacts as were asked for', async () => {
  for (const [name, path] of Object.entries(namesOf(made))) {
    const text = readFileSync(path, 'utf8')
    expect(text.slice(0, text.indexOf('\n')), name).toBe(headers[name])
  }
  const contacts = made.files.find(({ path }) => basename(path) === 'interactions.csv')!.rows
  expect(Math.abs(contacts / rows - 1)).toBeLessThan(0.03)
})

test('same seed, same bytes, whatever the number of threads', async () => {
  const digests = async (name: string, options: Partial<GenerateOptions>) =>
    (await makeSmall(name, options)).files.map(({ path }) =>
      createHash('sha256').update(readFileSync(path)).digest('hex'),
    )
  const one = await digests('one', { threads: 1 })
  expect(await digests('two', { threads: 2 })).toEqual(one)
  const other = await digests('other', { seed: 2 })
  expect(other.filter((each) => one.includes(each))).toEqual([])
})

test('the order of the records does not depend on how the work was shared out', async () => {
  const before = (now: string) => `lag(${now}) OVER (ORDER BY record) > ${now}`
  const wrong = await raw.row(`SELECT
    (SELECT count(*) FROM (FROM customers_csv QUALIFY ${before('customer_id')})),
    (SELECT count(*) FROM (FROM interactions_csv QUALIFY ${before('case_id')} OR ${before('created_at')})),
    (SELECT count(*) FROM (FROM case_events_csv QUALIFY ${before("case_id || lpad(seq, 2, '0')")})),
    (SELECT count(*) FROM (FROM surveys_csv QUALIFY ${before('survey_id')})),
    (SELECT count(*) FROM (FROM revenues_csv QUALIFY ${before('customer_id || month')})),
    (SELECT count(*) FROM (FROM churns_csv QUALIFY ${before('churned_on || customer_id')}))`)
  expect(wrong.map(Number)).toEqual([0, 0, 0, 0, 0, 0])
})

test('few contacts are possible, and few weeks', async () => {
  for (const [at, options] of [
    { rows: 1 },
    { rows: 2, weeks: 1 },
    { rows: 300, weeks: 6, start: '2023-05-17' },
    { rows: 300, weeks: 520 },
  ].entries()) {
    const { files } = await makeSmall(`few ${at}`, options)
    expect(files).toHaveLength(6)
    expect(files[0]?.rows).toBeGreaterThan(0)
  }
})

test('ids are those of a row, moments are in their order, and nothing follows a leaving', async () => {
  const moment = (name: string) => `CAST(${name} AS TIMESTAMP)`
  const wrong = await raw.row(`SELECT
    (SELECT count(*) - count(DISTINCT customer_id) FROM customers_csv),
    (SELECT count(*) - count(DISTINCT case_id) FROM interactions_csv),
    (SELECT count(*) - count(DISTINCT survey_id) FROM surveys_csv),
    (SELECT count(*) - count(DISTINCT (customer_id, month)) FROM revenues_csv),
    (SELECT count(*) - count(DISTINCT customer_id) FROM churns_csv),
    (SELECT count(*) FROM interactions_csv ANTI JOIN customers_csv USING (customer_id, market)),
    (SELECT count(*) FROM surveys_csv ANTI JOIN interactions_csv USING (case_id, customer_id)),
    (SELECT count(*) FROM revenues_csv ANTI JOIN customers_csv USING (customer_id, plan)),
    (SELECT count(*) FROM churns_csv ANTI JOIN customers_csv USING (customer_id)),
    (SELECT count(*) FROM interactions_csv JOIN customers_csv USING (customer_id) WHERE created_at < joined_on),
    (SELECT count(*) FROM interactions_csv JOIN churns_csv USING (customer_id) WHERE created_at >= churned_on),
    (SELECT count(*) FROM surveys_csv JOIN churns_csv USING (customer_id) WHERE responded_at >= churned_on),
    (SELECT count(*) FROM revenues_csv JOIN churns_csv USING (customer_id) WHERE month > churned_on),
    (SELECT count(*) FROM churns_csv JOIN customers_csv USING (customer_id) WHERE churned_on <= joined_on),
    (SELECT count(*) FROM interactions_csv WHERE ${moment('first_response_at')} <= ${moment('created_at')} OR ${moment('first_solved_at')} < ${moment('first_response_at')}
      OR ${moment('solved_at')} < ${moment('first_solved_at')} OR (first_response_at IS NULL AND first_solved_at IS NOT NULL) OR (first_solved_at IS NULL AND solved_at IS NOT NULL)),
    (SELECT count(*) FROM interactions_csv WHERE (solved_at IS NULL) <> (status NOT IN ('solved', 'closed'))),
    (SELECT count(*) FROM interactions_csv WHERE greatest(created_at, coalesce(first_response_at, ''), coalesce(solved_at, '')) >= '2025-06-30'),
    (SELECT count(*) FROM surveys_csv WHERE (responded_at IS NULL) <> (score IS NULL) OR (score IS NULL AND comment IS NOT NULL) OR responded_at < offered_at),
    (SELECT count(*) FROM surveys_csv JOIN interactions_csv USING (case_id) WHERE offered_at < coalesce(solved_at, first_response_at, '9'))`)
  expect(wrong.map(Number)).toEqual(Array(19).fill(0))
})

test('the events of a case say what its record says, in the order of their moments', async () => {
  const wrong =
    await raw.row(`WITH told AS (SELECT case_id, min("at") FILTER (WHERE activity = 'created') AS created, min("at") FILTER (WHERE activity = 'replied') AS replied,
      min("at") FILTER (WHERE activity = 'solved') AS first_solved, max("at") FILTER (WHERE activity = 'solved') AS solved,
      count(*) FILTER (WHERE activity = 'reopened') AS reopens, count(*) FILTER (WHERE activity IN ('team', 'agent')) AS transfers,
      count(*) FILTER (WHERE activity = 'closed') AS closed, count(*) FILTER (WHERE activity = 'solved') AS solutions, max("at") AS newest
    FROM case_events_csv GROUP BY case_id)
    SELECT count(*) FILTER (WHERE t.case_id IS NULL OR t.created <> created_at), count(*) FILTER (WHERE replied IS DISTINCT FROM first_response_at),
      count(*) FILTER (WHERE first_solved IS DISTINCT FROM first_solved_at), count(*) FILTER (WHERE solved_at IS NOT NULL AND solved <> solved_at),
      count(*) FILTER (WHERE t.reopens <> CAST(i.reopens AS INTEGER)), count(*) FILTER (WHERE t.transfers <> CAST(i.transfers AS INTEGER)),
      count(*) FILTER (WHERE (closed = 1) <> (status = 'closed')), count(*) FILTER (WHERE solved_at IS NOT NULL AND solutions <> 1 + t.reopens), count(*) FILTER (WHERE newest >= '2025-06-30')
    FROM interactions_csv AS i LEFT JOIN told AS t USING (case_id)`)
  expect(wrong.map(Number)).toEqual(Array(9).fill(0))
  const [unsorted] = await raw.row(
    'SELECT count(*) FROM (FROM case_events_csv QUALIFY lag("at") OVER (PARTITION BY case_id ORDER BY CAST(seq AS INTEGER)) > "at")',
  )
  expect(Number(unsorted)).toBe(0)
})

test('every question about a password is told by its words, and French is written where it is spoken', async () => {
  const passwords = topics[topicAt('Password reset')]!
  const subjects = [...passwords.en.subjects, ...passwords.fr.subjects].map((each) => `'${each.replaceAll("'", "''")}'`)
  const [missed, wrongly, french, belgian, elsewhere] = await raw.row(`SELECT
    count(*) FILTER (WHERE reason = 'Password reset' AND subject NOT IN (${subjects})),
    count(*) FILTER (WHERE reason <> 'Password reset' AND subject IN (${subjects})),
    avg(CAST(is_french AS INTEGER)) FILTER (WHERE market = 'FR'), avg(CAST(is_french AS INTEGER)) FILTER (WHERE market = 'BE'),
    count(*) FILTER (WHERE is_french AND market NOT IN ('FR', 'BE'))
  FROM (SELECT *, subject IN (${topics.flatMap((topic) => topic.fr.subjects).map((each) => `'${each.replaceAll("'", "''")}'`)}) AS is_french FROM interactions_csv)`)
  expect([missed, wrongly, elsewhere].map(Number)).toEqual([0, 0, 0])
  expect(Number(french)).toBeCloseTo(0.9, 1)
  expect(Number(belgian)).toBeCloseTo(0.45, 1)
})

test('ages are those of grown-ups, and students are young', async () => {
  const ages =
    await raw.row(`SELECT min(age), max(age), median(age) FILTER (WHERE segment = 'student'), median(age) FILTER (WHERE segment <> 'student')
    FROM (SELECT segment, date_diff('day', CAST(birth_date AS DATE), DATE '2025-06-30') * 4 // 1461 AS age FROM customers_csv)`)
  const [youngest, oldest, student, other] = ages.map(Number)
  expect(youngest).toBeGreaterThanOrEqual(18)
  expect(oldest).toBeLessThan(90)
  expect(student).toBeLessThan(26)
  expect(other).toBeGreaterThan(40)
})
