import { describe, expect, test } from 'vitest'
import type { Metric } from '../../src/metrics/metric.ts'
import type { ChartName, Encode } from '../../src/pages/chart-spec.ts'
import { readings } from '../../src/pages/reading/all.ts'
import { wordsOf } from './fixtures.ts'
import { frameOf, type Small } from './frames.ts'

type Kind = Metric['measure']['kind']

interface Asked {
  encode?: Encode
  /** What each metric is; a count where nothing is said. */
  kinds?: Record<string, Kind>
  language?: string
  notes?: { code: string; message: string }[]
}

async function read(
  chart: ChartName,
  small: Small,
  { encode = {}, kinds = {}, language = 'en', notes = [] }: Asked = {},
) {
  const metrics = new Map(
    small.query.metrics.map((id) => [id, { id, measure: { kind: kinds[id] ?? 'count' } } as unknown as Metric]),
  )
  const words = await wordsOf(language)
  return readings[chart]!({ frame: { ...frameOf(small), notes }, encode, dimensions: new Map(), metrics, words })
}

const months = (values: (number | null)[], partial: number[] = []) =>
  values.map((n, i) => ({ period: `2024-${String(i + 1).padStart(2, '0')}-01`, partial: partial.includes(i), n }))
const monthly = { query: { metrics: ['n'], grain: 'month' as const } }

describe('a line', () => {
  test('tells its first and last whole month, and the highest', async () => {
    const small = { ...monthly, rows: months([99, 10, 30, 20, 3], [0, 4]) }
    expect(await read('line', small)).toBe('From 10 in Feb 2024 to 20 in Apr 2024; highest in Mar 2024: 30.')
    expect(await read('line', small, { language: 'fr' })).toBe(
      'De 10 (févr. 2024) à 20 (avr. 2024) ; maximum : 30 (mars 2024).',
    )
    expect(await read('line', { ...monthly, rows: months([10, 20, 30]) })).toBe(
      'From 10 in Jan 2024 to 30 in Mar 2024, its highest.',
    )
    // Two highest are none, and one month is no time.
    expect(await read('line', { ...monthly, rows: months([10, 30, 30]) })).toBe(
      'From 10 in Jan 2024 to 30 in Mar 2024.',
    )
    expect(await read('line', { ...monthly, rows: months([10, 30], [1]) })).toBeUndefined()
  })

  test('of a sample says only what its intervals allow, and nothing of few values', async () => {
    const cells = (...all: [value: number, half: number, n: number][]) => ({
      ...monthly,
      cards: { n: { unit: 'score' as const, additivity: 'non-additive' as const } },
      rows: months(all.map(() => 0)).map((row, i) => {
        const [value, half, n] = all[i]!
        return { ...row, n: { value, low: value - half, high: value + half, n } }
      }),
    })
    const kinds = { n: 'mean' as const }
    expect(await read('line', cells([3, 0.2, 90], [9, 1, 90], [3.1, 0.2, 90]), { kinds })).toBe(
      'No evidence that Mar 2024 (3.10) differs from Jan 2024 (3.00) (p = 0.49).',
    )
    expect(await read('line', cells([3, 0.2, 90], [4, 0.2, 90]), { kinds })).toBe(
      'Real: 4.00 in Feb 2024 against 3.00 in Jan 2024 (p < 0.001).',
    )
    expect(await read('line', cells([3, 0.2, 8], [4, 0.2, 90]), { kinds })).toBeUndefined()
  })
})

test('lines: who ends above whom in the last month that all have', async () => {
  const small: Small = {
    query: { metrics: ['own', 'market', 'bonds'], grain: 'month' },
    rows: [
      { period: '2024-01-01', own: 5, market: 9, bonds: 1 },
      { period: '2024-02-01', own: 12, market: 9, bonds: 10 },
      { period: '2024-03-01', own: 1, market: 9, bonds: null },
    ],
  }
  const said = 'Feb 2024: “own” ends highest at 12, 2 above “bonds” and 3 above “market”.'
  expect(await read('lines', small)).toBe(said)
  const indexed = { query: small.query, rows: [{ period: '2024-01-01', own: 0.1, market: 0.2, bonds: 0 }] }
  expect(await read('lines', indexed, { encode: { as: 'indexed' } })).toBe(
    'Jan 2024: “market” ends highest at 120.0, 10.0 above “own” and 20.0 above “bonds”.',
  )
  // A share of answers is a sample: its order may be chance.
  expect(await read('lines', small, { kinds: { own: 'ratio' } })).toBeUndefined()
})

