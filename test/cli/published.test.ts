import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CheckFinding } from '../../src/metrics/ledger.ts'
import type { ReadinessContent } from '../../src/pages/tiles/readiness.ts'
import { cell, frame, json, makeFolder, published, removeFolder, serve, valuesBy } from './command.ts'

/** The published data set by the command: the numbers that the field knows, to the digit. */
const here = existsSync(published)
if (!here) console.log(`Skipped: the published customer-first file is not at ${published}.`)

interface Summary {
  loads: { records: number; mapped: number }[]
  headline: string
  frame: { rows: unknown[] }
}

describe.skipIf(!here)('on the published customer-first file', { concurrent: true }, () => {
  const files = ['--files', published]
  let folder: string
  let summary: Summary
  const ask = (...args: string[]) => frame([...args, ...files], { folder })

  beforeAll(async () => {
    folder = await makeFolder()
    summary = await json<Summary>(['open', published, '--no-serve'], { folder })
  })
  afterAll(() => removeFolder(folder))

  test('open prints a summary', () => {
    expect(summary.loads).toMatchObject([{ records: 8469, mapped: 8469 }])
    expect(summary.headline).toContain('8,469 cases')
    expect(summary.frame.rows).toHaveLength(1)
  })

  test('the numbers of the first page', async () => {
    const answer = await ask('cases', 'reply_rate', 'resolution_rate', 'csat_mean', 'csat_percent')
    expect(cell(answer, 'cases').value).toBe(8469)
    expect(cell(answer, 'reply_rate')).toMatchObject({ numerator: 5650, denominator: 8469 })
    expect(cell(answer, 'resolution_rate')).toMatchObject({ numerator: 2769, denominator: 8469 })
    expect(cell(answer, 'resolution_rate').value).toBeCloseTo(0.327, 4)
    expect(cell(answer, 'csat_mean').n).toBe(2769)
    expect(cell(answer, 'csat_mean').value).toBeCloseTo(2.9913, 4)
    expect(cell(answer, 'csat_mean').low).toBeCloseTo(2.939, 3)
    expect(cell(answer, 'csat_mean').high).toBeCloseTo(3.044, 3)
    expect(cell(answer, 'csat_percent').value).toBeCloseTo(0.3926, 4)
  })

  test('cases by status', async () => {
    expect(valuesBy(await ask('cases', '--by', 'status'), 'status', 'cases')).toEqual({
      open: 2819,
      pending: 2881,
      closed: 2769,
    })
  })

  test('satisfaction by channel is noise, and its ranking flips between two KPIs', async () => {
    const answer = await ask('csat_mean', '--by', 'channel')
    const means = Object.entries(valuesBy(answer, 'channel', 'csat_mean')).map(([id, mean]) => [id, mean?.toFixed(3)])
    expect(Object.fromEntries(means)).toEqual({ chat: '3.083', social: '2.969', email: '2.964', call: '2.952' })
    const [verdict] = answer.verdicts
    expect(verdict).toMatchObject({ by: 'channel', real: false, test: 'kruskal-wallis' })
    expect(verdict?.p).toBeCloseTo(0.2785, 4)
    expect(verdict?.flips?.map(({ variant, last }) => [variant, last])).toEqual([
      ['csat_mean', 'call'],
      ['csat_percent', 'social'],
    ])
  })

  test.each([
    ['type', 0.6993],
    ['priority', 0.6287],
    ['subject', 0.8066],
    ['gender', 0.6255],
  ])('satisfaction by %s: p %d', async (by, p) => {
    const { verdicts } = await ask('csat_mean', '--by', by)
    expect(verdicts[0]).toMatchObject({ real: false, test: 'kruskal-wallis' })
    expect(verdicts[0]?.p).toBeCloseTo(p, 4)
    if (by !== 'type') return
    expect(verdicts[0]?.flips?.map(({ variant, last }) => [variant, last])).toEqual([
      ['csat_mean', 'Refund request'],
      ['csat_percent', 'Technical issue'],
    ])
  })

  test.each([
    [['channel'], 0.72],
    [['priority'], 0.2],
    [['channel', 'priority'], 0.08],
  ])('counts by %s: p %d', async (by, p) => {
    const { verdicts } = await ask('cases', ...by.flatMap((dimension) => ['--by', dimension]))
    expect(verdicts[0]?.real).toBe(false)
    expect(verdicts[0]?.p).toBeCloseTo(p, 2)
  })

  test('what cannot be known is refused in its cell, with the field to add', async () => {
    const wanted = {
      first_reply_time: 'cases.created_at',
      customers: 'customers.is_identified',
      cases_per_customer: 'customers.is_identified',
      survey_response_rate: 'surveys.offered_at',
    }
    const answer = await ask(...Object.keys(wanted))
    for (const [metric, field] of Object.entries(wanted)) {
      const { value, refused } = cell(answer, metric)
      expect(value).toBeNull()
      expect(refused).toMatchObject({ code: 'field-missing', missing: [field] })
      expect(refused?.message).toMatch(/cannot be known\. Missing: .+\.$/)
    }
  })

  test('reply to resolution: four readings of inverted clocks', async () => {
    const id = 'reply_to_resolution_time'
    const answer = await ask(id, `${id}:signed`, `${id}:absolute`, `${id}:next_day`)
    const read = (metric: string) => {
      const { value, n } = cell(answer, metric)
      return { hours: ((value ?? Number.NaN) / 3600).toFixed(3), n }
    }
    expect(read(id)).toEqual({ hours: '7.578', n: 1404 })
    expect(read(`${id}:signed`)).toEqual({ hours: '-0.058', n: 2769 })
    expect(read(`${id}:absolute`)).toEqual({ hours: '7.742', n: 2769 })
    expect(read(`${id}:next_day`)).toEqual({ hours: '11.773', n: 2769 })
  })

  test('an age needs a now: the newest event, or what --as-of says', async () => {
    const own = await ask('pending_over_three_weeks')
    expect(own.as_of).toBe('2023-06-02T00:55:33Z')
    expect(cell(own, 'pending_over_three_weeks').value).toBe(0)
    const later = await ask('pending_over_three_weeks', '--as-of', '2026-11-22')
    expect(later.as_of).toBe('2026-11-22T23:59:59Z')
    expect(cell(later, 'pending_over_three_weeks').value).toBe(2881)
  })

  test('check names the impossible numbers and ends with 3', async () => {
    const { findings } = await json<{ findings: CheckFinding[] }>(['check', ...files], { folder, code: 3 })
    const found = (check: string) => findings.filter((finding) => finding.check === check)
    expect(found('resolved-before-reply')).toMatchObject([{ severity: 'error', found: 1365, checked: 2769 }])
    expect(found('shared-email')).toMatchObject([{ found: 139 }])
    expect(found('placeholder')).toMatchObject([{ found: 8469 }])
    const [replies] = found('duration-named').filter(({ subject }) => subject === 'First Response Time')
    expect(Number(replies?.facts.hours).toFixed(3)).toBe('35.446')
    for (const { sentence } of findings) expect(sentence).toMatch(/[.]$/)
  })

  test('the brief names what the study recommends to record, with the KPIs that each field unlocks', async () => {
    await json(['init', 'desk', '--from', published, '--yes'], { folder })
    const brief = await readFile(join(folder, 'desk/BRIEF.md'), 'utf8')
    const unlocked = Object.fromEntries(
      [...brief.matchAll(/^- \*\*(.+)\*\* would unlock (.+)\.$/gm)].map(([, field, kpis]) => [field, kpis]),
    )
    expect(unlocked).toMatchObject({
      'creation date of the case':
        'case_age, email_first_response_rate, issue_resolution_rate, sla_attainment, sla_active, sla_at_risk, out_of_turn_rate, overtaken_rate, first_reply_time, first_resolution_time, full_resolution_time',
      'client id': 'customers, cases_per_customer',
      'agent id': 'cases_per_agent',
      'state or region of the customer': expect.stringMatching(/^a breakdown of \d+ KPIs by region$/),
      'product category': expect.stringMatching(/^a breakdown of \d+ KPIs by category$/),
      'product brand': expect.stringMatching(/^a breakdown of \d+ KPIs by brand$/),
      'source of the channel (address, number or queue)': expect.stringMatching(/ by channel_source$/),
    })
  })

  test('so does the page about the data, before anything else', async () => {
    const server = await serve(['open', published], { folder })
    try {
      const { view } = await server.get<{ view: { tiles: { kind: string; content: ReadinessContent }[] } }>(
        'api/pages/data',
      )
      const fields = view.tiles.find(({ kind }) => kind === 'readiness')?.content.fields.map(({ id }) => id)
      const numbers = ['cases.created_at', 'customers.is_identified', 'cases.agent']
      const splits = ['customers.region', 'products.category', 'products.brand', 'cases.channel_source']
      expect(fields).toEqual(expect.arrayContaining([...numbers, ...splits]))
    } finally {
      await server.stop()
    }
  })
})
