import { expect, test } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import type { DeflectionEvidence } from '../../src/insights/deflection.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { parsePage } from '../../src/pages/spec.ts'
import { fixtureServices } from './fixtures.ts'

const nasty = '<script>alert(1)</script>'
const topic = { id: 'password-reset', terms: ['password', nasty], words: [], stability: 1 }
/** Eight months with 200 cases about it, give or take, then six with 100. */
const months = Array.from({ length: 14 }, (_, at) => ({
  month: `${at < 12 ? 2025 : 2026}-${String((at % 12) + 1).padStart(2, '0')}-01`,
  topic: (at < 8 ? 200 : 100) + (at % 3) * 8,
  others: 900 + (at % 2) * 20,
}))

function pageOf(tile: string) {
  const problems: Problem[] = []
  const text = `page: live\ntitle: Live\ngroup: decide\ntiles:\n  - ${tile}\n`
  return { page: parsePage(parseYaml(text, 'live.yaml'), problems), problems }
}

const given = '{ id: password, kind: deflection, topic: password, since: 2025-09-01, when_refused: show }'

async function drawn(found: DeflectionEvidence, language = 'en', query = '') {
  const services = await fixtureServices(language)
  const { page, problems } = pageOf(given)
  expect(problems).toEqual([])
  const asked: string[] = []
  const readDeflection = async (of: string) => {
    asked.push(of)
    return found
  }
  const view = await resolvePage(page!, query, { ...services, readDeflection })
  return { tile: view.tiles[0]!, html: renderContent(view, services.words), asked }
}

test('what the stated day changed is said with its interval, the months are a table, and text of the data is text', async () => {
  const { tile, html, asked } = await drawn({ topics: [topic], topic, months })
  expect(asked).toEqual(['password'])
  expect(tile).toMatchObject({ state: 'ok', title: 'Cases about “password” since Sep 1, 2025' })
  expect(tile.reading).toMatch(/^Since Sep 1, 2025, 4\d\.\d% fewer cases about “password/)
  expect(tile.foot).toContain('Customers who ask elsewhere, or give up, look like customers who were helped.')
  expect(tile.table!.rows).toHaveLength(14)
  expect(tile.table!.rows[0]!.map(({ value }) => value)).toEqual(['2025-01-01', 200, 900, 200 / 1100])
  expect(html).not.toContain('<script>alert')
  const french = await drawn({ topics: [topic], topic, months }, 'fr')
  expect(french.tile.title).toBe('Dossiers sur « password » depuis le 1 sept. 2025')
})

test('no such topic, too few months and filters are refused with a sentence', async () => {
  const none = await drawn({ topics: [topic], topic: null, months: [] })
  expect(none.tile.problem?.message).toBe('There is no topic “password”. Topics are: password-reset.')
  const short = await drawn({ topics: [topic], topic, months: months.slice(6) })
  expect(short.tile.problem?.message).toContain('there are 2 before and 6 after')
  const filtered = await drawn({ topics: [topic], topic, months }, 'en', 'where=channel=chat')
  expect(filtered.tile.problem?.message).toContain('Take filters and dates away')
  expect(filtered.asked).toEqual([])
})

test('a tile without a topic or a day is refused where the page is read', () => {
  for (const wrong of [
    '{ id: a, kind: deflection, since: 2025-09-01 }',
    '{ id: a, kind: deflection, topic: password }',
    '{ id: a, kind: deflection, topic: password, since: soon }',
  ])
    expect(pageOf(wrong).problems, wrong).not.toEqual([])
})
