import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AlertRule, alertsSchema, type Receiver, receiversSchema } from '../../src/config/alerts.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { Store } from '../../src/store/store.ts'
import { type AlertsOptions, openAlerts } from '../../src/watch/alerts.ts'
import { readHistory, readWatched } from '../../src/watch/ledger.ts'
import type { Notification } from '../../src/watch/notification.ts'
import { showAlerts } from '../../src/watch/shown.ts'
import { startAlerts } from '../../src/watch/start-alerts.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'
import { cataloguePages, fixtureServices } from '../pages/fixtures.ts'
import { hostile } from './notifications.ts'
import { type LocalReceiver, localReceiver } from './receivers.ts'

let store: Store
let context: MetricContext
let hook: LocalReceiver
let folder: string
let now: number
let version: string

beforeAll(async () => {
  store = await emptyModel()
  await fill(
    store,
    'cases',
    `SELECT 'c' || i AS id, 'email' AS channel, CASE WHEN i < 3 THEN '${hostile.replaceAll("'", "''").replace('\r\n', ' ')}' ELSE 'FR' END AS market, 'open' AS status,
       TIMESTAMP '2024-03-10 11:00:00' AS created_at, DATE '2024-03-10' AS created_on FROM range(10) t(i)`,
  )
  context = await contextOf(store, { asOf: '2024-03-10T12:00:00Z' })
  hook = await localReceiver()
})
afterAll(async () => {
  await hook.close()
  await store.close()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-alerts-'))
  hook.heard.splice(0)
  now = Date.parse('2024-03-10T12:00:00Z')
  version = 'v1'
  return () => rm(folder, { recursive: true, force: true })
})

const rules = (...written: object[]): AlertRule[] => alertsSchema.parse(written)
const many = { id: 'many', kind: 'threshold', metric: 'cases', by: 'market', above: 2, receivers: ['team'] }

function options(given: AlertRule[], change: Partial<AlertsOptions> = {}): AlertsOptions {
  const receivers: Receiver[] = receiversSchema.parse([
    { id: 'team', kind: 'slack', url: 'env:HOOK', allow_private: true },
    { id: 'log', kind: 'file', path: 'alerts.ndjson' },
  ])
  return {
    folder,
    project: 'Shop',
    zone: 'UTC',
    words: context.words,
    rules: given,
    receivers,
    publicUrl: 'https://cx.example',
    outside: { directory: folder, environment: { HOOK: hook.url }, now: () => now },
    open: async () => ({ services: services(), close: async () => {} }),
    ...change,
  }
}

function services() {
  const seen = { ...context, version: { ...context.version, id: version } }
  return {
    context: seen,
    now,
    runQuery: (query: Parameters<typeof runQuery>[0], other?: MetricContext) => runQuery(query, other ?? seen),
    checks: async () => [],
    newest: async () => new Map(),
    schedule: async () => undefined,
  }
}

/** One process: it evaluates, delivers and ends. */
async function once(given: AlertRule[], change: Partial<AlertsOptions> = {}) {
  const alerts = await openAlerts(options(given, change))
  const evaluated = await alerts.evaluateNow()
  await alerts.deliverNow()
  await alerts.close()
  return evaluated
}

test('two segments that fire are one message, told once however often it is looked at and restarted', async () => {
  const first = await once(rules(many))
  expect(first.transitions.map(({ event }) => event)).toEqual(['fired', 'fired'])
  await once(rules(many))
  version = 'v2'
  await once(rules(many))
  expect(hook.heard).toHaveLength(1)
  const body = JSON.parse(hook.heard[0]!.body) as { text: string }
  expect(body.text).toBe('2 alerts')
  expect(hook.heard[0]!.body).not.toMatch(/<!channel|<img/)
  now += 25 * 3600_000
  await once(rules(many))
  expect(hook.heard).toHaveLength(2)
})

