import { expect, test } from 'vitest'
import { withoutDoubles } from '../../src/config/doubles.ts'
import type { Problem } from '../../src/errors.ts'

const named = (id: string, where: string, replaces?: string) => ({ id, where, replaces, value: where })

test('the same id twice names both places; the first stays', () => {
  const problems: Problem[] = []
  expect(withoutDoubles('check', [named('a', 'x:1'), named('b', 'x:5'), named('a', 'y:2')], problems)).toEqual([
    'x:1',
    'x:5',
  ])
  expect(problems).toMatchObject([{ code: 'check-twice', where: 'y:2', message: expect.stringMatching(/x:1.*y:2/) }])
})

test('a later one that says so takes the place of an earlier one', () => {
  const problems: Problem[] = []
  expect(withoutDoubles('page', [named('a', 'x:1'), named('b', 'x:5'), named('a', 'y:2', 'a')], problems)).toEqual([
    'y:2',
    'x:5',
  ])
  expect(problems).toEqual([])
})
