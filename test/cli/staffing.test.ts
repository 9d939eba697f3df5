import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ChannelShift, NoShift } from '../../src/insights/channel-shift.ts'
import type { MarginalAgent } from '../../src/insights/marginal-agent.ts'
import type { NextMarket } from '../../src/insights/next-market.ts'
import type { NoStaffing, Staffing } from '../../src/insights/staffing.ts'
import type { NoStaffingAhead, StaffingAhead } from '../../src/insights/staffing-ahead.ts'
import type { WhoContacts } from '../../src/insights/who-contacts.ts'
import type { PageView } from '../../src/pages/view.ts'
import { agentsNeeded } from '../../src/stats/erlang-c.ts'
import { json, makeFolder, problems, removeFolder, run, serve, write } from './command.ts'

/** Staffing by the command and on the page: generated calls and chats, and a call log with every part of the handle time. */
interface Answer {
  zone: string
  queues: (Staffing | NoStaffing)[]
  shifts?: (ChannelShift | NoShift)[]
  refused?: string
}

let folder: string
const staffing = ['insights', 'staffing']
const generated = [
  '--files',
  'five9_calls.csv',
  'whatsapp_chats.csv',
  'salesforce_cases.csv',
  '--as-of',
  '2026-01-15',
  '--yes',
]
const log = ['--files', 'call_log.csv', '--yes']
const stated = ['--handle', 'call.hold=0', '--handle', 'call.wrapup=60', '--handle', 'chat=700']

/** Thirty days from Thursday, January 1: twelve calls after nine and four after ten, each of 200 + 10 + 30 s. */
function callLog(): string {
  const head =
    'CALL ID,TIMESTAMP,CAMPAIGN,CALL TYPE,AGENT,AGENT NAME,DISPOSITION,ANI,CUSTOMER NAME,DNIS,CALL TIME,BILL TIME (ROUNDED),COST,IVR TIME,QUEUE WAIT TIME,RING TIME,TALK TIME,HOLD TIME,PARK TIME,AFTER CALL WORK TIME,TRANSFERS,CONFERENCES,HOLDS,ABANDONED,RECORDINGS'
  const day = (at: number) => new Date(Date.UTC(2026, 0, 1 + at))
  const stamp = (date: Date) =>
    `${date.toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' })}, ${String(date.getUTCDate()).padStart(2, '0')} Jan 2026`
  const lines = Array.from({ length: 30 }, (_, at) =>
    Array.from({ length: 16 }, (_, call) => {
      const time = `${call < 12 ? '09' : '10'}:${String((call * 4) % 60).padStart(2, '0')}:07`
      const wait = call % 4 === 0 ? '00:00:45' : '00:00:05'
      return `${3e11 + at * 100 + call},"${stamp(day(at))} ${time}",Line,Inbound,a${call % 3}@demo.example,A,Resolved,5255500${at}${call},,8005550100,00:06:41,00:06:42,0.1200,00:00:31,${wait},00:00:04,00:03:20,00:00:10,00:00:00,00:00:30,0,0,1,0,1`
    }).join('\n'),
  )
  return `${head}\n${lines.join('\n')}\n`
}

beforeAll(async () => {
  folder = await makeFolder()
  const size = ['--rows', '8000', '--weeks', '20', '--start', '2025-06-02', '--seed', '1', '--out', '.']
  const made = await run(['generate', 'touchpoints', ...size], { folder })
  expect(made.code, made.stderr).toBe(0)
  await write(folder, { 'call_log.csv': callLog() })
}, 120_000)
afterAll(() => removeFolder(folder))

