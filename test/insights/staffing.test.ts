import { beforeAll, expect, test } from 'vitest'
import { readWords } from '../../src/config/read-words.ts'
import type { Words } from '../../src/config/words.ts'
import { type ChannelShift, findShift, type ShiftQuestion } from '../../src/insights/channel-shift.ts'
import { staffHour } from '../../src/insights/staffed-hour.ts'
import { findStaffing, type NoStaffing, type Staffing, type StaffingQuestion } from '../../src/insights/staffing.ts'
import type { ArrivalCell, QueueEvidence } from '../../src/insights/staffing-evidence.ts'
import { staffingFindings } from '../../src/insights/staffing-findings.ts'
import { agentsNeeded, queueOf } from '../../src/stats/erlang-c.ts'

let words: Words
let french: Words
beforeAll(async () => {
  words = await readWords(['catalog/words'], 'en', [])
  french = await readWords(['catalog/words'], 'fr', [])
})

const cell = (
  weekday: number,
  hour: number,
  contacts: number,
  days: number,
  more: Partial<ArrivalCell> = {},
): ArrivalCell => {
  const came = contacts * days
  return { weekday, hour, contacts, days, agents: 3 * days, judged: came, within: came / 2, kept: 0, ...more }
}

/** Ten weeks; on Mondays at nine 200 calls of 180 s. */
const calls = (changes: Partial<QueueEvidence> = {}): QueueEvidence => ({
  channel: 'call',
  market: null,
  contacts: 3000,
  untimed: 0,
  hours: 2,
  from: '2026-01-05',
  to: '2026-03-15',
  days: [10, 10, 10, 10, 10, 10, 10],
  target: { share: 0.8, within: 20 },
  promised: 'promised',
  handled: 1000,
  parts: { talk: 120_000, hold: 20_000, wrapup: 40_000 },
  waited: 12_000,
  left: 100,
  knowsAgents: true,
  cells: [cell(1, 9, 200, 10), cell(2, 9, 40, 4), cell(2, 9, 60, 5)],
  ...changes,
})
const chats = (changes: Partial<QueueEvidence> = {}) =>
  calls({
    channel: 'chat',
    handled: 100,
    parts: { talk: 40_000, hold: 0, wrapup: 2000 },
    cells: [cell(1, 9, 20, 10)],
    ...changes,
  })

const question = (changes: Partial<StaffingQuestion> = {}): StaffingQuestion => ({
  shrinkage: 0.3,
  concurrency: {},
  handle: {},
  words,
  ...changes,
})
const staffed = (queue: QueueEvidence, changes: Partial<StaffingQuestion> = {}) =>
  findStaffing(queue, question(changes)) as Staffing
const refused = (queue: QueueEvidence, changes: Partial<StaffingQuestion> = {}) =>
  (findStaffing(queue, question(changes)) as NoStaffing).refused

test('an hour of 200 calls of 180 s: the agents, level, wait and occupancy of Erlang C, and those paid for', () => {
  const [monday] = staffed(calls()).hours
  const demand = { perHour: 200, handleSeconds: 180, within: 20 }
  const agents = agentsNeeded(demand, 0.8)
  expect(monday).toMatchObject({ weekday: 1, hour: 9, contacts: 200, p90: 200, agents, agents_p90: agents })
  expect(monday!.service_level).toBeCloseTo(queueOf(demand, agents)!.serviceLevel, 12)
  expect(monday!.mean_wait).toBeCloseTo(queueOf(demand, agents)!.meanWait, 10)
  expect(monday!.occupancy).toBeCloseTo(10 / agents, 12)
  expect(monday!.rostered).toBeCloseTo(agents / 0.7, 12)
  expect(monday!.now).toEqual({ agents: 3, service_level: 0.5, n: 2000 })
  expect(monday!.abandons).toBeGreaterThan(0)
})

