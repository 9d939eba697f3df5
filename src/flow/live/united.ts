import { quoteIdentifier, raw, sql } from '../../sql/sql.ts'
import type { JoinedStore } from '../../store/duckdb.ts'
import type { Store } from '../../store/store.ts'

/** What Rapport wrote about a version as a whole: checks and joined records are those of the last build. */
const ofTheBuild = new Set(['versions', 'check_results', 'check_rows', 'identities'])

/**
 * Views in memory that stand for every table of the version as it is with what arrived since: a row that was replaced is read from the small
 * file. Where nothing arrived the view is the version's own table, and costs nothing. The small file has only the tables and columns that what arrived fills.
 */
export async function uniteTables(store: JoinedStore): Promise<void> {
  const { base: baseName, joined: liveName, home } = store.names
  const named =
    await store.rows(sql`SELECT database_name AS file, table_name AS name FROM duckdb_tables() WHERE schema_name = 'cx'
UNION SELECT database_name, view_name FROM duckdb_views() WHERE schema_name = 'cx'`)
  const of = (file: string): Set<string> =>
    new Set(named.filter((row) => row.file === file).map((row) => String(row.name)))
  const [base, live] = [of(baseName), of(liveName)]
  const parts = [...base].filter((name) => live.has(name) && !ofTheBuild.has(name) && !isRaw(name, base))
  const [arrived, hidden] = await Promise.all([countEach(store, liveName, parts), hiddenIn(store, liveName)])
  const views = [...base]
    .filter((name) => !isRaw(name, base))
    .map((name) => {
      const table = quoteIdentifier(name)
      const without = hidden.has(name)
        ? ` WHERE id NOT IN (SELECT id FROM ${liveName}.cx.hidden WHERE "table" = '${name}')`
        : ''
      const more = arrived.has(name) ? ` UNION ALL BY NAME SELECT * FROM ${liveName}.cx.${table}` : ''
      return `CREATE VIEW ${home}.cx.${table} AS SELECT * FROM ${quoteIdentifier(baseName)}.cx.${table}${without}${more}`
    })
  // At once: a server that is busy with pages would wait its turn before each of them.
  await store.run(raw(views.join(';\n')))
}

/** Tables of which rows are hidden. */
async function hiddenIn(store: Store, liveName: string): Promise<Set<string>> {
  const rows = await store.rows(raw(`SELECT DISTINCT "table" FROM ${liveName}.cx.hidden`))
  return new Set(rows.map((row) => String(row.table)))
}

/** `cases_filled` stands behind the view `cases`. */
const isRaw = (name: string, all: ReadonlySet<string>): boolean =>
  name.endsWith('_filled') && all.has(name.slice(0, -'_filled'.length))

/** Tables in which something arrived. */
async function countEach(store: Store, liveName: string, names: string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set()
  const counts = names
    .map((name) => `SELECT '${name}' AS name, EXISTS (SELECT 1 FROM ${liveName}.cx.${quoteIdentifier(name)}) AS some`)
    .join(' UNION ALL ')
  const rows = await store.rows(raw(counts))
  return new Set(rows.filter((row) => row.some === true).map((row) => String(row.name)))
}
