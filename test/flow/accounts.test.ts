import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AccountsSpec } from '../../src/config/accounts.ts'
import { readSettings, settingsSchema } from '../../src/config/settings.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem, RapportError } from '../../src/errors.ts'
import { type BuildReport, buildVersion } from '../../src/flow/flow.ts'
import { dataFolder, versionFile } from '../../src/flow/publish/publish.ts'
import { readChecks, readPacks, readSynonyms } from '../../src/project.ts'
import { raw } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import type { Row } from '../../src/store/store.ts'

const catalogue = { catalogues: [join(import.meta.dirname, '../../catalog')] }
const tickets = `Ticket ID,Customer ID,Customer Name,Customer Email,Subject,Status,Priority,Created At
1,7,Ann Lee,ann@example.org,Help,Open,High,2026-01-05 10:00:00
2,8,Bob Ray,bob@example.org,Help,Closed,Low,2026-01-06 10:00:00
3,7,Ann Lee,ann@example.org,Help,Closed,Low,2026-02-05 10:00:00
`
/** The same without numbers: customers are told apart by name and address. */
const unnumbered = tickets
  .split('\n')
  .map((line) => line.split(',').toSpliced(1, 1).join(','))
  .join('\n')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-accounts-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Built {
  report: BuildReport
  rows(query: string): Promise<Row[]>
}

/** Files by name, through the whole flow: of a project where `accounts` are given, else named directly. */
async function built(files: Record<string, string>, accounts?: AccountsSpec[]): Promise<Built> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const data = dataFolder(join(folder, 'data'))
  const named = accounts ? ['tickets.csv'] : Object.keys(files)
  const report = await buildVersion({
    directory: accounts ? folder : null,
    data,
    settings: settingsSchema.parse({
      sources: [{ id: 'desk', files: named.map((name) => join(folder, name)) }],
      ...(accounts && { accounts }),
    }),
    hash: 'a',
    product: 'test',
    packs: await readPacks(catalogue),
    synonyms: () => readSynonyms(catalogue),
    checks: await readChecks(catalogue),
    guess: true,
    answers: {},
  })
  return {
    report,
    async rows(query) {
      const file = versionFile(data, report.version)
      const store = await openDuckdb({ file, alias: `v${report.version}`, mode: 'read', temporary: data.temporary })
      try {
        return await store.rows(raw(query))
      } finally {
        await store.close()
      }
    },
  }
}

const byName = `SELECT c.name, sum(r.amount) AS amount, count(*) AS n FROM cx.revenues AS r JOIN cx.customers AS c ON c.id = r.customer
GROUP BY c.name ORDER BY c.name NULLS LAST`
const unmatched = ({ results }: BuildReport) => results.find(({ check }) => check === 'unmatched-amounts')

test('addresses and amounts by month join customers who have no number, whatever the capitals', async () => {
  const mrr =
    'email,mrr,month\nANN@example.org,10.50,2026-01\nann@example.org,11.50,2026-02\nnobody@else.example,5,2026-01\n'
  const { report, rows } = await built({ 'tickets.csv': unnumbered, 'mrr.csv': mrr })
  expect(await rows(byName)).toEqual([
    { name: 'Ann Lee', amount: 22, n: 2 },
    { name: null, amount: 5, n: 1 },
  ])
  expect(await rows('SELECT DISTINCT CAST(on_date AS VARCHAR) AS day FROM cx.revenues ORDER BY 1')).toEqual([
    { day: '2026-01-01' },
    { day: '2026-02-01' },
  ])
  // Unmatched amounts are there, counted, and shown without the address.
  expect(unmatched(report)).toMatchObject({ found: 1, checked: 2, facts: { examples: 'n…@else.example' } })
  expect(report.notes.find(({ code }) => code === 'accounts-guessed')?.message).toBe(
    'mrr.csv was read as amounts by customer: "mrr" of "email", dated by "month".',
  )
})

test('numbers of customers and amounts without dates join the numbers of the tickets', async () => {
  const totals = 'customer_id,amount\n7,"1,000.50"\n9,3\n'
  const { report, rows } = await built({ 'totals.csv': totals, 'tickets.csv': tickets })
  expect(await rows(byName)).toEqual([
    { name: 'Ann Lee', amount: 1000.5, n: 1 },
    { name: null, amount: 3, n: 1 },
  ])
  expect(unmatched(report)).toMatchObject({ found: 1, checked: 2 })
  // The customer's own columns: what they paid, and what waits.
  expect(await rows("SELECT year_revenue, unsettled_cases FROM cx.customers WHERE name = 'Ann Lee'")).toEqual([
    { year_revenue: 1000.5, unsettled_cases: 1 },
  ])
})

