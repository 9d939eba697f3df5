import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../../src/config/yaml.ts'
import type { Problem } from '../../../src/errors.ts'
import { type Pack, parsePack } from '../../../src/flow/map/pack.ts'
import { sourceColumnsOf } from '../../../src/flow/map/source-columns.ts'
import type { Batch } from '../../../src/flow/sources/batch.ts'
import { duckdb } from '../../../src/sql/duckdb.ts'
import { raw } from '../../../src/sql/sql.ts'
import type { Row, Store } from '../../../src/store/store.ts'
import { csvBatch, land, withStore } from './land.ts'

function packOf(text: string): Pack {
  const problems: Problem[] = []
  const pack = parsePack(parseYaml(text, 'pack.yaml'), problems)
  expect(problems).toEqual([])
  return pack!
}

function casesPack(columns: string, more = ''): Pack {
  return packOf(`id: t
name: Test
tables:
  - name: cases
    recognise: [id]
${more}    fills:
      - table: cases
        key: id
        columns:
${columns
  .trim()
  .split('\n')
  .map((line) => `          ${line.trim()}`)
  .join('\n')}
`)
}

async function batchOf(folder: string, name: string, text: string, change: Partial<Batch> = {}): Promise<Batch> {
  const path = join(folder, name)
  await writeFile(path, text)
  const [header, ...lines] = text.trimEnd().split('\n')
  return { ...(await csvBatch(path, header!.split(','), lines.length)), ...change }
}

const casesOf = (store: Store, columns: string): Promise<Row[]> =>
  store.rows(raw(`SELECT ${columns} FROM cx.cases ORDER BY record`))

/** One column of text read as one model column. */
async function readAs(
  values: string[],
  rule: string,
  column: string,
  options: { zone?: string } = {},
): Promise<unknown[]> {
  return withStore(async (store, folder) => {
    const text = `id,v\n${values.map((value, at) => `${at},"${value.replaceAll('"', '""')}"`).join('\n')}\n`
    const batch = await batchOf(folder, 'v.csv', text)
    await land(
      store,
      { ...batch, columns: ['id', 'v'], readable: values.length },
      casesPack(`${column}: ${rule}`),
      options,
    )
    return (await casesOf(store, column)).map((row) => row[column])
  })
}

describe('typed values', () => {
  it('reads moments with an offset, and naive ones in the source zone', async () => {
    const values = [
      '2026-01-05T10:00:00Z',
      '2026-01-05T10:00:00.000+0100',
      '2026-07-05 10:00',
      '2026-07-05',
      'soon',
      ' ',
      '2026-01-05 10:00:00 UTC',
    ]
    expect(await readAs(values, 'v', 'created_at', { zone: 'Europe/Paris' })).toEqual([
      '2026-01-05 10:00:00',
      '2026-01-05 09:00:00',
      '2026-07-05 08:00:00',
      '2026-07-04 22:00:00',
      null,
      null,
      '2026-01-05 10:00:00',
    ])
  })
  it('reads d/m/y with any separator, times of two kinds, and no year of two digits', async () => {
    const values = [
      '13/05/2025',
      '3.5.2025 9:05',
      '03-05-2025 21:05:07',
      '03/05/2025 9:05 PM',
      '03/05/25',
      '31/02/2025',
      '2025-05-03',
    ]
    expect(await readAs(values, '{ from: v, read: d/m/y }', 'created_at')).toEqual([
      '2025-05-13 00:00:00',
      '2025-05-03 09:05:00',
      '2025-05-03 21:05:07',
      '2025-05-03 21:05:00',
      null,
      null,
      null,
    ])
    expect(await readAs(['5/13/25 10:00'], '{ from: v, read: m/d/yy }', 'created_at')).toEqual(['2025-05-13 10:00:00'])
  })
  it('reads epochs and spreadsheet serials', async () => {
    expect(await readAs(['1767607200'], '{ from: v, read: epoch }', 'created_at')).toEqual(['2026-01-05 10:00:00'])
    expect(await readAs(['1767607200123'], '{ from: v, read: epoch-ms }', 'created_at')).toEqual([
      '2026-01-05 10:00:00.123',
    ])
    expect(await readAs(['46027.5'], '{ from: v, read: excel }', 'created_at')).toEqual(['2026-01-05 12:00:00'])
  })
  it('reads whole numbers and never rounds', async () => {
    expect(await readAs(['3', '3.0', '3.7', 'N/A', 'three', '9007199254740993'], 'v', 'reopens')).toEqual([
      3,
      3,
      null,
      null,
      null,
      9007199254740992,
    ])
  })
  it('keeps a text as it is, without blanks around', async () => {
    expect(await readAs(['  Fax ', 'N/A', '\t', '1E5', '00123'], 'v', 'medium')).toEqual([
      'Fax',
      'N/A',
      null,
      '1E5',
      '00123',
    ])
  })
  it('takes ids of a vocabulary in any case and keeps unknown words', async () => {
    expect(await readAs(['Open', 'SOLVED', 'Parked'], 'v', 'status')).toEqual(['open', 'solved', 'Parked'])
  })
})