test('days without any contact count: mean and 90th percentile over all days of the weekday', () => {
  const [, tuesday] = staffed(calls()).hours
  expect(tuesday!.contacts).toBeCloseTo((4 * 40 + 5 * 60) / 10, 12)
  // In order 0, 4 times 40, 5 times 60: place 8.1.
  expect(tuesday!.p90).toBe(60)
  const nine = staffed(calls({ days: [9, 9, 9, 9, 9, 9, 9], cells: [cell(1, 9, 200, 9), cell(2, 9, 4, 9)] }))
  expect(nine.hours[0]!.p90).toBeNull()
  expect(nine.hours[0]!.agents_p90).toBeNull()
})

test('the sentence tells peak, hours, what was measured and what is achieved; in both languages', () => {
  const found = staffed(calls())
  expect([found.peak, found.agent_hours]).toEqual([14, 19])
  expect(found.sentence).toBe(
    'Phone: 80% within 20 sec takes up to 14 agents (Monday 09:00) and 19 agent hours a week, 27 paid hours with a shrinkage of 30%. From 246 contacts a week of 3 min each, on 70 whole days from Jan 5, 2026 to Mar 15, 2026. Now 50.0% of 2,460 contacts are answered within 20 sec.',
  )
  expect(staffed(calls(), { words: french }).sentence).toMatch(
    /^Téléphone : 80 % en 20\u202fs demande jusqu'à \d+ agents/,
  )
  expect(found.assumptions).toEqual([
    'Within an hour contacts come at random, nobody gives up (Erlang C), and each queue has agents of its own.',
  ])
})

test('parts that nobody recorded are asked for by name; what is stated in their place is named', () => {
  const short = calls({ parts: { talk: 120_000, hold: null, wrapup: null } })
  expect(refused(short)).toBe(
    'No staffing of Phone: not recorded is time on hold, work afterwards. Ask for it, or state it: --handle call.hold=30 --handle call.wrapup=30.',
  )
  expect(refused(short, { handle: { 'call.hold': 0 } })).toContain('not recorded is work afterwards.')
  const stated = staffed(short, { handle: { 'call.hold': 0, 'call.wrapup': 60 } })
  expect(stated.handle).toEqual({ seconds: 180, n: 1000, measured: ['talk'], assumed: ['hold', 'wrapup'] })
  expect(stated.assumptions[0]).toBe(
    'Assumed, not measured, for Phone: time on hold, work afterwards; a contact then takes 3 min.',
  )
  expect(staffed(short, { handle: { call: 240 } }).handle).toEqual({
    seconds: 240,
    n: 0,
    measured: [],
    assumed: ['whole'],
  })
  expect(refused(calls({ parts: { talk: 0, hold: 0, wrapup: 0 } }))).toContain('takes no time at all')
})

test('refused in a sentence: no moments, days without times, too few days', () => {
  expect(refused(calls({ untimed: 3000 }))).toContain('no contact has the moment')
  expect(refused(calls({ hours: 1 }))).toContain('the source has days and no times')
  expect(refused(calls({ days: [2, 2, 2, 2, 2, 2, 1] }))).toContain('13 whole days are too few; it takes 14')
  expect(refused(calls({ cells: [] }))).toContain('no contact came on a whole day')
  expect(refused(calls({ hours: 1, market: '' }))).toContain('Phone, market not known')
  expect(refused(calls({ days: [0, 0, 0, 0, 0, 0, 0] }), { words: french })).toContain('aucun jour entier')
})

test('what is not known of today is not stated', () => {
  const blind = staffed(calls({ knowsAgents: false, cells: [cell(1, 9, 200, 10, { judged: 0, within: 0 })] }))
  expect(blind.hours[0]!.now).toEqual({ agents: null, service_level: null, n: 0 })
  expect(blind.sentence).toContain('What is achieved now cannot be told')
})

test('a given number of agents: its level, and where more work comes than they can do', () => {
  const found = staffed(calls(), { agents: 10 })
  expect(found.hours[0]!.given).toBeNull()
  expect(found.hours[1]!.given!.service_level).toBeCloseTo(
    queueOf({ perHour: 46, handleSeconds: 180, within: 20 }, 10)!.serviceLevel,
    12,
  )
  expect(found.given).toBe(
    '10 agents keep 80% within 20 sec in 1 of 2 hours of the week in which contacts come. In 1 hour more work comes than they can do, and the queue would grow without end: on Monday 09:00 it is work for 10.0 agents, and there are 10.',
  )
  expect(staffed(calls(), { agents: 14 }).given).not.toContain('without end')
})

