import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RapportError } from '../../../src/errors.ts'
import { landFile } from '../../../src/flow/land/land.ts'
import type { Batch } from '../../../src/flow/sources/batch.ts'
import { readBatches, repairBatch } from '../../../src/flow/sources/source.ts'
import { corpusCases, type ExpectedBatch } from '../../corpus/make.ts'
import { describeParquet, loadBatch } from './load.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-corpus-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** As the flow does it: load, and when the engine found something else, repair and load again. */
async function readAndLoad(path: string, home: string): Promise<{ batch: Batch; values: (string | null)[][] }[]> {
  const derived = join(home, 'derived')
  const landed = await landFile(path, { landing: join(home, 'landing') })
  const found: { batch: Batch; values: (string | null)[][] }[] = []
  for (let batch of await readBatches(landed, { derived, describe: describeParquet })) {
    let loaded = await loadBatch(batch)
    if (loaded.rejects > 0 || loaded.rows !== batch.readable) {
      batch = await repairBatch(batch, { derived })
      loaded = await loadBatch(batch)
    }
    expect({ rows: loaded.rows, rejects: loaded.rejects }, 'what the engine finds').toEqual({
      rows: batch.readable,
      rejects: 0,
    })
    found.push({ batch, values: loaded.values })
  }
  return found
}

function check(batch: Batch, values: (string | null)[][], expected: ExpectedBatch): void {
  const { blank, footer } = batch.skipped
  expect(batch.records, 'conservation').toBe(batch.readable + batch.bad.length + blank + footer)
  const columns = Array.isArray(expected.columns) ? batch.columns : { count: batch.columns.length }
  expect({
    columns,
    records: batch.records,
    readable: batch.readable,
    bad: batch.bad.map((bad) => bad.reason),
    skipped: batch.skipped,
  }).toEqual({
    columns: expected.columns,
    records: expected.records,
    readable: expected.readable,
    bad: expected.bad ?? [],
    skipped: { blank: 0, preamble: 0, footer: 0, ...expected.skipped },
  })
  const codes = batch.notes.map((note) => note.code)
  for (const code of expected.notes ?? []) expect(codes).toContain(code)
  if (expected.encoding) expect(batch.encoding).toBe(expected.encoding)
  if (expected.inPlace !== undefined) expect(batch.read.derived).toBe(!expected.inPlace)
  if (expected.values) expect(values).toEqual(expected.values)
  for (const bad of batch.bad) expect(bad.message).toMatch(/\.$/)
}

describe('corpus of malformed files', () => {
  const cases = corpusCases()

  test('is large and its names are unique', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60)
    expect(new Set(cases.map((item) => item.name)).size).toBe(cases.length)
  })

  test.each(cases.map((item, i) => ({ item, i, name: item.name })))('$name', async ({ item, i }) => {
    const home = join(folder, String(i))
    const path = await item.write(home)
    const { expect: expected } = item
    try {
      if ('error' in expected) {
        const error = await readAndLoad(path, home).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        expect(error).toBeInstanceOf(RapportError)
        const [problem] = (error as RapportError).problems
        expect(problem?.code).toBe(expected.error)
        expect(problem?.fix).toBeTruthy()
        expect(problem?.message).toContain(item.file)
        return
      }
      const found = await readAndLoad(path, home)
      expect(found.length).toBe(expected.batches.length)
      for (const [j, { batch, values }] of found.entries()) check(batch, values, expected.batches[j]!)
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
