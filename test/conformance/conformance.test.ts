import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import { clocks } from '../../src/flow/derive/clocks.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { raw, sql } from '../../src/sql/sql.ts'
import type { Row, Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

const csv = (name: string): string =>
  `read_csv('${join(import.meta.dirname, name).replaceAll("'", "''")}', header = true, all_varchar = true)`
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

let store: Store
beforeEach(async () => {
  store = await emptyModel()
})
afterEach(() => store.close())

const read = (name: string): Promise<Row[]> => store.rows(raw(`SELECT * FROM ${csv(name)}`))

/** The schedules of the kit as a project would write them. */
async function settingsOfKit() {
  const [schedules, holidays] = [await read('schedules.csv'), await read('holidays.csv')]
  const names = [...new Set(schedules.map((row) => String(row.schedule)))]
  return settingsSchema.parse({
    sources: [{ id: 'kit', files: 'cases.csv' }],
    schedules: names.map((name) => {
      const own = schedules.filter((row) => row.schedule === name)
      const hours: Record<string, string[]> = {}
      for (const row of own) {
        const day = weekdays[Number(row.weekday) - 1] ?? ''
        hours[day] = [...(hours[day] ?? []), `${row.from}-${row.to}`]
      }
      const days = holidays.filter((row) => row.schedule === name).map((row) => String(row.day))
      return { name, zone: own[0]?.zone, hours, holidays: days, for: { team: own[0]?.team } }
    }),
  })
}

const moments = ['created_at', 'assigned_at', 'first_response_at', 'first_solved_at', 'solved_at', 'closed_at']
const cast = moments.map((name) => `CAST(${name} AS TIMESTAMP) AS ${name}`).join(', ')

test('durations: every one that is expected, to the second, and no other', async () => {
  await fill(store, 'cases', `SELECT id, 'kit' AS source, status, team, ${cast} FROM ${csv('cases.csv')}`)
  await fill(
    store,
    'case_events',
    `SELECT "case", CAST(seq AS BIGINT) AS seq, CAST("at" AS TIMESTAMP) AS "at", activity, from_value, to_value, actor_kind, CAST(is_public AS BOOLEAN) AS is_public FROM ${csv('case_events.csv')}`,
  )
  await clocks.run({ store, settings: await settingsOfKit(), directory: null, newest: async () => null })
  const line = (row: Row): string => [row.case, row.metric, row.clock, row.seconds].join(' ')
  const found = await store.rows(sql`SELECT * FROM cx.case_durations WHERE origin = 'computed'`)
  const wanted = (await read('expected.csv')).map(line)
  expect(found.map(line).sort()).toEqual(wanted.sort())
})

describe('counts and rates', () => {
  test('each with its numerator and denominator', async () => {
    await fill(
      store,
      'cases',
      `SELECT id, 'kit' AS source, status, CAST(replies AS BIGINT) AS replies, CAST(reopens AS BIGINT) AS reopens, CAST(solved_at AS TIMESTAMP) AS solved_at FROM ${csv('counts.csv')}`,
    )
    const wanted = await read('expected_counts.csv')
    const context = await contextOf(store, { asOf: '2026-02-01 00:00:00' })
    const frame = await runQuery({ metrics: wanted.map((row) => String(row.metric)) }, context)
    for (const row of wanted) {
      const cell = frame.rows[0]?.[String(row.metric)] as { value: number; numerator?: number; denominator?: number }
      expect([row.metric, cell.value]).toEqual([row.metric, expect.closeTo(Number(row.value), 9)])
      if (row.numerator !== null)
        expect([row.metric, cell.numerator, cell.denominator]).toEqual([
          row.metric,
          Number(row.numerator),
          Number(row.denominator),
        ])
    }
  })
})
