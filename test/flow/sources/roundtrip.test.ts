import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { landFile } from '../../../src/flow/land/land.ts'
import type { Batch } from '../../../src/flow/sources/batch.ts'
import { readBatches, repairBatch } from '../../../src/flow/sources/source.ts'
import { utf16 } from '../../corpus/csv.ts'
import { sheetRows, workbook } from '../../corpus/zip.ts'
import { loadBatch } from './load.ts'

let folder = ''
let count = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-roundtrip-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function read(
  content: string | Buffer,
): Promise<{ batch: Batch; rows: number; rejects: number; values: (string | null)[][]; derived: string }> {
  const path = join(folder, `${count++}.txt`)
  writeFileSync(path, content)
  const derived = join(folder, 'derived')
  const landed = await landFile(path, { landing: join(folder, 'landing') })
  const [batch] = await readBatches(landed, { derived })
  return { batch: batch!, derived, ...(await loadBatch(batch!)) }
}

const letters = [...'abcdefghij klmnéüŽ€"\',;|\t\n.-_/0123456789']
const cell = fc.array(fc.constantFrom(...letters), { maxLength: 12 }).map((parts) => parts.join(''))
const table = fc
  .integer({ min: 2, max: 6 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }))
const encodings = ['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be', 'windows-1252', 'gzip'] as const
const style = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  newline: fc.constantFrom('\n', '\r\n', '\r'),
  quoteAll: fc.boolean(),
  lastEnd: fc.boolean(),
  encoding: fc.constantFrom(...encodings),
})
type Style = typeof style extends fc.Arbitrary<infer T> ? T : never

const WINDOWS: Record<string, number> = { '€': 0x80, Ž: 0x8e }

function encode(text: string, encoding: (typeof encodings)[number]): Buffer {
  if (encoding === 'utf-16le' || encoding === 'utf-16be')
    return utf16(text, encoding === 'utf-16le' ? 'le' : 'be', true)
  if (encoding === 'windows-1252') return Buffer.from([...text].map((c) => WINDOWS[c] ?? c.charCodeAt(0)))
  if (encoding === 'gzip') return gzipSync(text)
  return Buffer.from(encoding === 'utf-8-bom' ? `\ufeff${text}` : text)
}

/** A writer that shares no code with the reader. */
function write(rows: string[][], { delimiter, newline, quoteAll, lastEnd, encoding }: Style): Buffer {
  const field = (value: string): string =>
    quoteAll || /["',;|\t\r\n]|^\s|\s$/.test(value) ? `"${value.split('"').join('""')}"` : value
  const lines = rows.map((row) => row.map(field).join(delimiter))
  return encode(lines.join(newline) + (lastEnd ? newline : ''), encoding)
}

const asLoaded = (rows: string[][]): (string | null)[][] =>
  rows.map((row) => row.map((value) => (value === '' ? null : value)))

test('tables in any dialect and encoding come back as they were written', async () => {
  await fc.assert(
    fc.asyncProperty(table, style, async (rows, how) => {
      // These Windows-1252 bytes are a whole UTF-8 sequence too: no reader can tell.
      fc.pre(how.encoding !== 'windows-1252' || !/é[€Ž]{2}/.test(rows.flat().join('\n')))
      const width = rows[0]!.length
      const names = Array.from({ length: width }, (_, i) => `column ${'abcdef'[i]}`)
      // A last record that is a footer by its words, or that would be blank, is not what this test is about.
      const kept = [...rows, Array.from({ length: width }, (_, i) => `last ${i}`)]
      const { batch, values, rows: loaded, rejects } = await read(write([names, ...kept], how))
      expect(batch.columns).toEqual(names)
      expect({ loaded, rejects, bad: batch.bad }).toEqual({ loaded: kept.length, rejects: 0, bad: [] })
      expect(batch.records).toBe(kept.length)
      expect(values).toEqual(asLoaded(kept))
    }),
    { numRuns: 150 },
  )
})

test('no record is lost or counted twice, whatever is done to the file', async () => {
  const harm = fc.array(
    fc.record({ at: fc.nat(), what: fc.constantFrom('"', ',', '\n', '\r', '\0', '\x80', 'x', '', '\r\n', ',"') }),
    { minLength: 1, maxLength: 6 },
  )
  const rows = Array.from({ length: 30 }, (_, i) => `${i},"name, ${i}",${i * 3}`).join('\n')
  const original = Buffer.from(`id,name,n\n${rows}\n`)
  await fc.assert(
    fc.asyncProperty(harm, async (places) => {
      let bytes = original
      for (const { at, what } of places) {
        const i = 12 + (at % (bytes.length - 12))
        bytes = Buffer.concat([bytes.subarray(0, i), Buffer.from(what, 'latin1'), bytes.subarray(i + 1)])
      }
      const { batch: first, rows: loaded, rejects, derived } = await read(bytes)
      const repaired = rejects > 0 || loaded !== first.readable
      const batch = repaired ? await repairBatch(first, { derived }) : first
      const again = repaired ? await loadBatch(batch) : { rows: loaded, rejects }
      expect(again.rows).toBe(batch.readable)
      expect(again.rejects).toBe(0)
      expect(batch.records).toBe(batch.readable + batch.bad.length + batch.skipped.blank + batch.skipped.footer)
      // Six bytes of harm cost at most two records each; the rest is read.
      expect(batch.readable).toBeGreaterThanOrEqual(30 - 2 * places.length)
      const records = batch.bad.map((bad) => bad.record)
      expect([...records].sort((a, b) => a - b)).toEqual(records)
    }),
    { numRuns: 300 },
  )
})

test('sheets come back as they were written', async () => {
  const value = fc.oneof(
    fc.string({ maxLength: 8 }).filter((text) => /^[\x21-\x7e]+$/.test(text) && !/^_x|^#|total|^[-=]+$/i.test(text)),
    fc.integer({ min: -1e9, max: 1e9 }),
    fc.constant(null),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.integer(), value, value), { minLength: 1, maxLength: 10 }), async (rows) => {
      const {
        batch,
        values,
        rows: loaded,
      } = await read(workbook({ sheets: [{ name: 'S', data: sheetRows([['key', 'b', 'c'], ...rows]) }] }))
      expect({ loaded, records: batch.records }).toEqual({ loaded: rows.length, records: rows.length })
      expect(values).toEqual(rows.map((row) => row.map((item) => (item === null ? null : String(item)))))
    }),
    { numRuns: 60 },
  )
})

test('JSON comes back as it was written', async () => {
  const leaf = fc.oneof(
    fc.string({ maxLength: 8 }).filter((text) => !text.includes('\0')),
    fc.integer(),
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
  )
  const record = fc.tuple(fc.integer(), leaf, leaf)
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 2, maxLength: 10 }), fc.boolean(), async (rows, lines) => {
      const text = (value: unknown): string => (typeof value === 'bigint' ? String(value) : JSON.stringify(value))
      const objects = rows.map(([id, a, b]) => `{"id":${id},"a":${text(a)},"in":{"b":${text(b)}}}`)
      const { batch, values } = await read(lines ? objects.join('\n') : `[${objects.join(',\n')}]`)
      expect(batch.columns).toEqual(['id', 'a', 'in.b'])
      expect(batch.records).toBe(rows.length)
      expect(values).toEqual(rows.map((row) => row.map((value) => (value === '' ? null : String(value)))))
    }),
    { numRuns: 80 },
  )
})
