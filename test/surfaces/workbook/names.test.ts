import { expect, test } from 'vitest'
import { sheetNames } from '../../../src/surfaces/workbook/names.ts'

test('a name is unique whatever the case, short, and has only what Excel allows', () => {
  const nameOf = sheetNames()
  const wished = [
    'Overview',
    'overview',
    'OVERVIEW',
    'Who? What: a/b\\c [d] *',
    "'quoted'",
    'History',
    '',
    '\u0000\u0001',
    'A title that is a good deal longer than thirty-one letters',
    'A title that is a good deal longer than thirty-two letters',
    '😀'.repeat(20),
    '\ud83d half',
    'ＯＶＥＲＶＩＥＷ',
  ]
  const names = wished.map(nameOf)
  expect(names.slice(0, 7)).toEqual([
    'Overview',
    'overview (2)',
    'OVERVIEW (3)',
    'Who What a b c d',
    'quoted',
    'History -',
    'Sheet',
  ])
  expect(names[8]).toBe('A title that is a good deal…')
  expect(new Set(names.map((name) => name.normalize('NFKC').toLowerCase())).size).toBe(names.length)
  for (const name of names) {
    expect(name.length).toBeLessThanOrEqual(31)
    expect(name).not.toMatch(/[[\]:*?/\\\u0000-\u001f]|^'|'$|^$/)
    expect(name).not.toMatch(/\p{Surrogate}/u)
  }
})
