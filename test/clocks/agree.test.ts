import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secondsOf } from '../../src/calendar.ts'
import { type CaseEvent, type CaseMoments, clocksOf, timelineOf } from '../../src/clocks/case-clocks.ts'
import { openIntervals, type Schedule } from '../../src/clocks/schedule.ts'
import { stripOf } from '../../src/clocks/strip.ts'
import { openParts } from '../../src/config/opening-hours.ts'
import { type Settings, settingsSchema } from '../../src/config/settings.ts'
import { clocks } from '../../src/flow/derive/clocks.ts'
import { raw, sql } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
/** Open seconds that both have counted: an empty comparison proves nothing. */
let counted = 0
beforeAll(async () => {
  store = await emptyModel()
})
afterAll(() => store.close())

interface Given {
  id: string
  team: string | null
  market: string
  moments: CaseMoments
  events: CaseEvent[]
}

const text = (value: string | null): string => (value === null ? 'NULL' : `'${value}'`)
const at = (second: number | null): string =>
  second === null ? 'NULL' : `TIMESTAMP '${new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ')}'`

async function write(cases: Given[]): Promise<void> {
  for (const table of ['cases', 'case_events', 'case_durations', 'schedules', 'holidays'])
    await store.run(raw(`DELETE FROM cx.${table}`))
  const rows = cases.map(
    ({ id, team, market, moments: m }) =>
      `SELECT ${text(id)} AS id, 's' AS source, ${text(team)} AS team, ${text(market)} AS market, ${text(m.status)} AS status, ${at(m.created)} AS created_at, ${at(m.assigned)} AS assigned_at, ${at(m.firstResponse)} AS first_response_at, ${at(m.firstSolved)} AS first_solved_at, ${at(m.solved)} AS solved_at, ${at(m.closed)} AS closed_at`,
  )
  await fill(store, 'cases', rows.join(' UNION ALL '))
  const events = cases.flatMap(({ id, events: own }) =>
    own.map(
      (e) =>
        `SELECT ${text(id)} AS "case", ${at(e.at)} AS at, ${e.seq} AS seq, ${text(e.activity)} AS activity, ${text(e.from)} AS from_value, ${text(e.to)} AS to_value, ${text(e.actor)} AS actor_kind, ${e.isPublic} AS is_public, ${text(e.team)} AS team`,
    ),
  )
  if (events.length > 0) await fill(store, 'case_events', events.join(' UNION ALL '))
}

/** The same durations by the strip of each case, one after another. */
function expected(cases: Given[], settings: Settings): Map<string, number> {
  const found = new Map<string, number>()
  const days = { from: '2023-12-01', to: '2027-03-01' }
  const schedules = settings.schedules.map(
    (each): { schedule: Schedule; reach: { team?: string; market?: string } } => ({
      schedule: {
        name: each.name,
        zone: each.zone ?? settings.zone,
        hours: [{ validFrom: null, week: openParts(each.hours) }],
        holidays: new Set([each.holidays ?? settings.holidays].flat()),
      },
      reach: each.for ?? {},
    }),
  )
  const open = new Map(schedules.map(({ schedule }) => [schedule.name, openIntervals(schedule, days)]))
  for (const { id, team, market, moments, events } of cases) {
    const chosen = (of: string | null): string | null => {
      const fits = schedules.filter(
        ({ reach }) =>
          (reach.team === undefined || reach.team === of?.replace(/^[^:]*:/, '')) &&
          (reach.market === undefined || reach.market === market),
      )
      const weight = (each: (typeof fits)[number]) => Object.keys(each.reach).length
      return fits.toSorted((a, b) => weight(b) - weight(a))[0]?.schedule.name ?? null
    }
    const timeline = timelineOf(team, events, chosen)
    for (const { metric, n, clock } of clocksOf(moments, events)) {
      const key = (kind: string) => `${id}/${metric}/${kind}${n > 0 ? `/${n}` : ''}`
      const strip = stripOf(clock)
      found.set(key('calendar'), strip.seconds ?? Number.NaN)
      const business = stripOf({ ...clock, business: { timeline, open } }).seconds
      if (business !== null) found.set(key('business'), business)
    }
  }
  return found
}