test('a call log with every part: contacts by hour, handle time, agents and what is achieved, as counted by hand', async () => {
  const { queues, zone } = await json<Answer>([...staffing, '--target', '80/20', ...log], { folder })
  expect([queues.length, zone]).toEqual([1, 'UTC'])
  const calls = queues[0] as Staffing
  expect([calls.from, calls.to, calls.days]).toEqual(['2026-01-02', '2026-01-29', 28])
  expect(calls.handle).toEqual({ seconds: 240, n: 480, measured: ['talk', 'hold', 'wrapup'], assumed: [] })
  const nine = agentsNeeded({ perHour: 12, handleSeconds: 240, within: 20 }, 0.8)
  const ten = agentsNeeded({ perHour: 4, handleSeconds: 240, within: 20 }, 0.8)
  expect(calls.hours.map(({ weekday, hour, contacts, agents }) => [weekday, hour, contacts, agents])).toEqual(
    [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => [
      [weekday, 9, 12, nine],
      [weekday, 10, 4, ten],
    ]),
  )
  expect(calls.agent_hours).toBe(7 * (nine + ten))
  expect(calls.rostered_hours).toBeCloseTo((7 * (nine + ten)) / 0.7, 9)
  expect(calls.now).toEqual({ agents: null, service_level: 0.75, n: 448 })
  expect(calls.hours[0]!.now).toEqual({ agents: 3, service_level: 0.75, n: 48 })
}, 60_000)

test('what the exports do not record is asked for; stated, it is named as an assumption', async () => {
  const asked = await json<Answer>([...staffing, ...generated], { folder })
  expect(asked.queues.map((each) => ('refused' in each ? each.refused : each.sentence))).toEqual([
    expect.stringContaining(
      'not recorded is time on hold, work afterwards. Ask for it, or state it: --handle call.hold',
    ),
    expect.stringContaining('--handle chat=300'),
  ])
  const { queues } = await json<Answer>([...staffing, ...stated, ...generated], { folder })
  for (const queue of queues as Staffing[]) {
    expect(queue.assumptions[0]).toContain('Assumed, not measured')
    expect(queue.hours.every((each) => (each.service_level ?? 1) >= 0.8)).toBe(true)
  }
}, 60_000)

test('--shift: fewer calls, more chats, the promise kept; --keep holds critical ones back', async () => {
  const shift = ['--shift', 'call:chat=30%', '--concurrency', 'chat=2', '--cost', '28']
  const free = await json<Answer>([...staffing, ...stated, ...shift, ...generated], { folder })
  const [all] = free.shifts as ChannelShift[]
  expect(all!.moved / all!.before[0]!.contacts).toBeCloseTo(0.3, 9)
  expect(all!.after[0]!.contacts + all!.after[1]!.contacts).toBeCloseTo(
    all!.before[0]!.contacts + all!.before[1]!.contacts,
    9,
  )
  const keep = ['--keep', 'priority=critical,high,medium,low']
  const held = await json<Answer>([...staffing, ...stated, ...shift, ...keep, ...generated], { folder })
  const [some] = held.shifts as ChannelShift[]
  expect(some!.kept).toBeGreaterThan(0)
  expect(some!.moved).toBeLessThan(all!.moved)
}, 60_000)

test('for people: sentences, the busiest weekday, the week; a queue for each market; in French', async () => {
  const { code, stdout } = await run([...staffing, '--channel', 'call', '--agents', '2', ...log], { folder })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Phone\nPhone: 80% within .* takes up to \d+ agents .*\n2 agents keep .*\n· /)
  expect(stdout).toMatch(/\nhour +contacts +agents +paid +occupancy .*\n.*\n09:00 +12\.0 /)
  expect(stdout).toMatch(/\nAgents by hour \(UTC\) and weekday:\nhour +Monday /)
  const french = await run([...staffing, '--by', 'market', '--lang', 'fr', ...stated, ...generated], { folder })
  expect(french.stdout).toMatch(/^Téléphone en [A-Z]{2}\n/)
}, 60_000)

