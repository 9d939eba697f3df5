import { expect, test } from 'vitest'
import type { Frame, MetricCell } from '../../src/metrics/frame.ts'
import { charts } from '../../src/pages/charts/all.ts'
import { atlasOf } from '../../src/pages/charts/atlas.ts'
import { renderChart } from '../../src/pages/charts/draw.ts'
import { europe } from '../../src/pages/charts/europe.ts'
import { shapes } from '../../src/pages/charts/europe-shapes.ts'
import { placeOf } from '../../src/pages/charts/places.ts'
import { resolveChart } from '../../src/pages/tiles/chart.ts'
import type { TileContext } from '../../src/pages/tiles/tile.ts'
import { fixtureServices } from './fixtures.ts'

const score = (value: number, n: number): MetricCell => ({ value, n, low: value - 0.2, high: value + 0.2 })

async function frameOf(values: [string | null, MetricCell][], real: boolean | null = true): Promise<Frame> {
  const { runQuery } = await fixtureServices()
  const frame = await runQuery({ metrics: ['csat_mean'], by: ['channel'] })
  return {
    ...frame,
    query: { metrics: ['csat_mean'], by: ['market'] },
    labels: {},
    rows: values.map(([market, csat_mean]) => ({ market, csat_mean })),
    verdicts: frame.verdicts.map((each) => ({ ...each, by: 'market', real })),
  }
}

const markets: [string | null, MetricCell][] = [
  ['DE', score(3.9, 400)],
  ['France', score(3.4, 300)],
  ['Royaume-Uni', score(4.1, 300)],
  ['MT', score(2, 12)],
  ['DACH', score(3.6, 80)],
  [null, score(3.5, 40)],
]

async function drawn(values = markets, real: boolean | null = true, width = 560) {
  const { words, catalogue } = await fixtureServices()
  const made = charts.map.draw({
    frame: await frameOf(values, real),
    encode: {},
    dimensions: catalogue.dimensions,
    words,
    width,
  })
  const svg = await renderChart(
    made.option,
    { width, height: made.height },
    { label: made.label, name: 'Title' },
    words,
  )
  return { made, svg, series: made.option.series as { type: string; data: Record<string, unknown>[] }[] }
}

test('a country for each market, hue by value, hatched where there are too few; the rest is listed', async () => {
  const { made, svg, series } = await drawn()
  const map = series.find((each) => each.type === 'map')!
  expect(map.data.map(({ name, itemStyle }) => [name, (itemStyle as { areaColor: string }).areaColor])).toEqual([
    ['FR', 'var(--heat-1)'],
    ['DE', 'var(--heat-5)'],
    ['MT', 'url(#few)'],
    ['GB', 'var(--heat-6)'],
  ])
  const places = svg.match(/data-filter="[^"]+"/g)
  expect(new Set(places)).toEqual(
    new Set(['DE', 'France', 'Royaume-Uni', 'MT', 'DACH', ''].map((each) => `data-filter="market=${each}"`)),
  )
  expect(svg).toContain('<title>DE: 3.90 (3.70 to 4.10), n = 400</title>')
  expect(svg).toContain('>DACH<')
  expect(svg).toContain('>3.60 · n = 80<')
  expect(made.label).toContain('2 of them listed below it')
  expect(JSON.parse(JSON.stringify(made.option))).toEqual(made.option)
})

test('a name that a source wrote is no template and no markup', async () => {
  const { svg } = await drawn([...markets, ['{c} <b>', score(3, 100)]])
  expect(svg).toContain('>{\u200bc} &lt;b&gt;<')
  expect(svg).not.toContain('<b>')
})

