import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FileWatch, watchFiles } from '../../src/cli/watch-files.ts'

let folder: string
let watch: FileWatch | undefined
let calls: number
beforeEach(async () => {
  calls = 0
  folder = await mkdtemp(join(tmpdir(), 'rapport-watch-'))
  await mkdir(join(folder, 'exports'))
  await writeFile(join(folder, 'exports/a.csv'), 'id\n1\n')
  await writeFile(join(folder, 'one.csv'), 'id\n1\n')
})
afterEach(async () => {
  await watch?.close()
  await rm(folder, { recursive: true, force: true })
})

const sources = [
  { id: 'exports', files: 'exports/*.csv' },
  { id: 'one', files: ['one.csv', 'later.csv'] },
  { id: 'deep', files: 'a/b/c/*.csv' },
  { id: 'sent', files: [] },
]

const begin = async (poll = 60_000, onFilesChanged: () => Promise<void> | void = () => void calls++, quiet = 15) => {
  watch = await watchFiles(sources, folder, { onFilesChanged, quiet, poll })
}

/** Waits for something to be so, for a second at most. */
async function until(so: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100 && !so(); tries++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(so()).toBe(true)
}
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

test('a new file, a longer one, one that goes and one that comes later are changes; others are not', async () => {
  await begin()
  await writeFile(join(folder, 'exports/b.csv'), 'id\n2\n')
  await until(() => calls === 1)
  await appendFile(join(folder, 'one.csv'), '2\n')
  await until(() => calls === 2)
  await rm(join(folder, 'exports/b.csv'))
  await until(() => calls === 3)
  await writeFile(join(folder, 'later.csv'), 'id\n')
  await until(() => calls === 4)
  await writeFile(join(folder, 'exports/notes.txt'), 'nothing of it')
  await writeFile(join(folder, 'exports/.hidden.csv'), 'nor of it')
  await pause(80)
  expect(calls).toBe(4)
})

test('a file that is still being written is waited for: one call, at the end', async () => {
  await begin(undefined, undefined, 200)
  for (let line = 0; line < 12; line++) {
    await appendFile(join(folder, 'exports/a.csv'), `${line}\n`)
    await pause(8)
  }
  await until(() => calls > 0)
  await pause(250)
  expect(calls).toBe(1)
})

test('without a notice of the system a look now and then finds it', async () => {
  await begin(20)
  // Nobody watches below a folder that was not there.
  await mkdir(join(folder, 'a/b/c'), { recursive: true })
  await pause(60)
  expect(calls).toBe(0)
  await writeFile(join(folder, 'a/b/c/deep.csv'), 'id\n1\n')
  await until(() => calls === 1)
})

test('what changes while the last change is worked on is worked on next, and a failure ends nothing', async () => {
  let release = () => {}
  const slow = new Promise<void>((resolve) => {
    release = resolve
  })
  await begin(60_000, async () => {
    calls++
    if (calls === 1) {
      await slow
      throw new Error('the build failed')
    }
  })
  await appendFile(join(folder, 'one.csv'), '2\n')
  await until(() => calls === 1)
  await appendFile(join(folder, 'one.csv'), '3\n')
  await pause(60)
  expect(calls).toBe(1)
  release()
  await until(() => calls === 2)
})
