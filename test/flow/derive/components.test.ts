import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { labelComponents } from '../../../src/flow/derive/components.ts'
import { raw } from '../../../src/sql/sql.ts'
import { openDuckdb } from '../../../src/store/duckdb.ts'
import type { Store } from '../../../src/store/store.ts'

let folder: string
let store: Store
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-components-'))
  store = await openDuckdb({ file: join(folder, 'x.duckdb'), alias: 'v1', mode: 'write', temporary: folder })
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

type Link = [string, string]

async function labelled(links: Link[]): Promise<Record<string, string>> {
  const rows = links.map(([a, b]) => `('${a}', '${b}')`).join(', ')
  await store.run(raw(`CREATE OR REPLACE TEMP TABLE links AS SELECT * FROM (VALUES ${rows}) AS v("left", "right")`))
  expect(await labelComponents(store, 'links', 'labels')).toBe(true)
  const found = await store.rows(raw('SELECT id, label FROM labels ORDER BY id'))
  return Object.fromEntries(found.map((row) => [String(row.id), String(row.label)]))
}

/** The same by union and find, which is not how the SQL does it. */
function expected(links: Link[]): Record<string, string> {
  const parent = new Map<string, string>()
  const find = (id: string): string => {
    const up = parent.get(id) ?? id
    return up === id ? id : find(up)
  }
  for (const [a, b] of links) {
    const [x, y] = [find(a), find(b)].toSorted() as Link
    parent.set(x, parent.get(x) ?? x)
    parent.set(y, x)
  }
  return Object.fromEntries([...new Set(links.flat())].toSorted().map((id) => [id, find(id)]))
}

test('labels are the connected components, each by its smallest id', async () => {
  const id = fc.integer({ min: 0, max: 25 }).map((n) => `s:${String.fromCharCode(97 + ((n * 7) % 26))}${n}`)
  const link = fc.tuple(id, id).filter(([a, b]) => a !== b)
  await fc.assert(
    fc.asyncProperty(fc.array(link, { minLength: 1, maxLength: 30 }), async (links) => {
      expect(await labelled(links)).toEqual(expected(links))
    }),
    { numRuns: 25, seed: 7 },
  )
}, 60_000)

test('a long chain in an unkind order comes to rest', async () => {
  const place = (n: number): string => `s:${String((n * 37) % 500).padStart(3, '0')}`
  const links = Array.from({ length: 499 }, (_, n): Link => [place(n), place(n + 1)])
  expect(new Set(Object.values(await labelled(links)))).toEqual(new Set(['s:000']))
}, 60_000)
