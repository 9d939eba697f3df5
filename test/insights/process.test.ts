import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findProcess, type ProcessMap, stepLabel } from '../../src/insights/process.ts'
import type { ProcessEvidence } from '../../src/insights/process-evidence.ts'
import { inferredFrom } from '../../src/insights/process-states.ts'
import { readProcess } from '../../src/insights/read-process.ts'
import { raw, sql } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

/** Public event log of a help desk; given beside the repository, never inside it. */
const helpdesk = join(import.meta.dirname, '../../../shared/data/helpdesk/helpdesk.csv')

interface Event {
  case: string
  step: string
  /** Minutes. */
  at: number
  actor: string | null
}

let store: Store
beforeAll(async () => {
  store = await emptyModel()
})
afterAll(() => store.close())
beforeEach(clear)

async function clear(): Promise<void> {
  for (const table of ['cases', 'case_events']) await store.run(raw(`DELETE FROM cx."${table}"`))
}

const text = (value: string | null): string => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`)

/** Puts a log into the model; its order is that of the list, whatever the order of the rows. */
async function write(events: Event[], order: number[] = events.map((_, index) => index)): Promise<void> {
  const ids = [...new Set(events.map((each) => each.case))]
  if (ids.length === 0) return
  await fill(store, 'cases', `SELECT * FROM (VALUES ${ids.map((id) => `('${id}')`).join(', ')}) AS t(id)`)
  const values = order.map((index) => {
    const { case: id, step, at, actor } = events[index]!
    return `('e${index}', '${id}', ${text(step)}, TIMESTAMP '2026-01-05 08:00:00' + to_minutes(${at}), ${text(actor)}, ${index + 1})`
  })
  await fill(
    store,
    'case_events',
    `SELECT * FROM (VALUES ${values.join(', ')}) AS t(id, "case", step, "at", actor, record)`,
  )
}

async function mined(scope = {}): Promise<ProcessEvidence> {
  return (await readProcess(scope, await contextOf(store)))!
}

/** `a:Note@0 Ada` is case a, step Note, after 0 minutes, by Ada. */
function log(lines: string): Event[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [, id = '', step = '', at = '', actor] = /^\s*(\w+):(.+)@(\d+)(?: (\w+))?$/.exec(line) ?? []
      return { case: id, step, at: Number(at), actor: actor ?? null }
    })
}

const three = log(`
  a:Note@0 Ada
  a:Check@10 Bob
  a:Decide@70 Ada
  a:Close@100 Ada
  b:Note@0 Ada
  b:Decide@30 Bob
  b:Check@30 Ada
  b:Check@90 Bob
  b:Close@100 Bob
  c:Note@0
  c:Close@60 Ada
  c:Check@120 Bob
  c:Close@130 Bob
