import { expect, test } from 'vitest'
import type { Churn, NoChurn } from '../../src/insights/churn.ts'
import type { ChurnValidation } from '../../src/insights/churn-model.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { fixtureServices } from './fixtures.ts'

const validation: ChurnValidation = {
  by: 'time',
  n: 200,
  left: 20,
  auc: { value: 0.7, low: 0.6, high: 0.8, error: 0.05, outcomes: 20, others: 180 },
  average_precision: 0.3,
  base_rate: 0.1,
  brier: { score: 0.08, reliability: 0.001, resolution: 0.011, uncertainty: 0.09, within: 0, skill: 0.11 },
  bins: [
    { stated: 0.05, value: 0.04, low: 0.01, high: 0.09, n: 100, outcomes: 4 },
    { stated: 0.15, value: 0.16, low: 0.1, high: 0.24, n: 100, outcomes: 16 },
  ],
  slope: { value: 1.1, low: 0.7, high: 1.5 },
  top: { n: 20, outcomes: 8, caught: 0.4, lift: 4 },
}

const found = (taint: (text: string) => string): Churn => ({
  horizon: 90,
  window: 90,
  now: '2026-06-01',
  cutoffs: [{ on: '2026-03-03', customers: 200, left: 20 }],
  validation,
  recalibrated: false,
  drivers: [
    {
      column: 'segment=new',
      label: taint('Segment'),
      step: taint('new against old'),
      odds: { value: 2, low: 1.5, high: 2.7 },
      p: 1e-6,
      q: 1e-5,
      real: true,
    },
  ],
  customers: 190,
  expected: { value: 18, low: 10, high: 26 },
  list: [
    {
      customer: taint('s:1'),
      name: taint('1'),
      risk: 0.4,
      worth: 30,
      reasons: [{ of: 'segment', text: taint('Segment: new'), contribution: 0.7 }],
    },
  ],
  groups: [
    {
      by: 'segment',
      label: taint('Segment'),
      rows: [{ label: taint('new'), customers: 50, expected: 9, share: 0.18, worth_at_risk: 270 }],
    },
  ],
  worth: { of: 'revenue', total: 5700, at_risk: { value: 540, low: 300, high: 800 } },
  worth_sentence: taint('540 is at risk.'),
  leaks: [],
  sentence: taint('Of 190 customers, 18 are expected to leave.'),
  expected_sentence: taint('Of 190 customers, 18 are expected to leave.'),
  tested_sentence: '',
  limits: [taint('No cause.')],
})

async function drawn(answer: Churn | NoChurn, language = 'en', query = '') {
  const services = await fixtureServices(language)
  const page = services.pages.find((each) => each.page === 'churn')!
  let asked = 0
  const readChurn = async () => {
    asked++
    return answer
  }
  const view = await resolvePage(page, query, { ...services, readChurn })
  return { view, html: renderContent(view, services.words), asked: () => asked }
}

test('one answer fills the page: the sentence first, customers with a way to their journey, every figure as a table', async () => {
  const { view, html, asked } = await drawn(found((text) => text))
  expect(asked()).toBe(1)
  expect(view.tiles.map(({ id }) => id)).toEqual(['risks', 'calibration', 'lift', 'drivers', 'by-segment'])
  expect(view.tiles[0]!.reading).toBe('Of 190 customers, 18 are expected to leave. 540 is at risk.')
  expect(view.tiles[0]!.table!.rows[0]!.map(({ text }) => text)).toEqual(['1', '40.0%', '30', 'Segment: new'])
  expect(view.tiles[0]!.table!.rows[0]![0]!.href).toBe('/journey/s%3A1')
  expect(view.tiles[1]!.figure!.label).toContain('15.0% stated, 16.0% of 100 left (10.0% to 24.0%)')
  expect(view.tiles[1]!.table!.rows).toHaveLength(2)
  expect(html).toContain('1.50 to 2.70')
})

test('what comes from the data is shown as text', async () => {
  const { html } = await drawn(found((text) => `${text}<img src=x onerror=alert(1)>`))
  expect(html).not.toContain('<img')
  expect(html).toContain('&lt;img')
})

test('a refusal is said once, with what was tested beside it where there was a test', async () => {
  const none = await drawn({ refused: 'Too few left.', missing: [], leaks: [] })
  expect(none.view.tiles.map(({ id, state }) => [id, state])).toEqual([['risks', 'refused']])
  expect(none.html).toContain('Too few left.')
  const blind = await drawn({ refused: 'The data do not tell.', missing: [], leaks: [], validation }, 'fr')
  expect(blind.view.tiles.map(({ id }) => id)).toEqual(['risks', 'calibration'])
  expect(blind.view.title).toBe('Départs')
})

test('filters would make another model, so they are refused and not silently left out', async () => {
  const { view } = await drawn(
    found((text) => text),
    'en',
    'where=channel=chat',
  )
  expect(view.tiles[0]!.problem?.message).toBe('Risks are learnt from all customers. Take the filters away.')
})
