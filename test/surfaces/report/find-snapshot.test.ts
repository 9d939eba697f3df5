import { expect, test } from 'vitest'
import type { Verdict } from '../../../src/metrics/frame.ts'
import type { PageServices } from '../../../src/pages/services.ts'
import type { Page } from '../../../src/pages/spec.ts'
import { findSnapshot, type Snapshot } from '../../../src/surfaces/report/snapshot.ts'
import { fixtureServices } from '../../pages/fixtures.ts'

const tested: Pick<Verdict, 'family' | 'df' | 'n_min'> = { family: { size: 3, dimensions: [] }, df: 3, n_min: 600 }

/** The page of the fixtures where what is asked by some dimensions has another verdict. */
async function snapshotWith(verdicts: Record<string, Partial<Verdict>>): Promise<Snapshot> {
  const services = await fixtureServices()
  const runQuery: PageServices['runQuery'] = async (query) => {
    const frame = await services.runQuery(query)
    const given = verdicts[`${query.metrics[0]} by ${query.by?.join(',')}`]
    if (!given) return { ...frame, verdicts: frame.verdicts.map((each) => ({ ...each, real: false })) }
    const verdict = {
      metric: query.metrics[0]!,
      by: query.by![0]!,
      real: true,
      p: 0.001,
      q: 0.001,
      ...tested,
      ...given,
    }
    return { ...frame, verdicts: [{ test: 'kruskal-wallis', statistic: 50, n: 2000, sentence: '', ...verdict }] }
  }
  const overview = services.pages.find(({ page }) => page === 'overview')!
  return findSnapshot(overview, 'tickets.csv', { ...services, runQuery })
}

test('the real difference that is largest for its number is shown, its test beside it', async () => {
  const { title, sure, about, picture, numbers, definition, origin } = await snapshotWith({
    'csat_mean by channel': { statistic: 90, n: 1000, sentence: 'Real: channels differ (Kruskal-Wallis p < 0.001).' },
    'csat_mean by type': { statistic: 200, n: 20_000, sentence: 'Real: types differ (Kruskal-Wallis p < 0.001).' },
  })
  expect({ title, sure, about }).toEqual({
    title: 'Real: channels differ',
    sure: 'Kruskal-Wallis p < 0.001 · n = 1,000',
    about: 'Satisfaction by channel',
  })
  expect(picture?.svg).toMatch(/^<svg/)
  expect(numbers).toEqual([])
  expect(definition).toMatch(/^Satisfaction score: /)
  expect(origin).toContain('version v1')
})

test('groups that differ in number are shown only where no measure differs', async () => {
  const even = { test: 'chi-square-even', statistic: 900, n: 1000, sentence: 'Real: types differ in number.' } as const
  const measured = { statistic: 20, n: 1000, sentence: 'Real: channels differ.' }
  const both = await snapshotWith({ 'cases by type': even, 'csat_mean by channel': measured })
  expect(both.title).toBe('Real: channels differ')
  expect((await snapshotWith({ 'cases by type': even })).title).toBe('Real: types differ in number')
})

test('where nothing is real, the numbers of the page stand, and that nothing is', async () => {
  const { picture, title, numbers, sure } = await snapshotWith({})
  expect(picture).toBeNull()
  expect(title).toMatch(/8,469 cases/)
  expect(numbers.map(({ label, value }) => `${label} ${value}`)).toContain('Reply rate 66.7%')
  expect(sure).toMatch(/^No evidence of a difference in/)
})

test('a page without any of that says so', async () => {
  const services = await fixtureServices()
  const overview = services.pages.find(({ page }) => page === 'overview')!
  const page: Page = { ...overview, tiles: [], headline: { says: 'page' } }
  await expect(findSnapshot(page, 'tickets.csv', services)).rejects.toMatchObject({
    problems: [{ code: 'snapshot-empty', where: 'overview' }],
  })
})