test('--weeks: agents by a forecast of the contacts, for one market those of that market', async () => {
  type Ahead = { ahead: (StaffingAhead | NoStaffingAhead)[] }
  const data = ['--files', 'five9_calls.csv', '--yes']
  const call = ['--channel', 'call', '--weeks', '3', ...stated, ...data]
  const whole = (await json<Ahead>([...staffing, ...call], { folder })).ahead[0]!
  const german = (await json<Ahead>([...staffing, '--market', 'DE', ...call], { folder })).ahead[0]!
  const contacts = (each: StaffingAhead | NoStaffingAhead) => {
    if ('refused' in each) throw new Error(each.refused)
    expect(each.weeks).toHaveLength(3)
    expect(each.weeks[0]!.agent_hours.low).toBeLessThanOrEqual(each.weeks[0]!.agent_hours.high)
    return each.weeks[0]!.contacts.value
  }
  expect(contacts(german)).toBeLessThan(0.5 * contacts(whole))
}, 60_000)

test('--marginal: every market by each channel, Italian calls before Dutch ones, as planted', async () => {
  const found = await json<MarginalAgent>([...staffing, '--marginal', ...stated, ...generated], { folder })
  const [markets] = found.tables
  const place = (group: string) => markets!.places.find((each) => each.channel === 'call' && each.group === group)!
  expect(place('IT').attained).toBeLessThan(place('NL').attained)
  expect(place('IT').rank.more.worst).toBeLessThan(place('NL').rank.more.best)
  const { stdout } = await run([...staffing, '--marginal', ...stated, ...generated], { folder })
  expect(stdout).toMatch(/^Markets and channels\n/)
}, 60_000)

test('--next-market: what a market is predicted to take holds what an existing one takes', async () => {
  const data = [...stated, '--files', 'five9_calls.csv', 'merchant_customers.csv', '--yes']
  const next = (like: string) => [...staffing, '--next-market', '--customers', '1000', '--like', like, ...data]
  const found = await json<NextMarket>(next('DE,FR'), { folder })
  const [calls] = found.queues
  const known = (await json<NextMarket>(next('GB,FR'), { folder })).queues[0]!.like[0]!
  expect(known.market).toBe('GB')
  expect(calls!.rate.low).toBeLessThan(known.rate)
  expect(calls!.rate.high).toBeGreaterThan(known.rate)
  expect((await json<{ refused: string }>(next('DE,XX'), { folder })).refused).toContain('of XX no customer is known')
}, 60_000)

test('contacts: cases over customers from a customer file, refused without one', async () => {
  const who = ['insights', 'contacts', '--yes', '--files', 'salesforce_cases.csv']
  const found = await json<WhoContacts>([...who, 'merchant_customers.csv'], { folder })
  expect(found.kinds.map((each) => each.kind)).toEqual(['segment', 'market'])
  expect(found.findings.filter((each) => each.id.startsWith('contacts.segment'))).toEqual([])
  expect((await json<{ refused: string }>(who, { folder })).refused).toContain('Who contacts us cannot be told')
}, 60_000)

test('what cannot be asked is refused with what to do', async () => {
  for (const wrong of [
    ['--target', '100/20'],
    ['--target', 'soon'],
    ['--shrinkage', '1'],
    ['--shift', 'call:call=30%'],
    ['--shift', 'call:chat=130%'],
    ['--concurrency', 'chat=0'],
    ['--handle', 'call.lunch=30'],
    ['--keep', 'priority=urgent'],
    ['--channel', 'email'],
    ['--by', 'team'],
    ['--agents', '0'],
    ['--keep', 'priority=high'],
    ['--cost', '28'],
    ['--weeks', '0'],
    ['--like', 'DE,FR'],
    ['--next-market'],
    ['--next-market', '--like', 'DE,FR', '--customers', '10', '--hours', '18-8'],
    ['--next-market', '--like', 'DE,FR', '--customers', '10', '--languages', 'de=60%'],
  ])
    await problems([...staffing, ...wrong, ...log], 2, { folder })
}, 60_000)

test('without calls and chats there is nothing to staff, and the page is not listed', async () => {
  const data = ['--files', 'merchant_customers.csv', '--yes']
  expect((await json<Answer>([...staffing, ...data], { folder })).refused).toContain('there are no calls or chats')
  const nowhere = await json<Answer>([...staffing, '--market', 'Atlantis', ...generated], { folder })
  expect(nowhere.refused).toContain('from the market Atlantis')
  const server = await serve(['open', 'merchant_customers.csv', '--yes'], { folder })
  try {
    expect(await (await fetch(server.url)).text()).not.toContain('href="/staffing')
  } finally {
    await server.stop()
  }
}, 60_000)

