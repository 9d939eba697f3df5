import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readKnownFiles } from '../../../src/flow/land/known.ts'
import { keepLanded, landFile } from '../../../src/flow/land/land.ts'
import { readBatches } from '../../../src/flow/sources/source.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rapport-known-'))
  await mkdir(join(root, 'landing'))
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(root, { recursive: true, force: true })
})

const landing = (): string => join(root, 'landing')
const file = (): string => join(root, 'a.csv')

/** As a build does; `later`: with a clock that much ahead, so that the file has been left alone for a while. */
async function see(reading: string, later = 60_000): Promise<boolean> {
  vi.useFakeTimers({ now: Date.now() + later, toFake: ['Date'] })
  const known = await readKnownFiles(landing())
  const found = await known.find(file(), reading)
  if (!found) {
    const landed = await landFile(file(), { landing: landing() })
    const batches = await readBatches(landed, { derived: join(root, 'derived') })
    await keepLanded(landed)
    known.add(file(), reading, { landed, batches })
  }
  await known.keep()
  vi.useRealTimers()
  if (found) expect(found.batches).toMatchObject([{ name: 'a.csv', records: 1, read: { path: found.landed.landed } }])
  return found !== null
}

test('a file is read once, and again when it, or how it is read, has changed', async () => {
  await writeFile(file(), 'id\n1\n')
  expect(await see('one way')).toBe(false)
  expect(await see('one way')).toBe(true)
  expect(await see('another way')).toBe(false)
  expect(await see('another way')).toBe(true)
  await writeFile(file(), 'id\n2\n')
  // The time of a change can be set back; that it was is a change too.
  await utimes(file(), 1_700_000_000, 1_700_000_000)
  expect(await see('another way')).toBe(false)
})

test('a file that had just been written may be written again within the same stamp: it is read again', async () => {
  await writeFile(file(), 'id\n1\n')
  expect(await see('one way', 0)).toBe(false)
  expect(await see('one way')).toBe(false)
  expect(await see('one way')).toBe(true)
})

test('without our copy of it a file is read again', async () => {
  await writeFile(file(), 'id\n1\n')
  await see('one way')
  await rm(landing(), { recursive: true })
  await mkdir(landing())
  expect(await see('one way')).toBe(false)
})
