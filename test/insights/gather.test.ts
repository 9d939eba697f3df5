import { afterEach, beforeEach, expect, test } from 'vitest'
import { gatherFindings, gatherWithin } from '../../src/insights/gather.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
beforeEach(async () => {
  store = await emptyModel()
})
afterEach(() => store.close())

test.each(['en', 'fr'])('where nothing is known every question is refused with a sentence (%s)', async (language) => {
  const answers = await gatherFindings(await contextOf(store, { language }))
  expect(answers.length).toBeGreaterThan(10)
  for (const { kind, findings, refused } of answers) {
    expect(findings, kind).toEqual([])
    expect(refused?.refused, kind).toMatch(/\p{L}.*[.!?]$/su)
  }
})

/** Cases at random moments of a year, a fifth never solved, about nothing, of customers who are all alike. */
async function fillCases(count: number): Promise<void> {
  await fill(
    store,
    'cases',
    `SELECT *, CAST(created_at AS DATE) AS created_on, extract('hour' FROM created_at) AS created_hour FROM (
      SELECT 'k' || i AS id, 'c' || (hash(i, 'customer') % 400) AS customer, 'low' AS priority,
        TIMESTAMP '2025-01-01' + to_seconds(CAST(hash(i, 'at') % 31000000 AS INTEGER)) AS created_at,
        CASE WHEN hash(i, 'solved') % 5 > 0 THEN TIMESTAMP '2026-02-01' END AS solved_at
      FROM range(${count}) AS numbers(i))`,
  )
  await fill(store, 'customers', `SELECT 'c' || i AS id FROM range(400) AS numbers(i)`)
}

test('a reader who will not wait is told what is still being worked on, and sees it next time', async () => {
  await fillCases(3000)
  const context = await contextOf(store, { asOf: '2026-02-02T00:00:00Z' })
  const early = await gatherWithin(context, 0)
  expect(early.pending.length).toBeGreaterThan(0)
  const all = await gatherFindings(context)
  const late = await gatherWithin(context, 60_000)
  expect(late.pending).toEqual([])
  expect(late.answers).toEqual(all)
})

test('each question is put once, whoever asks', async () => {
  await fillCases(500)
  const context = await contextOf(store, { asOf: '2026-02-02T00:00:00Z' })
  const [one, other] = await Promise.all([gatherFindings(context), gatherFindings(context)])
  expect(one.every((answer, at) => answer === other[at])).toBe(true)
})
