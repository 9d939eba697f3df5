import { expect, test } from 'vitest'
import { addDays } from '../../src/calendar.ts'
import type { Frame, MetricCard } from '../../src/metrics/frame.ts'
import { trendVerdicts } from '../../src/metrics/trend.ts'
import { line } from '../../src/pages/charts/line.ts'
import { chartTile } from '../../src/pages/tiles/chart.ts'
import type { TileContext } from '../../src/pages/tiles/tile.ts'
import { wordsOf } from './fixtures.ts'

/** Ten weeks of days from a Monday on; the first is covered in part and far too low. */
async function frameOf(level: (day: number) => number): Promise<Frame> {
  const frame: Frame = {
    query: { metrics: ['cases'], grain: 'day' },
    version: 'v',
    as_of: null,
    zone: 'UTC',
    rows: Array.from({ length: 70 }, (_, day) => ({
      period: { start: addDays('2024-01-01', day), partial: day === 0 },
      cases: { value: day === 0 ? 1 : level(day) },
    })),
    labels: {},
    metrics: { cases: { id: 'cases', label: 'Cases', unit: 'count', additivity: 'additive', sql: '' } as MetricCard },
    verdicts: [],
    notes: [],
  }
  return { ...frame, verdicts: trendVerdicts(frame, await wordsOf('en')) }
}

const weekly = (day: number): number => (day % 7 > 4 ? 20 : 100) + ((day * 13) % 11)

async function drawn(frame: Frame) {
  const words = await wordsOf('en')
  const made = line.draw({ frame, encode: {}, dimensions: new Map(), words, width: 560 })
  const series = made.option.series as { lineStyle?: { type?: number[] }; z: number; data: (number | string)[] }[]
  return { foot: made.foot, dashes: series.filter((each) => each.z === 5) }
}

test('a trend that is real is a straight line over the whole days, and the foot says so', async () => {
  const { dashes, foot } = await drawn(await frameOf((day) => weekly(day) + day / 2))
  const [dashed] = dashes
  expect(dashes).toHaveLength(1)
  expect(dashed?.data[0]).toBe('-')
  const [first, second, last] = [dashed?.data[1], dashed?.data[2], dashed?.data[69]].map(Number)
  expect(second! - first!).toBeCloseTo(0.5, 1)
  expect((last! - first!) / 68).toBeCloseTo(second! - first!, 9)
  expect(foot).toBe('By day; dashed: trend; hatched: incomplete')
})

test('without evidence no line is drawn, and that is said', async () => {
  const frame = await frameOf(weekly)
  const { dashes, foot } = await drawn(frame)
  expect(dashes).toEqual([])
  expect(foot).toBe('By day; hatched: incomplete')
  const words = await wordsOf('en')
  const services = { runQuery: async () => frame, catalogue: { metrics: new Map(), dimensions: new Map() } }
  const context = { services, words, scope: {}, page: { page: 'x' } } as unknown as TileContext
  const view = await chartTile({ id: 'x', title: String, width: 12 }, 'line', frame.query, {}, context)
  expect(view.verdict).toMatchObject({ test: 'trend', real: false })
  expect(view.reading).toMatch(/^No evidence of a trend: /)
})
