import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDrivers } from '../../src/insights/driver-tests.ts'
import { type Drivers, findDrivers } from '../../src/insights/drivers.ts'
import { type DriverEvidence, evidenceOf, keptRows } from '../../src/insights/drivers-evidence.ts'
import { type DriverReading, readDriverTests } from '../../src/insights/read-drivers.ts'
import { findSignals, type Signals } from '../../src/insights/signals.ts'
import { surveyRows } from '../../src/insights/survey-rows.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import { raw } from '../../src/sql/sql.ts'
import { rankCorrelation } from '../../src/stats/correlation.ts'
import type { Store } from '../../src/store/store.ts'
import { builtFrom } from '../flow/built.ts'
import { contextOf, customerFirstFile, emptyModel, fill, hasCustomerFirst } from '../metrics/fixture.ts'
import { plant } from './planted-answers.ts'

let store: Store
let context: MetricContext
let reading: DriverReading
let drivers: Drivers
let signals: Signals

beforeAll(async () => {
  store = await emptyModel()
  await plant(store, 1)
  context = await contextOf(store)
  reading = (await readDriverTests({ metric: 'csat' }, context)) as DriverReading
  drivers = findDrivers(reading, context.words) as Drivers
  signals = findSignals(reading, context.words) as Signals
}, 60_000)
afterAll(() => store.close())

test('the threshold is where it was planted, and the jump is covered', () => {
  expect(drivers.delay?.threshold).toMatchObject({ real: true, seconds: 86_400 })
  const { jump } = drivers.delay!.threshold!
  expect(jump.low).toBeLessThan(-0.8)
  expect(jump.high).toBeGreaterThan(-0.8)
})

test('effects that were planted are found, with intervals that cover them', () => {
  const of = (id: string) => drivers.drivers.find((each) => each.id === id)
  expect(of('unresolved')).toMatchObject({ real: true })
  expect(of('unresolved')!.effect!.low).toBeLessThan(-0.9)
  expect(of('unresolved')!.effect!.high).toBeGreaterThan(-0.9)
  const spread = reading.tests.drivers.find(({ id }) => id === 'spread')!
  expect(spread.real).toBe(true)
  // 0.5 points of a scale of four.
  expect(spread.effect!.low * 4).toBeLessThan(-0.5)
  expect(spread.effect!.high * 4).toBeGreaterThan(-0.5)
})

test('segments that take a delay otherwise are told apart, each with its own effect', () => {
  const delay = drivers.segments.find(({ about }) => about === 'reply')!
  expect(delay.real).toBe(true)
  const planted = { gold: -1.6, usual: -0.8, new: 0 }
  for (const { segment, effect } of delay.effects) {
    const truth = planted[segment as keyof typeof planted]
    expect([segment, effect.low < truth && truth < effect.high]).toEqual([segment, true])
  }
  expect(drivers.segments.find(({ about }) => about === 'unresolved')?.real).toBe(false)
})

test('what was not planted is not found: neither frequency nor channel, market, gender, weekday or hour', () => {
  const real = new Set([
    ...drivers.drivers.filter((each) => each.real).map(({ id }) => id),
    ...signals.signals.map(({ field }) => field),
  ])
  for (const field of ['contacts', 'channel', 'market', 'gender', 'weekday', 'hour'])
    expect([...real]).not.toContain(field)
  expect(drivers.drivers.find(({ id }) => id === 'contacts')).toMatchObject({ real: false, share: null })
})

test('consistency is told beside frequency, and every finding says what it cannot', () => {
  const spread = drivers.findings.find(({ id }) => id === 'drivers.csat.spread')
  expect(spread?.claim).toContain('How often a customer made contact makes no difference')
  for (const { claim, evidence, limits, confidence } of [...drivers.findings, ...signals.findings]) {
    expect(claim + evidence).not.toMatch(/drivers\.|signals\.|NaN|undefined/)
    expect(limits.join(' ')).toMatch(/cause/)
    expect(limits.join(' ')).toMatch(/did not answer/)
    expect(confidence.tried).toBe(reading.tests.tried)
    expect(confidence.q).toBeLessThanOrEqual(0.05)
  }
})

