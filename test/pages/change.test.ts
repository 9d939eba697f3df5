import { expect, test } from 'vitest'
import type { Frame, MetricCell } from '../../src/metrics/frame.ts'
import type { Metric } from '../../src/metrics/metric.ts'
import type { Query } from '../../src/metrics/query.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { PageServices } from '../../src/pages/services.ts'
import { wilsonInterval } from '../../src/stats/intervals.ts'
import { cataloguePages, fixtureServices } from './fixtures.ts'

/** Closed cases of all, by channel: both channels got better, and the worse one became large. */
const closed: Record<string, Record<string, [number, number]>> = {
  '2026-02-01': { call: [320, 400], email: [30, 100] },
  '2026-03-01': { call: [85, 100], email: [140, 400] },
}
const march = 'from=2026-03-01&to=2026-03-31&compare=previous'

async function services(language = 'en'): Promise<PageServices> {
  const fixture = await fixtureServices(language)
  const { pages } = await cataloguePages()
  const present = new Set(['cases.created_at', 'cases.channel', 'cases.status', 'cases.priority'])
  const version = { ...fixture.version, as_of: '2026-03-31T20:00:00Z', present }
  return {
    ...fixture,
    version,
    pages,
    runQuery: async (query) => answer(query, await fixture.runQuery(withoutTime(query))),
  }
}

function withoutTime({ grain: _grain, range: _range, compare: _compare, by: _by, ...query }: Query): Query {
  return query
}

function answer(query: Query, card: Frame): Frame {
  const [metric = ''] = query.metrics
  const groups = closed[query.range?.from ?? ''] ?? {}
  const cell = ([part, n]: [number, number]): MetricCell =>
    metric === 'cases'
      ? { value: n, n }
      : { value: n > 0 ? part / n : null, numerator: part, denominator: n, n, ...wilsonInterval(part, n) }
  const sum = Object.values(groups).reduce(
    (all, each): [number, number] => [all[0] + each[0], all[1] + each[1]],
    [0, 0],
  )
  const rows = query.grain
    ? [{ period: { start: '2026-02-01', partial: false }, [metric]: cell([350, 500]) }]
    : query.by?.[0] === 'channel'
      ? Object.entries(groups).map(([channel, each]) => ({ channel, [metric]: cell(each) }))
      : query.by
        ? [{ [query.by[0]!]: 'one', [metric]: cell(sum) }]
        : [{ [metric]: { ...cell(sum), ...(query.compare && { previous: 0.7, change: -0.25 }) } }]
  return { ...card, query, rows, verdicts: [] }
}

const page = async (id: string) => (await cataloguePages()).pages.find((each) => each.page === id)!

test('the page says whether and why, draws the parts and lists groups and dimensions', async () => {
  const view = await resolvePage(await page('change'), `metric=resolution_rate&${march}`, await services())
  const [parts, groups, dimensions] = view.tiles
  expect(view.tiles.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok'])
  expect(parts!.title).toBe('Why did it move? Resolution rate')
  expect(parts!.reading).toMatch(/^Resolution rate: down from 70\.0% to 45\.0% \(−25\.0 pts; /)
  expect(parts!.reading).toMatch(/Simpson's paradox/)
  expect(parts!.figure!.label).toMatch(
    /Before \(70\.0%\): 0\.0; Mix: −30\.0; .*own value: \+2\.5; .*Change \(to 45\.0%\): −25\.0/,
  )
  expect(groups!.table!.rows.map((row) => row[0]!.value).toSorted()).toEqual(['call', 'email'])
  for (const row of groups!.table!.rows)
    expect(Number(row[5]!.value) + Number(row[6]!.value)).toBeCloseTo(Number(row.at(-1)!.value), 12)
  expect(dimensions!.table!.rows.map((row) => row[0]!.value)).toEqual(['channel'])
})

test('without dates and a comparison it says what to choose, in one tile', async () => {
  const view = await resolvePage(await page('change'), 'metric=resolution_rate', await services('fr'))
  expect(view.tiles).toHaveLength(1)
  expect(view.tiles[0]!.problem!.message).toMatch(/^Choisissez un indicateur/)
})

test('a number that cannot be parted says so', async () => {
  const given = await services()
  const mean = given.catalogue.metrics.get('csat_mean')!
  const median = { ...mean, measure: { ...mean.measure, kind: 'quantile', at: 0.5 } } as Metric
  const catalogue = { ...given.catalogue, metrics: new Map([['csat_mean', median]]) }
  const view = await resolvePage(await page('change'), `metric=csat_mean&${march}`, { ...given, catalogue })
  expect(view.tiles).toHaveLength(1)
  expect(view.tiles[0]!.problem!.message).toMatch(/^The change of Satisfaction score cannot be parted: /)
})

test('the card of a number leads there with dates and filters, against the period before where none is chosen', async () => {
  const overview = await page('overview')
  const text = `${march}&where=channel%3Dcall`
  const html = renderContent(await resolvePage(overview, text, await services()), (await services()).words)
  expect(html).toContain(
    '<a href="/change?where=channel=call&amp;from=2026-03-01&amp;to=2026-03-31&amp;compare=previous&amp;metric=resolution_rate">Explain</a>',
  )
  const plain = renderContent(
    await resolvePage(overview, 'from=2026-03-01&to=2026-03-31', await services()),
    (await services()).words,
  )
  expect(plain).toContain(
    '<a href="/change?from=2026-03-01&amp;to=2026-03-31&amp;compare=previous&amp;metric=resolution_rate">Explain</a>',
  )
  // These cards are of metrics without a time: nothing places them in a month that nobody chose.
  const whole = renderContent(await resolvePage(overview, '', await services()), (await services()).words)
  expect(whole).not.toContain('Explain')
})

test('the sidebar does not list it', async () => {
  expect((await page('change')).group).toBeUndefined()
})