async function readScore(values: string[], rule: string): Promise<unknown[]> {
  return withStore(async (store, folder) => {
    const pack = packOf(`id: t
name: Test
tables:
  - name: surveys
    recognise: [id]
    fills:
      - { table: surveys, key: id, columns: { score: ${rule} } }
`)
    const batch = await batchOf(folder, 'v.csv', `id,v\n${values.map((value, at) => `${at},"${value}"`).join('\n')}\n`)
    await land(store, { ...batch, columns: ['id', 'v'], readable: values.length }, pack)
    return (await store.rows(raw('SELECT score FROM cx.surveys ORDER BY record'))).map(({ score }) => score)
  })
}

describe('numbers', () => {
  it('reads a decimal comma only in the shape of one', async () => {
    expect(await readScore(['4,5', '1.234,5', '3.5', '7', '12.34.5'], "{ from: v, decimal: ',' }")).toEqual([
      4.5,
      1234.5,
      null,
      7,
      null,
    ])
    expect(await readScore(['4.5', '1,234.5', '3,5'], "{ from: v, decimal: '.' }")).toEqual([4.5, 1234.5, null])
    expect(await readScore(['4.5', '4,5', 'nan', 'inf'], 'v')).toEqual([4.5, null, null, null])
  })
  it('gives words their numbers', async () => {
    expect(
      await readScore(['Good', 'Bad', 'Offered', '3'], '{ from: v, words: { good: 1, bad: 0, Offered: null } }'),
    ).toEqual([1, 0, null, 3])
  })
})

describe('durations', () => {
  const read = (values: string[], rule: string): Promise<unknown[]> =>
    withStore(async (store, folder) => {
      const pack = packOf(`id: t
name: Test
tables:
  - name: calls
    recognise: [id]
    fills:
      - { table: touchpoints, key: id, columns: { talk_seconds: ${rule} } }
`)
      const batch = await batchOf(folder, 'v.csv', `id,v\n${values.map((value, at) => `${at},${value}`).join('\n')}\n`)
      await land(store, batch, pack)
      return (await store.rows(raw('SELECT talk_seconds FROM cx.touchpoints ORDER BY record'))).map(
        (row) => row.talk_seconds,
      )
    })
  it('turns each unit into seconds', async () => {
    expect(await read(['2', '0.5'], '{ from: v, unit: minutes }')).toEqual([120, 30])
    expect(await read(['2', '0.5'], '{ from: v, unit: hours }')).toEqual([7200, 1800])
    expect(await read(['1500'], '{ from: v, unit: milliseconds }')).toEqual([2])
  })
  it('reads clocks beyond a day', async () => {
    expect(await read(['26:15:00', '-0:30', '1:99'], '{ from: v, read: "h:m:s" }')).toEqual([94500, -1800, null])
  })
})

