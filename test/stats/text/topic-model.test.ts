import { expect, test } from 'vitest'
import { factorise } from '../../../src/stats/text/nmf.ts'
import { fitTopics, leastStability, stabilityOf } from '../../../src/stats/text/topic-model.ts'
import { vocabularyOf } from '../../../src/stats/text/vocabulary.ts'
import { uniformDraws } from '../../../src/stats/uniform-draws.ts'

const planted = [
  ['password', 'login', 'email', 'link', 'expired', 'locked'],
  ['refund', 'money', 'bank', 'returned', 'credit', 'invoice'],
  ['delivery', 'parcel', 'courier', 'address', 'tracking', 'arrived'],
]
const filler = [
  'product',
  'customer',
  'team',
  'phone',
  'company',
  'week',
  'month',
  'people',
  'case',
  'number',
  'house',
  'sun',
]
const limits = { least: 4, most: 0.6, size: 400 }

function texts(
  count: number,
  draw: (pick: (list: string[]) => string, random: () => number) => string[],
  seed = 3,
): string[] {
  const random = uniformDraws(seed)
  const pick = (list: string[]) => list[Math.floor(random() * list.length)]!
  return Array.from({ length: count }, () => draw(pick, random).join(' '))
}

test('three planted topics are found, with their words, and no fourth', () => {
  const sample = texts(500, (pick, random) => {
    const topic = planted[Math.floor(random() * 3)]!
    return [pick(filler), pick(topic), pick(topic), pick(filler), pick(topic), pick(filler)]
  })
  const model = fitTopics(vocabularyOf(sample, limits))
  expect(model.topics).toHaveLength(3)
  const found = model.topics.map(({ words }) => words.map(({ stem }) => stem).sort())
  expect(found.toSorted()).toEqual(planted.map((words) => [...words].sort()).toSorted())
  expect(model.topics.every(({ stability }) => stability >= leastStability)).toBe(true)
  expect(fitTopics(vocabularyOf(sample, limits))).toEqual(model)
})

test.each([1, 2, 3, 4, 5, 6])('words that come together by chance are no topics (seed %i)', (seed) => {
  const words = [...filler, ...planted.flat()]
  const sample = texts(600, (pick) => Array.from({ length: 7 }, () => pick(words)), seed)
  const model = fitTopics(vocabularyOf(sample, limits))
  expect(model.tried.length).toBeGreaterThan(5)
  expect(model.topics).toEqual([])
})

test('too few texts or words: nothing is tried', () => {
  expect(fitTopics(vocabularyOf(['a refund', 'a parcel'], limits))).toMatchObject({ topics: [], tried: [] })
  expect(fitTopics(vocabularyOf([], limits))).toMatchObject({ topics: [], tried: [] })
})

test('a matrix that is a product of two is found again', () => {
  const rows = [
    { at: [0, 1], values: [1, 2] },
    { at: [2, 3], values: [3, 1] },
    { at: [0, 1], values: [2, 4] },
    { at: [2, 3], values: [6, 2] },
  ]
  const { loadings, weights } = factorise(rows, 4, 2, 1, 200)
  rows.forEach(({ at, values }, row) => {
    const again = [0, 1, 2, 3].map(
      (column) => loadings[row * 2]! * weights[column]! + loadings[row * 2 + 1]! * weights[4 + column]!,
    )
    const wanted = [0, 0, 0, 0]
    at.forEach((column, index) => {
      wanted[column] = values[index]!
    })
    again.forEach((value, column) => {
      expect(value).toBeCloseTo(wanted[column]!, 2)
    })
  })
})

test('a topic is met again by the one whose words are most alike, and each only once', () => {
  const line = (...weights: number[]) => Float64Array.from(weights)
  const whole = [line(1, 0, 0), line(0, 1, 0)]
  expect(stabilityOf(whole, [[line(0, 1, 0), line(1, 0, 0)]])).toEqual([1, 1])
  expect(stabilityOf(whole, [[line(0.8, 0.6, 0), line(0.6, 0, 0.8)]])).toEqual([0.8, 0])
})
