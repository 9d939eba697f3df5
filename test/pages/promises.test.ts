import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runQuery } from '../../src/metrics/run.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { TileView } from '../../src/pages/view.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'
import { fixtureServices } from './fixtures.ts'

let store: Store
beforeAll(async () => {
  store = await emptyModel()
})
afterAll(() => store.close())

interface Told {
  headline: string
  tiles: TileView[]
}

/** The page of promises over what is in the store. */
async function told(language: string, query = ''): Promise<Told> {
  const context = await contextOf(store, { asOf: '2024-03-10 12:00:00', language })
  const services = await fixtureServices(language)
  const page = services.pages.find((each) => each.page === 'sla')!
  return resolvePage(page, query, {
    ...services,
    catalogue: context.catalogue,
    words: context.words,
    version: { ...services.version, ...context.version },
    runQuery: (asked) => runQuery(asked, context),
    pictures: false,
  })
}

/** Contacts that came in on two days, `late` of every hundred answered after the promise. */
const contacts = (channel: string, market: string, count: number, late: number): string =>
  `SELECT '${channel}${market}' || i AS id, '${channel}' AS channel, '${market}' AS market, 'inbound' AS direction, TIMESTAMP '2024-03-01 10:00:00' AS started_at,
    DATE '2024-03-01' AS started_on, CASE WHEN i % 100 < ${late} THEN 200 ELSE 10 END AS wait_seconds, TRUE AS is_answered, 100 AS target_seconds FROM range(${count}) t(i)`

describe('the opening sentence', () => {
  beforeAll(() =>
    fill(
      store,
      'touchpoints',
      [
        contacts('call', 'FR', 400, 3),
        contacts('call', 'DE', 400, 3),
        contacts('chat', 'FR', 300, 50),
        contacts('chat', 'DE', 300, 10),
        // Worse still, and too few to be told.
        contacts('chat', 'PT', 9, 100),
      ].join(' UNION ALL '),
    ),
  )

  test('tells which promise is kept least, where, and by how many', async () => {
    expect((await told('en')).headline).toBe(
      'Kept least of 2 promises: chat acceptance rate, 69.0% (n = 609); lowest by market: FR, 50.0% (n = 300).',
    )
    expect((await told('fr')).headline.replaceAll(/[\u00a0\u202f]/g, ' ')).toBe(
      'Le moins tenu de 2 engagements : taux de chats traités à temps, 69,0 % (n = 609) ; au plus bas par marché : FR, 50,0 % (n = 300).',
    )
  })

  test('of one promise it is no ranking, and where nothing differs it says so', async () => {
    expect((await told('en', 'where=channel=call')).headline).toBe(
      'Call acceptance rate, 97.0% (n = 800); there is no evidence that market makes a difference.',
    )
  })

  test('counts what is at risk now, and says when that is', async () => {
    await fill(
      store,
      'cases',
      `SELECT 'c' || i AS id, 'open' AS status, TIMESTAMP '2024-03-10 12:00:00' - to_hours(CAST(i AS BIGINT)) AS created_at, DATE '2024-03-10' AS created_on,
        CAST(NULL AS TIMESTAMP) AS first_response_at, 14400 AS first_reply_target_seconds FROM range(4) t(i)`,
    )
    // Something was answered, else nobody could know what was not.
    await fill(
      store,
      'cases',
      `SELECT 'd' AS id, 'solved' AS status, TIMESTAMP '2024-03-01' AS created_at, DATE '2024-03-01' AS created_on,
        TIMESTAMP '2024-03-01 01:00:00' AS first_response_at, TIMESTAMP '2024-03-01 02:00:00' AS solved_at, 14400 AS first_reply_target_seconds`,
    )
    expect((await told('en')).headline).toMatch(/ One case is at risk \(as of Mar 10, 2024\)\.$/)
    expect((await told('fr')).headline).toMatch(/ Un dossier est en danger \(au 10 mars 2024\)\.$/)
    await store.run(raw('DELETE FROM cx.cases'))
  })
})

describe('priority', () => {
  beforeAll(() =>
    fill(
      store,
      'cases',
      `SELECT priority || i AS id, priority, 'solved' AS status, TIMESTAMP '2024-03-01' AS created_at, DATE '2024-03-01' AS created_on,
        TIMESTAMP '2024-03-01' + to_seconds(CAST(seconds + (i % 20) * 60 AS BIGINT)) AS first_response_at, i % 4 = 0 AS is_out_of_turn, i % 5 = 0 AS is_overtaken
      FROM (VALUES ('low', 9000), ('medium', 9000), ('high', 9010), ('critical', 3000)) p(priority, seconds), range(120) t(i)`,
    ),
  )

  test('each step is held against the one before it, in their order, and only what is real is named', async () => {
    const tile = (await told('en')).tiles.find(({ id }) => id === 'reply-by-step')!
    expect(tile.reading).toBe(
      'Each step against the one before it. Better: Critical. No evidence of a difference for 2 of 3.',
    )
    expect(tile.table?.rows.map(([step]) => step?.text)).toEqual(['Medium', 'High', 'Critical'])
    expect(tile.table?.columns.map(({ label }) => label)).toContain('Step before')
  })

  test('whether speed follows priority has a verdict, and who was passed over is counted', async () => {
    const { tiles } = await told('en')
    const named = (id: string): TileView => tiles.find((each) => each.id === id)!
    expect(named('reply-by-priority').verdict?.real).toBe(true)
    expect(named('out_of_turn_rate').frame?.rows[0]?.out_of_turn_rate).toMatchObject({
      numerator: 120,
      denominator: 480,
    })
    expect(named('overtaken_rate').frame?.rows[0]?.overtaken_rate).toMatchObject({ value: 0.2 })
  })
})
