import { expect, test } from 'vitest'
import { type Churn, churnFindings, findChurn, type NoChurn } from '../../src/insights/churn.ts'
import { contextOf } from '../metrics/fixture.ts'
import { countLeft, leavingCustomers, type Planted } from './churn-data.ts'

async function found(planted: Planted, options: { horizon?: number; language?: string; show?: boolean } = {}) {
  const store = await leavingCustomers(planted)
  const { language = 'en', horizon = 30, show } = options
  const context = await contextOf(store, {
    language,
    ...(show && { viewer: { personalData: 'show' as const, language } }),
  })
  const answer = await findChurn({ horizon, customers: 10 }, context)
  return { store, context, answer }
}

const risks = (answer: Churn | NoChurn): Churn => {
  if ('refused' in answer) throw new Error(answer.refused)
  return answer
}

test('who leaves by a planted hazard is told, on customers of later days, and the risks are right', async () => {
  const { answer, store } = await found({})
  const { validation, drivers, list, expected, worth, limits, sentence } = risks(answer)
  expect(validation.by).toBe('time')
  expect(validation.auc.low).toBeGreaterThan(0.53)
  expect(validation.slope!.low).toBeLessThan(1)
  expect(validation.slope!.high).toBeGreaterThan(1)
  expect(validation.brier.score).toBeLessThan(validation.brier.uncertainty)
  const apart = validation.bins.filter(({ stated, low, high }) => stated < low || stated > high)
  expect(apart.length).toBeLessThanOrEqual(2)
  // The sentence counts those who left; so does SQL.
  const cutoff = risks(answer).cutoffs[0]!
  const counted = await countLeft(store, cutoff.on, risks(answer).now)
  expect([validation.n, validation.left]).toEqual([counted.n, counted.left])
  expect(sentence).toContain('Tested on')
  const real = drivers.filter((each) => each.real).map(({ column }) => column)
  expect(real.toSorted()).toEqual(['any_unresolved', 'segment=new'])
  expect(drivers.find(({ column }) => column === 'segment=new')!.odds).toSatisfy(
    ({ low, high }: { low: number; high: number }) => low < 2.1 && high > 2,
  )
  expect(list[0]!.risk).toBeGreaterThan(list.at(-1)!.risk)
  const reasons = list[0]!.reasons.map(({ of }) => of)
  expect(reasons).toContain('segment')
  expect(new Set(reasons).size).toBe(reasons.length)
  expect(list[0]!.name).toMatch(/^\d+$/)
  expect(expected.low).toBeGreaterThan(0)
  // One amount of 10 in 30 days for everybody who is here.
  expect(worth).toMatchObject({ of: 'revenue' })
  expect(worth!.at_risk.value).toBeCloseTo(10 * expected.value, 6)
  expect(limits.join(' ')).toContain('customers.left_on')
}, 60_000)

test('leavings that are dealt out at random: chance is not beaten, nobody is listed, and it is said', async () => {
  for (const permuted of [1, 2]) {
    const { answer, context } = await found({ permuted, customers: 3000 })
    if (!('refused' in answer)) throw new Error(`shown at ${answer.validation.auc.low}`)
    expect(answer.validation!.auc.low).toBeLessThanOrEqual(0.5)
    expect(answer.validation!.auc.high).toBeGreaterThanOrEqual(0.5)
    expect(answer.refused).toContain('do not tell who leaves')
    expect(churnFindings(answer, context.words)).toEqual([])
  }
}, 90_000)

test('a column that only leavers have, or that says so in words, is refused by name', async () => {
  const filled = await found({ region: "CASE WHEN gone.day IS NOT NULL AND c % 2 = 0 THEN 'exit interview' END" })
  expect(filled.answer.leaks.map(({ field, by }) => [field, by])).toEqual([['customers.region', 'known']])
  expect(risks(filled.answer).limits.join(' ')).toContain('customers.region')
  expect(risks(filled.answer).drivers.some(({ column }) => column.startsWith('region'))).toBe(false)
  const worded = await found({ region: "CASE WHEN gone.day IS NOT NULL THEN 'former' ELSE 'current' END" })
  expect(worded.answer.leaks.map(({ field, by }) => [field, by])).toEqual([['customers.region', 'value']])
  expect(worded.answer.leaks[0]!.auc).toBe(1)
  // What was refused changes nothing of what is learnt.
  expect(risks(worded.answer).validation.auc.value).toBeLessThan(0.8)
}, 60_000)

test('too few leavings, no leavings and no behaviour are refused with what would help', async () => {
  const few = await found({ customers: 200, base: 0.004 })
  expect('refused' in few.answer && few.answer.refused).toMatch(/it takes 50/)
  const { context } = few
  const without = (...columns: string[]) => ({
    ...context,
    version: {
      ...context.version,
      as_of: columns.join(' '),
      present: new Set([...context.version.present].filter((each) => !columns.some((one) => each.startsWith(one)))),
    },
  })
  expect(await findChurn({ customers: 1 }, without('customers.left_on', 'churns.'))).toMatchObject({
    missing: ['customers.left_on', 'churns.churned_on'],
  })
  expect(await findChurn({ customers: 1 }, without('cases.', 'revenues.'))).toMatchObject({
    missing: ['cases.customer', 'cases.created_at'],
  })
})

test('too little time for a test on later days: folds of customers, and it is said', async () => {
  const { answer } = await found({ days: 150, base: 0.08 })
  expect(risks(answer).validation.by).toBe('folds')
  expect(risks(answer).sentence).toContain('too few days or leavings')
}, 60_000)

test('names only for who may see them; French says it in French', async () => {
  const { answer } = await found({}, { show: true, language: 'fr' })
  expect(risks(answer).list[0]!.name).toMatch(/^Person/)
  expect(risks(answer).sentence).toContain('on attend')
}, 60_000)
