import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generate } from '../../src/generate/generate.ts'
import { makeFolder, removeFolder, run } from './command.ts'

let folder: string
let data: string[]

beforeAll(async () => {
  folder = await makeFolder()
  const { files } = await generate('customer-first', { rows: 200, out: join(folder, 'files') })
  data = ['--files', ...files.map(({ path }) => path)]
})

afterAll(() => removeFolder(folder))

test('the built program finds what paper is set with: a PDF and a snapshot', async () => {
  const report = await run(['report', '--format', 'pdf', '--out', 'report.pdf', ...data], { folder })
  expect(report.code, report.stderr).toBe(0)
  expect((await readFile(join(folder, 'report.pdf'))).subarray(0, 5).toString()).toBe('%PDF-')
  const snapshot = await run(['snapshot', '--format', 'svg', '--out', '-', ...data], { folder })
  expect(snapshot.code, snapshot.stderr).toBe(0)
  expect(snapshot.stdout).toMatch(/^<svg [^>]*role="img"/)
}, 60_000)
