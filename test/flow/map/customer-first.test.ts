import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lineageOf } from '../../../src/flow/map/fill.ts'
import { recognisePack } from '../../../src/flow/map/recognise.ts'
import { raw } from '../../../src/sql/sql.ts'
import type { Row, Store } from '../../../src/store/store.ts'
import { csvBatch, land, readPack, withStore } from './land.ts'

const folder = join(import.meta.dirname, '../../../catalog/packs/customer-first')
const sample = join(folder, 'sample/customer_support_tickets.csv')
const real = join(import.meta.dirname, '../../../../shared/data/customer-first/customer_support_tickets.csv')
const pack = await readPack(join(folder, 'pack.yaml'))
const columns = pack.tables[0]!.recognise

async function one(store: Store, query: string): Promise<Row> {
  return (await store.rows(raw(query)))[0]!
}

describe('customer-first', () => {
  it('takes the table with the recommended columns where a file has them', () => {
    const recommended = pack.tables[1]!.recognise
    const tableOf = (names: string[]) => {
      const found = recognisePack({ name: 'tickets.csv', columns: names }, [pack])
      return found && 'table' in found ? found.table.name : null
    }
    expect(tableOf(columns)).toBe('tickets')
    expect(tableOf([...new Set([...columns, ...recommended])])).toBe('tickets-recommended')
  })

  it('accounts for every record of the sample', async () => {
    await withStore(async (store) => {
      const landed = await land(store, await csvBatch(sample, columns, 40), pack)
      const doubles = landed.doubles.reduce((sum, { n }) => sum + Number(n), 0)
      expect(landed.mapped + landed.rejected + doubles).toBe(40)
      expect(landed.doubles.map(({ fate }) => fate)).toEqual(['duplicate', 'superseded'])
      expect(landed.rejected).toBe(1)
    })
  })

  it('leaves no helper behind', async () => {
    await withStore(async (store) => {
      await land(store, await csvBatch(sample, columns, 40), pack)
      const { n } = await one(
        store,
        `SELECT count(*) AS n FROM duckdb_columns() WHERE schema_name = 'cx' AND column_name LIKE '\\_%' ESCAPE '\\'`,
      )
      expect(n).toBe(0)
    })
  })

  it('changes nothing when the same file comes again', async () => {
    await withStore(async (store) => {
      const batch = await csvBatch(sample, columns, 40)
      await land(store, batch, pack)
      const before = await one(
        store,
        'SELECT (SELECT count(*) FROM cx.cases) AS cases, (SELECT count(*) FROM cx.touchpoints) AS touchpoints, (SELECT count(*) FROM cx.customers) AS customers, (SELECT count(*) FROM cx.surveys) AS surveys',
      )
      const again = await land(store, { ...batch, hash: 'beef'.repeat(16) }, pack)
      expect(
        await one(
          store,
          'SELECT (SELECT count(*) FROM cx.cases) AS cases, (SELECT count(*) FROM cx.touchpoints) AS touchpoints, (SELECT count(*) FROM cx.customers) AS customers, (SELECT count(*) FROM cx.surveys) AS surveys',
        ),
      ).toEqual(before)
      expect(again.doubles.filter(({ load }) => load === batch.hash)).toEqual([
        { load: batch.hash, fate: 'duplicate', n: 37 },
      ])
    })
  })

  it('names the source columns behind each model column', async () => {
    await withStore(async (store) => {
      const { fill } = await land(store, await csvBatch(sample, columns, 40), pack)
      const lineage = lineageOf(fill)
      expect(lineage.get('First Response Time')?.map(({ table, column }) => `${table}.${column}`)).toEqual([
        'cases.first_response_at',
        'touchpoints.responded_at',
        'touchpoints.is_answered',
      ])
      expect(lineage.get('Ticket Channel')![0]!.place).toMatch(/pack\.yaml:\d+$/)
      expect(fill.unmapped).toEqual([])
    })
  })

  it('carries its targets per channel, each with its source', () => {
    expect(pack.targets.map(({ metric, value, channel }) => [metric, value, channel])).toEqual([
      ['reply_rate', 0.9, undefined],
      ['csat_mean', 4, undefined],
      ['first_reply_time', 86_400, 'email'],
      ['first_reply_time', 86_400, 'social'],
      ['first_reply_time', 300, 'chat'],
      ['first_reply_time', 300, 'call'],
    ])
    expect(pack.targets.every(({ source }) => source.length > 20)).toBe(true)
  })

  it.skipIf(!existsSync(real))('maps the published file as it was counted by hand', async () => {
    await withStore(async (store) => {
      const batch = await csvBatch(real, columns, 8469)
      expect(recognisePack(batch, [pack])).toMatchObject({ pack: { id: 'customer-first' } })
      const landed = await land(store, batch, pack)
      expect([landed.loaded, landed.mapped, landed.rejected, landed.doubles, landed.unknown]).toEqual([
        8469,
        8469,
        0,
        [],
        [],
      ])
      expect(
        await one(
          store,
          `SELECT count(*) FILTER (WHERE channel = 'email') AS email, count(*) FILTER (WHERE channel = 'call') AS call,
            count(*) FILTER (WHERE channel = 'social') AS social, count(*) FILTER (WHERE channel = 'chat') AS chat,
            count(*) FILTER (WHERE solved_at < first_response_at) AS inverted, count(solved_at) AS solved,
            CAST(min(first_response_at) AS VARCHAR) AS first, count(created_at) AS created FROM cx.cases`,
        ),
      ).toEqual({
        email: 2143,
        call: 2132,
        social: 2121,
        chat: 2073,
        inverted: 1365,
        solved: 2769,
        first: '2023-05-31 21:55:39',
        created: 0,
      })
      expect(await one(store, 'SELECT count(*) AS n, round(avg(score), 4) AS mean FROM cx.surveys')).toEqual({
        n: 2769,
        mean: 2.9913,
      })
      expect(await one(store, 'SELECT count(*) AS n, count(DISTINCT email) AS emails FROM cx.customers')).toEqual({
        n: 8469,
        emails: 8320,
      })
      expect(await one(store, 'SELECT count(*) AS n FROM cx.products')).toEqual({ n: 42 })
    })
  })
})
