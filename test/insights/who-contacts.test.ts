import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWords } from '../../src/config/read-words.ts'
import type { Words } from '../../src/config/words.ts'
import { readContacts } from '../../src/insights/contacts-evidence.ts'
import type { NoFindings } from '../../src/insights/finding.ts'
import { findWhoContacts, type WhoContacts } from '../../src/insights/who-contacts.ts'
import { runQuery } from '../../src/metrics/run.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, factsOf, fill, hasCustomerFirst, loadCustomerFirst } from '../metrics/fixture.ts'

/**
 * 1,200 customers. Of those aged 30 to 39 each has three or four cases and of all others one or none: planted 3.5 against 0.5. Gender and
 * segment go round and say nothing. Every third bought the fund, and only its buyers have cases about it.
 */
let store: Store
let words: Words
let french: Words
beforeAll(async () => {
  words = await readWords(['catalog/words'], 'en', [])
  french = await readWords(['catalog/words'], 'fr', [])
  store = await emptyModel()
  await fill(
    store,
    'customers',
    `SELECT 'c' || i AS id, 20 + (i % 6) * 10 + i % 7 AS age, ['male', 'female'][1 + (i // 12) % 2] AS gender,
      ['Gold', 'Basic', 'Small'][1 + (i // 6) % 3] AS segment, TRUE AS is_identified FROM range(1200) AS numbers(i)`,
  )
  await fill(
    store,
    'cases',
    `SELECT 'k' || i || '-' || n AS id, 'c' || i AS customer, ['fund', 'card'][1 + i % 2] AS product, 'solved' AS status
      FROM range(1200) AS numbers(i), range(4) AS ns(n) WHERE n < CASE WHEN i % 6 = 1 THEN 3 + (i // 6) % 2 ELSE (i // 6) % 2 END`,
  )
  await fill(
    store,
    'cases',
    `SELECT 'gone' || i AS id, 'c1' AS customer, 'deleted' AS status FROM range(500) AS numbers(i)`,
  )
  await fill(
    store,
    'holdings',
    `SELECT 'h' || i AS id, 'c' || i AS customer, ['fund', 'card'][1 + i % 2] AS product FROM range(1200) AS numbers(i)`,
  )
  await fill(store, 'loads', `SELECT 'l1' AS id, 'customers' AS fills`)
})
afterAll(() => store.close())

async function read(of: Store = store, without: string[] = []) {
  const { present, counts } = await factsOf(of)
  for (const each of without) present.delete(each)
  return readContacts({ store: of, version: { id: 'v1', as_of: null, zone: 'UTC', present, counts } })
}

test('customers and their cases are counted by group; deleted cases are none, and who never came counts', async () => {
  const evidence = await read()
  expect([evidence.customers, evidence.hasFile]).toEqual([1200, true])
  const thirties = evidence.groups.find((each) => each.kind === 'age_band' && Number(each.value) === 3)!
  expect([thirties.customers, thirties.cases, thirties.squares, thirties.contacted]).toEqual([200, 700, 2500, 200])
  expect(evidence.missing).toEqual({ market: ['customers.market'] })
})

test('the planted group is found with its ratio, and nothing is said of gender and segment', async () => {
  const found = findWhoContacts(await read(), words) as WhoContacts
  const thirties = found.findings.find(
    (each) => each.id === 'contacts.age_band.3' || each.id === 'contacts.age_band.3.0',
  )!
  expect(thirties.claim).toMatch(
    /^Customers aged 30–39 have 3\.50 cases each and all others 0\.50: 7\.00 times as many/,
  )
  expect(thirties.confidence.effect!.low).toBeLessThan(7)
  expect(thirties.confidence.effect!.high).toBeGreaterThan(7)
  expect(found.findings.filter((each) => /gender|segment/.test(each.id))).toEqual([])
  expect(found.questions[0]!.text).toContain('is it the product?')
  const [gender] = found.kinds.filter((each) => each.kind === 'gender')
  expect(gender!.groups[0]!.q).toBe(gender!.groups[1]!.q)
})

test('every query to check can be asked', async () => {
  const found = findWhoContacts(await read(), words) as WhoContacts
  const context = await contextOf(store)
  for (const { check } of [...found.questions, ...found.findings.map((each) => ({ check: each.check }))]) {
    if (!check || !('metrics' in check)) throw new Error('no query')
    const { rows } = await runQuery(check, context)
    expect(rows.length).toBeGreaterThan(0)
  }
})

test('refused with what to add: no client id, nobody but those who came, no case with a customer', async () => {
  const refused = async (of: Store, without: string[] = []) =>
    findWhoContacts(await read(of, without), words) as NoFindings
  expect((await refused(store, ['cases.customer'])).refused).toContain('no case names its customer')
  expect(await refused(store, ['customers.is_identified'])).toMatchObject({
    refused: expect.stringContaining('Add a customer or sales file'),
    missing: expect.arrayContaining(['customers.is_identified']),
  })
  const came = { ...(await read()), hasFile: false }
  expect((findWhoContacts(came, words) as NoFindings).refused).toContain('known because they contacted us')
  expect((findWhoContacts(came, french) as NoFindings).refused).toContain('Ajoutez un fichier de tous les clients')
  const bare = await read(store, ['customers.age', 'customers.gender', 'customers.segment', 'cases.product'])
  expect((findWhoContacts(bare, words) as NoFindings).missing).toContain('customers.age')
})

test.skipIf(!hasCustomerFirst)(
  'the public file of tickets is refused: it names the customer or sales file',
  async () => {
    const tickets = await emptyModel()
    await loadCustomerFirst(tickets)
    const found = findWhoContacts(await read(tickets), words) as NoFindings
    expect(found.refused).toContain('Add a customer or sales file with a client id')
    expect(found.missing).toContain('customers.is_identified')
    await tickets.close()
  },
)
