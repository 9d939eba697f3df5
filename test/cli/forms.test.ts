import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sheetRows, workbook } from '../corpus/zip.ts'
import { frame, json, makeFolder, removeFolder, valuesBy, write } from './command.ts'

/** The same three tickets in each form that a file can have, in one model. */
let folder: string
beforeAll(async () => {
  folder = await makeFolder()
})
afterAll(() => removeFolder(folder))

const columns = ['Ticket', 'Created', 'Channel', 'Status', 'Type']
const tickets = (form: string): string[][] => [
  [`${form}-1`, '2025-01-03 09:15:00', 'Chat', 'Closed', form],
  [`${form}-2`, '2025-01-14 10:05:00', 'Email', 'Open', form],
  [`${form}-3`, '2025-01-20 14:40:00', 'Phone', 'Open', form],
]
const csv = (form: string): string => [columns, ...tickets(form)].map((row) => row.join(',')).join('\n')
const records = (form: string) =>
  tickets(form).map((row) => Object.fromEntries(row.map((text, i) => [columns[i], text])))

async function writeParquet(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows = tickets('parquet').map((row) => `(${row.map((text) => `'${text}'`).join(',')})`)
  const names = columns.map((name) => `"${name}"`).join(',')
  await connection.run(`copy (select * from (values ${rows.join(',')}) t(${names})) to '${path}' (format parquet)`)
  connection.closeSync()
  instance.closeSync()
}

test('csv, xlsx, json, ndjson, gzip and parquet side by side', async () => {
  const sheet = sheetRows([columns, ...tickets('xlsx')])
  const files = {
    'a.csv': csv('csv'),
    'b.xlsx': workbook({ sheets: [{ name: 'Tickets', data: sheet }] }),
    'c.json': JSON.stringify(records('json')),
    'd.ndjson': records('ndjson')
      .map((record) => `${JSON.stringify(record)}\n`)
      .join(''),
    'e.csv.gz': gzipSync(csv('gzip')),
  }
  await write(folder, files)
  await writeParquet(`${folder}/f.parquet`)
  const names = [...Object.keys(files), 'f.parquet']
  const answer = await frame(['cases', '--by', 'type', '--yes', '--files', ...names], { folder })
  expect(valuesBy(answer, 'type', 'cases')).toEqual({ csv: 3, xlsx: 3, json: 3, ndjson: 3, gzip: 3, parquet: 3 })
  const { loads } = await json<{ loads: { form: string; records: number }[] }>(
    ['open', '--no-serve', '--yes', ...names],
    { folder },
  )
  expect(loads.map(({ records }) => records)).toEqual([3, 3, 3, 3, 3, 3])
})
