import { expect, test } from 'vitest'
import { formatCents, formatDuration, formatShort, formatTick, formatTight } from '../../src/config/format.ts'
import { wordsOf } from '../pages/fixtures.ts'

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')

test('amounts from a million on are short, in each language; below, and of anything else, they are whole', async () => {
  const [en, fr] = [await wordsOf('en'), await wordsOf('fr')]
  expect(formatShort(242_993_149, 'money', en)).toBe('243.0M')
  expect(plain(formatShort(242_993_149, 'money', fr))).toBe('243,0 M')
  expect(plain(formatShort(1_234_567_890, 'count', fr))).toBe('1,2 Md')
  expect(formatShort(-3_837_523, 'money', en)).toBe('−3.8M')
  expect(formatShort(999_999, 'count', en)).toBe('999,999')
  expect(formatShort(5_131_324, 'money', en, 1e7)).toBe('5,131,324')
  expect(formatShort(2_000_000, 'seconds', en)).toBe('23 days 3 hr')
  expect(formatShort(null, 'money', en)).toBe('–')
})

test('a cell has three digits, an axis as many as its round number needs, a table its cents', async () => {
  const en = await wordsOf('en')
  expect([9_999, 38_671, 1_236_588].map((each) => formatTight(each, 'money', en))).toEqual(['9,999', '38.7K', '1.24M'])
  expect([0, 2_500, 400_000_000, 1_250_000].map((each) => formatTick(each, en))).toEqual(['0', '2.5K', '400M', '1.25M'])
  expect([formatCents(34_619.794, en), formatCents(null, en)]).toEqual(['34,619.79', '–'])
})

test('beside a hundred days an hour says nothing', async () => {
  const en = await wordsOf('en')
  expect(formatDuration(866 * 86_400 + 5 * 3_600, en)).toBe('866 days')
  expect(formatDuration(99 * 86_400 + 5 * 3_600, en)).toBe('99 days 5 hr')
})