test('rapport.yaml names the columns, among them segment, joining and leaving', async () => {
  const crm =
    'Compte;Firma;Montant;Jour;Segment;Depuis;Parti\nann@example.org;Lee SA;1.234,50;05/01/2026;Gold;13/01/2020;\nBOB@example.org;Ray SA;-20,00;31/01/2026;;14/02/2021;28/02/2026\n'
  const { rows } = await built({ 'tickets.csv': unnumbered, 'crm.csv': crm }, [
    {
      files: join(folder, 'crm.csv'),
      customer: 'Compte',
      matches: 'email',
      name: 'Firma',
      amount: 'montant',
      on: 'Jour',
      segment: 'Segment',
      joined: 'Depuis',
      left: 'Parti',
    },
  ])
  expect(await rows(byName)).toEqual([
    { name: 'Ann Lee', amount: 1234.5, n: 1 },
    { name: 'Bob Ray', amount: -20, n: 1 },
  ])
  expect(await rows('SELECT segment, CAST(joined_on AS VARCHAR) AS joined FROM cx.customers ORDER BY name')).toEqual([
    { segment: 'Gold', joined: '2020-01-13' },
    { segment: null, joined: '2021-02-14' },
  ])
  expect(
    await rows(
      'SELECT c.name, CAST(churned_on AS VARCHAR) AS day FROM cx.churns JOIN cx.customers AS c ON c.id = customer',
    ),
  ).toEqual([{ name: 'Bob Ray', day: '2026-02-28' }])
})

test('an address that two names share is nobody’s: the amount stays apart', async () => {
  const shared = unnumbered.replace('Bob Ray,bob@', 'Bob Ray,ann@')
  const { report, rows } = await built({ 'tickets.csv': shared, 'mrr.csv': 'email,mrr\nann@example.org,10\n' })
  expect(await rows(byName)).toEqual([{ name: null, amount: 10, n: 1 }])
  expect(unmatched(report)).toMatchObject({ found: 1, checked: 1 })
})

test('an amount that cannot be read is not 0', async () => {
  const { report, rows } = await built({ 'tickets.csv': tickets, 'totals.csv': 'customer_id,amount\n7,5\n8,\n' })
  expect(await rows('SELECT count(*) AS n, sum(amount) AS amount, count(amount) AS known FROM cx.revenues')).toEqual([
    { n: 2, amount: 5, known: 1 },
  ])
  expect(report.results.find(({ check }) => check === 'amount-unreadable')).toMatchObject({ found: 1, checked: 2 })
})

test('an export of tickets with an amount stays one', async () => {
  const { report } = await built({
    'tickets.csv': tickets.replaceAll('Priority', 'Amount').replaceAll(/High|Low/g, '12'),
  })
  expect(report.loads[0]?.fills).toBe('cases')
})

test('a column that is not there is named, with those that are', async () => {
  const wrong = built({ 'tickets.csv': tickets, 'totals.csv': 'customer_id,amount\n7,5\n' }, [
    { files: join(folder, 'totals.csv'), customer: 'account', amount: 'amount' },
  ])
  const error = (await wrong.catch((thrown: unknown) => thrown)) as RapportError
  expect(error.problems).toMatchObject([
    { code: 'accounts-column-missing', message: 'totals.csv has no column "account": it has customer_id, amount.' },
  ])
})

test('addresses are not taken for numbers, which would put them into ids', async () => {
  const wrong = built({ 'tickets.csv': unnumbered, 'mrr.csv': 'email,mrr\nann@example.org,10\n' }, [
    { files: join(folder, 'mrr.csv'), customer: 'email', amount: 'mrr' },
  ])
  const error = (await wrong.catch((thrown: unknown) => thrown)) as RapportError
  expect(error.problems).toMatchObject([{ code: 'accounts-key-is-email', fix: 'Write `matches: email`.' }])
})

test('no address stands in an id', async () => {
  const { rows } = await built({ 'tickets.csv': unnumbered, 'mrr.csv': 'email,mrr\nnobody@else.example,10\n' })
  expect(await rows("SELECT count(*) AS n FROM cx.customers WHERE contains(id || source_key, '@')")).toEqual([{ n: 0 }])
})

test('accounts of a source that is not there, and an id that is taken, are told with their lines', () => {
  const text = `sources:
  - { id: desk, files: a.csv }
accounts:
  - { id: desk, files: b.csv, customer: id, amount: sum, source: crm }
`
  const problems: Problem[] = []
  readSettings(parseYaml(text, 'rapport.yaml'), problems)
  expect(problems.map(({ code, where }) => [code, where])).toEqual([
    ['source-twice', 'rapport.yaml:4'],
    ['accounts-source-unknown', 'rapport.yaml:4'],
  ])
})
