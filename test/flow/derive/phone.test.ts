import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { phoneKeys } from '../../../src/flow/derive/phone.ts'
import { raw } from '../../../src/sql/sql.ts'
import { openDuckdb } from '../../../src/store/duckdb.ts'

/** As written, the market of the record, and the number that it is; null where it identifies nobody. */
const cases: [written: string, market: string | null, key: string | null][] = [
  ['+33 6 12 34 56 78', null, '+33612345678'],
  ['0033 6 12 34 56 78', 'DE', '+33612345678'],
  ['+33 (0)6 12-34-56-78', null, '+33612345678'],
  ['+33 06 12 34 56 78', null, '+33612345678'],
  ['06.12.34.56.78', 'FR', '+33612345678'],
  ['612345678', 'France', '+33612345678'],
  ['33612345678', 'fr', '+33612345678'],
  ['06 12 34 56 78', null, 'n:0612345678'],
  ['020 7946 0018 ext. 12', 'UK', '+442079460018'],
  ['(212) 555-0187', 'US', '+12125550187'],
  ['1-212-555-0187', 'USA', '+12125550187'],
  // Italy keeps its 0, Hungary dials 06, Spain and Norway dial nothing.
  ['06 698 8 2345', 'Italy', '+390669882345'],
  ['+39 06 698 8 2345', null, '+390669882345'],
  ['06 1 345 6789', 'HU', '+3613456789'],
  ['912 34 56 87', 'España', '+34912345687'],
  ['22 12 34 65', 'NO', '+4722123465'],
  ['030 901820', 'Deutschland', '+4930901820'],
  // Too short for the country: it equals only itself.
  ['5550187', 'US', 'n:5550187'],
  ['3.36123E+10', 'FR', null],
  ['0000000000', 'FR', null],
  ['0123456789', 'FR', null],
  ['ann@example.org', 'FR', null],
  ['12345', 'FR', null],
  ['none', 'FR', null],
]

test('one key a number, however it is written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-phone-'))
  const store = await openDuckdb({ file: join(folder, 'x.duckdb'), alias: 'v1', mode: 'write', temporary: folder })
  try {
    const text = (value: string | null): string => (value === null ? 'NULL' : `'${value}'`)
    const rows = cases.map(([phone, market], index) => `(${index}, ${text(phone)}, ${text(market)})`)
    await store.run(
      raw(`CREATE TEMP TABLE written AS SELECT * FROM (VALUES ${rows.join(', ')}) AS v(id, phone, market)`),
    )
    const keys = new Map((await store.rows(raw(phoneKeys('written')))).map((row) => [Number(row.id), row.key]))
    expect(cases.map(([phone, market], index) => [phone, market, keys.get(index) ?? null])).toEqual(cases)
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
