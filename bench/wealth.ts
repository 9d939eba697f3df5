import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { generate } from '../src/generate/generate.ts'
import { assertBuilt } from './fixture.ts'
import { markdownTable, median, ms, program, ratio, readSettings, report } from './measure.ts'

/**
 * A filter change on the five pages of a wealth manager, as a browser asks for it, against the main numbers of the first page as one writes
 * them by hand over the imported files: the last balance of each holding, month by month.
 */
const pages = ['executive', 'products', 'clients', 'service', 'digital']

const filters = [
  '',
  'where=segment%3DAffluent',
  'where=region%3DCA',
  'where=age_band%3D40-49',
  'where=category%3DETF',
  'where=segment%3DMass%20Market&from=2023-01-01&to=2023-12-31&compare=previous',
]

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** The product, serving these files. */
async function serve(files: string[], cache: string): Promise<{ origin: string; stop: () => void }> {
  const port = await freePort()
  const child = spawn(process.execPath, [program, 'open', ...files, '--no-open', '--port', String(port)], {
    env: { ...process.env, XDG_CACHE_HOME: cache },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    // Where it serves is said among its messages; what it prints is for people.
    child.stderr.on('data', (text: Buffer) => text.toString().includes('127.0.0.1') && resolve())
    child.on('close', (code) => reject(new Error(`The server ended with ${code} before it served.`)))
  })
  return { origin: `http://127.0.0.1:${port}`, stop: () => void child.kill() }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

async function fetchPage(address: string): Promise<void> {
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}.`)
  await answer.text()
}

const last = `SELECT customer_id, product_id, arg_max(balance, date) AS balance FROM account_balances GROUP BY ALL`
const byHand = (segment: string): string[] => [
  `SELECT sum(balance) FROM (${last}) JOIN customers USING (customer_id) WHERE customer_segment = '${segment}'`,
  `SELECT product_category, sum(balance) FROM (${last}) JOIN customers USING (customer_id) JOIN products USING (product_id) WHERE customer_segment = '${segment}' GROUP BY ALL`,
  `SELECT month, sum(balance) FROM (SELECT last_day(date) AS month, arg_max(balance, date) AS balance
  FROM account_balances JOIN customers USING (customer_id) WHERE customer_segment = '${segment}' GROUP BY customer_id, product_id, month) GROUP BY month`,
  `SELECT date_trunc('quarter', month), sum(paid), sum(out) FROM (SELECT last_day(date) AS month, arg_max(contributions_mtd, date) AS paid, arg_max(withdrawals_mtd, date) AS out
  FROM account_balances JOIN customers USING (customer_id) WHERE customer_segment = '${segment}' GROUP BY customer_id, product_id, month) GROUP BY ALL`,
  `SELECT address_state, count(DISTINCT customer_id) FROM enrollments JOIN customers USING (customer_id) WHERE customer_segment = '${segment}' GROUP BY ALL`,
]

async function importFiles(files: string[], database: string) {
  const connection = await (await DuckDBInstance.create(database)).connect()
  for (const file of files) {
    const table = /([a-z_]+)\.csv$/.exec(file)?.[1]
    await connection.run(`CREATE TABLE ${table} AS SELECT * FROM read_csv('${file.replaceAll("'", "''")}')`)
  }
  return connection
}

await report(async () => {
  const { rows, pairs } = readSettings({ rows: 200_000, pairs: 3 })
  assertBuilt()
  const folder = await mkdtemp(join(tmpdir(), 'rapport-wealth-'))
  try {
    const made = await generate('wealth', { rows, out: join(folder, 'files') })
    const files = made.files.map(({ path }) => path)
    const connection = await importFiles(files, join(folder, 'plain.duckdb'))
    const { origin, stop } = await serve(files, join(folder, 'cache'))
    const plain: number[] = []
    const table: string[][] = []
    for (const page of pages) {
      const took: number[] = []
      for (let pair = 0; pair < pairs; pair++)
        for (const filter of filters) took.push(await timed(() => fetchPage(`${origin}/${page}?${filter}`)))
      table.push([page, ms(median(took)), ms(Math.max(...took))])
      process.stderr.write(`${page}: ${ms(median(took))} ms\n`)
    }
    stop()
    for (const segment of ['Affluent', 'High Net Worth', 'Mass Market'])
      plain.push(
        await timed(async () => {
          for (const statement of byHand(segment)) await connection.runAndReadAll(statement)
        }),
      )
    const executive = Number(table[0]?.[1]?.replaceAll(',', ''))
    console.log(
      `## wealth\n\n${rows} customers; ${filters.length} filters, each ${pairs} times, the first among them.\n`,
    )
    console.log(markdownTable(['page', 'median, ms', 'slowest, ms'], table))
    console.log(
      `\nFive numbers of the first page by hand: ${ms(median(plain))} ms; the whole page is ${ratio(executive / median(plain))} of that.`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
