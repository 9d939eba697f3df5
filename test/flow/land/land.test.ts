import { createHash } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { problemsOf } from '../../../src/errors.ts'
import { dropLanded, keepLanded, type Landed, landFile } from '../../../src/flow/land/land.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-land-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Lands a file as a build does that ends well. */
const land = async (path: string, landing = join(folder, 'landing')): Promise<Landed> => {
  const landed = await landFile(path, { landing })
  await keepLanded(landed)
  return landed
}

const code = async (path: string): Promise<string | undefined> =>
  landFile(path, { landing: join(folder, 'landing') }).then(
    () => undefined,
    (error) => problemsOf(error)[0]?.code,
  )

test('keeps a file byte for byte under its hash, readable by its owner only', async () => {
  const content = Buffer.alloc(3_000_001, 'é\r\n\0')
  const path = join(folder, 'in.csv')
  writeFileSync(path, content)
  const landed = await land(path, join(folder, 'a', 'landing'))
  expect(landed).toMatchObject({
    path,
    bytes: content.length,
    hash: createHash('sha256').update(content).digest('hex'),
  })
  expect(landed.landed).toBe(join(folder, 'a', 'landing', landed.hash))
  expect(readFileSync(landed.landed).equals(content)).toBe(true)
  expect(statSync(landed.landed).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'a', 'landing')).mode & 0o777).toBe(0o700)
})

test('does not write a file again that it has, whatever its name', async () => {
  writeFileSync(join(folder, 'a.csv'), 'a,b\n')
  writeFileSync(join(folder, 'b.csv'), 'a,b\n')
  const first = await land(join(folder, 'a.csv'))
  const before = statSync(first.landed).ino
  const second = await land(join(folder, 'b.csv'))
  expect(second.landed).toBe(first.landed)
  expect(statSync(first.landed).ino).toBe(before)
  expect(readdirSync(join(folder, 'landing'))).toEqual([first.hash])
})

test('replaces a copy that is not whole', async () => {
  writeFileSync(join(folder, 'a.csv'), 'a,b\n1,2\n')
  const landed = await land(join(folder, 'a.csv'))
  writeFileSync(landed.landed, 'a,')
  await land(join(folder, 'a.csv'))
  expect(readFileSync(landed.landed, 'utf8')).toBe('a,b\n1,2\n')
})

test('has the name of its hash only once it is kept, and leaves nothing when it is dropped', async () => {
  writeFileSync(join(folder, 'a.csv'), 'a,b\n1,2\n')
  const landed = await landFile(join(folder, 'a.csv'), { landing: join(folder, 'landing') })
  expect(readFileSync(landed.file, 'utf8')).toBe('a,b\n1,2\n')
  expect(() => statSync(landed.landed)).toThrow()
  await dropLanded(landed)
  expect(readdirSync(join(folder, 'landing'))).toEqual([])
  await dropLanded(await land(join(folder, 'a.csv')))
  expect(readdirSync(join(folder, 'landing'))).toEqual([landed.hash])
})

test('a file that changes while it is read is not kept', async () => {
  const path = join(folder, 'a.csv')
  writeFileSync(path, 'a,b\n1,2\n')
  const landed = await landFile(path, { landing: join(folder, 'landing') })
  writeFileSync(path, 'a,b\n1,2\n3,4\n')
  const problem = await keepLanded(landed).then(
    () => undefined,
    (error) => problemsOf(error)[0],
  )
  expect(problem).toMatchObject({ code: 'file-changed', where: path })
  await dropLanded(landed)
  expect(readdirSync(join(folder, 'landing'))).toEqual([])
})

test('every byte is watched once, in order', async () => {
  const content = Buffer.alloc(2_500_000, 'é\r\n"')
  writeFileSync(join(folder, 'a.csv'), content)
  const seen: Buffer[] = []
  await landFile(join(folder, 'a.csv'), {
    landing: join(folder, 'landing'),
    watch: (chunk) => void seen.push(Buffer.from(chunk)),
  }).then(dropLanded)
  expect(Buffer.concat(seen).equals(content)).toBe(true)
})

test('follows a link', async () => {
  writeFileSync(join(folder, 'a.csv'), 'a,b\n')
  symlinkSync(join(folder, 'a.csv'), join(folder, 'link.csv'))
  expect((await land(join(folder, 'link.csv'))).bytes).toBe(4)
})

test('says what is wrong with a path', async () => {
  mkdirSync(join(folder, 'sub'))
  writeFileSync(join(folder, 'empty.csv'), '')
  expect(await code(join(folder, 'none.csv'))).toBe('file-missing')
  expect(await code(join(folder, 'empty.csv', 'x'))).toBe('file-missing')
  expect(await code(join(folder, 'sub'))).toBe('file-is-folder')
  expect(await code(join(folder, 'empty.csv'))).toBe('file-empty')
  expect(await code('/dev/null')).toBe('file-not-regular')
  if (process.getuid?.() !== 0) {
    writeFileSync(join(folder, 'secret.csv'), 'x', { mode: 0 })
    expect(await code(join(folder, 'secret.csv'))).toBe('file-unreadable')
  }
  expect(() => readdirSync(join(folder, 'landing'))).toThrow()
})
