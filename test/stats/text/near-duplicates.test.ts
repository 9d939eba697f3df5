import { expect, test } from 'vitest'
import { groupNearDuplicates, jaccard } from '../../../src/stats/text/near-duplicates.ts'
import { uniformDraws } from '../../../src/stats/uniform-draws.ts'

test('what two sets share over what either has', () => {
  expect(jaccard(new Set([1, 2, 3]), new Set([2, 3, 4]))).toBe(0.5)
  expect(jaccard(new Set(), new Set())).toBe(0)
})

test('equal and nearly equal sets join the first; others stay alone', () => {
  const sets = [
    [1, 2, 3, 4, 5, 6, 7, 8],
    [9, 10, 11],
    [1, 2, 3, 4, 5, 6, 7, 8],
    [1, 2, 3, 4, 5, 6, 7, 8, 20],
    [1, 2, 30, 31],
    [],
  ]
  expect(groupNearDuplicates(sets.map((each) => new Set(each)))).toEqual([0, 1, 0, 0, 4, 5])
})

test('a chain of small changes does not drift away from its leader', () => {
  const chain = Array.from({ length: 10 }, (_, step) => new Set(Array.from({ length: 8 }, (_each, at) => step + at)))
  const leaders = groupNearDuplicates(chain)
  leaders.forEach((leader, at) => {
    expect(jaccard(chain[at]!, chain[leader]!)).toBeGreaterThanOrEqual(0.7)
  })
  expect(new Set(leaders).size).toBeGreaterThan(2)
})

test('random sets are not grouped, and copies with one word changed mostly are', () => {
  const random = uniformDraws(5)
  const draw = () => new Set(Array.from({ length: 12 }, () => Math.floor(random() * 5_000)))
  const sets = Array.from({ length: 800 }, draw)
  expect(groupNearDuplicates(sets).every((leader, at) => leader === at)).toBe(true)
  const copies = sets.map((set) => new Set([...[...set].slice(1), 9_999]))
  const joined = groupNearDuplicates([...sets, ...copies]).slice(800)
  expect(joined.filter((leader, at) => leader === at).length).toBeGreaterThan(720)
})
