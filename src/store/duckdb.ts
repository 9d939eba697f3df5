import { mkdir } from 'node:fs/promises'
import { type DuckDBConnection, DuckDBInstance, type DuckDBType, type Json } from '@duckdb/node-api'
import { duckdb } from '../sql/duckdb.ts'
import { literal, numbered, quoteIdentifier, raw, type Sql, sql, type Value } from '../sql/sql.ts'
import type { Cell, Columns, Held, Row, Store } from './store.ts'

export interface DuckdbOptions {
  /** The version's file. */
  file: string
  /** Catalog name: `v<id>`, never a schema's name (a catalog and a schema of one name are ambiguous). */
  alias: string
  mode: 'read' | 'write'
  /** Spill folder, inside the data folder, made 0700. */
  temporary: string
  /** Read files outside the database (a build must; nobody else may). */
  external?: boolean
  /** The one folder into which tables may be written as files. */
  into?: string
  /** How many statements may run at once. One is a writer's number. */
  connections?: number
  memory?: string
  threads?: number
  /** Other files that are read beside it. */
  beside?: { file: string; alias: string }[]
  /** Folder of files that may be joined to it later. */
  joins?: string
}

/** A file that is open, with its name in the engine. */
export interface DuckdbStore extends Store {
  alias: string
  /**
   * Another file read together with this one, which stays open until that is closed. The two share what the engine has in memory. Names are looked
   * up in a schema `cx` in memory, which the caller fills with views.
   */
  join(file: string): Promise<JoinedStore>
}

export interface JoinedStore extends Store {
  /** Names of the two files and of where the views belong. */
  names: { base: string; joined: string; home: string }
}

/**
 * Opens `:memory:` and attaches the file: a file opened directly cannot always be reopened after a kill (docs/decisions/0004).
 * Limits are set by `SET`, where they hold, and then locked. Storage v1.5.0: a stale write-ahead log is refused, not replayed.
 */
export async function openDuckdb(options: DuckdbOptions): Promise<DuckdbStore> {
  await mkdir(options.temporary, { recursive: true, mode: 0o700 })
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  })
  const first = await instance.connect()
  const access = options.mode === 'read' ? '(READ_ONLY)' : "(STORAGE_VERSION 'v1.5.0')"
  const attached = (options.beside ?? []).map(
    ({ file, alias }) => `ATTACH ${literal(file)} AS ${quoteIdentifier(alias)} (READ_ONLY)`,
  )
  const steps = [
    `ATTACH ${literal(options.file)} AS ${quoteIdentifier(options.alias)} ${access}`,
    ...attached,
    ...settings(options),
  ]
  // At once: a server that is busy with pages would wait its turn before each of them.
  await first.run(steps.join(';\n'))
  const { alias } = options
  const connections = [first, ...(await connect(instance, (options.connections ?? 1) - 1))]
  await enterSchema(connections, alias)
  const store = storeOf(connections, () => instance.closeSync())
  return { ...store, alias, join: (file) => joinFile(instance, file, alias, connections.length) }
}

function connect(instance: DuckDBInstance, count: number): Promise<DuckDBConnection[]> {
  return Promise.all(Array.from({ length: count }, () => instance.connect()))
}

/** A file that is new has no schema yet. */
async function enterSchema(connections: DuckDBConnection[], alias: string): Promise<void> {
  const home = quoteIdentifier(alias)
  await Promise.all(
    connections.map((connection) => connection.run(`USE ${home}.cx`).catch(() => connection.run(`USE ${home}`))),
  )
}

let joins = 0

async function joinFile(instance: DuckDBInstance, file: string, base: string, count: number): Promise<JoinedStore> {
  const number = ++joins
  const names = { base, joined: `joined_${number}`, home: `both_${number}` }
  const first = await instance.connect()
  try {
    await first.run(`ATTACH ${literal(file)} AS ${names.joined} (READ_ONLY);
ATTACH ':memory:' AS ${names.home};
CREATE SCHEMA ${names.home}.cx`)
  } catch (error) {
    first.closeSync()
    throw error
  }
  const connections = await connect(instance, count)
  await enterSchema(connections, names.home)
  const store = storeOf(connections, async () => {
    await first.run(`DETACH ${names.home};\nDETACH ${names.joined}`)
    first.closeSync()
  })
  return { ...store, names }
}

function settings(options: DuckdbOptions): string[] {
  const folders = [options.joins, options.into].flatMap((each) => each ?? [])
  return [
    `SET memory_limit = ${literal(options.memory ?? '4GB')}`,
    ...(options.threads ? [`SET threads = ${options.threads}`] : []),
    `SET temp_directory = ${literal(options.temporary)}`,
    `SET max_temp_directory_size = '64GB'`,
    // Of every connection, also of one that comes later.
    `SET GLOBAL TimeZone = 'UTC'`,
    ...(folders.length > 0 ? [`SET allowed_directories = [${folders.map((each) => literal(each)).join(', ')}]`] : []),
    ...(options.external ? [] : ['SET enable_external_access = false']),
    'SET lock_configuration = true',
  ]
}

/** Tables that were kept aside have names of their own in all that one engine has open. */
let held = 0

