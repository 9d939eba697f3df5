import { DuckDBInstance } from '@duckdb/node-api'
import { literal } from '../src/sql/sql.ts'

/** The reference of `open`, a process of its own: the file into a table of a fresh on-disk database, and nothing else. */
const [file = '', database = ''] = process.argv.slice(2)
const instance = await DuckDBInstance.create(database)
const connection = await instance.connect()
await connection.run(`CREATE TABLE t AS SELECT * FROM read_csv(${literal(file)})`)
connection.closeSync()
instance.closeSync()
