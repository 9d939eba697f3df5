import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readProject } from '../src/project.ts'
import { temporaryFolder } from './generate/reading.ts'

const folder = temporaryFolder()

test('files that were named directly: one by its name, all of a folder by the folder, some of it by the first', async () => {
  const demo = join(folder, 'touchpoints')
  mkdirSync(demo)
  const files = ['calls.csv', 'cases.csv', 'dictionary.csv'].map((name) => join(demo, name))
  for (const file of files) writeFileSync(file, 'a\n1\n')
  writeFileSync(join(demo, '.hidden'), '')
  const nameOf = async (named: string[]): Promise<string> =>
    (await readProject({ files: named, environment: { XDG_CACHE_HOME: folder } })).name
  expect(await nameOf([files[0]!])).toBe('calls.csv')
  expect(await nameOf(files)).toBe('touchpoints')
  expect(await nameOf([demo])).toBe('touchpoints')
  expect(await nameOf(files.slice(0, 2))).toBe('calls.csv +1')
})