test('what is over is told once, to the same receiver', async () => {
  await once(rules(many))
  version = 'v2'
  await once(rules({ ...many, above: 100 }))
  version = 'v3'
  await once(rules({ ...many, above: 100 }))
  expect(hook.heard.map(({ body }) => /over/.test(body))).toEqual([false, true])
})

test('without a receiver nothing is sent, and the state is shown', async () => {
  const { queued } = await once(rules({ ...many, receivers: [] }))
  expect(queued).toEqual([])
  const shown = showAlerts(rules({ ...many, receivers: [] }), await readWatched(folder), services())
  expect(shown.alerts.map(({ status, value, limit }) => [status, value, limit])).toEqual([
    ['firing', '7', '2'],
    ['firing', '3', '2'],
  ])
})

test('a night holds back what comes up, and then sends both what began and what was over', async () => {
  const night = { ...many, receivers: ['log'], quiet: { from: '11:00', to: '13:00' } }
  await once(rules(night))
  version = 'v2'
  await once(rules({ ...night, above: 100 }))
  await expect(readFile(join(folder, 'alerts.ndjson'))).rejects.toThrow()
  now += 3600_000
  await once(rules({ ...night, above: 100 }))
  const [line, ...more] = (await readFile(join(folder, 'alerts.ndjson'), 'utf8')).trim().split('\n')
  const { title, messages } = JSON.parse(line!) as Notification
  expect(more).toEqual([])
  expect(title).toBe('4 messages of the quiet hours')
  expect(messages.map(({ event }) => event)).toEqual(['fired', 'fired', 'resolved', 'resolved'])
})

test('state and message stand in one line: a process that dies after it loses neither', async () => {
  const alerts = await openAlerts(options(rules(many)))
  await alerts.evaluateNow()
  // Killed before anything is delivered.
  await alerts.close()
  await once(rules(many))
  expect(hook.heard).toHaveLength(1)
})

test('a line that was damaged is left out and named; the rest holds', async () => {
  await once(rules(many))
  const file = join(folder, 'alerts.log', '00000001.log')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('"kind":"tried"', '"kind":"tired"'))
  const watched = await readWatched(folder)
  expect(watched.damaged).toEqual([`${file}:2`])
  expect(watched.states.size).toBe(2)
})

test('a rule that cannot be read has no data and says why; the others are evaluated', async () => {
  const { states } = await once(rules({ id: 'wrong', kind: 'threshold', metric: 'nonsense', above: 1 }, many))
  expect(states.map(({ rule, status }) => [rule, status])).toEqual([
    ['wrong', 'no-data'],
    ['many', 'firing'],
    ['many', 'firing'],
  ])
  expect(states[0]?.because).toContain('nonsense')
})

test('every evaluation of new data is kept, and one of the same data is not', async () => {
  for (const id of ['v1', 'v1', 'v2']) {
    version = id
    await once(rules({ ...many, receivers: [], above: 100 }))
  }
  const kept: string[] = []
  for await (const line of readHistory(folder)) if (line.kind === 'evaluated') kept.push(line.version)
  expect(kept).toEqual(['v1', 'v2'])
})

test('a test message passes the rules, and an unknown receiver is named with those there are', async () => {
  const alerts = await openAlerts(options([]))
  expect(await alerts.test('team')).toEqual({ ok: true })
  await expect(alerts.test('nobody')).rejects.toMatchObject({
    exitCode: 5,
    problems: [{ fix: 'Use one of: team, log.' }],
  })
  await alerts.close()
  expect(JSON.parse(hook.heard[0]!.body)).toMatchObject({ text: 'A test message: Shop can send alerts here.' })
})