const parts = (values: Record<string, number>): Small => ({
  query: { metrics: ['n'], by: ['team'] },
  cards: { n: { unit: 'money' } },
  rows: Object.entries(values).map(([team, n]) => ({ team, n })),
})

describe('a donut', () => {
  test('tells its largest part, short, and none where two are largest', async () => {
    expect(await read('donut', parts({ a: 3_000_000, b: 1_000_000 }))).toBe(
      'a is the largest part: 3.0M, 75.0% of the whole.',
    )
    expect(await read('donut', parts({ a: 3, b: 3, c: 1 }))).toBeUndefined()
  })

  test('tells no share where groups are missing or share their members', async () => {
    const notes = [{ code: 'groups-cut', message: '' }]
    expect(await read('donut', parts({ a: 3, b: 1 }), { notes })).toBeUndefined()
    expect(await read('donut', parts({ a: 3, b: 1 }), { kinds: { n: 'distinct' } })).toBe('a is the largest part: 3.')
  })
})

test('flows: sums of the whole periods, and in how many more came in', async () => {
  const small: Small = {
    query: { metrics: ['in', 'out'], grain: 'month' },
    rows: [
      { period: '2024-01-01', in: 10, out: 4 },
      { period: '2024-02-01', in: 2, out: 5 },
      { period: '2024-03-01', partial: true, in: 90, out: 1 },
    ],
  }
  expect(await read('flows', small, { encode: { up: ['in'], down: ['out'] } })).toBe(
    '12 came in and 9 went out, net 3; more came in than went out in 1 of 2 whole months.',
  )
})

describe('columns', () => {
  const quarters = (early: [number, number], late: [number, number]): Small => ({
    query: { metrics: ['n'], by: ['team'], grain: 'quarter' },
    rows: [2022, 2023, 2024].flatMap((year) =>
      ['01', '04', '07', '10'].flatMap((month) => {
        const [a, b] = year === 2022 ? early : late
        // The last year is not whole.
        const row = { period: `${year}-${month}-01`, partial: year === 2024 && month === '10' }
        return [
          { ...row, team: 'a', n: a },
          { ...row, team: 'b', n: b },
        ]
      }),
    ),
  })

  test('the shares of the first and last whole year are tested', async () => {
    expect(await read('columns', quarters([60, 40], [30, 70]))).toBe(
      'b is the largest: 650, 59.1% over 11 whole quarters. The shares are not the same in 2023 as in 2022 (chi-square p < 0.001).',
    )
    expect(await read('columns', quarters([60, 40], [58, 42]))).toBe(
      'a is the largest: 646, 58.7% over 11 whole quarters. No evidence that the shares differ between 2022 and 2023 (chi-square p = 0.57).',
    )
  })

  test('money is not tested, and what is there at the end of a period is not added up', async () => {
    expect(await read('columns', quarters([60, 40], [30, 70]), { kinds: { n: 'sum' } })).toBe(
      'b is the largest: 650, 59.1% over 11 whole quarters.',
    )
    const levels = { ...quarters([60, 40], [30, 70]), cards: { n: { additivity: 'semi-additive' as const } } }
    expect(await read('columns', levels, { kinds: { n: 'level' } })).toBe('b is the largest in Q3 2024: 70, 70.0%.')
  })
})

test('a funnel tells where most is lost, and nothing where a stage grows', async () => {
  const stages = (...values: number[]): Small => {
    const metrics = values.map((_, i) => `s${i}`)
    return { query: { metrics }, rows: [Object.fromEntries(values.map((value, i) => [`s${i}`, value]))] }
  }
  expect(await read('funnel', stages(100, 90, 45, 40))).toBe(
    'Most is lost between “s1” and “s2”: 45, 50.0% of those who came that far.',
  )
  expect(await read('funnel', stages(100, 120, 45))).toBeUndefined()
  expect(await read('funnel', stages(100, 100))).toBeUndefined()
})

test('a waterfall tells its largest steps; what is not explained is none', async () => {
  const small: Small = {
    query: { metrics: ['start', 'gain', 'paid', 'left', 'end'] },
    rows: [{ start: 10, gain: 5, paid: 7, left: 4, end: 90 }],
  }
  expect(await read('waterfall', small, { encode: { subtract: ['left'] } })).toBe(
    'Largest step up: paid (+7); largest down: left (−4).',
  )
})