`)

describe('by hand', () => {
  test('steps, what follows what with waits, sequences', async () => {
    await write(three)
    const map = await mined()
    expect(map).toMatchObject({
      inferred: false,
      cases: 3,
      traced: 3,
      events: 13,
      undated: 0,
      tied: 1,
      variant_count: 3,
    })
    expect(map.steps.find(({ step }) => step === 'Check')).toEqual({
      step: 'Check',
      count: 4,
      cases: 3,
      starts: 0,
      ends: 0,
      repeated: 1,
      place: (2 + 3 + 4 + 3) / 4,
    })
    expect(map.edges.find(({ from, to }) => from === 'Check' && to === 'Close')).toEqual({
      from: 'Check',
      to: 'Close',
      count: 2,
      cases: 2,
      median: 600,
      p90: 600,
      total: 1200,
    })
    expect(map.length).toEqual({ mean: 13 / 3, median: 4, max: 5 })
    expect(map.duration).toEqual({ mean: 6600, median: 6000, max: 7800 })
  })

  test('events of one moment keep the order of the file', async () => {
    await write(three)
    expect((await mined()).variants.map(({ path }) => path.join(' '))).toContain('Note Decide Check Check Close')
  })

  test('rework, loops after the end, work handed back', async () => {
    await write(three)
    const map = await mined()
    expect(map).toMatchObject({ reworked: 2, closing: 'Close', reopened_cases: 1 })
    expect(map.reopens).toEqual([{ step: 'Check', count: 1, cases: 1 }])
    // a: Ada Bob Ada; b: Ada Bob Ada Bob; c: Ada Bob.
    expect(map).toMatchObject({ handovers: 6, returned: 3, returned_cases: 2 })
  })

  test('the bottleneck is the transition with the most waiting in all', async () => {
    await write(three)
    const { words } = await contextOf(store)
    const map = findProcess(await mined(), words) as ProcessMap
    expect(map.bottleneck).toMatchObject({ from: 'Check', to: 'Check', total: 3600 })
    const waits = map.edges.map(({ total }) => total ?? 0)
    expect(map.bottleneck?.total).toBe(Math.max(...waits))
  })

  test('a filter leaves the events of its cases alone; an event without a moment counts nowhere and is told', async () => {
    await write(three)
    await store.run(raw(`UPDATE cx.cases SET priority = CASE WHEN id = 'a' THEN 'high' ELSE 'low' END`))
    await store.run(raw(`UPDATE cx.case_events SET "at" = NULL WHERE id = 'e1'`))
    const high = await readProcess(
      { where: [{ dimension: 'priority', op: 'in', values: ['high'] }] },
      await contextOf(store, { asOf: '2026-02-01T00:00:00Z' }),
    )
    expect(high).toMatchObject({ cases: 1, traced: 1, events: 3, undated: 1 })
    expect(high?.variants).toEqual([{ path: ['Note', 'Decide', 'Close'], cases: 1 }])
  })

  test('what happened after the moment of the question has not happened', async () => {
    await write(three)
    const early = await readProcess({}, await contextOf(store, { asOf: '2026-01-05T08:30:00Z' }))
    expect(early).toMatchObject({ traced: 3, events: 3 + 3 + 0 + 0 })
  })
})

describe('histories in the words of the model', () => {
  test('statuses and who replied are steps of their own, and solved is what a case comes back from', async () => {
    await fill(store, 'cases', `SELECT 'x' AS id, 'open' AS status`)
    await fill(
      store,
      'case_events',
      `SELECT 'e' || seq AS id, 'x' AS "case", seq, TIMESTAMP '2026-01-05 08:00:00' + to_hours(CAST(seq AS INTEGER)) AS "at", activity, to_value, actor_kind FROM (VALUES
        (0, 'created', NULL, 'customer'), (1, 'replied', NULL, 'agent'), (2, 'status', 'solved', 'agent'), (3, 'replied', NULL, 'customer'), (4, 'status', 'open', 'system'))
        AS t(seq, activity, to_value, actor_kind)`,
    )
    const map = await mined()
    expect(map.variants[0]?.path).toEqual([
      'activity:created',
      'activity:replied:agent',
      'activity:status:solved',
      'activity:replied:customer',
      'activity:status:open',
    ])
    expect(map).toMatchObject({ closing: null, reopened_cases: 1 })
    expect(map.reopens).toEqual([{ step: 'activity:status:open', count: 1, cases: 1 }])
    const { words } = await contextOf(store, { language: 'fr' })
    expect(stepLabel('activity:status:solved', words)).toBe('Statut : Résolu')
    expect(stepLabel('activity:replied:agent', words)).toBe('Répondu (Agent)')
    expect(stepLabel('Note: request', words)).toBe('Note: request')
  })
})

describe('without events', () => {
  test('the map is inferred from statuses and filled fields, with counts and no times', async () => {
    await fill(
      store,
      'cases',
      `SELECT * FROM (VALUES ('1', 'open', NULL, NULL), ('2', 'pending', TIMESTAMP '2026-01-01', NULL), ('3', 'closed', TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-02'), ('4', 'deleted', NULL, NULL))
        AS t(id, status, first_response_at, solved_at)`,
    )
    const map = await mined()
    expect(map).toMatchObject({ inferred: true, cases: 3, events: 1 + 2 + 4, duration: null })
    expect(map.edges.every(({ median, p90, total }) => median === null && p90 === null && total === null)).toBe(true)
    expect(map.variants.map(({ path }) => path.length).sort()).toEqual([1, 2, 4])
    const { words } = await contextOf(store)
    const found = findProcess(map, words) as ProcessMap
    expect(found.bottleneck).toBeNull()
    expect(found.sentence).toContain('Inferred from statuses and filled fields of 3 cases')
    expect(found.findings).toEqual([])
  })

  test('nothing known is said, not drawn', async () => {
    await fill(store, 'cases', `SELECT '1' AS id`)
    const context = await contextOf(store)
    const none = await readProcess({}, context)
    expect(none).toBeNull()
    expect(findProcess(none, context.words)).toMatchObject({ refused: expect.stringContaining('There is no process') })
  })

  test('the median of an even number of cases is the mean of the two in the middle', () => {
    const path = (length: number) => Array.from({ length }, (_, index) => `s${index}`)
    const all = inferredFrom([
      { path: path(4), cases: 2 },
      { path: path(1), cases: 2 },
    ])
    expect(all.length).toEqual({ mean: 2.5, median: 2.5, max: 4 })
  })
})

const event = fc.record({
  case: fc.constantFrom('a', 'b', 'c', 'd'),
  step: fc.constantFrom('Note', "Ask 'why'", 'Decide', 'Close'),
  at: fc.integer({ min: 0, max: 6 }),
  actor: fc.constantFrom('Ada', 'Bob', null),
})

test('any log: every occurrence is followed or ends; sequences sum to the cases; the order of rows does not matter', async () => {
  const logs = fc.array(event, { minLength: 1, maxLength: 30 }).chain((events) =>
    fc.record({
      events: fc.constant(events),
      order: fc.shuffledSubarray(
        events.map((_, index) => index),
        { minLength: events.length },
      ),
    }),
  )
  await fc.assert(
    fc.asyncProperty(logs, async ({ events, order }) => {
      await clear()
      await write(events)
      const map = await mined()
      for (const { step, count, starts, ends } of map.steps) {
        const out = map.edges.filter(({ from }) => from === step).reduce((sum, each) => sum + each.count, 0)
        const into = map.edges.filter(({ to }) => to === step).reduce((sum, each) => sum + each.count, 0)
        expect([out + ends, into + starts]).toEqual([count, count])
      }
      expect(map.variants.reduce((sum, { cases }) => sum + cases, 0)).toBe(map.traced)
      expect(map.variants.reduce((sum, { cases, path }) => sum + cases * path.length, 0)).toBe(map.events)
      expect(map.events).toBe(events.length)
      expect(plainVariants(events)).toEqual(
        Object.fromEntries(map.variants.map(({ path, cases }) => [JSON.stringify(path), cases])),
      )
      await clear()
      await write(events, order)
      expect(await mined()).toEqual(map)
    }),
    { numRuns: 25 },
  )
}, 60_000)

/** The sequences, the slow way. */
function plainVariants(events: Event[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const id of new Set(events.map((each) => each.case))) {
    const own = events.filter((each) => each.case === id).toSorted((a, b) => a.at - b.at)
    const path = JSON.stringify(own.map(({ step }) => step))
    counts[path] = (counts[path] ?? 0) + 1
  }
  return counts
}

describe('the published log of a help desk', () => {
  const missing = !existsSync(helpdesk)
  if (missing) console.info(`Skipped: ${helpdesk} is not there.`)

  test.skipIf(missing)('has its known figures', async () => {
    await store.run(
      sql`CREATE OR REPLACE TEMP TABLE log AS SELECT *, row_number() OVER () AS record FROM read_csv(${raw(`'${helpdesk.replaceAll("'", "''")}'`)}, all_varchar = true, header = true)`,
    )
    await fill(store, 'cases', `SELECT DISTINCT "case:concept:name" AS id FROM log`)
    await fill(
      store,
      'case_events',
      `SELECT CAST(record AS VARCHAR) AS id, "case:concept:name" AS "case", "concept:name" AS step, CAST("time:timestamp" AS TIMESTAMP) AS "at", "org:resource" AS actor, record FROM log`,
    )
    const map = await mined()
    expect(map).toMatchObject({
      cases: 4580,
      traced: 4580,
      events: 21_348,
      tied: 129,
      variant_count: 226,
      closing: 'Closed',
    })
    expect(map.steps).toHaveLength(14)
    expect(map.variants[0]).toEqual({
      path: ['Assign seriousness', 'Take in charge ticket', 'Resolve ticket', 'Closed'],
      cases: 2366,
    })
    expect(map.edges[0]).toMatchObject({ from: 'Resolve ticket', to: 'Closed', count: 4558 })
    expect(map.length.mean).toBeCloseTo(4.661, 3)
    expect(map.length).toMatchObject({ median: 4, max: 15 })
    const days = Object.values(map.duration ?? {}).map((seconds) => Math.round((seconds / 86_400) * 100) / 100)
    expect(days).toEqual([40.86, 39.86, 59.99])
    const { words } = await contextOf(store)
    const found = findProcess(map, words) as ProcessMap
    expect(found.variants[0]?.share).toBeCloseTo(0.5166, 4)
    expect(found.bottleneck).toMatchObject({ from: 'Resolve ticket', to: 'Closed' })
    // The log numbers its own variants: as many, and as large.
    const own = await store.rows(
      raw('SELECT count(DISTINCT "case:concept:name") AS n FROM log GROUP BY "case:variant" ORDER BY n DESC'),
    )
    expect(own).toHaveLength(map.variant_count)
    expect(own.slice(0, map.variants.length).map(({ n }) => Number(n))).toEqual(map.variants.map(({ cases }) => cases))
  })
})