const words = ['new', 'open', 'pending', 'hold', 'solved', 'closed']
const from = secondsOf('2024-01-01')
const moment = fc.oneof(
  fc.integer({ min: from, max: secondsOf('2027-01-01') }),
  // Around the nights on which clocks change.
  ...[
    '2024-03-31 01:00:00',
    '2024-10-27 01:00:00',
    '2025-03-09 07:00:00',
    '2025-11-02 06:00:00',
    '2025-10-04 15:30:00',
  ].map((night) => fc.integer({ min: secondsOf(night) - 90_000, max: secondsOf(night) + 90_000 })),
)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const team = fc.constantFrom('s:north', 's:south', 's:east')
const event = fc.record({
  after: fc.oneof(fc.integer({ min: -3600, max: 40 * 86_400 }), fc.constant(0)),
  activity: fc.constantFrom(
    'created',
    'assigned',
    'replied',
    'replied',
    'status',
    'status',
    'status',
    'team',
    'agent',
    'solved',
    'reopened',
    'closed',
    'priority',
  ),
  word: maybe(fc.constantFrom(...words, 'odd')),
  before: maybe(fc.constantFrom(...words, 'odd')),
  team,
  teamBefore: maybe(team),
  own: maybe(team),
  actor: maybe(fc.constantFrom('customer', 'agent', 'bot', 'system')),
  isPublic: maybe(fc.boolean()),
})
const life = fc.record({
  created: moment,
  team: maybe(team),
  market: fc.constantFrom('FR', 'US'),
  status: maybe(fc.constantFrom(...words)),
  ends: fc.array(maybe(fc.integer({ min: -100, max: 30 * 86_400 })), { minLength: 5, maxLength: 5 }),
  events: fc.array(event, { maxLength: 12 }),
  silent: fc.boolean(),
})
const two = (n: number) => String(n).padStart(2, '0')
const clock = (minute: number) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
const hours = fc
  .uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 2, maxLength: 6 })
  .map((edges) => edges.toSorted((a, b) => a - b))
  .map((edges) =>
    edges.flatMap((edge, index) => (index % 2 === 1 ? [`${clock(edges[index - 1] ?? 0)}-${clock(edge)}`] : [])),
  )
const schedule = fc.record({
  zone: fc.constantFrom('Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'),
  hours: fc
    .record({ days: fc.constantFrom('mon-fri', 'sun', 'sat-mon', 'mon-sun', 'tue, thu'), times: hours })
    .map(({ days, times }) => ({ [days]: times })),
  holidays: fc.uniqueArray(
    fc.integer({ min: 0, max: 1095 }).map((n) => new Date((from + n * 86_400) * 1000).toISOString().slice(0, 10)),
    { maxLength: 40 },
  ),
})
const reaches = [{}, { team: 'north' }, { team: 'south', market: 'FR' }, { market: 'US' }]

test('one case by its strip and all cases by the engine are the same to the second', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 8, maxLength: 30 }),
      fc.array(schedule, { maxLength: 4 }),
      fc.boolean(),
      async (lives, given, everyone) => {
        const settings = settingsSchema.parse({
          sources: [{ id: 'x', files: 'x' }],
          schedules: given.map((each, index) => ({
            ...each,
            name: `s${index}`,
            for: reaches[everyone ? index : index + 1] ?? { market: 'FR' },
          })),
        })
        const cases = lives.map(({ created, ends, events, silent, ...life }, index): Given => {
          const [assigned, firstResponse, firstSolved, solved, closed] = ends.map((end) =>
            end === null ? null : created + end,
          ) as (number | null)[]
          return {
            id: `s:${index}`,
            team: life.team,
            market: life.market,
            moments: {
              created,
              status: life.status,
              assigned: assigned ?? null,
              firstResponse: firstResponse ?? null,
              firstSolved: firstSolved ?? null,
              solved: solved ?? null,
              closed: closed ?? null,
            },
            events: silent
              ? []
              : events.map((e, seq) => ({
                  at: created + e.after,
                  seq,
                  activity: e.activity,
                  from: e.activity === 'team' ? e.teamBefore : e.before,
                  to: e.activity === 'team' ? e.team : e.word,
                  actor: e.actor,
                  isPublic: e.isPublic,
                  team: e.own,
                })),
          }
        })
        await write(cases)
        await clocks.run({ store, settings, directory: null, newest: async () => null })
        const rows = await store.rows(sql`SELECT id, seconds, schedule, clock FROM cx.case_durations`)
        const computed = new Map(rows.map((row) => [String(row.id), Number(row.seconds)]))
        const wanted = expected(cases, settings)
        expect(Object.fromEntries([...computed].sort())).toEqual(Object.fromEntries([...wanted].sort()))
        expect(rows.length).toBe(computed.size)
        for (const row of rows) if (row.clock === 'business') counted += Number(row.seconds)
      },
    ),
    { numRuns: 20 },
  )
  expect(counted).toBeGreaterThan(1_000_000)
})
