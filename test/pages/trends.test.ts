import { describe, expect, test } from 'vitest'
import type { IssueTrend, IssueTrends } from '../../src/insights/issue-trends.ts'
import { drawIssueTrends } from '../../src/pages/charts/issue-trends.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { PageServices } from '../../src/pages/services.ts'
import { fixtureServices, wordsOf } from './fixtures.ts'

const weeks = Array.from({ length: 20 }, (_, at) => new Date(Date.UTC(2025, 0, 6 + 7 * at)).toISOString().slice(0, 10))

const trendOf = (over: Partial<IssueTrend> = {}): IssueTrend => ({
  field: 'reason',
  field_label: 'Reason',
  value: 'Login',
  label: 'Login',
  move: 'rises',
  cases: 300,
  before: 0.002,
  after: 0.005,
  ratio: { value: 2.5, low: 1.8, high: 3.4 },
  extra: 9.5,
  since: { week: weeks[12]!, low: weeks[11]!, high: weeks[13]! },
  p: 1e-5,
  q: 1e-4,
  only_in: null,
  markets: [],
  markets_tried: 2,
  first_day: '2025-01-06',
  last_day: '2025-05-20',
  satisfaction: { value: 0.7, low: 0.6, high: 0.8, n: 90 },
  work: null,
  rates: weeks.map((_, at) => (at < 12 ? 0.002 : 0.005)),
  ...over,
})

const answerOf = (trends: IssueTrend[]): IssueTrends => ({
  base: 'customers',
  weeks,
  seasonal: false,
  tried: 30,
  values: 10,
  small: 0,
  trends,
  whole: null,
  sentence: trends.length > 0 ? 'Something moves.' : 'Nothing moves.',
  basis: 'Rates of customers.',
  limits: ['No cause.'],
  findings: [],
})

type Found = Awaited<ReturnType<NonNullable<PageServices['findIssueTrends']>>>

async function drawn(found: Found, language = 'en'): Promise<string> {
  const services = await fixtureServices(language, (text) => text)
  const page = services.pages.find((each) => each.page === 'trends')!
  return renderContent(await resolvePage(page, '', { ...services, findIssueTrends: async () => found }), services.words)
}

describe('page of trends', () => {
  test('names what moves, since when and where, in a picture and a table', async () => {
    const { before, after, ratio, extra, since, p, q, move, cases } = trendOf()
    const market = { market: 'ES', label: 'Spain', before, after, ratio, extra, since, p, q, move, cases }
    const html = await drawn(answerOf([trendOf({ markets: [market] })]))
    expect(html).toContain('Login (reason) rises in Spain since the week of Mar 31, 2025.')
    expect(html).toContain('since Mar 31, 2025')
    expect(html).toContain('Spain ×2.50')
    expect(html).toContain('70.0% (60.0%\u00a0to\u00a080.0%)')
    // No work was measured, so no column speaks of it.
    expect(html).not.toContain('Hours of work')
    expect(await drawn(answerOf([trendOf()]), 'fr')).toContain(
      'Login (reason) monte, depuis la semaine du 31 mars 2025.',
    )
  })

  test('says that nothing moves, and why nothing can be said', async () => {
    expect(await drawn(answerOf([]))).toContain('Nothing moves. Rates of customers. No cause.')
    const refused = await drawn({ refused: 'The day is not known.', missing: ['cases.created_at'] })
    expect(refused).toContain('The day is not known.')
    expect(refused).not.toContain('All that rises or falls')
  })

  test('what was written is no markup', async () => {
    const html = await drawn(answerOf([trendOf({ label: '<img src=x>{a}', value: '<img src=x>{a}' })]))
    expect(html).not.toContain('<img')
  })

  test('the picture names those that move most, one below the other on a phone', async () => {
    const words = await wordsOf('en')
    const answer = answerOf(Array.from({ length: 9 }, (_, i) => trendOf({ label: `Value ${i}`, since: null })))
    const [wide, narrow] = [drawIssueTrends(answer, words, 1000), drawIssueTrends(answer, words, 326)]
    expect((wide.option.grid as unknown[]).length).toBe(6)
    expect(narrow.height).toBe(3 * wide.height)
    expect(wide.label).toContain('Value 0 2.00 → 5.00')
    expect(wide.label).not.toContain('Value 6')
  })
})
