import { expect, test } from 'vitest'
import { readHistory } from '../../src/insights/history.ts'
import { frameOf } from './frames.ts'

test('periods that the data does not cover are left out at both ends', () => {
  const history = readHistory(frameOf([3, 10, 11, 12, 4], { partial: [0, -1] }), 'calls')
  expect(history).toMatchObject({ starts: ['2020-02-01', '2020-03-01', '2020-04-01'], values: [10, 11, 12] })
})

test('nothing counted is 0: without a row and without a value', () => {
  expect(readHistory(frameOf([5, 'none', null, 7]), 'calls')).toMatchObject({ values: [5, 0, 0, 7] })
})

test.each([
  ['ratio', 'non-additive'],
  ['seconds', 'non-additive'],
  ['count', 'semi-additive'],
  ['money', 'additive'],
] as const)('a hole in a %s (%s) stays a hole', (unit, additivity) => {
  expect(readHistory(frameOf([5, 6, 'none', null, 7], { unit, additivity }), 'calls')).toEqual({
    lacks: 'values',
    periods: 5,
    missing: 2,
    first: '2020-03-01',
  })
})

test('a mean that begins later than the data has no hole before it', () => {
  const frame = frameOf([null, null, 0.5, 0.6], { unit: 'ratio', additivity: 'non-additive' })
  expect(readHistory(frame, 'calls')).toMatchObject({ starts: ['2020-03-01', '2020-04-01'], values: [0.5, 0.6] })
})

test('a group has the periods of the frame from its own first row to the last whole one', () => {
  const frame = frameOf([1, 2, 3, 4, 5, 6], { partial: [-1] })
  const channels = ['a', 'a', 'b', 'a', 'a', 'a']
  frame.rows.forEach((row, at) => {
    row.channel = channels[at]!
  })
  expect(readHistory(frame, 'calls', { channel: 'b' })).toMatchObject({
    starts: ['2020-03-01', '2020-04-01', '2020-05-01'],
    values: [3, 0, 0],
  })
  expect(readHistory(frame, 'calls', { channel: 'a' })).toMatchObject({ values: [1, 2, 0, 4, 5] })
  expect(readHistory(frame, 'calls', { channel: 'c' })).toEqual({ lacks: 'periods' })
})

test('a metric that cannot be known says why', () => {
  const frame = frameOf([1])
  frame.rows = [{ calls: { value: null, refused: { code: 'x', message: 'The data lacks the day.', missing: [] } } }]
  expect(readHistory(frame, 'calls')).toEqual({ lacks: 'metric', because: 'The data lacks the day.' })
})

test('a query without periods is a fault of the caller', () => {
  const frame = frameOf([1, 2])
  frame.query = { metrics: ['calls'] }
  expect(() => readHistory(frame, 'calls')).toThrow(/no grain; ask/)
})
