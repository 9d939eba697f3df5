import { expect, test } from 'vitest'
import type { Feedback, FeedbackComment, FeedbackScope } from '../../src/insights/feedback.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { PageServices } from '../../src/pages/services.ts'
import type { FeedbackContent } from '../../src/pages/tiles/feedback.ts'
import { fixtureServices } from './fixtures.ts'
import { expectGolden } from './golden.ts'

const column = (id: string, type: 'text' | 'number' | 'timestamp' = 'text') => ({ id, label: id, type, masked: false })

const comment = (id: string, change: Partial<FeedbackComment> = {}): FeedbackComment => ({
  id,
  text: 'Late <script>alert(1)</script>',
  values: {
    id,
    kind: 'csat',
    score: 2,
    scale_min: 1,
    scale_max: 5,
    responded_at: '2024-03-01 10:00:00',
    customer: 's:kim',
    case: 's:17',
    product: 'App',
  },
  group: 'payout',
  status: 'new',
  mark: null,
  ...change,
})

const found: Feedback = {
  by: 'topic',
  groupings: ['topic', 'product'],
  counts: { new: 40, accepted: 1, done: 2 },
  groups: [
    {
      id: 'payout',
      label: 'payout, late',
      counts: { new: 30, accepted: 1, done: 0 },
      comments: [
        comment('s:1'),
        comment('s:2', {
          status: 'accepted',
          mark: { survey: 's:2', status: 'accepted', note: '<b>soon</b>', by: 'Ada', at: '2024-03-02T08:00:00Z' },
        }),
      ],
    },
    { id: '', label: '', counts: { new: 10, accepted: 0, done: 2 }, comments: [] },
  ],
  columns: [
    column('id'),
    column('kind'),
    column('score', 'number'),
    column('scale_min', 'number'),
    column('scale_max', 'number'),
    column('responded_at', 'timestamp'),
    column('customer'),
    column('case'),
    column('product'),
  ],
  kept: true,
}

async function open(query = '', answer: Feedback | null = found, language = 'en') {
  const asked: FeedbackScope[] = []
  const services: PageServices = {
    ...(await fixtureServices(language)),
    readFeedback: async (scope) => {
      asked.push(scope)
      return answer
    },
  }
  const view = await resolvePage(services.pages.find((each) => each.page === 'feedback')!, query, services)
  return { view, asked, html: renderContent(view, services.words), content: view.tiles[0]?.content as FeedbackContent }
}

test.each(['en', 'fr'])('the page is drawn as it was (%s)', async (language) => {
  const { html } = await open('', found, language)
  expectGolden(`feedback${language === 'en' ? '' : `.${language}`}.html`, html)
})

test('it opens with how many there are of each status; counts lead to them', async () => {
  const { view, content } = await open('where=channel=chat')
  expect(view.headline).toBe('43 comments: 40 new, 1 accepted, 2 done.')
  expect(content.states.map(({ count }) => count)).toEqual(['43', '40', '1', '2'])
  expect(content.states[2]?.href).toBe('/feedback?where=channel=chat&status=accepted')
  const cells = view.tiles[0]?.table?.rows[1]
  expect(cells?.map(({ text, href }) => [text, href])).toEqual([
    ['No topic', '/feedback?where=channel=chat&topic=-'],
    ['10', '/feedback?where=channel=chat&status=new&topic=-'],
    ['0', undefined],
    ['2', '/feedback?where=channel=chat&status=done&topic=-'],
  ])
})

test('a comment has its score with the scale, its case and customer, and what was decided; text stays text', async () => {
  const { content, html } = await open()
  const [first, second] = content.groups[0]!.items
  expect(first?.facts.slice(0, 3)).toEqual(['2 on 1 to 5', expect.any(String), 'App'])
  expect(first?.links.map(({ href }) => href)).toEqual(['/case/s%3A17', '/journey/s%3Akim'])
  expect(second).toMatchObject({ status: 'accepted', note: '<b>soon</b>', changed: 'Ada, Mar 2, 2024' })
  expect(html).not.toMatch(/<script|<b>soon/)
  expect(content.groups[0]?.all).toEqual({ label: 'All 31 comments', href: '/feedback?topic=payout' })
})

test('the form posts to its survey and carries the way back; without a project there is none, and a reason', async () => {
  const { html } = await open('by=product&status=new')
  expect(html).toContain('<form method="post" action="/feedback/s%3A1">')
  expect(html).toContain('name="back" value="/feedback?by=product&amp;status=new"')
  const files = await open('', { ...found, kept: false })
  expect(files.html).not.toContain('method="post"')
  expect(files.html).toContain('rapport init')
})

test('the address says which group, status and page; what it says wrongly is left out', async () => {
  const { asked, content } = await open('by=product&status=done&topic=-&cursor=25')
  expect(asked[0]).toMatchObject({ by: 'product', status: 'done', only: '', offset: 25 })
  expect(content.first).toBe('/feedback?by=product&status=done&topic=-')
  expect((await open('status=gone&cursor=x&by=market')).asked[0]).toEqual({
    by: 'topic',
    limit: 25,
    ofEach: 4,
    offset: 0,
  })
})

test('one group in full has a next page, and a way back to all', async () => {
  const { content } = await open('topic=payout&status=new')
  expect(content.next).toEqual({
    href: '/feedback?cursor=2&status=new&topic=payout',
    label: 'And 28 more',
  })
  expect(content.groups[0]?.all?.label).toBe('All groups')
})

test('without a comment the page says so', async () => {
  expect((await open('', null)).view.tiles[0]).toMatchObject({
    state: 'empty',
    reading: 'No survey has a comment here.',
  })
})
