import { beforeAll, describe, expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { noParameters } from '../../src/pages/parameters.ts'
import type { TileOf } from '../../src/pages/spec.ts'
import { resolveAgreement } from '../../src/pages/tiles/agreement.ts'
import type { TileContext } from '../../src/pages/tiles/tile.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

const tile: TileOf<'agreement'> = {
  id: 'agreement',
  kind: 'agreement',
  width: 12,
  when_refused: 'show',
  by: 'product',
  metric: 'csat_mean',
  with: ['nps', 'ces'],
  only_when_split: false,
}

/** Product `p` (0 to 5) is the better the higher; 200 cases each. */
async function model(...surveys: string[]): Promise<{ store: Store; context: MetricContext }> {
  const store = await emptyModel()
  await fill(store, 'products', `SELECT 'p:' || p AS id, 'p' AS source, 'Product ' || p AS name FROM range(6) t(p)`)
  await fill(
    store,
    'cases',
    `SELECT 's:' || i AS id, 's' AS source, 'p:' || (i % 6) AS product, 'closed' AS status FROM range(1200) t(i)`,
  )
  for (const each of surveys) await fill(store, 'surveys', each)
  return { store, context: await contextOf(store) }
}

const survey = (kind: string, score: string, low: number, high: number, polarity = 'higher_is_better', from = 0) =>
  `SELECT '${kind}:' || i AS id, 's' AS source, '${kind}' AS kind, 's:' || i AS "case", ${score} AS score, ${low} AS scale_min, ${high} AS scale_max, '${polarity}' AS polarity
   FROM range(${from}, 1200) t(i)`
const csat = survey('csat', 'least(5, 1 + (i % 6) // 2 + CAST(hash(i) % 3 AS BIGINT))', 1, 5)
const nps = survey('nps', 'least(10, 2 + (i % 6) + CAST(hash(i, 5) % 5 AS BIGINT))', 0, 10)

function tileContext(context: MetricContext, by: string[] = []): TileContext {
  return {
    page: { page: 'success' },
    path: '/success',
    parameters: { ...noParameters(), by },
    scope: {},
    words: context.words,
    services: { runQuery: (query: never) => runQuery(query, context), ...context },
  } as unknown as TileContext
}

describe('satisfaction beside recommendation and effort, by product', () => {
  let view: Awaited<ReturnType<typeof resolveAgreement>>
  let context: MetricContext
  beforeAll(async () => {
    // Effort as it was asked first: a low answer is good, and the better the product the lower.
    const made = await model(csat, nps, survey('ces', '7 - (i % 6)', 1, 7, 'lower_is_better'))
    context = made.context
    view = await resolveAgreement(tile, tileContext(context))
  })

  test('orders that are the same are said to be, with rho, p and how many', () => {
    expect(view?.state).toBe('ok')
    expect(view?.reading).toContain(
      '“Net promoter score” puts products in much the same order as “Satisfaction score”: rank correlation',
    )
    expect(view?.reading).toMatch(/rank correlation (1\.00|0\.\d\d), p (= 0\.0\d\d|< 0\.001), 6 compared/)
  })

  test('effort counts with the easy end up, whichever way it was asked', async () => {
    const frame = await runQuery({ metrics: ['ces', 'ces_percent', 'ces_percent:top_two'], by: ['product'] }, context)
    const easy = Object.fromEntries(frame.rows.map((row) => [String(row.product), row]))
    expect(easy['p:5']?.ces).toMatchObject({ value: 6 })
    expect(easy['p:0']?.ces).toMatchObject({ value: 1 })
    expect(easy['p:4']?.ces_percent).toMatchObject({ value: 1 })
    expect(easy['p:4']?.['ces_percent:top_two']).toMatchObject({ value: 0 })
    expect(easy['p:3']?.ces_percent).toMatchObject({ value: 0 })
  })

  test('a table of all products, the best first, with n and interval of each measure', () => {
    expect(view?.table?.columns.map(({ id }) => id)).toEqual([
      'product',
      'csat_mean',
      'csat_mean_n',
      'nps',
      'nps_n',
      'ces',
      'ces_n',
    ])
    expect(view?.table?.rows).toHaveLength(6)
    expect(view?.table?.rows[0]?.[1]?.text).toMatch(/^\d\.\d\d \(\d\.\d\d to \d\.\d\d\)$/)
    expect(view?.table?.rows[0]?.[2]?.value).toBe(200)
  })

  test('on a page that the viewer splits, only while it is by product', async () => {
    const shy = { ...tile, only_when_split: true }
    expect(await resolveAgreement(shy, tileContext(context, ['channel']))).toBeNull()
    expect((await resolveAgreement(shy, tileContext(context, ['product'])))?.state).toBe('ok')
  })
})

test('the net promoter score: 0 is a detractor, or left out by name; another scale is another question', async () => {
  const { context } = await model(
    `SELECT 'n:' || i AS id, 's' AS source, 'nps' AS kind, list_extract([0, 0, 6, 7, 8, 9, 10, 10], i + 1) AS score, 0 AS scale_min, 10 AS scale_max FROM range(8) t(i)`,
    `SELECT 'x:' || i AS id, 's' AS source, 'nps' AS kind, 5 AS score, 1 AS scale_min, 5 AS scale_max FROM range(9) t(i)`,
    `SELECT 'y:' || i AS id, 's' AS source, 'nps' AS kind, 1 AS score, 0 AS scale_min, 10 AS scale_max, 'lower_is_better' AS polarity FROM range(9) t(i)`,
  )
  const frame = await runQuery({ metrics: ['nps', 'nps:without_zero'] }, context)
  expect(frame.rows[0]?.nps).toMatchObject({ value: 0, n: 8 })
  expect(frame.rows[0]?.nps).toHaveProperty('low', expect.any(Number))
  expect(frame.rows[0]?.['nps:without_zero']).toMatchObject({ n: 6, value: (100 * (3 - 1)) / 6 })
  expect(frame.metrics.nps?.definition).toContain('0 is a detractor')
})

test('without such surveys it says what to ask; a number is not made up', async () => {
  const { context } = await model(csat)
  const view = await resolveAgreement(tile, tileContext(context))
  expect(view).toMatchObject({ state: 'refused', problem: { code: 'survey-unasked' } })
  expect(view?.problem?.message).toBe(
    'There are no answers for Net promoter score and Customer effort score, so rankings by satisfaction have nothing to be compared with.',
  )
  expect(view?.problem?.fix).toContain('from 0 to 10')
  expect(view?.problem?.fix).toContain('Keep the product with each answer')
})

test('answers that belong to no product, and products with too few, are not compared', async () => {
  const loose = await model(csat, nps.replace(`'s:' || i AS "case"`, 'NULL AS "case"'))
  expect((await resolveAgreement(tile, tileContext(loose.context)))?.problem?.code).toBe('survey-unsplit')
  const few = await model(csat, survey('nps', '9', 0, 10, 'higher_is_better', 1100))
  const view = await resolveAgreement(tile, tileContext(few.context))
  expect(view?.reading).toContain('are not compared: no group has at least 30 answers to both, and 5 are needed.')
})

test('an order that is chance is called chance', async () => {
  const flat = survey('csat', '1 + CAST(hash(i, 3) % 5 AS BIGINT)', 1, 5)
  const { context } = await model(flat, nps)
  const { reading } = (await resolveAgreement(tile, tileContext(context)))!
  expect(reading).toContain(
    'By Satisfaction score there is no evidence that products differ at all, so that order is chance.',
  )
})
