import { expect, test } from 'vitest'
import type { Journey, JourneyEntry } from '../../src/metrics/journey.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { lineOf } from '../../src/pages/tiles/journey.ts'
import { fixtureServices, wordsOf } from './fixtures.ts'

const entry = (changes: Partial<JourneyEntry>): JourneyEntry => ({
  at: '2025-03-01T09:00:00Z',
  gap_seconds: null,
  table: 'touchpoints',
  what: 'contact',
  id: 's:1',
  case: null,
  channel: 'call',
  facts: {},
  ...changes,
})

const journeyOf = (taint: (text: string) => string): Journey => ({
  customer: {
    id: 's:9',
    columns: [
      { id: 'id', label: 'Id', type: 'text', masked: false },
      { id: 'name', label: taint('Name'), type: 'text', masked: false },
    ],
    row: { id: 's:9', name: taint('Jo Doe') },
    records: ['s:9', taint('t:4')],
  },
  entries: [
    entry({ channel: taint('call'), facts: { queue: taint('North'), outcome: taint('done') } }),
    entry({ table: 'cases', what: 'created', case: 's:7', facts: { subject: taint('Refund') }, gap_seconds: 172_800 }),
    entry({ table: 'surveys', what: 'rated', at: null, facts: { score: 4, scale_max: 5, comment: taint('Fine') } }),
  ],
  channels: { call: 1 },
  from: '2025-03-01T09:00:00Z',
  to: '2025-03-03T09:00:00Z',
  longest_gap_seconds: 172_800,
  more: true,
})

async function drawn(taint: (text: string) => string, query = 'id=s:9', language = 'en'): Promise<string> {
  const services = await fixtureServices(language, taint)
  const readJourney = async (id: string) => (id === 's:9' ? journeyOf(taint) : null)
  const page = services.pages.find((each) => each.page === 'journey')!
  return renderContent(await resolvePage(page, query, { ...services, readJourney }), services.words)
}

test('the timeline: lines with their case, pauses, what has no moment, and both languages', async () => {
  const html = await drawn((text) => text)
  expect(html).toContain(
    'One contact in one channel and one case over 2 days. The longest pause was 2 days. There is more',
  )
  expect(html).toContain('<li class="gap">2 days without contact</li>')
  expect(html).toContain('<a href="/case/s%3A7">Case 7 opened</a>')
  expect(html).toMatch(/<li class="undated"><span>Survey answered: 4 of 5<\/span><time>time unknown<\/time>/)
  expect(await drawn((text) => text, 'id=s:9', 'fr')).toContain('Dossier 7 ouvert')
})

/** Tags with the names of their attributes: what a browser would build, without any text. */
const skeleton = (markup: string): string[] =>
  (markup.match(/<[a-zA-Z/!][^>]*>/g) ?? []).map((tag) => tag.replace(/="[^"]*"/g, '=').replace(/\s+/g, ' '))

test.each(['id=s:9', 'search=x', 'id=nobody'])('hostile text builds no element and no attribute: %s', async (query) => {
  for (const attack of ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)"]) {
    const harmless = attack.replace(/[^\s/]/g, 'x')
    const plain = skeleton(await drawn((text) => `${harmless} ${text}`, query))
    expect(skeleton(await drawn((text) => `${attack} ${text}`, query))).toEqual(plain)
  }
})

test('a call says how it went, in the words of the model', async () => {
  const words = await wordsOf('en')
  const facts = { direction: 'inbound', wait_seconds: 600, is_answered: false, is_abandoned: true }
  expect(lineOf(entry({ facts, case: 's:7' }), words)).toMatchObject({
    text: 'Phone',
    about: 'Inbound · waited 10 min · left before the answer · case 7',
    href: null,
  })
})
