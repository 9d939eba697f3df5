import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { inProportion, published } from '../../src/generate/customer-first/published.ts'
import { generate } from '../../src/generate/generate.ts'
import { type Reader, readerOf, temporaryFolder } from './reading.ts'

const folder = temporaryFolder()
let tickets: Reader

beforeAll(async () => {
  const made = await generate('customer-first', { likePublished: true, out: folder })
  tickets = await readerOf(made.files[0]!.path)
})

const by = (column: string, where = 'true') =>
  tickets.counts(`SELECT "${column}", count(*) FROM raw WHERE ${where} GROUP BY 1`)
const sizes = (counts: Record<string, number>) => Object.values(counts).sort((a, b) => b - a)

test('the published counts are exact', async () => {
  expect(await tickets.number('SELECT count(*) FROM raw')).toBe(8469)
  expect(await by('Ticket Channel')).toEqual(published.channels)
  expect(await by('Ticket Type')).toEqual(published.types)
  expect(await by('Ticket Priority')).toEqual(published.priorities)
  expect(await by('Ticket Status')).toEqual(published.statuses)
  expect(await by('Customer Gender')).toEqual(published.genders)
  expect(await by('Customer Satisfaction Rating', '"Ticket Status" = \'Closed\'')).toEqual(published.ratings)
  expect(sizes(await by('Ticket Subject'))).toEqual(published.subjects)
  expect(sizes(await by('Product Purchased'))).toEqual(published.products)
})

test('what README of the data states comes out: ages, ratings, addresses, lines', async () => {
  const ages = await tickets.counts(
    `SELECT CASE WHEN age <= 30 THEN 18 ELSE 31 + (age - 31) // 10 * 10 END, count(*) FROM (SELECT CAST("Customer Age" AS INTEGER) AS age FROM raw) GROUP BY 1`,
  )
  expect(ages).toEqual({ 18: 2091, 31: 1541, 41: 1592, 51: 1675, 61: 1570 })
  const [youngest, oldest, mean] = await tickets.row(
    'SELECT min(a), max(a), avg(a) FROM (SELECT CAST("Customer Age" AS INTEGER) AS a FROM raw)',
  )
  expect([youngest, oldest]).toEqual([18, 70])
  expect(Number(mean)).toBeCloseTo(44.03, 1)
  expect(await tickets.number('SELECT round(avg(CAST("Customer Satisfaction Rating" AS DOUBLE)), 4) FROM raw')).toBe(
    2.9913,
  )
  const people = await tickets.row(
    `SELECT count(DISTINCT "Customer Email"), count(DISTINCT "Customer Name" || "Customer Email") FROM raw`,
  )
  expect(people.map(Number)).toEqual([8320, 8469])
  const lines = await tickets.row(
    `SELECT count(*) FILTER (contains("Ticket Description", chr(10))), count(*) + 1 + sum(length("Ticket Description") - length(replace("Ticket Description", chr(10), ''))), count(*) FILTER (contains("Ticket Description", '{product_purchased}')) FROM raw`,
  )
  expect(lines.map(Number)).toEqual([6150, 29_808, 8469])
})

test('all moments lie in the published window, and half of the closed are inverted', async () => {
  const row = await tickets.row(`SELECT min(r), max(r), min(f) >= min(r), max(f) <= max(r),
    count(*) FILTER (r < f), count(*) FILTER (r = f), count(*) FILTER (r > f), max(abs(epoch(r) - epoch(f)) % 60)
    FROM (SELECT CAST("First Response Time" AS TIMESTAMP) AS f, CAST("Time to Resolution" AS TIMESTAMP) AS r FROM raw)`)
  expect(row.slice(0, 4)).toEqual([published.from, published.to, true, true])
  expect(row.slice(4).map(Number)).toEqual([1365, 2, 1402, 0])
})

const splits = ['Ticket Channel', 'Ticket Type', 'Ticket Priority', 'Customer Gender', 'Ticket Subject']

/** F of the rating between the groups of a column: about 1 where nothing is there. */
const fOf = (reader: Reader, column: string) =>
  reader.number(`WITH rated AS (SELECT "${column}" AS g, CAST("Customer Satisfaction Rating" AS DOUBLE) AS y FROM raw WHERE "Customer Satisfaction Rating" IS NOT NULL),
    means AS (SELECT g, count(*) AS n, avg(y) AS m, var_samp(y) AS v FROM rated GROUP BY g)
    SELECT (sum(n * (m - (SELECT avg(y) FROM rated)) ** 2) / (count(*) - 1)) / (sum((n - 1) * v) / (sum(n) - count(*))) FROM means`)

test('nothing acts on anything: by the default seed no split of the rating looks real', async () => {
  // The 5 % bounds of F with 3, 4, 3, 2 and 15 degrees of freedom.
  const bounds = [2.61, 2.38, 2.61, 3.0, 1.67]
  for (const [index, column] of splits.entries())
    expect(await fOf(tickets, column), column).toBeLessThan(bounds[index]!)
})

test('over seeds the splits spread as chance spreads them', async () => {
  const found: number[] = []
  for (let seed = 1; seed <= 12; seed++) {
    const made = await generate('customer-first', { likePublished: true, seed, out: join(folder, `seed ${seed}`) })
    const reader = await readerOf(made.files[0]!.path)
    for (const column of splits) found.push(await fOf(reader, column))
  }
  const mean = found.reduce((sum, f) => sum + f, 0) / found.length
  expect(mean).toBeGreaterThan(0.75)
  expect(mean).toBeLessThan(1.25)
})

test('another size keeps the proportions', async () => {
  const made = await generate('customer-first', { likePublished: true, rows: 1000, out: join(folder, 'small') })
  const small = await readerOf(made.files[0]!.path)
  expect(await small.counts('SELECT "Ticket Channel", count(*) FROM raw GROUP BY 1')).toEqual({
    Email: 253,
    Phone: 252,
    'Social media': 250,
    Chat: 245,
  })
})

test('proportions add up and stay within one of the exact share', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(counts, fc.integer({ min: 0, max: 100_000 }), (parts, total) => {
      const sum = parts.reduce((all, part) => all + part, 0)
      fc.pre(sum > 0)
      const scaled = inProportion(parts, total)
      expect(scaled.reduce((all, part) => all + part, 0)).toBe(total)
      scaled.forEach((part, index) => {
        expect(Math.abs(part - (parts[index]! * total) / sum)).toBeLessThan(1)
      })
    }),
  )
})
