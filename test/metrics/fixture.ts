import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWords } from '../../src/config/read-words.ts'
import { assertNone, parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import { readMetricCatalogue } from '../../src/metrics/catalogue.ts'
import type { MetricCatalogue, MetricContext } from '../../src/metrics/context.ts'
import type { ColumnType } from '../../src/model/model.ts'
import { tables } from '../../src/model/tables.ts'
import { ident, join as joinSql, raw, sql } from '../../src/sql/sql.ts'
import { openDuckdb, pathLiteral } from '../../src/store/duckdb.ts'
import type { Store } from '../../src/store/store.ts'

const root = join(import.meta.dirname, '..', '..')

/** The public file that the Customer First study used; given beside the repository, never inside it. */
export const customerFirstFile = join(root, '..', 'shared', 'data', 'customer-first', 'customer_support_tickets.csv')
export const hasCustomerFirst = existsSync(customerFirstFile)

/** The catalogue as it is delivered. */
export function builtInCatalogue(): MetricCatalogue {
  const folder = join(root, 'catalog', 'metrics')
  const problems: Problem[] = []
  const documents = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => parseYaml(readFileSync(join(folder, name), 'utf8'), `catalog/metrics/${name}`))
  const catalogue = readMetricCatalogue(documents, problems)
  assertNone(problems)
  return catalogue
}

const types: Record<ColumnType, string> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  number: 'DOUBLE',
  money: 'DECIMAL(18,2)',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
  seconds: 'BIGINT',
  json: 'JSON',
}

/** A file with every table of the model, empty. */
export async function emptyModel(): Promise<Store> {
  const temporary = mkdtempSync(join(tmpdir(), 'rapport-metrics-'))
  const store = await openDuckdb({
    file: join(temporary, 'model.duckdb'),
    alias: 'v1',
    mode: 'write',
    temporary,
    external: true,
  })
  await store.run(raw('CREATE SCHEMA cx'))
  for (const table of tables) {
    const columns = table.columns.map((column) => sql`${ident(column.name)} ${raw(types[column.type])}`)
    await store.run(sql`CREATE TABLE ${ident('cx', table.name)} (${joinSql(columns)})`)
  }
  return store
}

/** Fills a table from a query whose columns are named like those of the model. */
export async function fill(store: Store, table: string, query: string): Promise<void> {
  await store.run(raw(`INSERT INTO cx."${table}" BY NAME ${query}`))
}

const dialectPath = "auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"'"

/** The real file, mapped by hand: what the flow will do. */
export async function loadCustomerFirst(store: Store): Promise<void> {
  const names = [
    'Ticket ID',
    'Customer Name',
    'Customer Email',
    'Customer Age',
    'Customer Gender',
    'Product Purchased',
    'Date of Purchase',
    'Ticket Type',
    'Ticket Subject',
    'Ticket Description',
    'Ticket Status',
    'Resolution',
    'Ticket Priority',
    'Ticket Channel',
    'First Response Time',
    'Time to Resolution',
    'Customer Satisfaction Rating',
  ]
  const columns = `{${names.map((name) => `'${name}': 'VARCHAR'`).join(', ')}}`
  await store.run(
    sql`CREATE TABLE cx.raw AS SELECT * FROM read_csv(${pathLiteral(customerFirstFile)}, ${raw(dialectPath)}, columns = ${raw(columns)})`,
  )
  const person = `'customer-first:' || left(md5("Customer Name" || '|' || lower("Customer Email")), 16)`
  await fill(
    store,
    'customers',
    `SELECT DISTINCT ${person} AS id, "Customer Name" AS name, lower("Customer Email") AS email, "Customer Age"::BIGINT AS age, lower("Customer Gender") AS gender, FALSE AS is_identified FROM cx.raw`,
  )
  await fill(
    store,
    'products',
    `SELECT DISTINCT 'customer-first:' || "Product Purchased" AS id, "Product Purchased" AS name FROM cx.raw`,
  )
  await fill(
    store,
    'cases',
    `SELECT 'customer-first:' || "Ticket ID" AS id, "Ticket ID" AS source_key, 'customer-first' AS source,
      CASE "Ticket Channel" WHEN 'Phone' THEN 'call' WHEN 'Social media' THEN 'social' ELSE lower("Ticket Channel") END AS channel,
      "Ticket Channel" AS medium, "Ticket Type" AS type, "Ticket Subject" AS subject, "Ticket Description" AS description, "Resolution" AS resolution,
      lower("Ticket Priority") AS priority,
      CASE "Ticket Status" WHEN 'Pending Customer Response' THEN 'pending' ELSE lower("Ticket Status") END AS status,
      'customer-first:' || "Product Purchased" AS product, ${person} AS customer,
      CAST("First Response Time" AS TIMESTAMP) AS first_response_at, CAST("First Response Time" AS DATE) AS first_response_on,
      CAST("Time to Resolution" AS TIMESTAMP) AS solved_at, CAST("Time to Resolution" AS DATE) AS solved_on,
      CAST("Date of Purchase" AS DATE) AS purchased_on
      FROM cx.raw`,
  )
  await fill(
    store,
    'surveys',
    `SELECT 'customer-first:' || "Ticket ID" AS id, 'customer-first' AS source, 'csat' AS kind, 'customer-first:' || "Ticket ID" AS "case", ${person} AS customer, CAST("Customer Satisfaction Rating" AS DOUBLE) AS score, 1 AS scale_min, 5 AS scale_max, 'higher_is_better' AS polarity FROM cx.raw WHERE "Customer Satisfaction Rating" IS NOT NULL`,
  )
  await fill(
    store,
    'touchpoints',
    `SELECT id, source, channel, 'inbound' AS direction, id AS "case", customer FROM cx.cases`,
  )
}

/** What the publisher would write down: columns that hold something, and rows. */
export async function factsOf(store: Store): Promise<{ present: Set<string>; counts: Record<string, number> }> {
  const present = new Set<string>()
  const counts: Record<string, number> = {}
  for (const table of tables.filter(({ kind }) => kind !== 'system')) {
    const columns = table.columns.map(({ name }, index) =>
      name === 'is_identified' ? `count_if("${name}") AS c${index}` : `count("${name}") AS c${index}`,
    )
    const [row = {}] = await store.rows(raw(`SELECT count(*) AS n, ${columns.join(', ')} FROM cx."${table.name}"`))
    counts[table.name] = Number(row.n)
    table.columns.forEach(({ name }, index) => {
      if (Number(row[`c${index}`]) > 0) present.add(`${table.name}.${name}`)
    })
  }
  return { present, counts }
}

export async function contextOf(
  store: Store,
  changes: Partial<MetricContext> & { asOf?: string | null; language?: string } = {},
): Promise<MetricContext> {
  const { asOf = null, language = 'en', ...rest } = changes
  const problems: Problem[] = []
  const words = await readWords([join(root, 'catalog', 'words')], language, problems)
  assertNone(problems)
  return {
    catalogue: builtInCatalogue(),
    store,
    version: { id: 'v1', as_of: asOf, zone: 'UTC', ...(await factsOf(store)) },
    viewer: { personalData: 'mask', language },
    words,
    targets: [],
    ...rest,
  }
}