test('a gauge holds its interval against the target, and is silent without one', async () => {
  const share = (low: number, value: number, high: number, target?: number): Small => ({
    query: { metrics: ['n'] },
    cards: { n: { unit: 'ratio', ...(target !== undefined && { target: { value: target } as never }) } },
    rows: [{ n: { value, low, high, n: 100 } }],
  })
  const kinds = { n: 'ratio' as const }
  expect(await read('gauge', share(0.5, 0.6, 0.7, 0.4), { kinds })).toBe(
    'Above the target of 40.0%, with the whole 95% interval.',
  )
  expect(await read('gauge', share(0.5, 0.6, 0.7, 0.8), { kinds })).toBe(
    'Below the target of 80.0%, with the whole 95% interval.',
  )
  expect(await read('gauge', share(0.5, 0.6, 0.7, 0.65), { kinds })).toBe(
    'The 95% interval holds the target of 65.0%: no evidence on which side of it.',
  )
  expect(await read('gauge', share(0.5, 0.6, 0.7), { kinds })).toBeUndefined()
})

test('a sankey tells the path through all steps that most take', async () => {
  const small: Small = {
    query: { metrics: ['n'], by: ['from', 'via', 'to'] },
    rows: [
      { from: 'web', via: 'x', to: 'kept', n: 6 },
      { from: 'web', via: 'y', to: 'kept', n: 5 },
      { from: 'web', via: 'y', to: 'left', n: 5 },
    ],
  }
  expect(await read('sankey', small)).toBe('Largest path: web, then x, then kept: 6, 37.5%.')
})

test('cohorts: of all who came that long ago, how many are still there', async () => {
  const cohort = (came: string, left: number, stayed: number) => [
    { came, age: '1', n: left },
    { came, age: null, n: stayed },
  ]
  const small: Small = {
    query: { metrics: ['n'], by: ['came', 'age'] },
    as_of: '2024-07-01T00:00:00Z',
    rows: [...cohort('2022-01-01', 10, 90), ...cohort('2022-04-01', 30, 70), ...cohort('2024-04-01', 0, 100)],
  }
  expect(await read('cohorts', small, { encode: { period: 'quarter' } })).toBe(
    '80.0% are still there after 8 quarters (95%: 73.9% to 85.0%; n = 200, all who came that long ago).',
  )
  const young = { ...small, as_of: '2022-06-01T00:00:00Z' }
  expect(await read('cohorts', young, { encode: { period: 'quarter' } })).toBeUndefined()
})

describe('bubbles', () => {
  const points = (ys: number[]): Small => ({
    query: { metrics: ['x', 'y'], by: ['team'] },
    rows: ys.map((y, i) => ({ team: `t${i}`, x: i, y })),
  })

  test('rise together, against each other, or nothing says so', async () => {
    expect(await read('bubble', points([1, 2, 3, 4, 5, 6]))).toBe(
      '“y” is higher where “x” is higher (rank correlation 1.00, n = 6, p = 0.003).',
    )
    expect(await read('bubble', points([6, 5, 4, 3, 2, 1]))).toContain('“y” is lower where “x” is higher')
    expect(await read('bubble', points([2, 5, 1, 6, 3, 4]))).toMatch(
      /^No evidence that they go together \(.*n = 6, p = /,
    )
  })

  test('four points say nothing, in whatever order', async () => {
    expect(await read('bubble', points([1, 2, 3, 4]))).toBeUndefined()
  })
})

describe('groups of what is no sample', () => {
  test('the highest and the lowest, those of one place together', async () => {
    expect(await read('map', parts({ a: 2, b: 5, c: 3 }), { kinds: { n: 'sum' } })).toBe(
      'Highest: b (5, 50.0%); lowest: a (2).',
    )
    expect(await read('map', parts({ a: 5, b: 5, c: 3 }), { kinds: { n: 'distinct' } })).toBe(
      'Highest: a and b (5 each); lowest: c (3).',
    )
    expect(await read('bars', parts({ a: 5, b: 5 }), { kinds: { n: 'sum' } })).toBeUndefined()
    expect(await read('bars', parts({ a: 9, b: 1, c: 1, d: 1, e: 1 }), { kinds: { n: 'sum' } })).toBe(
      'Highest: a (9, 69.2%).',
    )
  })

  test('the lowest is not known where small groups are left out', async () => {
    const cut = { ...parts({ a: 2, b: 5 }), query: { metrics: ['n'], by: ['team'], limit: 2 } }
    expect(await read('table', cut, { kinds: { n: 'sum' } })).toBe('Highest: b (5).')
  })

  test('nothing is told by the numbers where something else is drawn', async () => {
    const asked = { kinds: { n: 'sum' as const }, encode: { as: 'per_unit' as const } }
    expect(await read('bars', parts({ a: 2, b: 5 }), asked)).toBeUndefined()
  })

  test('a mean has no first and last without a test', async () => {
    expect(await read('dots', parts({ a: 2, b: 5 }), { kinds: { n: 'mean' } })).toBeUndefined()
  })
})
