import { expect, test } from 'vitest'
import type { ContrastEvidence, TopicsEvidence } from '../../src/insights/topics-evidence.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { fixtureServices } from './fixtures.ts'

const nasty = '<script>alert(1)</script>"\'{{x}}'

const sums = (topic: string | null, texts: number, mean: number) => ({
  topic,
  texts,
  answers: 200,
  sum: 200 * mean,
  squares: 200 * (mean * mean + 1),
  handled: 0,
  seconds: 0,
})

const evidence: TopicsEvidence = {
  scope: { of: 'cases' },
  texts: 1_000,
  different: 900,
  sampled: 1_000,
  model: {
    topics: [
      {
        id: 'refund-money',
        terms: ['refund', 'money', nasty],
        words: [{ stem: 'refund', weight: 2 }],
        stability: 0.98,
      },
      { id: 'parcel-late', terms: ['parcel', 'late'], words: [{ stem: 'parcel', weight: 2 }], stability: 0.95 },
    ],
    texts: 1_000,
    tried: [{ topics: 2, stability: 0.96, back: 2 }],
    unstable: 0,
  },
  sums: [sums('refund-money', 300, 2), sums('parcel-late', 400, 3.5), sums(null, 300, 3.5)],
  groups: null,
  quotes: { 'refund-money': { id: 'c1', text: `Where is my money? ${nasty}` } },
  templates: { share: 0.1, sentences: 1, first: null },
  same: [{ id: 'c2', text: `How do I return it? ${nasty}`, texts: 40, handled: 0, seconds: 0 }],
  knows: { satisfaction: true, handling: false },
  contrast: null,
}

const contrast: ContrastEvidence = {
  by: 'csat',
  value: null,
  groups: [
    { group: 'high', label: 'high', texts: 400 },
    { group: 'low', label: 'low', texts: 200 },
  ],
  words: [
    { stem: 'refund', written: 'refund', texts: [40, 120] },
    { stem: 'parcel', written: 'parcel', texts: [160, 60] },
    { stem: 'week', written: 'week', texts: [100, 50] },
  ],
}

async function page(found: TopicsEvidence | null, sides: ContrastEvidence | null, language = 'en'): Promise<string> {
  const services = await fixtureServices(language)
  const own = services.pages.find((each) => each.page === 'topics')!
  const view = await resolvePage(own, '', {
    ...services,
    readTopics: async () => found,
    readTextContrast: async ({ sides: { by } }) => (by === 'csat' ? sides : null),
  })
  return renderContent(view, services.words)
}

test('topics, candidates and words of the dissatisfied, with every text escaped', async () => {
  const html = await page(evidence, contrast)
  expect(html).not.toContain('<script>alert')
  expect(html).toContain('&lt;script&gt;')
  expect(html).toContain('lower than the others by 1.50')
  expect(html).toContain('no work on these cases was measured')
  expect(html).toContain('refund · dissatisfied')
  expect(html).not.toContain('week ·')
})

test('in French', async () => {
  const html = await page(evidence, contrast, 'fr')
  expect(html).toContain('plus bas que les autres de 1,50')
  expect(html).toContain('refund · mécontents')
})

test('without texts one sentence says what to add; without a difference no picture is drawn', async () => {
  const refused = await page(null, null)
  expect(refused).toContain('the cases have neither a subject nor a description')
  const same = { ...contrast, words: contrast.words.map((each) => ({ ...each, texts: [100, 50] })) }
  const html = await page(evidence, same)
  expect(html).toContain('none shows a difference beyond chance')
  expect(html).not.toContain('· dissatisfied')
})
