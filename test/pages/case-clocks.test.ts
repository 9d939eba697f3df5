import { afterAll, beforeAll, expect, test } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import { clocks } from '../../src/flow/derive/clocks.ts'
import { readRows, rowsBy } from '../../src/metrics/rows.ts'
import { renderClocks } from '../../src/pages/render/case-clocks.ts'
import type { Drawing } from '../../src/pages/render/tile.ts'
import { type CaseClock, clocksOfCase } from '../../src/pages/tiles/case-clocks.ts'
import type { TileContext } from '../../src/pages/tiles/tile.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Row, Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
let context: TileContext

beforeAll(async () => {
  store = await emptyModel()
  await fill(
    store,
    'cases',
    `SELECT 's:1' AS id, 's' AS source, 'desk' AS team, 'solved' AS status, TIMESTAMP '2026-05-13 14:30:00' AS created_at
      UNION ALL SELECT 's:2', 's', 'elsewhere', 'solved', TIMESTAMP '2026-05-13 14:30:00'
      UNION ALL SELECT 's:3', 's', 's:late', 'solved', TIMESTAMP '2026-05-13 14:30:00'`,
  )
  await fill(store, 'teams', `SELECT 's:late' AS id, 's' AS source, 'Late desk' AS name`)
  await fill(
    store,
    'case_events',
    `SELECT 's:' || c AS "case", seq, CAST("at" AS TIMESTAMP) AS "at", 'status' AS activity, "to" AS to_value
      FROM range(1, 4) t(c), (VALUES (1, '2026-05-15 07:30:00', 'pending'), (2, '2026-05-15 08:30:30', 'open'), (3, '2026-05-15 09:00:00', 'solved')) v(seq, "at", "to")`,
  )
  await fill(
    store,
    'case_events',
    `SELECT 's:3' AS "case", 0 AS seq, TIMESTAMP '2026-05-13 16:00:00' AS "at", 'team' AS activity, 's:desk' AS from_value, 's:late' AS to_value`,
  )
  const settings = settingsSchema.parse({
    sources: [{ id: 's', files: 'x.csv' }],
    holidays: '2026-05-14',
    schedules: [
      { name: 'desk', zone: 'Europe/Paris', hours: { 'mon-fri': '09:00-17:00' }, for: { team: 'desk' } },
      { name: 'night', zone: 'Europe/Paris', hours: { 'mon-fri': '17:00-24:00' }, for: { team: 'late desk' } },
    ],
  })
  await clocks.run({ store, settings, directory: null, newest: async () => null })
  const metrics = await contextOf(store)
  context = {
    words: metrics.words,
    services: {
      version: metrics.version,
      catalogue: metrics.catalogue,
      readRows: (query) => readRows(query, metrics),
      facts: { rowsBy: (table, column, value, columns) => rowsBy({ table, columns }, column, value, metrics) },
    } as Partial<TileContext['services']> as TileContext['services'],
  } as Partial<TileContext> as TileContext
})
afterAll(() => store.close())

async function stripsOf(id: string): Promise<CaseClock[]> {
  const [row = {}] = await store.rows(raw(`SELECT * FROM cx.cases WHERE id = '${id}'`))
  return clocksOfCase(row as Row, context)
}

const secondsIn = (text: string): number => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

test('every clock is explained by intervals that sum to it', async () => {
  const strips = await stripsOf('s:1')
  expect(strips.map(({ id, total, clock }) => [id, total, clock])).toEqual([
    ['first_resolution-0', '2:30:00', 'Opening hours'],
    ['full_resolution-0', '2:30:00', 'Opening hours'],
    ['requester_wait-0', '1:29:30', 'Opening hours'],
    ['agent_wait-0', '1:00:30', 'Opening hours'],
    ['on_hold-0', '0:00:00', 'Opening hours'],
  ])
  for (const { total, parts } of strips) {
    const counted = parts.filter((part) => part.counted).reduce((sum, { length }) => sum + secondsIn(length), 0)
    expect(counted).toBe(secondsIn(total))
    expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
  }
  expect(strips[2]?.parts.map(({ length, rule, counted }) => [length, rule, counted])).toEqual([
    ['0:30:00', 'open (desk)', true],
    ['40:00:00', 'closed (desk)', false],
    ['0:30:00', 'open (desk)', true],
    ['1:00:30', 'while the case is Pending', false],
    ['0:29:30', 'open (desk)', true],
  ])
})

test('a case that went from one team to another has the hours of both', async () => {
  const [strip] = await stripsOf('s:3')
  // Half an hour until the desk closes at 17; from 18 with the late desk until midnight. The holiday; Friday is too early for it.
  expect(strip).toMatchObject({ total: '6:30:00', clock: 'Opening hours' })
  expect(strip?.parts.filter(({ counted }) => counted).map(({ length, rule }) => [length, rule])).toEqual([
    ['0:30:00', 'open (desk)'],
    ['6:00:00', 'open (night)'],
  ])
})

test('without opening hours the strip is of calendar time', async () => {
  const strips = await stripsOf('s:2')
  expect(strips[0]).toMatchObject({ total: '42:30:00', clock: 'Calendar time', parts: [{ rule: 'calendar time' }] })
  const { html } = renderClocks(strips, { words: context.words } as Drawing)
  expect(html.match(/<rect /g)?.length).toBe(strips.reduce((sum, { parts }) => sum + parts.length, 0))
})
