import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { type Effect, effects, stains, weekdayWeights } from '../../src/generate/customer-first/plants.ts'
import { generate } from '../../src/generate/generate.ts'
import { effectsTable, recoveries, stainsTable } from './documented.ts'
import { docsBlock, type Reader, readerOf, temporaryFolder } from './reading.ts'

const rows = 50_000
const folder = temporaryFolder()
let tickets: Reader
let planted: Record<string, number>

beforeAll(async () => {
  const made = await generate('customer-first', { rows, out: join(folder, 'all'), columns: 'recommended' })
  tickets = await readerOf(made.files[0]!.path)
  planted = made.files[0]!.dirt
  await tickets.run(docsBlock('view').replaceAll('```', '').replace('sql', ''))
})

const resolved = `CAST("Time to Resolution" AS TIMESTAMP)`
const replied = `CAST("First Response Time" AS TIMESTAMP)`

test('the documentation prints the constants', () => {
  expect(docsBlock('effects')).toBe(effectsTable())
  expect(docsBlock('dirt')).toBe(stainsTable())
  expect(docsBlock('recoveries')).toBe(recoveries())
})

test('the weekend of the weights is the weekend of the effect', () => {
  const mean = (from: number, to: number) =>
    weekdayWeights.slice(from, to).reduce((sum, weight) => sum + weight, 0) / (to - from)
  expect(mean(5, 7) / mean(0, 5)).toBeCloseTo(effects.weekendDip.value)
})

test.each(Object.entries(effects) as [string, Effect][])('%s comes back by plain SQL', async (_, effect) => {
  const found = await tickets.number(effect.recover)
  expect(Math.abs(found - effect.value), `recovered ${found}`).toBeLessThanOrEqual(effect.tolerance)
})

test('fields have the forms of the source', async () => {
  const wrong = await tickets.row(`SELECT
    count(*) FILTER (NOT regexp_full_match("First Response Time", '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d')),
    count(*) FILTER (NOT regexp_full_match("Time to Resolution", '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d')),
    count(*) FILTER (NOT regexp_full_match("Customer Satisfaction Rating", '[1-5]\\.0')),
    count(*) FILTER (NOT regexp_full_match("Customer Email", '[a-z.]+\\d+@example\\.(com|org|net)')),
    count(*) FILTER (NOT contains("Ticket Description", '{product_purchased}')),
    count(*) FILTER ("Ticket Status" = 'Open' AND ("First Response Time" IS NOT NULL OR Resolution IS NOT NULL)),
    count(*) FILTER ("Ticket Status" = 'Pending Customer Response' AND ("First Response Time" IS NULL OR "Time to Resolution" IS NOT NULL)),
    count(*) FILTER ("Ticket Status" = 'Closed' AND ("First Response Time" IS NULL OR Resolution IS NULL OR "Time to Resolution" IS NULL)),
    count(*) FILTER ("Ticket Status" <> 'Closed' AND "Customer Satisfaction Rating" IS NOT NULL),
    count(*) FILTER (${resolved} > TIMESTAMP '2024-07-01' OR ${replied} > TIMESTAMP '2024-07-01')
  FROM raw`)
  expect(wrong.map(Number)).toEqual(Array(10).fill(0))
})

