import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { Frame, MetricCell, Verdict } from '../../src/metrics/frame.ts'
import type { Query } from '../../src/metrics/query.ts'
import { findReadiness } from '../../src/metrics/readiness.ts'
import { readRows, rowsOf } from '../../src/metrics/rows.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { valuesOf } from '../../src/metrics/values.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, customerFirstFile, emptyModel, hasCustomerFirst, loadCustomerFirst } from './fixture.ts'

if (!hasCustomerFirst) console.log(`skipped: ${customerFirstFile} is not there; it is given beside the repository.`)

describe.skipIf(!hasCustomerFirst)('the numbers of customer-first', () => {
  let store: Store
  let context: MetricContext
  beforeAll(async () => {
    store = await emptyModel()
    await loadCustomerFirst(store)
    context = await contextOf(store, { asOf: '2023-06-02T00:55:33Z' })
  })
  afterAll(() => store?.close())

  const run = (query: Query): Promise<Frame> => runQuery(query, context)
  async function cell(metric: string, query: Partial<Query> = {}): Promise<MetricCell> {
    const frame = await run({ metrics: [metric], ...query })
    return frame.rows[0]?.[metric] as MetricCell
  }
  async function byGroup(metric: string, by: string): Promise<Record<string, number | null>> {
    const frame = await run({ metrics: [metric], by: [by] })
    return Object.fromEntries(frame.rows.map((row) => [String(row[by]), (row[metric] as MetricCell).value]))
  }
  async function verdict(metric: string, ...by: string[]): Promise<Verdict> {
    return (await run({ metrics: [metric], by })).verdicts[0]!
  }

  test('counts and rates', async () => {
    expect((await cell('cases')).value).toBe(8469)
    expect(await byGroup('cases', 'status')).toEqual({ open: 2819, pending: 2881, closed: 2769 })
    expect(await cell('reply_rate')).toMatchObject({ numerator: 5650, denominator: 8469 })
    expect((await cell('resolution_rate')).value).toBeCloseTo(0.326957, 6)
    expect((await cell('backlog')).value).toBe(5700)
    expect((await cell('touchpoints')).value).toBe(8469)
  })

  test('satisfaction', async () => {
    const mean = await cell('csat_mean')
    expect(mean.n).toBe(2769)
    expect(mean.value).toBeCloseTo(2.9913, 4)
    expect(mean.low).toBeCloseTo(2.939, 3)
    expect(mean.high).toBeCloseTo(3.044, 3)
    expect((await cell('csat_percent')).value).toBeCloseTo(0.3926, 4)
    expect((await cell('csat_percent:zendesk')).value).toBeCloseTo(0.3926, 4)
    expect(await cell('csat_percent:without_neutral')).toMatchObject({ numerator: 1087, denominator: 2769 - 580 })
    expect((await cell('csat_percent:top_box')).numerator).toBe(544)
    expect((await cell('csat_percent:bottom_two')).numerator).toBe(553 + 549)
    const channels = await byGroup('csat_mean', 'channel')
    expect(Object.entries(channels).map(([id, value]) => [id, value?.toFixed(3)])).toEqual([
      ['chat', '3.083'],
      ['social', '2.969'],
      ['email', '2.964'],
      ['call', '2.952'],
    ])
  })

  test('no split of satisfaction is real', async () => {
    const expected = {
      channel: 0.2785,
      type: 0.6993,
      priority: 0.6287,
      subject: 0.8066,
      gender: 0.6255,
      product: 0.6674,
    }
    for (const [by, p] of Object.entries(expected)) {
      const found = await verdict('csat_mean', by)
      expect(found).toMatchObject({ real: false, test: 'kruskal-wallis', n: 2769 })
      expect(found.p).toBeCloseTo(p, 3)
      expect(found.q).toBeGreaterThanOrEqual(found.p ?? 1)
    }
    expect((await verdict('csat_mean', 'channel')).sentence).toBe(
      'No evidence of a difference between channels (Kruskal-Wallis p = 0.28).',
    )
  })

  test('one family for a metric, whichever split is asked for', async () => {
    const families = await Promise.all(['channel', 'type'].map(async (by) => (await verdict('csat_mean', by)).family))
    expect(families[0]).toEqual(families[1])
    expect(families[0]?.size).toBe(families[0]?.dimensions.length)
  })

  test('rankings that flip between the variants are marked', async () => {
    expect((await verdict('csat_mean', 'type')).flips?.map(({ variant, last }) => [variant, last])).toEqual([
      ['csat_mean', 'Refund request'],
      ['csat_percent', 'Technical issue'],
    ])
    expect((await verdict('csat_mean', 'channel')).flips?.map(({ variant, last }) => [variant, last])).toEqual([
      ['csat_mean', 'call'],
      ['csat_percent', 'social'],
    ])
  })

  test('counts are even over channels and priorities, and the two do not hang together', async () => {
    const channel = await verdict('cases', 'channel')
    expect(channel).toMatchObject({ real: false, test: 'chi-square-even' })
    expect(channel.p).toBeCloseTo(0.72, 2)
    expect((await verdict('cases', 'priority')).p).toBeCloseTo(0.2, 2)
    const pair = await verdict('cases', 'channel', 'priority')
    expect(pair).toMatchObject({ by: 'channel,priority', test: 'chi-square', real: false })
    expect(pair.p).toBeCloseTo(0.08, 2)
  })

  test('age bands are counted per year of age', async () => {
    const frame = await run({ metrics: ['cases'], by: ['age_band'] })
    expect(frame.rows.map((row) => row.age_band)).toEqual([
      '10-19',
      '20-29',
      '30-39',
      '40-49',
      '50-59',
      '60-69',
      '70-79',
    ])
    expect(frame.rows[0]?.cases).toMatchObject({ per_unit: 166 })
    expect(frame.labels.age_band?.['10-19']).toBe('10–19')
    expect(frame.verdicts[0]?.real).toBe(false)
  })

  test('the repairs of the inverted rows stand side by side', async () => {
    const hours = async (id: string): Promise<string> => (((await cell(id)).value ?? 0) / 3600).toFixed(3)
    expect(await hours('reply_to_resolution_time')).toBe('7.578')
    expect((await cell('reply_to_resolution_time')).n).toBe(1404)
    expect(await hours('reply_to_resolution_time:signed')).toBe('-0.058')
    expect(await hours('reply_to_resolution_time:absolute')).toBe('7.742')
    expect(await hours('reply_to_resolution_time:next_day')).toBe('11.773')
    expect((await cell('reply_to_resolution_time:next_day')).n).toBe(2769)
  })

  test('what cannot be known is refused, with the field that would give it', async () => {
    const expected: Record<string, string[]> = {
      first_reply_time: ['cases.created_at'],
      first_reply_time_p90: ['cases.created_at'],
      full_resolution_time: ['cases.created_at'],
      case_age: ['cases.created_at'],
      customers: ['customers.is_identified'],
      cases_per_customer: ['customers.is_identified'],
      survey_response_rate: ['surveys.offered_at'],
      cases_per_agent: ['cases.agent'],
    }
    for (const [id, missing] of Object.entries(expected)) {
      const found = await cell(id)
      expect(found.value).toBeNull()
      expect(found.refused?.missing).toEqual(missing)
    }
    expect((await cell('full_resolution_time')).refused?.fix).toContain('Time from reply to resolution')
    expect((await cell('first_reply_time')).refused?.message).toBe(
      'First reply time cannot be known. Missing: creation date of the case.',
    )
  })

  test('a period or range without a time basis is refused, not ignored', async () => {
    expect((await cell('cases', { grain: 'month' })).refused?.missing).toEqual(['cases.created_at'])
    expect((await cell('cases', { range: { from: '2023-06-01' } })).refused?.code).toBe('time-missing')
    expect((await cell('cases', { by: ['weekday'] })).refused?.missing).toEqual(['cases.created_at'])
  })

  test('a split that would count twice is refused', async () => {
    expect((await cell('cases', { by: ['queue'] })).refused?.code).toBe('fan-out')
  })

  test('as-of decides what is stale', async () => {
    const stale = await run({ metrics: ['pending_over_three_weeks', 'resolution_rate:pending_closed'] })
    expect(stale.as_of).toBe('2023-06-02T00:55:33Z')
    expect(stale.rows[0]?.pending_over_three_weeks).toMatchObject({ value: 0 })
    const later = { as_of: '2026-11-22T00:00:00Z' }
    expect((await cell('pending_over_three_weeks', later)).value).toBe(2881)
    expect((await cell('resolution_rate:pending_closed', later)).value).toBeCloseTo(0.6671, 4)
    expect((await run({ metrics: ['cases'] })).as_of).toBeNull()
  })

  test('readiness names what the study asked for', async () => {
    const found = findReadiness(context)
    const wanted = [
      'cases.created_at',
      'customers.is_identified',
      'cases.agent',
      'customers.region',
      'products.category',
      'products.brand',
      'cases.channel_source',
    ]
    expect(wanted.filter((field) => !found.some((each) => each.field === field))).toEqual([])
    expect(found[0]).toMatchObject({ field: 'cases.created_at', kind: 'number' })
    expect(found[0]?.unlocks.metrics).toContain('first_reply_time')
    expect(found.find(({ field }) => field === 'products.brand')?.unlocks).toMatchObject({ dimensions: ['brand'] })
    expect(found.find(({ field }) => field === 'products.brand')?.unlocks.metrics).toContain('csat_mean')
  })

  test('the rows behind a cell are as many as the cell says', async () => {
    const query: Query = {
      metrics: ['csat_percent'],
      by: ['channel'],
      where: [{ dimension: 'priority', op: 'in', values: ['high'] }],
    }
    const frame = await run(query)
    for (const row of frame.rows) {
      const value = row.csat_percent as MetricCell
      for (const [part, count] of [
        ['numerator', value.numerator],
        ['denominator', value.denominator],
      ] as const) {
        const page = await readRows(rowsOf(query, row, 'csat_percent', part, context), context)
        expect(page.total).toBe(count)
      }
    }
  })

  test('names are masked, and so are addresses inside texts', async () => {
    const page = await readRows({ table: 'customers', limit: 3 }, context)
    expect(page.rows.every((row) => row.name === '•••' && row.email === '•••')).toBe(true)
    const shown = await readRows(
      { table: 'customers', limit: 3 },
      { ...context, viewer: { personalData: 'show', language: 'en' } },
    )
    expect(shown.rows.every((row) => String(row.email).includes('@'))).toBe(true)
  })

  test('values for a filter, by label too', async () => {
    expect((await valuesOf('channel', context)).map(({ value, count }) => [value, count])).toEqual([
      ['email', 2143],
      ['call', 2132],
      ['social', 2121],
      ['chat', 2073],
    ])
    expect((await valuesOf('channel', context, { search: 'pho' })).map(({ value }) => value)).toEqual(['call'])
    expect((await valuesOf('product', context, { search: 'gopro' })).map(({ label }) => label)).toEqual(
      expect.arrayContaining(['GoPro Hero']),
    )
  })

  test('in French', async () => {
    const french = await contextOf(store, { asOf: '2023-06-02T00:55:33Z', language: 'fr' })
    const frame = await runQuery({ metrics: ['csat_mean'], by: ['channel'] }, french)
    expect(frame.metrics.csat_mean?.label).toBe('Note de satisfaction')
    expect(frame.labels.channel?.call).toBe('Téléphone')
    expect(frame.verdicts[0]?.sentence).toBe(
      'Aucune preuve d’une différence entre les canaux (Kruskal-Wallis, p = 0,28).',
    )
  })
})