test('the page: listed where contacts have moments, the figures of the command, in both languages', async () => {
  const server = await serve(['open', 'call_log.csv', '--yes'], { folder })
  try {
    const { view } = await server.get<{ view: PageView }>('/api/pages/staffing')
    const tile = view.tiles.find((each) => each.id === 'call')!
    const { queues } = await json<Answer>([...staffing, ...log], { folder })
    expect(tile.reading).toBe((queues[0] as Staffing).sentence)
    expect(tile.table!.rows.map((row) => row[4]!.value)).toEqual(
      (queues[0] as Staffing).hours.map((each) => each.agents),
    )
    const page = await (await fetch(new URL('/staffing?lang=fr', server.url))).text()
    expect(page).toContain('Agents pour les appels, par heure')
    expect(page).toContain('href="/staffing')
    const filtered = await server.get<{ view: PageView }>('/api/pages/staffing?where=agent=x')
    expect(filtered.view.tiles.some((each) => each.reading?.startsWith('Phone:'))).toBe(false)
  } finally {
    await server.stop()
  }
}, 60_000)

test('tiles of a project: one agent more, next weeks and who contacts us say what the command says', async () => {
  const files = ['five9_calls.csv', 'whatsapp_chats.csv', 'salesforce_cases.csv', 'merchant_customers.csv']
  const made = await run(['init', 'shop', '--from', ...files, '--yes'], { folder })
  expect(made.code, made.stderr).toBe(0)
  const handle = '{ call.hold: 0, call.wrapup: 60, chat: 700 }'
  await write(folder, {
    'shop/catalog/pages/agents.yaml': `page: agents
title: Agents
tiles:
  - { id: more, kind: marginal, title: One more, handle: ${handle} }
  - { id: teams, kind: marginal, by: team, title: Teams, handle: ${handle} }
  - { id: weeks, kind: staffing, channel: call, weeks: 3, title: Weeks, handle: ${handle} }
  - { id: shift, kind: staffing, channel: call, title: Shift, shift: { to: chat, share: 0.3 }, handle: ${handle} }
  - { id: who, kind: contacts, title: Who }
`,
  })
  const project = ['--project', 'shop']
  const built = await run(['build', ...project], { folder })
  expect(built.code, built.stderr).toBe(0)
  const marginal = await json<MarginalAgent>([...staffing, '--marginal', ...stated, ...project], { folder })
  const who = await json<WhoContacts>(['insights', 'contacts', ...project], { folder })
  const server = await serve(['serve', ...project], { folder })
  try {
    const { view } = await server.get<{ view: PageView }>('/api/pages/agents')
    const tile = (id: string) => view.tiles.find((each) => each.id === id)
    expect(tile('more')!.reading).toBe(marginal.tables[0]!.sentences.join(' '))
    expect(tile('more')!.table!.rows.map((row) => row[5]!.value)).toEqual(
      marginal.tables[0]!.places.map((each) => each.more.value),
    )
    expect(tile('teams')).toBeUndefined()
    expect(tile('weeks')!.table!.rows).toHaveLength(3)
    expect(tile('shift')!.foot).toMatch(/by how many an agent has at a time: 1: .+; 7: /)
    expect(tile('who')!.reading).toBe(who.sentences.join(' '))
    expect(tile('who')!.table!.rows).toHaveLength(who.kinds.flatMap((each) => each.groups).length)
    const french = await (await fetch(new URL('/agents?lang=fr', server.url))).text()
    expect(french).toContain('un agent de plus apporte')
    const filtered = await server.get<{ view: PageView }>('/api/pages/agents?where=market=DE')
    expect(filtered.view.tiles.find((each) => each.id === 'more')?.state ?? 'refused').toBe('refused')
  } finally {
    await server.stop()
  }
}, 120_000)