test('while it runs, it looks at once, delivers by itself, and tries again after a failure', async () => {
  hook.answers.push({ status: 503, headers: { 'retry-after': '0' } })
  const failures: unknown[] = []
  const running = await startAlerts({ ...options(rules(many)), every: 1e6, failed: (error) => failures.push(error) })
  const until = async (count: number) => {
    for (let looks = 0; looks < 100 && hook.heard.length < count; looks++)
      await new Promise((done) => setTimeout(done, 10))
  }
  await until(1)
  // The receiver has heard it; the try is written down after that.
  const tries = async () => [...(await readWatched(folder)).deliveries.values()][0]?.tries
  for (let looks = 0; looks < 100 && (await tries()) !== 1; looks++) await new Promise((done) => setTimeout(done, 10))
  now += 6000
  await running.evaluateNow()
  await until(2)
  await running.close()
  expect(hook.heard).toHaveLength(2)
  expect(failures).toEqual([])
  expect([...(await readWatched(folder)).deliveries.values()].map(({ outcome, tries }) => [outcome, tries])).toEqual([
    ['sent', 2],
  ])
})

test('its end does not wait for a receiver that never answers; the message goes at the next start', async () => {
  hook.answers.push({ status: 0 })
  const running = await startAlerts({ ...options(rules(many)), every: 1e6, failed: () => {} })
  for (let looks = 0; looks < 200 && hook.heard.length < 1; looks++) await new Promise((done) => setTimeout(done, 10))
  const begun = Date.now()
  await running.close()
  expect(Date.now() - begun).toBeLessThan(5000)
  await once(rules(many))
  expect(hook.heard).toHaveLength(2)
})

describe('the page', () => {
  async function shownOn(language: string) {
    const given = rules({ ...many, title: '<b>Many</b>', owner: 'Ada' })
    const pageServices = await fixtureServices()
    const { pages } = await cataloguePages()
    const words = (await contextOf(store, { language })).words
    const shown = showAlerts(given, await readWatched(folder), { ...services(), context: { ...context, words } })
    const page = pages.find((each) => each.page === 'alerts')!
    return resolvePage(page, '', { ...pageServices, words, readAlerts: async () => shown })
  }

  test('shows states and messages, in both languages, with hostile text as text', async () => {
    await once(rules({ ...many, title: '<b>Many</b>' }))
    const view = await shownOn('en')
    expect(view.tiles.map(({ id, state }) => [id, state])).toEqual([
      ['states', 'ok'],
      ['messages', 'ok'],
    ])
    expect(view.tiles[0]?.reading).toBe('2 of 2 alerts are firing.')
    expect(view.tiles[0]?.table?.rows[0]?.map(({ text }) => text)).toEqual([
      '<b>Many</b>: FR',
      'Firing',
      '7',
      '2',
      '7',
      'Mar 10, 2024, 12:00 PM',
      'team',
      'Ada',
    ])
    expect(view.tiles[1]?.table?.rows[0]?.map(({ text }) => text).slice(1)).toEqual([
      '2 alerts',
      'team',
      'Sent',
      '1',
      '–',
    ])
    const html = renderContent(view, context.words)
    expect(html).toContain('&lt;b&gt;Many&lt;/b&gt;')
    expect(html).not.toMatch(/<b>Many|<img/)
    const french = await shownOn('fr')
    expect(french.tiles[0]?.reading).toBe('2 alertes sur 2 sont déclenchées.')
    expect(french.tiles[0]?.table?.rows[0]?.[0]?.text).toBe('<b>Many</b> : FR')
  })

  test('says that nothing was evaluated yet, and where there is no project', async () => {
    const never = await shownOn('en')
    expect(never.tiles[0]?.reading).toMatch(/^Nothing was evaluated yet/)
    expect(never.tiles[0]?.table?.rows[0]?.[1]?.text).toBe('Not evaluated yet')
    const { pages } = await cataloguePages()
    const view = await resolvePage(pages.find((each) => each.page === 'alerts')!, '', await fixtureServices())
    expect(view.tiles.map(({ id, state }) => [id, state])).toEqual([['states', 'empty']])
  })
})
