import { beforeAll, expect, test } from 'vitest'
import { readWords } from '../../src/config/read-words.ts'
import type { Words } from '../../src/config/words.ts'
import type { Forecast } from '../../src/insights/forecast.ts'
import { staffHour } from '../../src/insights/staffed-hour.ts'
import { findStaffing, type Staffing } from '../../src/insights/staffing.ts'
import { type StaffingAhead, staffAhead, weeksQuery } from '../../src/insights/staffing-ahead.ts'
import type { QueueEvidence } from '../../src/insights/staffing-evidence.ts'

let words: Words
let plan: Staffing
beforeAll(async () => {
  words = await readWords(['catalog/words'], 'en', [])
  const cell = { weekday: 1, hour: 9, contacts: 200, days: 10, agents: 30, judged: 2000, within: 1000, kept: 0 }
  const queue: QueueEvidence = {
    channel: 'call',
    market: 'DE',
    contacts: 2000,
    untimed: 0,
    hours: 2,
    from: '2026-01-05',
    to: '2026-03-15',
    days: [10, 10, 10, 10, 10, 10, 10],
    target: { share: 0.8, within: 20 },
    promised: 'promised',
    handled: 1000,
    parts: { talk: 180_000, hold: 0, wrapup: 0 },
    waited: 0,
    left: 0,
    knowsAgents: false,
    cells: [cell],
  }
  plan = findStaffing(queue, { shrinkage: 0.3, concurrency: {}, handle: {}, words }) as Staffing
})

test('a week twice as large has the agents of hours twice as large, and so have the ends of its interval', () => {
  const forecast = {
    points: [{ start: '2026-03-16', value: 400, low: 200, high: 500 }],
    sentence: 'Made so.',
  } as Forecast
  const found = staffAhead(plan, forecast, { words }) as StaffingAhead
  const agents = (contacts: number) => staffHour(contacts, 180, { share: 0.8, within: 20 }, 1)!.agents
  const [week] = found.weeks
  expect(week!.peak).toEqual({ value: agents(400), low: agents(200), high: agents(500) })
  expect(week!.rostered_hours.value).toBeCloseTo(agents(400) / 0.7, 12)
  expect(found.sentence).toContain('400 contacts in the first (200 to 500)')
  expect(found.forecast).toBe('Made so.')
})

test('where the forecast is refused, so are the agents', () => {
  expect(staffAhead(plan, { refused: 'No forecast: it did worse.' }, { words })).toEqual({
    channel: 'call',
    market: 'DE',
    refused: 'No forecast: it did worse.',
  })
})

test('the contacts of the queue are asked for by week', () => {
  expect(weeksQuery({ channel: 'call', market: 'DE' }, new Set(['touchpoints.direction'])).where).toEqual([
    { dimension: 'channel', op: 'in', values: ['call'] },
    { dimension: 'direction', op: 'in', values: ['inbound'] },
    { dimension: 'market', op: 'in', values: ['DE'] },
  ])
  expect(weeksQuery({ channel: 'chat', market: null }, new Set()).where).toHaveLength(1)
  expect(weeksQuery({ channel: 'chat', market: '' }, new Set()).where![1]).toEqual({
    dimension: 'market',
    op: 'is_null',
    values: [],
  })
})
