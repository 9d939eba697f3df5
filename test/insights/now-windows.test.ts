import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secondsOf } from '../../src/calendar.ts'
import { generate } from '../../src/generate/generate.ts'
import {
  earlierWeeks,
  figureOf,
  type NowFigures,
  readNow,
  type WindowName,
  windowNames,
  windowsAt,
} from '../../src/insights/now-windows.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Row, Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

const text = (second: number) => new Date(second * 1000).toISOString().slice(0, 19)

describe('windows', () => {
  test('end with the second of now, and at the same clock time on the same weekday before clocks changed', () => {
    // Paris is two hours ahead of UTC on 2 April 2024, one on 26 March.
    const now = secondsOf('2024-04-02T08:30:00Z')
    const [own, before] = [windowsAt(now, 'Europe/Paris', 0), windowsAt(now, 'Europe/Paris', 1)]
    expect(own.minutes).toEqual({ from: now + 1 - 900, to: now + 1 })
    expect(text(own.today.from)).toBe('2024-04-01T22:00:00')
    expect(text(before.hour.to - 1)).toBe('2024-03-26T09:30:00')
    expect(text(before.hour.from)).toBe('2024-03-26T08:30:01')
    expect(text(before.today.from)).toBe('2024-03-25T23:00:00')
  })

  test('the day on which clocks change has 23 or 25 hours, and an hour stays one', () => {
    const spring = windowsAt(secondsOf('2024-03-31T21:59:59Z'), 'Europe/Paris', 0)
    expect(spring.today.to - spring.today.from).toBe(23 * 3600)
    const autumn = windowsAt(secondsOf('2024-10-27T22:59:59Z'), 'Europe/Paris', 0)
    expect(autumn.today.to - autumn.today.from).toBe(25 * 3600)
    for (const { hour, minutes } of [spring, autumn])
      expect([hour.to - hour.from, minutes.to - minutes.from]).toEqual([3600, 900])
  })

  test('just after midnight the last hour reaches into yesterday, today does not', () => {
    const { hour, today } = windowsAt(secondsOf('2024-05-01T00:04:59Z'), 'UTC', 0)
    expect(text(hour.from)).toBe('2024-04-30T23:05:00')
    expect(today.to - today.from).toBe(300)
  })
})

describe('a figure', () => {
  const weeks = (...rates: [kept: number, n: number][]) => rates.map(([kept, n]) => ({ kept, n }))

  test('below 20 there is no share, whatever the weeks before were', () => {
    expect(figureOf(weeks([0, 19], [90, 100]), 3)).toMatchObject({ standing: 'few', open: 3 })
    expect(figureOf(weeks([0, 20], [10, 19]), 0)).toMatchObject({ standing: 'alone', usual: null })
  })

  test('all items of the weeks give the share, weeks with enough of them the range', () => {
    const { usual } = figureOf(weeks([80, 100], [9, 10], [40, 50], [95, 100], [0, 0]), 0)
    expect(usual).toEqual({ kept: 144, n: 160, weeks: 3, low: 0.8, high: 0.95, spread: 2 })
  })

  test('lower and higher are said where the interval and every week before say so', () => {
    expect(figureOf(weeks([50, 100], [90, 100], [80, 100]), 0).standing).toBe('lower')
    expect(figureOf(weeks([99, 100], [70, 100], [80, 100]), 0).standing).toBe('higher')
    expect(figureOf(weeks([85, 100], [90, 100], [80, 100]), 0).standing).toBe('usual')
    // The interval leaves the share of all out, yet one week was as low.
    expect(figureOf(weeks([70, 100], [95, 100], [95, 100], [60, 100]), 0).standing).toBe('usual')
  })
})

