import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import type { Batch } from '../../../src/flow/sources/batch.ts'

let connection: DuckDBConnection | undefined

async function engine(): Promise<DuckDBConnection> {
  connection ??= await (await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1GB' })).connect()
  return connection
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** Reads a batch as the flow does: dialect given, nothing guessed, everything text, header skipped, rejects stored. */
function readSql(batch: Batch): string {
  const path = text(batch.read.path)
  if (batch.read.form === 'parquet') return `read_parquet(${path})`
  const dialect = batch.read.dialect!
  const newline = { '\n': '\\n', '\r\n': '\\r\\n', '\r': '\\r' }[dialect.newline]
  const columns = batch.columns.map((name) => `${text(name)}: 'VARCHAR'`).join(', ')
  const line = (batch.maxLine ?? 0) > 2_000_000 ? `, max_line_size = ${(batch.maxLine ?? 0) + 1}` : ''
  return `read_csv(${path}, auto_detect = false, header = true, skip = ${dialect.preamble}, delim = ${text(dialect.delimiter)}, quote = ${text(dialect.quote)},
    escape = ${text(dialect.quote)}, new_line = ${text(newline)}, columns = {${columns}}, store_rejects = true${line})`
}

export interface Loaded {
  rows: number
  rejects: number
  values: (string | null)[][]
}

/** Loads a batch with the engine; values only when they are few. Counts are taken over values, since `count(*)` skips the parse. */
export async function loadBatch(batch: Batch, most = 1000): Promise<Loaded> {
  const db = await engine()
  await db.run('drop table if exists reject_errors; drop table if exists reject_scans; drop table if exists loaded')
  await db.run(`create table loaded as select * from ${readSql(batch)}`)
  const rows = Number((await db.runAndReadAll('select count(*) from loaded')).getRows()[0]![0])
  const rejects =
    batch.read.form === 'csv'
      ? Number((await db.runAndReadAll('select count(distinct line) from reject_errors')).getRows()[0]![0])
      : 0
  const values =
    rows <= most && batch.columns.length < 100
      ? (await db.runAndReadAll('select columns(*)::varchar from loaded')).getRowsJson()
      : []
  return { rows, rejects, values: values as (string | null)[][] }
}

/** What the flow hands in to read Parquet. */
export async function describeParquet(path: string): Promise<{ columns: string[]; records: number }> {
  const db = await engine()
  const columns = await db.runAndReadAll(`describe select * from read_parquet(${text(path)})`)
  const count = await db.runAndReadAll(`select count(*) from read_parquet(${text(path)})`)
  return { columns: columns.getRows().map((row) => String(row[0])), records: Number(count.getRows()[0]![0]) }
}
