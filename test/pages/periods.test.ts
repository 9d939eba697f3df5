import { expect, test } from 'vitest'
import { cohortsOf, startOfCohort } from '../../src/pages/charts/cohorts.ts'
import { drawSmall, frameOf, type Series, type Small } from './frames.ts'

const contacts = (rows: [period: string, channel: string, contacts: number | null, partial?: boolean][]): Small => ({
  query: { metrics: ['contacts'], by: ['channel'], grain: 'month' },
  rows: rows.map(([period, channel, count, partial]) => ({
    period,
    channel,
    contacts: count,
    partial: partial === true,
  })),
})
const small = contacts([
  ['2024-01-01', 'chat', 30],
  ['2024-01-01', 'call', 10],
  ['2024-03-01', 'chat', 15],
  ['2024-03-01', 'call', 45, false],
  ['2024-04-01', 'chat', 5, true],
])
const data = (series: Series | undefined) => series?.data.map(({ value }) => value)

test('columns: stacked from zero in the order of size; a gap stays empty, a period that is not whole is hatched', async () => {
  const { made, shapes, series } = await drawSmall('columns', small)
  const [hatched, boxes] = shapes('box')
  expect(data(boxes)).toEqual([
    [-0.375, 0.375, 0, 10],
    [-0.375, 0.375, 10, 40],
    [1.625, 2.375, 0, 45],
    [1.625, 2.375, 45, 60],
    [2.625, 3.375, 0, 5],
  ])
  expect(data(hatched)).toEqual([[2.5, 3.5, 0, 60]])
  expect(hatched?.silent).toBe(true)
  expect(boxes?.data[1]).toMatchObject({ tip: 'Jan 2024 · chat: 30 · 75.0%', filter: 'channel=chat' })
  expect(boxes?.data[4]?.tip).toBe('Apr 2024 (incomplete) · chat: 5 · 100.0%')
  expect(series.at(-1)?.data.map(({ label }) => label?.formatter)).toEqual(['call', 'chat'])
  expect(made.foot).toBe('By month; hatched: incomplete')
  expect(made.label).toContain('Mar 2024: call: 45 · 75.0%; chat: 15 · 25.0%')
})

test('the hatching has a name in each drawing: one of a hidden drawing is not painted', async () => {
  const idOf = (svg: string) => /<pattern id="(hatch-[a-z0-9]+)"/.exec(svg)?.[1]
  const [wide, narrow] = [await drawSmall('columns', small), await drawSmall('columns', small, { width: 326 })]
  expect(wide.svg).toContain(`fill="url(#${idOf(wide.svg)})"`)
  expect(idOf(narrow.svg)).not.toBe(idOf(wide.svg))
})

test('columns: as shares every whole period is as high', async () => {
  const { shapes, made } = await drawSmall('columns', small, { encode: { as: 'share_of_column' } })
  expect(data(shapes('box')[1])?.map(([, , from, to]) => [from, to])).toEqual([
    [0, 0.25],
    [0.25, 1],
    [0, 0.75],
    [0.75, 1],
    [0, 1],
  ])
  expect(made.option.yAxis).toMatchObject({ min: 0, max: 1, interval: 0.25 })
})

test('columns: more than eight groups end in "others", and the sum stays whole', async () => {
  const many = contacts(Array.from({ length: 11 }, (_, i) => ['2024-01-01', `c${i}`, i + 1]))
  const { shapes, made } = await drawSmall('columns', many)
  const boxes = shapes('box')[0]!
  expect(boxes.data).toHaveLength(9)
  expect(boxes.data.at(-1)).toMatchObject({ value: [-0.375, 0.375, 60, 66], itemStyle: { color: 'var(--mark)' } })
  expect(boxes.data.at(-1)?.tip).toBe('Jan 2024 · 3 others: 6 · 9.1%')
  expect(boxes.data.at(-1)?.filter).toBeUndefined()
  expect(made.foot).toContain('the smallest groups together')
})

test('flows: in upward, out downward, net on the same axis; a net that is not their difference is said', async () => {
  const flows: Small = {
    query: { metrics: ['paid_in', 'paid_out', 'net'], grain: 'month' },
    rows: [
      { period: '2024-01-01', paid_in: 50, paid_out: 20, net: 30 },
      { period: '2024-03-01', paid_in: 10, paid_out: 40, net: -25 },
      { period: '2024-04-01', partial: true, paid_in: 5, paid_out: 5, net: 0 },
    ],
  }
  const encode = { up: ['paid_in'], down: ['paid_out'], net: 'net' }
  const { made, shapes, series } = await drawSmall('flows', flows, { encode })
  const [, hits, boxes] = shapes('box')
  expect(data(boxes)).toEqual([
    [-0.375, 0.375, 0, 50],
    [-0.375, 0.375, 0, -20],
    [1.625, 2.375, 0, 10],
    [1.625, 2.375, 0, -40],
    [2.625, 3.375, 0, 5],
    [2.625, 3.375, 0, -5],
  ])
  expect(series.find((each) => each.type === 'line')?.data).toEqual([
    [0, 30],
    [1, '-'],
    [2, -25],
    [3, '-'],
  ])
  expect(hits?.data[2]?.tip).toBe('Mar 2024 · paid_in: 10; paid_out: 40; net: −25')
  expect(made.option.yAxis).toMatchObject({ min: -40, max: 60, interval: 20 })
  expect(made.foot).toContain('in one period the net is not in less out')
  const without = await drawSmall('flows', flows, { encode: { up: ['paid_in'], down: ['paid_out'] } })
  expect(without.series.find((each) => each.type === 'line')?.data[2]).toEqual([2, -30])
})