test('concurrency: fewer agents for the same places, and a fraction is no agent more', () => {
  const target = { share: 0.8, within: 20 }
  const alone = staffHour(200, 180, target, 1)!
  const three = staffHour(200, 180, target, 3)!
  expect(three.agents).toBe(Math.ceil(alone.agents / 3))
  expect(three.places).toBeGreaterThanOrEqual(alone.places)
  expect(three.serviceLevel).toBeGreaterThanOrEqual(0.8)
  expect(staffHour(0, 180, target, 3)).toBeNull()
  expect(staffHour(1, 10, target, 1.2)!.agents).toBe(1)
})

const moving = (changes: Partial<ShiftQuestion> = {}): ShiftQuestion => ({
  ...question({ concurrency: { chat: 2 } }),
  shift: { from: 'call', to: 'chat', share: 0.3 },
  keep: [],
  ...changes,
})
const shifted = (queues: QueueEvidence[], changes: Partial<ShiftQuestion> = {}) =>
  findShift(queues, null, [], moving(changes)) as ChannelShift

test('a shift keeps the contacts and the promise in both channels, hour by hour', () => {
  const found = shifted([calls(), chats()], { cost: 20 })
  expect(found.moved).toBeCloseTo(0.3 * 246, 10)
  const total = (sides: ChannelShift['before']) => sides.reduce((sum, each) => sum + each.contacts, 0)
  expect(total(found.after)).toBeCloseTo(total(found.before), 10)
  for (const side of [...found.before, ...found.after]) {
    expect(side.service_level).toBeGreaterThanOrEqual(0.8)
    expect(side.cost).toBeCloseTo((side.agent_hours / 0.7) * 20, 10)
  }
  const after = staffHour(20 + 60, 420, { share: 0.8, within: 20 }, 2)!
  expect(found.after[1]!.peak).toBe(after.agents)
  expect(found.before[1]!.cost).not.toBeNull()
  expect(shifted([calls(), chats()]).before[0]!.cost).toBeNull()
})

test('how many at a time is told with who said so', () => {
  const said = (changes: Partial<StaffingQuestion>) => staffed(chats(), changes).assumptions[0]
  expect(said({})).toBe(
    'Chat: 1 at a time for each agent, assumed, as nobody said how many; with more at a time each of them takes longer.',
  )
  expect(said({ concurrency: { chat: 2.5 }, words: french })).toContain('2,5 à la fois par agent, valeur indiquée')
  expect(said({ words: french })).toContain("valeur supposée, faute d'indication ;")
  expect(shifted([calls(), chats()]).assumptions[1]).toContain('2 at a time for each agent, as stated')
})

test('the break-even: below it the move takes more agents than before, from it on never', () => {
  const found = shifted([calls(), chats()])
  const hoursAt = (chat: number) => {
    const { before, after } = shifted([calls(), chats()], { concurrency: { chat } })
    const total = (sides: ChannelShift['before']) => sides.reduce((sum, each) => sum + each.agent_hours, 0)
    return total(after) - total(before)
  }
  expect(found.break_even).toBeGreaterThan(1)
  expect(hoursAt(found.break_even!)).toBeLessThanOrEqual(0)
  expect(hoursAt(found.break_even! - 0.1)).toBeGreaterThan(0)
  expect(found.sentence).toMatch(/No more agents than before from \d\.\d at a time in Chat on\. With 2 at a time/)
})

test('what is kept does not move, even where the share would take it', () => {
  const held = calls({ cells: [cell(1, 9, 200, 10, { kept: 1800 })] })
  const found = shifted([held, chats()], { keep: [{ dimension: 'priority', values: ['critical'] }] })
  expect([found.moved, found.kept]).toEqual([20, 180])
  expect(found.assumptions).toContain('180 contacts a week stay where they are.')
})