describe('records', () => {
  const pack = casesPack('status: status\nupdated_at: updated', '    version: updated_at\n')

  it('does not take one key of two key spaces for one record', async () => {
    const fill = (series: string) =>
      `{ table: benchmarks, key: day, space: ${series}, columns: { series: { value: ${series} }, on_date: day, value: ${series} } }`
    const series = packOf(`id: t
name: Test
tables:
  - { name: fund, recognise: [fund], fills: [${fill('fund')}] }
  - { name: market, recognise: [market, bonds], fills: [${fill('market')}, ${fill('bonds')}] }
`)
    await withStore(async (store, folder) => {
      const fund = await batchOf(folder, 'fund.csv', 'day,fund\n2026-05-01,1\n2026-05-02,2\n')
      const market = await batchOf(folder, 'market.csv', 'day,market,bonds\n2026-05-01,3,5\n2026-05-02,4,6\n', {
        hash: 'beef'.repeat(16),
      })
      expect((await land(store, fund, series)).doubles).toEqual([])
      expect((await land(store, market, series, { table: 1 })).doubles).toEqual([])
      expect((await land(store, { ...fund, hash: 'cafe'.repeat(16) }, series)).doubles).toEqual([
        { load: fund.hash, fate: 'duplicate', n: 2 },
      ])
      expect(
        await store.rows(raw('SELECT series, sum(value) AS sum FROM cx.benchmarks GROUP BY 1 ORDER BY 1')),
      ).toEqual([
        { series: 'bonds', sum: 11 },
        { series: 'fund', sum: 3 },
        { series: 'market', sum: 7 },
      ])
    })
  })

  it('lets the newest version win, within a file and against an earlier one', async () => {
    await withStore(async (store, folder) => {
      const may = await batchOf(
        folder,
        'may.csv',
        'id,status,updated\n1,open,2026-05-02\n1,new,2026-05-01\n2,open,2026-05-01\n3,open,2026-05-01\n',
      )
      const first = await land(store, may, pack)
      expect(first.doubles).toEqual([{ load: may.hash, fate: 'superseded', n: 1 }])
      const june = await batchOf(
        folder,
        'june.csv',
        'id,status,updated\n1,solved,2026-06-01\n2,new,2026-04-01\n3,open,2026-05-01\n',
        { hash: 'beef'.repeat(16) },
      )
      const second = await land(store, june, pack)
      expect(second.doubles).toEqual([
        { load: june.hash, fate: 'superseded', n: 1 },
        { load: may.hash, fate: 'duplicate', n: 1 },
        { load: may.hash, fate: 'superseded', n: 1 },
      ])
      expect(await store.rows(raw('SELECT source_key, status FROM cx.cases ORDER BY 1'))).toEqual([
        { source_key: '1', status: 'solved' },
        { source_key: '2', status: 'open' },
        { source_key: '3', status: 'open' },
      ])
    })
  })

  it('numbers records around those that the reader set aside', async () => {
    await withStore(async (store, folder) => {
      const bad = [2, 3, 6].map((record) => ({ record, reason: 'too-many-fields', message: 'Too many.', raw: 'x' }))
      const batch = await batchOf(folder, 'gaps.csv', 'id,status,updated\na,open,\nb,open,\nc,open,\nd,open,\n', {
        bad,
        records: 7,
      })
      const landed = await land(store, batch, pack)
      expect(await casesOf(store, 'source_key, record')).toEqual([
        { source_key: 'a', record: 1 },
        { source_key: 'b', record: 4 },
        { source_key: 'c', record: 5 },
        { source_key: 'd', record: 7 },
      ])
      expect([landed.mapped, landed.rejected]).toEqual([4, 3])
    })
  })

  it('sets a record without a required value aside', async () => {
    await withStore(async (store, folder) => {
      const strict = casesPack('created_at: at', '    required: [created_at]\n')
      const batch = await batchOf(folder, 'r.csv', 'id,at\n1,2026-01-01\n2,never\n3,\n')
      const landed = await land(store, batch, strict)
      expect([landed.mapped, landed.rejected]).toEqual([1, 2])
      expect(await store.rows(raw('SELECT record, reason, message FROM cx.rejects ORDER BY record'))).toEqual([
        { record: 2, reason: 'required-missing', message: 'The record has no readable created_at.' },
        { record: 3, reason: 'required-missing', message: 'The record has no readable created_at.' },
      ])
    })
  })

  it('gives records without a key the number of their record', async () => {
    await withStore(async (store, folder) => {
      const keyless = packOf(
        'id: t\nname: T\ntables:\n  - name: v\n    recognise: [page]\n    fills:\n      - { table: sessions, columns: { action: page } }\n',
      )
      const batch = await batchOf(folder, 'k.csv', 'page\nhome\nhome\n')
      const landed = await land(store, batch, keyless)
      expect(landed.mapped).toBe(2)
      expect(await store.rows(raw('SELECT id, source_key, action FROM cx.sessions ORDER BY record'))).toEqual([
        { id: 't:f00df00df00d.1', source_key: '1', action: 'home' },
        { id: 't:f00df00df00d.2', source_key: '2', action: 'home' },
      ])
    })
  })

  it('keeps unmapped columns in attributes, the ignored ones nowhere', async () => {
    await withStore(async (store, folder) => {
      const some = casesPack('status: status', '    ignore: [sum]\n')
      const batch = await batchOf(folder, 'a.csv', 'id,status,plan "x",seats,sum\n1,open,pro,,1\n2,open,,,1\n', {
        columns: ['id', 'status', 'plan x', 'seats', 'sum'],
      })
      const { fill } = await land(store, batch, some)
      expect(await casesOf(store, 'attributes')).toEqual([{ attributes: '{"plan x":"pro"}' }, { attributes: null }])
      expect(sourceColumnsOf(fill, duckdb).map(({ values }) => values.split('(')[0])).toEqual([
        'source_key',
        '"status"',
        'json_extract_string',
        'json_extract_string',
        'json_extract_string',
      ])
    })
  })

  it('reads newline-delimited JSON and Parquet as it reads CSV', async () => {
    await withStore(async (store, folder) => {
      const ndjson = join(folder, 'x.ndjson')
      await writeFile(
        ndjson,
        '{"id":1,"status":"open","updated":"2026-01-05T10:00:00Z","via":{"channel":"email"}}\n{"id":2,"status":null}\n',
      )
      const pack = casesPack(
        `status: status\nupdated_at: updated\nmedium: { expression: "json_field(via, 'channel')" }`,
      )
      const base = await batchOf(folder, 'x.csv', 'id,status,updated,via\n')
      await land(
        store,
        { ...base, form: 'ndjson', read: { form: 'ndjson', path: ndjson, derived: false }, readable: 2, records: 2 },
        pack,
      )
      expect(await casesOf(store, 'source_key, status, updated_at, medium')).toEqual([
        { source_key: '1', status: 'open', updated_at: '2026-01-05 10:00:00', medium: 'email' },
        { source_key: '2', status: null, updated_at: null, medium: null },
      ])
      const parquet = join(folder, 'x.parquet')
      await store.run(
        raw(
          `COPY (SELECT 7 AS id, 'Closed' AS status, TIMESTAMP '2026-01-05 10:00:00' AS updated, NULL AS via) TO '${parquet}' (FORMAT parquet)`,
        ),
      )
      await land(
        store,
        {
          ...base,
          hash: 'beef'.repeat(16),
          form: 'parquet',
          read: { form: 'parquet', path: parquet, derived: false },
          readable: 1,
          records: 1,
        },
        pack,
      )
      expect(await store.rows(raw(`SELECT status, updated_at FROM cx.cases WHERE source_key = '7'`))).toEqual([
        { status: 'closed', updated_at: '2026-01-05 10:00:00' },
      ])
    })
  })

  it('fills local days in the reporting zone', async () => {
    await withStore(async (store, folder) => {
      const batch = await batchOf(folder, 'l.csv', 'id,at\n1,2026-01-05T23:30:00Z\n')
      await land(store, batch, casesPack('created_at: at'), { reportingZone: 'Europe/Paris' })
      expect(await casesOf(store, 'created_at, created_on, created_hour')).toEqual([
        { created_at: '2026-01-05 23:30:00', created_on: '2026-01-06', created_hour: 0 },
      ])
    })
  })
})

describe('a batch that lacks columns', () => {
  it('says which are missing, and stops only for the key', async () => {
    await withStore(async (store, folder) => {
      const batch = await batchOf(folder, 'm.csv', 'ID,Status\n1,open\n')
      const { fill } = await land(store, batch, casesPack('status: status\nupdated_at: updated'))
      expect(fill.notes).toMatchObject([{ code: 'column-missing', where: 'pack.yaml:11' }])
      await expect(land(store, { ...batch, columns: ['Status'] }, casesPack('status: status'))).rejects.toMatchObject({
        problems: [{ code: 'key-missing', where: 'pack.yaml:7' }],
      })
    })
  })
})