/** January: 10 came, 2 left at once, 1 after a month. February: 4 came, 1 left after a month. By 15 April. */
const came: Small = {
  query: { metrics: ['customers'], by: ['cohort', 'age'] },
  as_of: '2024-04-15T12:00:00Z',
  rows: [
    { cohort: '2024-02', age: null, customers: 3 },
    { cohort: '2024-02', age: 1, customers: 1 },
    { cohort: '2024-01', age: null, customers: 7 },
    { cohort: '2024-01', age: 0, customers: 2 },
    { cohort: '2024-01', age: 1, customers: 1 },
    { cohort: '2024-04', age: null, customers: 5 },
    { cohort: null, age: null, customers: 6 },
  ],
}

test('cohorts: who is still there after so many periods, as counted by hand; what has not come is no zero', () => {
  const { cohorts, left } = cohortsOf({ frame: frameOf(came), encode: { period: 'month' } }, 'customers')
  expect(cohorts).toEqual([
    { start: '2024-01-01', key: '2024-01', size: 10, shares: [0.8, 0.7, 0.7], whole: 2 },
    { start: '2024-02-01', key: '2024-02', size: 4, shares: [1, 0.75], whole: 1 },
    { start: '2024-04-01', key: '2024-04', size: 5, shares: [], whole: 0 },
  ])
  expect(left).toBe(6)
})

test('cohorts: cells carry numbers, the future is blank, what not all have reached is marked', async () => {
  const { made, series } = await drawSmall('cohorts', came, { encode: { period: 'month' } })
  expect(series.map((column) => column.data.map(({ label }) => label?.formatter ?? ''))).toEqual([
    ['80%', '100%', ''],
    ['70%', '75%*', ''],
    ['70%*', '', ''],
  ])
  expect((made.option.yAxis as { data: string[] }).data).toEqual(['Jan 2024 · 10', 'Feb 2024 · 4', 'Apr 2024 · 5'])
  expect(series[1]?.data[0]).toMatchObject({
    tip: 'Jan 2024, 10: 70.0% (7) still there after 2 months',
    filter: 'cohort=2024-01',
  })
  expect(made.foot).toContain('up to Apr 15, 2024')
  expect(made.foot).toContain('6 without a date left out')
})

test.each([
  ['2024-05-17', 'month', '2024-05-01'],
  ['2024-05', 'quarter', '2024-04-01'],
  ['2024-Q3', 'quarter', '2024-07-01'],
  ['2024', 'year', '2024-01-01'],
  ['2024-13', 'month', null],
  ['May', 'month', null],
  [null, 'month', null],
] as const)('cohort %s by %s begins on %s', (key, period, start) => {
  expect(startOfCohort(key, period)).toBe(start)
})

const line = (values: (number | null)[]): Small => ({
  query: { metrics: ['aum'], grain: 'month' },
  cards: { aum: { unit: 'number' } },
  rows: values.flatMap((aum, i) => (aum === null ? [] : [{ period: `2024-0${i + 1}-01`, aum }])),
})
const ahead = (start: string, value: number) => ({ start, value, low: value - 2, high: value + 3 })

test('a forecast goes on from the last known value, dashed in a band, with its name', async () => {
  const forecast = [ahead('2024-04-01', 13), ahead('2024-05-31', 14)]
  const { made, series } = await drawSmall('line', line([10, 11, 12]), { forecast })
  expect((made.option.xAxis as { data: string[] }[])[0]?.data).toEqual([
    'Jan 2024',
    'Feb 2024',
    'Mar 2024',
    'Apr 2024',
    'May 2024',
  ])
  const [hits, low, span, dashed, whole] = series
  expect(low?.data).toEqual(['-', '-', 12, 11, 12])
  expect(span?.data).toEqual(['-', '-', 0, 5, 5])
  expect(dashed?.data.map(({ value }) => value)).toEqual(['-', '-', 12, 13, 14])
  expect((dashed as unknown as { lineStyle: { type: number[] } }).lineStyle.type).toEqual([5, 4])
  expect(dashed?.data.at(-1)?.label?.formatter).toBe('Forecast\n14.00')
  expect(whole?.data.map(({ value }) => value)).toEqual([10, 11, 12, '-', '-'])
  expect(hits?.data[4]?.tip).toBe('May 2024: Forecast 14.00 (12.00 to 17.00)')
  expect(made.foot).toBe('By month; dashed: forecast with its interval')
  expect(made.label).toContain('May 2024: Forecast 14.00')
})

test('a forecast is never joined over a gap, neither to the past nor in itself', async () => {
  const forecast = [ahead('2024-05-01', 13), ahead('2024-07-01', 14)]
  const { series } = await drawSmall('line', line([10, 11, 12]), { forecast })
  expect(series[3]?.data.map(({ value }) => value)).toEqual(['-', '-', '-', '-', 13, '-', 14])
})
