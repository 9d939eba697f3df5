import { afterAll, beforeAll, expect, test } from 'vitest'
import { columnsOf, designOf, designSql, findLeaks, independentOf } from '../../src/insights/churn-columns.ts'
import type { ChurnEvidence, ChurnRow } from '../../src/insights/churn-evidence.ts'
import { literal, raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { emptyModel } from '../metrics/fixture.ts'
import { seededRandom } from '../stats/seeded.ts'

const random = seededRandom(11)
const rows: ChurnRow[] = Array.from({ length: 400 }, (_, at) => {
  const cases = Math.floor(random() * 5)
  return {
    cutoff: 0,
    left: at % 8 === 0 ? 1 : 0,
    ever: at % 8 === 0 ? 1 : 0,
    fold: at % 5,
    values: [cases, cases === 0 ? null : random(), Math.exp(6 * random()) - 3, cases],
    levels: [random() < 0.4 ? "o'brien" : 'large', random() < 0.02 ? null : 'DE'],
  }
})
const evidence: ChurnEvidence = {
  horizon: 90,
  window: 90,
  cutoffs: [],
  now: '2026-01-01',
  features: [
    { id: 'cases', unit: 'count', theme: 'contact' },
    { id: 'unresolved_share', unit: 'ratio', theme: 'outcome' },
    { id: 'paid_in', unit: 'money', theme: 'value' },
    { id: 'touchpoints', unit: 'count', theme: 'contact' },
  ],
  profile: ['segment', 'market'],
  rows,
  drawn: { left: 1, stayed: 1 },
  unread: [],
}

let store: Store
beforeAll(async () => {
  store = await emptyModel()
})
afterAll(() => store.close())

test('whether there was trouble is told as it is, and what says the same by degrees stays out', () => {
  const flagged: ChurnEvidence = {
    ...evidence,
    features: evidence.features.map((each) =>
      each.id === 'cases' ? { id: 'any_unresolved', unit: 'ratio', theme: 'trouble', tells: 'unresolved_share' } : each,
    ),
  }
  const { columns } = columnsOf(flagged, rows, [], 99)
  expect(columns.find(({ id }) => id === 'any_unresolved')).toMatchObject({ kind: 'number', log: false, sd: 1 })
  expect(columns.map(({ of }) => of)).not.toContain('unresolved_share')
})

test('what is skewed is taken as a logarithm, what is unknown has a mark, groups stand against the largest', () => {
  const { columns, left_out } = columnsOf(evidence, rows, [], 99)
  expect(left_out).toEqual([])
  expect(columns.map(({ id }) => id)).toEqual([
    'cases',
    'paid_in',
    'touchpoints',
    "segment=o'brien",
    'unresolved_share',
    'unresolved_share.unknown',
  ])
  expect(columns.map((each) => each.kind === 'number' && each.log)).toEqual([false, true, false, false, false, false])
  const designs = rows.map((row) => designOf(columns, row))
  const mean = designs.reduce((sum, [first]) => sum + first!, 0) / rows.length
  expect(mean).toBeCloseTo(0, 9)
})

test('a column that says what another says is left out', () => {
  const { columns } = columnsOf(evidence, rows, [], 99)
  expect(independentOf(columns, rows).map(({ id }) => id)).not.toContain('touchpoints')
})

test('with little room those that most customers have come first, whoever left', () => {
  const { columns, left_out } = columnsOf(evidence, rows, [], 2)
  expect(columns.map(({ id }) => id)).toEqual(['cases', 'paid_in'])
  expect(left_out).toEqual(['touchpoints', 'segment', 'unresolved_share'])
})

test('SQL computes the same columns, and a quote in a group ends no text', async () => {
  const { columns } = columnsOf(evidence, rows, [], 99)
  const [first, second] = [rows[0]!, rows.find(({ values }) => values[1] === null)!]
  for (const row of [first, second]) {
    const cells = [
      ...evidence.features.map(({ id }, at) => `CAST(${row.values[at]} AS DOUBLE) AS "${id}"`),
      ...evidence.profile.map((id, at) => `${literal(row.levels[at]!)} AS "${id}"`),
    ]
    const designs = columns.map((each, at) => `CAST(${designSql(each, literal)} AS DOUBLE) AS "z${at}"`)
    const [found] = await store.rows(raw(`SELECT ${designs.join(', ')} FROM (SELECT ${cells.join(', ')}) AS "f"`))
    designOf(columns, row).forEach((value, at) => {
      expect(Number(found![`z${at}`])).toBeCloseTo(value, 9)
    })
  }
})

test('a number that alone tells who leaves is a leak; noise is none', () => {
  expect(findLeaks(evidence)).toEqual([])
  const told = rows.map((row) => ({ ...row, values: [row.left === 1 ? 9 : row.values[0]!, ...row.values.slice(1)] }))
  expect(findLeaks({ ...evidence, rows: told }).map(({ field, by }) => [field, by])).toEqual([['cases', 'value']])
})
