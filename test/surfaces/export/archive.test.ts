import { strToU8, unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import { archiveOf } from '../../../src/surfaces/export/archive.ts'

const file = (path: string) => ({ path, bytes: strToU8(path) })

test('an archive is the same on every machine and for every order of its files', () => {
  const zone = process.env.TZ
  try {
    const made = ['Asia/Tokyo', 'America/Los_Angeles', 'UTC'].map((each, at) => {
      process.env.TZ = each
      const files = ['b/c.txt', 'a.txt', 'é.txt'].map(file)
      return archiveOf(at === 0 ? files : files.reverse(), '2024-06-30T21:57:20Z')
    })
    expect(made[1]).toEqual(made[0])
    expect(made[2]).toEqual(made[0])
    expect(Object.keys(unzipSync(made[0]!))).toEqual(['a.txt', 'b/c.txt', 'é.txt'])
  } finally {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  }
})

test('a version older than what a ZIP can date, or without a now, is written all the same', () => {
  expect(archiveOf([file('a')], '1971-05-01T00:00:00Z')).toEqual(archiveOf([file('a')], null))
})

test.each(['../a', '/a', 'a//b', 'a\\b', 'C:a', 'a\nb', ''])(
  '%j unpacks to nowhere: it is refused with what to do',
  (path) => {
    expect(() => archiveOf([file(path)], null)).toThrow(/no name for a file[\s\S]*Use a relative path/)
  },
)

test('two files of one name are refused', () => {
  expect(() => archiveOf([file('a'), file('a')], null)).toThrow(/Two files of the archive are called a/)
})