test('every stain is there exactly as often as planted', async () => {
  const found = {
    inverted: await tickets.number(`SELECT count(*) FROM raw WHERE ${resolved} < ${replied}`),
    sharedEmail: await tickets.number(
      `SELECT count(*) FROM (SELECT "Customer Email" FROM raw GROUP BY ALL HAVING count(DISTINCT "Customer Name") > 1)`,
    ),
    duplicate: await tickets.number(
      `SELECT count(*) - count(DISTINCT row("Ticket ID", "Ticket Description", "Ticket Status", "Customer Email")) FROM raw WHERE "Ticket ID" IS NOT NULL`,
    ),
    superseded:
      await tickets.number(`SELECT count(*) FROM (SELECT arg_min("Ticket Status", record) AS before, arg_max("Ticket Status", record) AS after
      FROM raw GROUP BY "Ticket ID") WHERE before = 'Pending Customer Response' AND after = 'Closed'`),
    badAge: await tickets.number(
      `SELECT count(*) FROM raw WHERE "Ticket ID" IS NOT NULL AND coalesce(TRY_CAST("Customer Age" AS INTEGER), -1) NOT BETWEEN 18 AND 70`,
    ),
    unreadableDate: await tickets.number(
      `SELECT count(*) FROM raw WHERE "Date of Purchase" IS NOT NULL AND TRY_CAST("Date of Purchase" AS DATE) IS NULL`,
    ),
    blank: await tickets.number(`SELECT count(*) FROM raw WHERE coalesce(${everyColumn}) IS NULL`),
  }
  expect(found).toEqual(planted)
  for (const [id, count] of Object.entries(planted))
    expect(count, id).toBe((rows / 1000) * stains[id as keyof typeof stains].perThousand)
})

const everyColumn =
  '"Ticket ID", "Customer Name", "Ticket Status", "Ticket Channel", "Creation Date", "Ticket Description"'

test('a duplicate repeats the whole record', async () => {
  const whole = 'SELECT * EXCLUDE (record) FROM raw WHERE "Ticket ID" IS NOT NULL'
  const repeated = `SELECT count(*) FROM (${whole} EXCEPT ALL SELECT DISTINCT * FROM (${whole}))`
  expect(await tickets.number(repeated)).toBe(planted.duplicate)
})

test('without dirt there is none', async () => {
  const made = await generate('customer-first', { rows: 5000, out: join(folder, 'none'), dirt: 'none' })
  const clean = await readerOf(made.files[0]!.path)
  const counts = await clean.row(
    `SELECT count(*), count(DISTINCT "Ticket ID"), count(*) FILTER (${resolved} < ${replied}) FROM raw`,
  )
  expect(counts.map(Number)).toEqual([5000, 5000, 0])
})

test('the published columns do not depend on the recommended ones', async () => {
  const made = await generate('customer-first', { rows: 3000, out: join(folder, 'published') })
  const wide = await generate('customer-first', { rows: 3000, out: join(folder, 'wide'), columns: 'recommended' })
  const narrow = await readerOf(made.files[0]!.path)
  await narrow.run(`CREATE TABLE wide AS FROM read_csv('${wide.files[0]!.path}', all_varchar = true)`)
  const columns = 'SELECT * EXCLUDE (record) FROM raw'
  const same =
    'SELECT * EXCLUDE ("Creation Date", "Client ID", "Agent ID", State, "Product Category", "Product Brand", "Channel Source") FROM wide'
  expect(await narrow.number(`SELECT count(*) FROM (${columns} EXCEPT ALL ${same})`)).toBe(0)
})

test('hard dirt is malformed exactly as often as planted', async () => {
  const made = await generate('customer-first', { rows: 2000, out: join(folder, 'hard'), dirt: 'hard' })
  const { path, dirt } = made.files[0]!
  const lines = readFileSync(path, 'utf8').split('\n')
  const starts = lines.filter((line) => /^\d+,[A-Z][a-z]+ [A-Z][a-z]+,/.test(line))
  const blank = lines.filter((line) => line === ','.repeat(16))
  expect(dirt).toMatchObject({
    shortRecord: 4,
    longRecord: 4,
    openQuote: 2,
    strayQuote: 2,
    emptyLine: 2,
    carriageReturn: 4,
  })
  expect(blank).toHaveLength(dirt.blank!)
  expect(starts).toHaveLength(2000 - dirt.blank! - dirt.emptyLine!)
  expect(lines.filter((line) => line.endsWith('\r'))).toHaveLength(dirt.carriageReturn!)
  expect(lines.filter((line) => line.endsWith(',more,still more'))).toHaveLength(dirt.longRecord!)
  expect(lines.filter((line) => /^\d+,[^"]*,[A-Z][a-z]+ "[A-Z]/.test(line))).toHaveLength(dirt.strayQuote!)
  expect((lines.join('\n').match(/"/g) ?? []).length % 2, 'two open and two stray quotes').toBe(0)
})
