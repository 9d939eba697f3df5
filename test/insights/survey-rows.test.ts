import { afterEach, beforeEach, expect, test } from 'vitest'
import { type SurveyKind, surveyRows } from '../../src/insights/survey-rows.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
beforeEach(async () => {
  store = await emptyModel()
})
afterEach(() => store.close())

async function read(kind: SurveyKind, columns = '*') {
  const rows = surveyRows(await contextOf(store), kind)!
  return store.rows(raw(`SELECT ${columns} FROM (${rows.statement.strings[0]}) AS r ORDER BY customer_key`))
}

async function answers(kind: string, scores: number[], more: string) {
  for (const score of scores)
    await fill(
      store,
      'surveys',
      `SELECT lpad('${score}', 2, '0') || '${more.length}' AS id, '${kind}' AS kind, ${score} AS score, ${more}`,
    )
}

const flags = (rows: Record<string, unknown>[]) => rows.map(({ y, top, bottom }) => [y, top, bottom])

test('best and worst answers are those of the metrics, on the scale of each survey', async () => {
  await answers('csat', [1, 2, 3, 4, 5, 9], '1 AS scale_min, 5 AS scale_max')
  expect(flags(await read('csat'))).toEqual([
    [0, 0, 1],
    [0.25, 0, 1],
    [0.5, 0, 0],
    [0.75, 1, 0],
    [1, 1, 0],
  ])
})

test('a scale of three has one best step, and where low is good it is turned', async () => {
  await answers('csat', [1, 2, 3], `1 AS scale_min, 3 AS scale_max, 'lower_is_better' AS polarity`)
  expect(flags(await read('csat'))).toEqual([
    [1, 1, 0],
    [0.5, 0, 0],
    [0, 0, 1],
  ])
})

test('promoters and detractors, and the three best and worst of seven in effort', async () => {
  await answers('nps', [0, 6, 7, 8, 9, 10], '0 AS scale_min, 10 AS scale_max')
  await answers('ces', [1, 2, 3, 4, 5, 6, 7], '1 AS scale_min, 7 AS scale_max')
  expect((await read('nps')).map(({ top, bottom }) => [top, bottom])).toEqual([
    [0, 1],
    [0, 1],
    [0, 0],
    [0, 0],
    [1, 0],
    [1, 0],
  ])
  expect((await read('ces')).map(({ top, bottom }) => [top, bottom])).toEqual([
    [0, 1],
    [0, 1],
    [0, 1],
    [0, 0],
    [1, 0],
    [1, 0],
    [1, 0],
  ])
})

test('a case is known as it was at the answer: solved later is unresolved, answered later has no reply time', async () => {
  await fill(
    store,
    'cases',
    `SELECT * FROM (VALUES ('a', 'u', TIMESTAMP '2026-01-01 10:00', TIMESTAMP '2026-01-01 11:00', TIMESTAMP '2026-01-02 10:00', 1),
      ('b', 'u', TIMESTAMP '2026-01-03 10:00', TIMESTAMP '2026-01-03 12:00', TIMESTAMP '2026-01-09 10:00', 2),
      ('c', 'u', TIMESTAMP '2026-01-06 10:00', TIMESTAMP '2026-01-08 10:00', NULL, 0)) AS v(id, customer, created_at, first_response_at, solved_at, reopens)`,
  )
  await fill(
    store,
    'surveys',
    `SELECT * FROM (VALUES ('1', 'csat', 'a', 'u', TIMESTAMP '2026-01-02 12:00', 5), ('2', 'csat', 'b', 'u', TIMESTAMP '2026-01-05 12:00', 3),
      ('3', 'csat', 'c', 'u', TIMESTAMP '2026-01-07 12:00', 1)) AS v(id, kind, "case", customer, responded_at, score)`,
  )
  const rows = await read(
    'csat',
    'y, reply, resolution, reopens, unresolved, contacts, customer_key || y AS customer_key',
  )
  expect(rows.toSorted((a, b) => Number(b.y) - Number(a.y))).toMatchObject([
    { reply: 3600, resolution: 86_400, reopens: 1, unresolved: 0, contacts: 1 },
    { reply: 7200, resolution: null, reopens: null, unresolved: 1, contacts: 2 },
    { reply: null, resolution: null, reopens: null, unresolved: 1, contacts: 3 },
  ])
})