function storeOf(connections: DuckDBConnection[], end: () => Promise<void> | void): Store {
  const idle = [...connections]
  const waiting: ((connection: DuckDBConnection) => void)[] = []
  let closing: (() => void) | null = null
  const borrow = (): Promise<DuckDBConnection> => {
    if (closing) return Promise.reject(new Error('The version is closed: ask the current one.'))
    const connection = idle.pop()
    return connection ? Promise.resolve(connection) : new Promise((resolve) => waiting.push(resolve))
  }
  const giveBack = (connection: DuckDBConnection): void => {
    const next = waiting.shift()
    if (next) next(connection)
    else idle.push(connection)
    if (idle.length === connections.length) closing?.()
  }
  async function using<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await borrow()
    try {
      return await work(connection)
    } finally {
      giveBack(connection)
    }
  }
  const run = (statement: Sql) =>
    using(async (connection) => {
      const { text, values } = numbered(statement)
      try {
        await connection.run(text, given(values))
      } finally {
        if (!keepsColumns.test(text)) columns = null
      }
    })
  const rows = (statement: Sql) => using((connection) => readRows(connection, statement))
  // Asked again and again while a version is made, and the answer costs as much as a small statement over all tables.
  let columns: Promise<Columns> | null = null
  // Not TEMP: such a table is seen by one connection alone.
  const hold = async (statement: Sql): Promise<Held> => {
    const name = `memory.main.held_${++held}`
    const table = raw(name)
    await run(sql`CREATE TABLE ${table} AS ${statement}`)
    return { name, table, release: () => run(sql`DROP TABLE ${table}`) }
  }
  return {
    dialect: duckdb,
    run,
    hold,
    rows,
    // The driver ends a stream that failed like one that is whole: rows are kept aside first, where a failure is told, and counted.
    stream: async function* (statement) {
      const { name, table, release } = await hold(statement)
      try {
        const [counted] = await rows(sql`SELECT count(*) AS n FROM ${table}`)
        let left = Number(counted?.n)
        const connection = await borrow()
        try {
          const result = await connection.stream(`SELECT * FROM ${name}`)
          const toRow = rowOf(result.deduplicatedColumnNames(), result.columnTypes())
          for await (const chunk of result.yieldRowsJson()) {
            left -= chunk.length
            yield chunk.map(toRow)
          }
        } finally {
          giveBack(connection)
        }
        if (left !== 0) throw new Error(`The engine stopped ${left} rows before the end.`)
      } finally {
        await release()
      }
    },
    columns: () => {
      columns ??= readColumns(rows)
      return columns
    },
    // What still runs, and whoever was in the line, is let through first: a connection that is taken away under a question ends the process.
    close: async () => {
      if (closing) return
      const quiet = new Promise<void>((resolve) => {
        closing = resolve
      })
      if (idle.length < connections.length) await quiet
      for (const connection of connections) connection.closeSync()
      await end()
    },
  }
}

/** Without values a statement is run as it stands: to prepare it first would be to plan it twice. */
const given = (values: Value[]): Value[] | undefined => (values.length > 0 ? values : undefined)

/** No table of `cx` is another one after these, nor after a table without a schema goes: those are temporary. After all else it may be. */
const keepsColumns =
  /^\s*((SELECT|INSERT|UPDATE|DELETE|WITH|CREATE\s+(OR\s+REPLACE\s+)?TEMP)\b|DROP\s+TABLE\s+(IF\s+EXISTS\s+)?\w+$)/i

async function readColumns(rows: Store['rows']): Promise<Columns> {
  const found = new Map<string, Set<string>>()
  const there = await rows(
    sql`SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'cx' AND database_name = current_database()`,
  )
  for (const row of there) {
    const table = String(row.table_name)
    found.set(table, (found.get(table) ?? new Set()).add(String(row.column_name)))
  }
  return found
}

async function readRows(connection: DuckDBConnection, statement: Sql): Promise<Row[]> {
  const { text, values } = numbered(statement)
  const reader = await connection.runAndReadAll(text, given(values))
  return reader.getRowsJson().map(rowOf(reader.deduplicatedColumnNames(), reader.columnTypes()))
}

/** JSON of the driver writes 64-bit integers as text: back to numbers, where a number holds them. */
function rowOf(names: string[], types: DuckDBType[]): (values: Json[]) => Row {
  const wide = types.map((type) => /^(BIGINT|UBIGINT|HUGEINT|DECIMAL)/.test(String(type)))
  return (values) => {
    const row: Row = {}
    names.forEach((name, index) => {
      row[name] = cellOf(values[index], wide[index] === true)
    })
    return row
  }
}

function cellOf(value: Json | undefined, wide: boolean): Cell {
  if (value === null || value === undefined) return null
  if (wide) return Number(value)
  return typeof value === 'object' ? JSON.stringify(value) : value
}

/** Escaped text of a path, for the table functions that take no parameter. */
export function pathLiteral(path: string): Sql {
  return raw(literal(path))
}

/** Columns and record count of a Parquet file, from its footer: no row is read. */
export async function describeParquet(path: string): Promise<{ columns: string[]; records: number }> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    const columns = await readRows(
      connection,
      sql`SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet(${pathLiteral(path)}))`,
    )
    const [counted] = await readRows(
      connection,
      sql`SELECT sum(num_rows) AS records FROM parquet_file_metadata(${pathLiteral(path)})`,
    )
    return { columns: columns.map((row) => String(row.column_name)), records: Number(counted?.records ?? 0) }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}
