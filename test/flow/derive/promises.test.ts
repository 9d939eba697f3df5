import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PromiseRule } from '../../../src/config/promise.ts'
import { type Settings, settingsSchema } from '../../../src/config/settings.ts'
import { parseYaml } from '../../../src/config/yaml.ts'
import { makeColumns } from '../../../src/flow/derive/filled.ts'
import { builtInPromises, promises, ranked } from '../../../src/flow/derive/promises.ts'
import { createBookkeeping } from '../../../src/flow/publish/create.ts'
import { raw } from '../../../src/sql/sql.ts'
import { openDuckdb } from '../../../src/store/duckdb.ts'
import type { Store } from '../../../src/store/store.ts'

let store: Store
beforeEach(async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'rapport-promises-'))
  store = await openDuckdb({
    file: join(temporary, 'm.duckdb'),
    alias: 'v1',
    mode: 'write',
    temporary,
    external: true,
  })
  await createBookkeeping(store)
})
afterEach(() => store.close())

/** Makes a table as loads do, with the columns of the query alone. */
async function load(table: string, query: string): Promise<void> {
  const [row] = await store.rows(raw(`SELECT * FROM (${query}) LIMIT 1`))
  await makeColumns(store, table, Object.keys(row ?? {}))
  await store.run(raw(`INSERT INTO cx."${table}" BY NAME ${query}`))
}

function settings(sla = ''): Settings {
  return settingsSchema.parse(parseYaml(`sources: [{ id: a, files: a.csv }]\n${sla}`, 'rapport.yaml').value)
}

const derive = (sla?: string) =>
  promises.run({ store, settings: settings(sla), directory: null, newest: async () => null })

async function targets(table: string, column: string): Promise<Record<string, number | null>> {
  const rows = await store.rows(raw(`SELECT id, ${column} AS target FROM cx."${table}" ORDER BY id`))
  return Object.fromEntries(rows.map(({ id, target }) => [String(id), target === null ? null : Number(target)]))
}

const contacts = `SELECT * FROM (VALUES ('call', 'call', 'inbound', 'FR', 'c1'), ('chat', 'chat', NULL, 'DE', 'c2'), ('email', 'email', 'inbound', 'FR', NULL),
  ('social', 'social', 'inbound', 'FR', NULL), ('out', 'call', 'outbound', 'FR', NULL)) t(id, channel, direction, market, "case"), (SELECT TIMESTAMP '2024-01-01' AS started_at)`
const cases = `SELECT * FROM (VALUES ('c1', 'email', 'low'), ('c2', 'chat', 'high'), ('c3', 'email', NULL)) t(id, channel, priority), (SELECT TIMESTAMP '2024-01-01' AS created_at)`

test('what the catalogue promises is what the study of the touchpoints asks for', async () => {
  await load('touchpoints', contacts)
  await load('cases', cases)
  expect(await derive()).toEqual([])
  expect(await targets('touchpoints', 'target_seconds')).toEqual({
    call: 120,
    chat: 30,
    email: 86_400,
    social: null,
    out: null,
  })
  expect(await targets('cases', 'first_reply_target_seconds')).toEqual({ c1: 86_400, c2: null, c3: 86_400 })
  expect(await targets('cases', 'resolution_target_seconds')).toEqual({ c1: 86_400, c2: 86_400, c3: 86_400 })
  const kept = await store.rows(raw('SELECT metric, channel, seconds, origin FROM cx.sla_targets ORDER BY record'))
  expect(kept).toHaveLength(4)
  expect(kept.every(({ origin }) => String(origin).includes('Touchpoint Unified Model'))).toBe(true)
})

test('the project goes before the catalogue, more conditions before fewer', async () => {
  await load('touchpoints', contacts)
  await load('cases', cases)
  await derive(`sla:
  - { metric: wait, value: 60 s, source: Board }
  - { metric: wait, channel: call, market: FR, value: 1.5 min, source: French desk }
  - { metric: first_reply, value: 4 h, source: Board }
  - { metric: resolution, priority: high, value: 2 h, source: Board }
  - { metric: resolution, channel: chat, priority: high, value: 1 h, source: Board }`)
  expect(await targets('touchpoints', 'target_seconds')).toEqual({
    call: 90,
    chat: 60,
    email: 14_400,
    social: 14_400,
    out: null,
  })
  expect(await targets('cases', 'first_reply_target_seconds')).toEqual({ c1: 14_400, c2: 14_400, c3: 14_400 })
  expect(await targets('cases', 'resolution_target_seconds')).toEqual({ c1: 86_400, c2: 3600, c3: 86_400 })
})