test('rank correlations of the matrix are those of the rows', async () => {
  const rows = await store.rows(
    raw(
      `SELECT date_diff('second', c.created_at, c.first_response_at) AS x, s.score AS y FROM cx.surveys AS s JOIN cx.cases AS c ON c.id = s."case" WHERE s.score IS NOT NULL AND c.market = 'FR'`,
    ),
  )
  const expected = rankCorrelation(rows.map(({ x, y }) => [Number(x), Number(y)]) as [number, number][])
  const cell = drivers.cells.find(({ feature, value }) => feature === 'reply' && value === 'FR')!
  expect(cell.n).toBe(rows.length)
  // Delays are told apart to a thousandth of their logarithm.
  expect(cell.rho).toBeCloseTo(expected!.rho, 4)
}, 60_000)

test('nothing that happens after an answer changes its row', async () => {
  const statement = surveyRows(context, 'csat')!.statement.strings[0]
  const told = `customer_key || '|' || y || '|' || reply || '|' || coalesce(resolution, -1) || '|' || unresolved || '|' || contacts || '|' || coalesce(round(spread, 6), -1)`
  const read = () =>
    store.rows(
      raw(
        `SELECT count(*) AS n, md5(string_agg(t, '' ORDER BY t)) AS told FROM (SELECT ${told} AS t FROM (${statement}) AS r) AS rows`,
      ),
    )
  const before = await read()
  await store.run(
    raw(
      `INSERT INTO cx.cases BY NAME SELECT 'later' || id AS id, customer, TIMESTAMP '2027-01-01' AS created_at, TIMESTAMP '2027-01-02' AS first_response_at FROM cx.cases LIMIT 500`,
    ),
  )
  await store.run(raw(`UPDATE cx.cases SET solved_at = TIMESTAMP '2027-02-01' WHERE solved_at IS NULL`))
  expect(await read()).toEqual(before)
})

test('too few answers, none at all, or all the same are refused in a sentence', async () => {
  const empty = await emptyModel()
  try {
    const none = await contextOf(empty)
    const refused = async () =>
      // A store of its own: what was read before is remembered by it.
      findDrivers(await readDriverTests({ metric: 'csat' }, await contextOf({ ...empty })), none.words)
    expect(await refused()).toMatchObject({
      refused: expect.stringMatching(/no survey scores/),
      missing: expect.arrayContaining(['surveys.score']),
    })
    await fill(
      empty,
      'surveys',
      `SELECT 's' || i AS id, 'csat' AS kind, 4 AS score, 1 AS scale_min, 5 AS scale_max FROM range(199) AS t(i)`,
    )
    expect(await refused()).toMatchObject({ refused: expect.stringMatching(/199/) })
    await fill(
      empty,
      'surveys',
      `SELECT 't' || i AS id, 'csat' AS kind, 4 AS score, 1 AS scale_min, 5 AS scale_max FROM range(99) AS t(i)`,
    )
    expect(await refused()).toMatchObject({ refused: expect.stringMatching(/same/) })
  } finally {
    await empty.close()
  }
})

test.runIf(hasCustomerFirst)(
  'the published file has no driver and no signal; of 200 copies with its scores dealt out anew at most 18 seem to',
  async () => {
    const { store: built } = await builtFrom(customerFirstFile)
    const about = await contextOf(built)
    const found = (await readDriverTests({ metric: 'csat' }, about)) as DriverReading
    expect([found.evidence.answered, found.tests.real]).toEqual([2769, 0])
    const said = [findDrivers(found, about.words) as Drivers, findSignals(found, about.words) as Signals]
    expect(said.flatMap(({ findings }) => findings)).toEqual([])
    expect(said[0]!.sentence).toMatch(/^No evidence that anything goes with satisfaction/)
    const rows = surveyRows(about, 'csat')!
    const { name: table } = await built.hold(keptRows(built, rows))
    let seeming = 0
    for (let seed = 1; seed <= 200; seed++) {
      const dealt = await built.hold(
        raw(`SELECT r.* EXCLUDE (n) REPLACE (p.y AS y, p.step AS step, p."top" AS "top", p.bottom AS bottom)
FROM (SELECT *, row_number() OVER (ORDER BY hash(rowid, ${seed})) AS n FROM ${table}) AS p JOIN (SELECT *, row_number() OVER (ORDER BY rowid) AS n FROM ${table}) AS r USING (n)`),
      )
      const evidence = (await evidenceOf(built, dealt.name, rows, { kind: 'csat', offered: null })) as DriverEvidence
      if ((await testDrivers(evidence)).real > 0) seeming++
      await dealt.release()
    }
    expect(seeming).toBeLessThanOrEqual(18)
  },
  240_000,
)