describe('on generated calls and cases', () => {
  const asOf = '2024-03-12T15:10:00Z'
  const now = secondsOf(asOf)
  let folder: string
  let store: Store
  let calls: Row[]
  let cases: Row[]
  let found: NowFigures

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rapport-now-'))
    const { files } = await generate('touchpoints', { rows: 12_000, seed: 3, out: folder, weeks: 13, dirt: 'none' })
    const from = (name: string) =>
      `read_csv('${files.find(({ path }) => basename(path) === `${name}.csv`)!.path}', all_varchar = true, header = true)`
    store = await emptyModel()
    const moment = (name: string) => `TRY_CAST(${name} AS TIMESTAMP)`
    await fill(
      store,
      'touchpoints',
      `SELECT call_id AS id, 'call' AS channel, 'inbound' AS direction, upper(region) AS market, ${moment('call_start_time')} AS started_at,
        ${moment('call_answer_time')} AS responded_at, ${moment('call_end_time')} AS ended_at, TRY_CAST(queue_time_seconds AS BIGINT) AS wait_seconds,
        call_status <> 'abandoned' AS is_answered, call_status = 'abandoned' AS is_abandoned, 120 AS target_seconds
      FROM ${from('five9_calls')}`,
    )
    await fill(
      store,
      'cases',
      `SELECT case_id AS id, case_type AS channel, upper(region) AS market, case_status AS status, ${moment('created_date')} AS created_at,
        ${moment('resolved_date')} AS solved_at, 86400 AS resolution_target_seconds FROM ${from('salesforce_cases')}`,
    )
    calls = await store.rows(raw('SELECT * FROM cx.touchpoints'))
    cases = await store.rows(raw('SELECT * FROM cx.cases'))
    const metrics = ['call_acceptance_rate', 'issue_resolution_rate']
    found = (await readNow({ metrics }, await contextOf(store, { asOf })))!
  }, 60_000)
  afterAll(async () => {
    await store?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const at = (value: unknown) => (value === null ? null : secondsOf(String(value)))

  /** When the outcome of a call was seen, by its own fields. */
  function knownOfCall(row: Row): number {
    const began = at(row.started_at)!
    const due = began + 120
    const seen =
      at(row.responded_at) ?? (row.wait_seconds === null ? at(row.ended_at) : began + Number(row.wait_seconds))
    return Math.min(due, seen ?? due)
  }

  function countByHand(week: number, name: WindowName) {
    const { from, to } = windowsAt(now, 'UTC', week)[name]
    const inside = (second: number) => second >= from && second < to
    const own = calls.filter((row) => inside(knownOfCall(row)))
    const ripe = cases.filter((row) => inside(at(row.created_at)! + 86_400))
    const solved = (row: Row) =>
      ['solved', 'closed'].includes(String(row.status)) &&
      row.solved_at !== null &&
      at(row.solved_at)! - at(row.created_at)! <= 86_400
    return {
      calls: { kept: own.filter((row) => row.is_answered && Number(row.wait_seconds) <= 120).length, n: own.length },
      cases: { kept: ripe.filter(solved).length, n: ripe.length },
      openCalls: calls.filter((row) => inside(at(row.started_at)!) && knownOfCall(row) >= to).length,
      openCases: cases.filter((row) => inside(at(row.created_at)!)).length,
    }
  }

  test('every window is what counting by hand gives, now and in the weeks before', () => {
    const [group] = found.groups
    const [call, issue] = group!.metrics
    for (const name of windowNames) {
      const own = countByHand(0, name)
      expect(call!.windows[name].now).toMatchObject(own.calls)
      expect(issue!.windows[name].now).toMatchObject(own.cases)
      expect(call!.windows[name].open).toBe(own.openCalls)
      expect(issue!.windows[name].open).toBe(own.openCases)
      const before = Array.from({ length: earlierWeeks }, (_, index) => countByHand(index + 1, name))
      for (const [figure, key] of [
        [call!.windows[name], 'calls'],
        [issue!.windows[name], 'cases'],
      ] as const) {
        const sum = (part: 'kept' | 'n') => before.reduce((total, each) => total + each[key][part], 0)
        if (sum('n') < 20) expect(figure.usual).toBeNull()
        else expect(figure.usual).toMatchObject({ kept: sum('kept'), n: sum('n') })
      }
    }
    // An empty comparison proves nothing.
    expect(call!.windows.today.now.n).toBeGreaterThan(20)
    expect(issue!.windows.today.open).toBeGreaterThan(5)
  })

  test('markets add up to the whole, and a filter leaves one', async () => {
    const context = await contextOf(store, { asOf })
    const metrics = ['call_acceptance_rate']
    const total = found.groups[0]!.metrics[0]!.windows.today.now.n
    const split = (await readNow({ metrics, by: 'market' }, context))!
    const sizes = split.groups.map(({ metrics: [own] }) => own!.windows.today.now.n)
    expect(sizes.reduce((sum, each) => sum + each, 0)).toBe(total)
    const where = [{ dimension: 'market', op: 'in' as const, values: [split.groups[0]!.value!] }]
    const one = (await readNow({ metrics, where }, context))!
    expect(one.groups[0]!.metrics[0]!.windows.today.now.n).toBe(sizes[0])
  })

  test('what the data lack is named, and without a now there is nothing', async () => {
    const metrics = ['chat_acceptance_rate', 'call_acceptance_rate']
    const bare = await emptyModel()
    await fill(
      bare,
      'touchpoints',
      `SELECT 'a' AS id, 'call' AS channel, TIMESTAMP '2024-03-12 15:00:00' AS started_at`,
    )
    const lacking = await readNow({ metrics }, await contextOf(bare, { asOf }))
    expect(lacking?.groups).toEqual([])
    expect(lacking?.refused.map(({ metric }) => metric)).toEqual(metrics)
    expect(lacking?.refused[0]?.missing).toContain('touchpoints.is_answered')
    expect(await readNow({ metrics }, await contextOf(bare))).toBeNull()
    await bare.close()
  })
})