test('draws clean: no style, no colour of its own, the same bytes again, every pattern defined', async () => {
  const { svg } = await drawn()
  expect(svg).not.toMatch(/style=|<style|class="zr|ecmeta/)
  expect(svg).not.toMatch(/#[0-9a-f]{3,6}"|rgb\(/)
  expect((await drawn()).svg).toBe(svg)
  for (const [, id] of svg.matchAll(/url\(#([^)]+)\)/g)) expect(svg).toContain(`id="${id}"`)
  // On a page both widths are there, one of them hidden: a pattern of the hidden one is not painted.
  const idOf = (text: string) => /id="(few-[a-z0-9]+)"/.exec(text)?.[1]
  expect(idOf((await drawn(markets, true, 326)).svg)).not.toBe(idOf(svg))
})

test('no shades where the test finds no difference; numbers only where they fit', async () => {
  const { made, series } = await drawn(markets, false)
  const map = series.find((each) => each.type === 'map')!
  const hues = map.data.map(({ itemStyle }) => (itemStyle as { areaColor: string }).areaColor)
  expect(new Set(hues)).toEqual(new Set(['var(--heat-2)', 'url(#few)']))
  expect(made.foot).toContain('Not shaded')
  const shown = map.data.flatMap(({ name, label }) => ((label as { show: boolean }).show ? [name] : []))
  expect(shown).toContain('DE')
  expect(shown).not.toContain('MT')
})

test.each([
  ['de', 'DE'],
  ['DEU', 'DE'],
  ['Germany', 'DE'],
  ['allemagne', 'DE'],
  ['UK', 'GB'],
  ['EL', 'GR'],
  ['Tchéquie', 'CZ'],
  ['Czech Republic', 'CZ'],
  ['Pays-Bas', 'NL'],
  ['Türkiye', 'TR'],
  ['Bosnia & Herzegovina', 'BA'],
  ['US', undefined],
  ['DACH', undefined],
  ['', undefined],
  [null, undefined],
])('%s is %s', (market, code) => {
  expect(placeOf(market)?.code).toBe(code)
})

test('markets elsewhere have no map: counts become bars, means dots', async () => {
  expect(atlasOf(['DE', 'FR', 'DACH', null])?.name).toBe('europe')
  expect(atlasOf(['DE', 'US', 'CA', 'MX', 'FR'])).toBeUndefined()
  expect(atlasOf(['DE'])?.name).toBe('europe')
  expect(atlasOf(['DACH', null])).toBeUndefined()
  const services = await fixtureServices()
  const frame = await frameOf([
    ['US', score(4, 100)],
    ['MX', score(3, 100)],
  ])
  const context = {
    page: { page: 'markets' },
    scope: {},
    words: services.words,
    services: { ...services, runQuery: async () => frame },
  } as unknown as TileContext
  const query = { metrics: ['csat_mean'], by: ['market'] }
  const tile = { id: 'map', kind: 'chart', chart: 'map', width: 7, when_refused: 'hide', query, encode: {} } as const
  const view = await resolveChart(tile, context)
  expect(view?.figure?.chart).toBe('dots')
  expect(view?.figure?.svg).toContain('data-filter="market=US"')
})

test('every country has an outline inside the frame, and its number stands on it', () => {
  expect(Object.keys(shapes).sort()).toEqual(europe.countries.map(({ code }) => code as string).sort())
  for (const text of Object.values(shapes)) {
    const steps = text.split('|').map((ring) => ring.split(' ').map(Number))
    expect(steps.every((ring) => ring.length >= 6 && ring.length % 2 === 0 && ring.every(Number.isInteger))).toBe(true)
  }
  const outside = europe.countries.filter(({ code, place }) => !isInside(ringOf(shapes[code] ?? ''), place))
  expect(outside).toEqual([])
})

/** The largest part of a country, corner by corner. */
function ringOf(text: string): [number, number][] {
  const steps = (text.split('|')[0] ?? '').split(' ').map(Number)
  let [x, y] = [0, 0]
  return Array.from({ length: steps.length / 2 }, (_, i) => {
    x += steps[2 * i] ?? 0
    y += steps[2 * i + 1] ?? 0
    return [x, y]
  })
}

function isInside(ring: [number, number][], [x, y]: readonly [number, number]): boolean {
  const crossed = ring.filter(([ax, ay], i) => {
    const [bx, by] = ring.at(i - 1) ?? [0, 0]
    return ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)
  })
  return crossed.length % 2 === 1
}
