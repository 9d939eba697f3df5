import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { scanFile } from '../../../src/flow/sources/scan.ts'
import { watchCsv } from '../../../src/flow/sources/watch.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-watch-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const comma = { delimiter: ',', quote: '"', newline: '\n' } as const
const row = (n: number): string => `${n},"a text of, say, ${n}\nlines",b\n`

test('what is seen on the way is what a scan of the file finds', async () => {
  const text = `id,text,more\n${Array.from({ length: 60_000 }, (_, n) => row(n)).join('')}`
  const path = join(folder, 'large.csv')
  writeFileSync(path, text)
  const watch = watchCsv(path)
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 1 << 20) watch.push(bytes.subarray(at, at + (1 << 20)))
  const seen = watch.end(comma)
  expect(seen).toEqual(await scanFile(path, comma))
  expect(seen?.records).toBe(60_001)
})

test('a file of one chunk, another dialect, and what is no CSV are left to the reader', () => {
  const small = watchCsv('small.csv')
  small.push(Buffer.from('a,b\n1,2\n'))
  expect(small.end(comma)).toBeUndefined()
  const other = watchCsv('other.csv')
  other.push(Buffer.from('a;b\n'.repeat(300_000)))
  expect(other.end(comma)).toBeUndefined()
  expect(other.end({ ...comma, delimiter: ';' })?.records).toBe(300_000)
  const json = watchCsv('rows.ndjson')
  json.push(Buffer.from('{"a":1}\n'.repeat(200_000)))
  expect(json.end(comma)).toBeUndefined()
})