test('no shift, in a sentence', () => {
  const said = (queues: QueueEvidence[], changes: Partial<ShiftQuestion> = {}, unknown: 'priority'[] = []) =>
    (findShift(queues, null, unknown, moving(changes)) as { refused: string }).refused
  expect(said([calls(), chats()], {}, ['priority'])).toContain('which contacts have which priority is not known')
  expect(said([calls()])).toContain('no contacts by Chat')
  expect(said([calls(), chats()], { shift: { from: 'call', to: 'email', share: 0.3 } })).toContain(
    'E-mail is worked off',
  )
  expect(said([calls(), chats({ parts: { talk: null, hold: null, wrapup: null } })])).toContain('--handle chat=300')
})

test('the break-even in seconds: up to it the move takes no more agents, by how many an agent holds', () => {
  const asked: ShiftQuestion = {
    ...question({ concurrency: { chat: 2 } }),
    shift: { from: 'call', to: 'chat', share: 0.3 },
    keep: [],
  }
  const found = findShift([calls(), chats()], null, [], asked) as ChannelShift
  expect(found.break_evens.map((each) => each.concurrency)).toEqual([1, 2, 3, 5, 7])
  const hoursAt = (seconds: number, held: number) => {
    const one = findShift([calls(), chats()], null, [], {
      ...asked,
      concurrency: { chat: held },
      handle: { chat: seconds },
    }) as ChannelShift
    const sum = (sides: ChannelShift['before']) => sides.reduce((all, each) => all + each.agent_hours, 0)
    return sum(one.after) - sum(one.before)
  }
  for (const { concurrency, handle_seconds } of found.break_evens) {
    if (handle_seconds > 0) expect(hoursAt(handle_seconds, concurrency)).toBeLessThanOrEqual(0)
    expect(hoursAt(handle_seconds + 2, concurrency)).toBeGreaterThan(0)
  }
  const longest = found.break_evens.map((each) => each.handle_seconds)
  expect(longest.at(-1)).toBeGreaterThan(longest[0]!)
})

test('shrinkage: as asked, else as the states of agents show it, else assumed; always said which', () => {
  const time = { handling: 600 * 3600, available: 200 * 3600, break: 200 * 3600, agents: 5 }
  const measured = staffed(calls(), { shrinkage: undefined, time })
  expect(measured.shrinkage).toEqual({ value: 0.2, origin: 'measured' })
  expect(measured.rostered_hours).toBeCloseTo(measured.agent_hours / 0.8, 12)
  expect(measured.measured_occupancy).toBe(0.75)
  expect(measured.sentence).toContain('busy 75.0% of the time')
  expect(measured.assumptions[0]).toMatch(/^Measured: 20% of 1,000 hours that 5 agents were logged in/)
  expect(staffed(calls(), { shrinkage: 0.1, time }).shrinkage).toEqual({ value: 0.1, origin: 'asked' })
  const assumed = staffed(calls(), { shrinkage: undefined, time: null })
  expect(assumed.shrinkage).toEqual({ value: 0.3, origin: 'assumed' })
  expect(assumed.assumptions[0]).toContain('Assumed, not measured: 30%')
  expect(staffed(calls(), { shrinkage: undefined, time: { ...time, break: 0 } }).shrinkage.origin).toBe('assumed')
})

test('a promise that is not kept is a finding with what would keep it; what nobody promised is none', () => {
  const none = { refused: 'Nothing.', missing: [] }
  const [finding, ...others] = staffingFindings([staffed(calls())], [calls()], none, words)
  expect(others).toEqual([])
  expect(finding).toMatchObject({ id: 'staffing.promise.call', kind: 'staffing' })
  expect(finding!.claim).toBe(
    'Phone: 80% within 20 sec is promised and 50.0% is kept. By the plan it takes 19 agent hours a week, up to 14 agents at once.',
  )
  expect(finding!.confidence.effect!.value).toBeCloseTo(-0.3, 12)
  expect(staffingFindings([staffed(calls())], [calls({ promised: 'assumed' })], none, words)).toEqual([])
  const kept = calls({ cells: [cell(1, 9, 200, 10, { within: 1990 })] })
  expect(staffingFindings([staffed(kept)], [kept], none, words)).toEqual([])
})
