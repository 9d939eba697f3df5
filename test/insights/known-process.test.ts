import { afterAll, beforeAll, expect, test } from 'vitest'
import { knownProcess } from '../../src/insights/known-process.ts'
import { readProcess } from '../../src/insights/read-process.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { Held, Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
beforeAll(async () => {
  store = await emptyModel()
  await fill(store, 'cases', `SELECT 'c' || range AS id FROM range(4)`)
  // Of half of the cases the same step says that they are done.
  await fill(
    store,
    'case_events',
    `SELECT 'e' || range AS id, 'c' || (range % 4) AS "case", CASE WHEN range < 4 THEN 'Note' ELSE 'Close' END AS step,
      CASE WHEN range < 4 THEN 'note' WHEN range % 2 = 0 THEN 'solved' ELSE 'note' END AS activity,
      TIMESTAMP '2026-01-05 08:00:00' + to_minutes(CAST(range AS INTEGER)) AS "at", range AS record FROM range(8)`,
  )
})
afterAll(() => store.close())

/** The same store, and how many tables of it are held now and were in all. */
function counting(context: MetricContext): { context: MetricContext; now: () => number; all: () => number } {
  let [now, all] = [0, 0]
  const hold: Store['hold'] = async (statement) => {
    const held: Held = await store.hold(statement)
    now++
    all++
    return {
      ...held,
      release: () => {
        now--
        return held.release()
      },
    }
  }
  return { context: { ...context, store: { ...store, hold } }, now: () => now, all: () => all }
}

test('a version is read once for a scope, and nothing stays aside', async () => {
  const { context, now, all } = counting(await contextOf(store))
  const [one, two] = await Promise.all([knownProcess({}, context), knownProcess({}, context)])
  expect(two).toBe(one)
  const once = all()
  expect([once > 0, now()]).toEqual([true, 0])
  await knownProcess({ as_of: '2026-01-05T08:03:00Z' }, context)
  expect(all()).toBeGreaterThan(once)
})

test('an answer for one viewer is not given to another', async () => {
  const { context, all } = counting(await contextOf(store))
  await knownProcess({}, { ...context, viewer: { ...context.viewer, personalData: 'show' } })
  const once = all()
  await knownProcess({}, { ...context, viewer: { ...context.viewer, personalData: 'mask' } })
  expect(all()).toBe(2 * once)
})

test('sequences of the same steps are one, also where their events say another thing of the case', async () => {
  const map = await readProcess({}, await contextOf(store))
  expect(map).toMatchObject({ variant_count: 1, variants: [{ path: ['Note', 'Close'], cases: 4 }], closing: null })
})
