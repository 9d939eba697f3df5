import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ident, literal, raw, type Sql, sql } from '../sql/sql.ts'
import { openDuckdb, pathLiteral } from './duckdb.ts'

/** What other programs read: a statement, the name that its rows get, and what is said of it and of its columns. */
export interface CopiedTable {
  name: string
  select: Sql
  says: string
  columns: { name: string; says: string }[]
}

/** A question that is kept in a database, to be asked again. */
export interface CopiedView {
  name: string
  /** Over the tables of the same schema, without parameters. */
  select: string
  says: string
}

/** A version that is open to be copied. Rows go from the engine to the file: none of them passes through here. */
export interface CopyOut {
  parquet(select: Sql, path: string): Promise<void>
  csv(select: Sql, path: string): Promise<void>
  /** A database of its own with tables and views in one schema. */
  database(path: string, content: { schema: string; tables: CopiedTable[]; views: CopiedView[] }): Promise<void>
  close(): Promise<void>
}

/** The one place beside a build where the engine may write outside its own file: never with a statement that came from a request. */
export async function openCopyOut(version: { file: string; alias: string; temporary: string }): Promise<CopyOut> {
  const store = await openDuckdb({ ...version, mode: 'read', external: true })
  const copy = (select: Sql, path: string, form: string): Promise<void> =>
    wholeFile(path, (part) => store.run(sql`COPY (${select}) TO ${pathLiteral(part)} (${raw(form)})`))
  return {
    parquet: (select, path) => copy(select, path, 'FORMAT parquet'),
    csv: (select, path) => copy(select, path, 'FORMAT csv, HEADER'),
    database: (path, { schema, tables, views }) =>
      wholeFile(path, async (part) => {
        await store.run(sql`ATTACH ${pathLiteral(part)} AS copied`)
        try {
          await store.run(sql`CREATE SCHEMA IF NOT EXISTS ${ident('copied', schema)}`)
          for (const table of tables) {
            const name = ident('copied', schema, table.name)
            await store.run(sql`CREATE TABLE ${name} AS ${table.select}`)
            await store.run(sql`COMMENT ON TABLE ${name} IS ${raw(literal(table.says))}`)
            for (const column of table.columns)
              await store.run(sql`COMMENT ON COLUMN ${name}.${ident(column.name)} IS ${raw(literal(column.says))}`)
          }
          // Names in a view are looked up where it stands: it is made from there, so that it finds its tables in whatever the file is called.
          await store.run(sql`USE ${ident('copied', schema)}`)
          for (const view of views) {
            await store.run(sql`CREATE VIEW ${ident(view.name)} AS ${raw(view.select)}`)
            await store.run(sql`COMMENT ON VIEW ${ident(view.name)} IS ${raw(literal(view.says))}`)
          }
        } finally {
          await store.run(sql`USE ${ident(version.alias)}`)
          await store.run(sql`DETACH copied`)
        }
      }),
    close: () => store.close(),
  }
}

/** What has the name is whole, and its owner's alone: until then it stands under another. */
async function wholeFile(path: string, write: (part: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.${process.pid}.part`
  try {
    await write(part)
    await chmod(part, 0o600)
    await rename(part, path)
  } catch (error) {
    await Promise.all([part, `${part}.wal`].map((each) => rm(each, { force: true })))
    throw error
  }
}
