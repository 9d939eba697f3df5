import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll } from 'vitest'

/** A folder of its own for one test file, gone afterwards. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-generate-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Reader {
  run(text: string): Promise<void>
  rows(text: string): Promise<unknown[][]>
  /** The only row of a result, as an array. */
  row(text: string): Promise<unknown[]>
  number(text: string): Promise<number>
  /** Two columns as an object. */
  counts(text: string): Promise<Record<string, number>>
}

/** The generated file as table `raw`: every column text, straight from the engine and not through the product's own reader. */
export const readerOf = (path: string): Promise<Reader> => readerOfFiles({ raw: path })

/** Several generated files, each as the table of its name. */
export async function readerOfFiles(files: Record<string, string>): Promise<Reader> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  for (const [name, path] of Object.entries(files))
    await connection.run(
      `CREATE TABLE ${name} AS SELECT *, row_number() OVER () AS record FROM read_csv('${path}', all_varchar = true, header = true, quote = '"', escape = '"', delim = ',', strict_mode = true)`,
    )
  afterAll(() => connection.closeSync())
  return readerOn(connection)
}

function readerOn(connection: DuckDBConnection): Reader {
  const rows = async (text: string) => (await connection.runAndReadAll(text)).getRowsJson()
  const row = async (text: string) => (await rows(text))[0] ?? []
  return {
    run: async (text) => {
      await connection.run(text)
    },
    rows,
    row,
    number: async (text) => Number((await row(text))[0]),
    counts: async (text) => Object.fromEntries((await rows(text)).map(([key, count]) => [String(key), Number(count)])),
  }
}

export const docs = readFileSync(join(import.meta.dirname, '../../docs/generators.md'), 'utf8')

/** What stands in docs/generators.md between `<!-- name -->` and `<!-- /name -->`. */
export function docsBlock(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\\n+([\\s\\S]*?)\\n+<!-- /${name} -->`).exec(docs)
  if (!found?.[1]) throw new Error(`docs/generators.md has no block "${name}".`)
  return found[1]
}
