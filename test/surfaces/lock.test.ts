import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { RapportError } from '../../src/errors.ts'
import { lockServer } from '../../src/surfaces/server/lock.ts'

let folder: string
let program: string
const children: ChildProcess[] = []

/** A second process that locks the folder and says what happened. */
const source = (lock: string) => `
import { lockServer } from ${JSON.stringify(lock)}
const [, , folder] = process.argv
try {
  const lock = await lockServer(folder)
  await lock.announce('http://localhost:4999/')
  console.log(JSON.stringify({ locked: true }))
  setInterval(() => {}, 1000)
} catch (error) {
  console.log(JSON.stringify({ problems: error.problems }))
  process.exit(0)
}`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-lock-'))
  const root = join(import.meta.dirname, '../..')
  program = join(root, 'test/surfaces', `.lock-${process.pid}.mjs`)
  await build({
    stdin: { contents: source(join(root, 'src/surfaces/server/lock.ts')), resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: program,
  })
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(program, { force: true })
})

interface Answer {
  locked?: true
  problems?: { code: string; message: string }[]
}

function start(): Promise<{ child: ChildProcess; answer: Answer }> {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.stdout?.once('data', (data) => resolve({ child, answer: JSON.parse(String(data)) as Answer }))
  })
}

function kill(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}

test('a second process is refused with the pid and address of the first, and gets in after kill -9', async () => {
  const first = await start()
  expect(first.answer.locked).toBe(true)
  const started = Date.now()
  const second = await start()
  expect(Date.now() - started).toBeLessThan(3000)
  expect(second.answer.problems?.[0]?.code).toBe('server-running')
  expect(second.answer.problems?.[0]?.message).toContain(`process ${first.child.pid} at http://localhost:4999/`)
  await kill(first.child)
  const third = await start()
  expect(third.answer.locked).toBe(true)
})

test('the same process cannot take it twice, and lets go when asked', async () => {
  const lock = await lockServer(folder)
  await expect(lockServer(folder)).rejects.toThrow(RapportError)
  expect((await start()).answer.problems?.[0]?.code).toBe('server-running')
  await lock.release()
  expect((await start()).answer.locked).toBe(true)
})