test('the priority is the one before the first change, for the case and for its contacts', async () => {
  await load('touchpoints', contacts)
  await load('cases', cases)
  await load(
    'case_events',
    `SELECT * FROM (VALUES ('e1', 'c1', 'priority', 'High', 'low', TIMESTAMP '2024-01-01 01:00:00'), ('e2', 'c1', 'priority', 'low', 'medium', TIMESTAMP '2024-01-01 02:00:00'),
      ('e3', 'c2', 'priority', 'P7', 'high', TIMESTAMP '2024-01-01 01:00:00'), ('e4', 'c3', 'status', 'high', 'open', TIMESTAMP '2024-01-01 01:00:00')) t(id, "case", activity, from_value, to_value, "at")`,
  )
  await derive(`sla:
  - { metric: resolution, priority: high, value: 2 h, source: Board }
  - { metric: wait, priority: high, value: 10 s, source: Board }`)
  expect(await targets('cases', 'resolution_target_seconds')).toEqual({ c1: 7200, c2: 7200, c3: 86_400 })
  expect(await targets('touchpoints', 'target_seconds')).toMatchObject({ call: 10, chat: 10, email: 86_400 })
})

test('a promise in opening hours hides the others, also where no opening hours are known', async () => {
  await load('cases', cases)
  expect(await derive('sla: [{ metric: resolution, value: 8 h, clock: business, source: Contract }]')).toMatchObject([
    {
      code: 'promise-without-schedule',
      message: expect.stringContaining('"Contract" (resolution) counts opening hours; 3 cases'),
    },
  ])
  expect(await targets('cases', 'resolution_target_seconds')).toEqual({ c1: null, c2: null, c3: null })
})

test('opening hours count with the columns that a source has, and by the priority that applied', async () => {
  await load('touchpoints', contacts)
  await load('cases', cases)
  await load(
    'case_events',
    `SELECT 'e1' AS id, 'c1' AS "case", 'priority' AS activity, 'high' AS from_value, 'low' AS to_value, TIMESTAMP '2024-01-01 01:00:00' AS "at"`,
  )
  const notes = await derive(`zone: UTC
schedules: [{ name: office, hours: { mon-fri: 09:00-17:00 } }, { name: french, hours: { mon-fri: 08:00-17:00 }, for: { market: FR } }]
sla:
  - { metric: resolution, priority: high, value: 8 h, clock: business, source: Board }
  - { metric: first_reply, priority: high, value: 30 min, clock: business, source: Board }
  - { metric: wait, channel: call, value: 1 min, clock: business, source: Board }`)
  expect(notes).toEqual([])
  // Monday at midnight: open from nine, in France from eight. Eight hours are over at closing time.
  expect(await targets('cases', 'resolution_target_seconds')).toEqual({ c1: 17 * 3600, c2: 17 * 3600, c3: 86_400 })
  expect(await targets('cases', 'first_reply_target_seconds')).toEqual({ c1: 34_200, c2: 34_200, c3: 86_400 })
  expect(await targets('touchpoints', 'target_seconds')).toEqual({
    call: 8 * 3600 + 60,
    chat: 30,
    email: 86_400,
    social: null,
    out: null,
  })
})

test('a word that the model does not have is said, with those that it has', async () => {
  await load('cases', cases)
  const notes = await derive('sla: [{ metric: first_reply, channel: phone, value: 8 h, source: Contract }]')
  expect(notes).toMatchObject([{ code: 'promise-word-unknown', fix: expect.stringContaining('call, chat, email') }])
})

test('nothing is promised where nothing begins', async () => {
  await load('cases', `SELECT 'c1' AS id, 'email' AS channel`)
  await load('touchpoints', `SELECT 't1' AS id, 'call' AS channel`)
  expect(await derive()).toEqual([])
  const rows = await store.rows(
    raw(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'cx' AND column_name LIKE '%target_seconds'`,
    ),
  )
  expect(rows).toEqual([])
})

test('contacts of an unknown channel have no promise', async () => {
  await load('touchpoints', `SELECT 't1' AS id, 5 AS wait_seconds`)
  await derive()
  expect(await targets('touchpoints', 'target_seconds')).toEqual({ t1: null })
})

test('a text of the project stays a text', async () => {
  await load('cases', cases)
  await derive(`sla: [{ metric: resolution, channel: "a' OR TRUE --", value: 1 s, source: Board }]`)
  expect(await targets('cases', 'resolution_target_seconds')).toMatchObject({ c1: 86_400 })
})

test('as many conditions keep their order', async () => {
  const rule = (rest: Partial<PromiseRule>): PromiseRule => ({
    metric: 'wait',
    value: 1,
    clock: 'calendar',
    source: 's',
    ...rest,
  })
  const rules = [rule({}), rule({ market: 'FR' }), rule({ channel: 'call' }), rule({ channel: 'call', market: 'FR' })]
  expect(ranked(rules)).toEqual([rules[3], rules[1], rules[2], rules[0]])
  expect((await builtInPromises()).map(({ value }) => value)).toEqual([120, 30, 86_400, 86_400])
})

test.each(['24', 'a day', '-5 s', '5 weeks'])('"%s" is no duration, and the fault says how to write one', (value) => {
  const result = settingsSchema.shape.sla.safeParse([{ metric: 'wait', value, source: 's' }])
  expect(result.error?.issues[0]?.message).toContain('such as 120 s')
})
