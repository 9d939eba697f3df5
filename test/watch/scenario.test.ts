import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOrder } from '../../src/cli/build-child.ts'
import { buildVersion } from '../../src/flow/flow.ts'
import { generate } from '../../src/generate/generate.ts'
import type { AlertMessage } from '../../src/watch/notification.ts'
import { dayOf, evaluateAt, makePlanted, morningOf, type Planted, type System } from './planted.ts'
import { type LocalReceiver, localReceiver } from './receivers.ts'

/** Faults planted in generated data, delivered morning by morning, and what real receivers hear of them. docs/alerts.md has the figures. */
const key = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')
const all: System[] = ['phone', 'chat', 'crm']
const told = 'receivers: [hook, mail], repeat: 60 d'
const rules = `public_url: https://cx.example/desk
alerts:
  - { id: chat-in-time, kind: threshold, metric: chat_acceptance_rate, by: market, last: 1 d, below: 0.7, clear: 0.8, minimum: 5, ${told} }
  - { id: calls-unusual, kind: anomaly, metric: touchpoints, where: [channel=call], ${told} }
  - { id: steady, kind: check, checks: [contacts-a-day, priority-by-week], ${told} }
  - { id: checks-failed, replaces: checks-failed, kind: check, checks: error, ${told} }
  - { id: not-heard, kind: silent, source: chat, of: event, after: 20 h, ${told} }
`
const checks = `checks:
  - { id: priority-by-week, kind: distribution, severity: warning, table: cases, column: priority, grain: week }
`

let hook: LocalReceiver
let mails: string[]
let server: SMTPServer
let receivers: string
let environment: NodeJS.ProcessEnv
let planted: Planted

beforeAll(async () => {
  hook = await localReceiver()
  mails = []
  server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData(stream, _session, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => {
        text += String(chunk)
      })
      stream.on('end', () => {
        mails.push(text)
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  environment = { HOOK: hook.url, HOOK_KEY: `whsec_${key}` }
  receivers = `receivers:
  - { id: hook, kind: webhook, url: env:HOOK, secret: env:HOOK_KEY, allow_private: true }
  - { id: mail, kind: email, host: 127.0.0.1, port: ${port}, tls: none, from: alerts@shop.example, to: team@shop.example, allow_private: true }
`
  const settings = receivers + rules
  planted = await makePlanted({ seed: 1, rows: 24_000, weeks: 14, settings, checks, environment })
})
afterAll(async () => {
  await planted.remove()
  await hook.close()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

/** What came since the last look: the alerts of each body, whose signature holds; and as many mails. */
function heard(): AlertMessage[] {
  const requests = hook.heard.splice(0)
  const ids = requests.map(({ headers }) => String(headers['webhook-id']))
  const bodies = requests.map(({ headers, body }) => {
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const expected = createHmac('sha256', Buffer.from(key, 'base64')).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${expected}`)
    return (JSON.parse(body) as { data: { alerts: AlertMessage[] } }).data.alerts
  })
  const once = bodies.filter((_, at) => ids.indexOf(ids[at]!) === at)
  const texts = mails.splice(0).map(plainText)
  expect(texts).toHaveLength(once.length)
  once.forEach((alerts, at) => {
    for (const { title, text, why, link } of alerts)
      for (const said of [title, text, ...why, link.href]) expect(texts[at]).toContain(said.replace(/\s+/g, ' '))
  })
  return once.flat()
}

/** The text part of a mail, on one line. */
function plainText(mail: string): string {
  const [, head = '', body = ''] = /(Content-Type: text\/plain[\s\S]*?)\r\n\r\n([\s\S]*?)\r\n--/i.exec(mail) ?? []
  const bytes = /base64/i.test(head)
    ? Buffer.from(body, 'base64')
    : Buffer.from(
        body
          .replace(/=\r\n/g, '')
          .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        'latin1',
      )
  return bytes.toString('utf8').replace(/\s+/g, ' ')
}

const said = (alerts: AlertMessage[]) => alerts.map((each) => `${each.key} ${each.event}`).toSorted()
const about = (alerts: AlertMessage[], id: string) => alerts.find((each) => each.key === id)!

/** Builds what came, and looks at it. */
async function morning(at: number): Promise<AlertMessage[]> {
  await planted.build()
  await planted.evaluate(at)
  return heard()
}

test('a quiet month, looked at every day, raises nothing', async () => {
  const ours = new Set(['chat-in-time', 'calls-unusual', 'steady', 'checks-failed', 'not-heard'])
  let judged = 0
  for (const system of all) await planted.deliver(system, 49)
  for (const monday of [56, 63, 70, 77]) {
    for (const system of all) await planted.deliver(system, monday)
    await planted.build()
    const mornings = Array.from({ length: 7 }, (_, at) => morningOf(monday - 6 + at))
    const evaluated = await evaluateAt(planted.folder, mornings, { asOf: true, environment })
    const states = evaluated.flatMap((each) => each.states)
    judged += states.filter(({ rule, status }) => ours.has(rule) && status === 'ok').length
  }
  expect(heard()).toEqual([])
  // Not for want of data.
  expect(judged).toBeGreaterThan(28 * 8)
})

test('an outage of one market is told once, with what moved, however often it is built and looked at', async () => {
  const hours = `chat_start_time >= '${dayOf(78)} 08:00:00' AND chat_start_time < '${dayOf(79)} 08:00:00'`
  const left = "chat_status = 'abandoned', first_response_time = NULL, agent_id = NULL, response_time_seconds = '600'"
  await planted.plant('chat', left, `region = 'GB' AND ${hours}`)
  const lowOnes = "case_priority IN ('low', 'medium') AND hash(case_id) % 10 < 6"
  const week = `created_date >= '${dayOf(77)} 08' AND created_date < '${dayOf(84)}'`
  await planted.plant('crm', "case_priority = 'urgent'", `${lowOnes} AND ${week}`)
  for (const system of all) await planted.deliver(system, 79)
  const alerts = await morning(79)
  expect(said(alerts)).toEqual(['chat-in-time/GB fired'])
  expect(about(alerts, 'chat-in-time/GB')).toMatchObject({
    text: expect.stringMatching(/^Chat acceptance rate \(GB\) is 0\.0% over the last 1 day, below the limit of 70\.0%/),
    why: [expect.stringMatching(/^Before that it was \d/), expect.stringContaining('all moved alike')],
    link: { href: 'https://cx.example/desk/breakdown?m=chat_acceptance_rate&where=market=GB' },
  })
  expect((await planted.build()).changed).toBe(false)
  for (const later of [0, 3_600_000]) await planted.evaluate(79, later)
  expect(heard()).toEqual([])
})

test('a drop in volume is told by its day, over when the rest comes, and once though the receiver fails twice; a silent source too', async () => {
  await planted.deliver('phone', 80, `(call_start_time >= '${dayOf(80)}' OR hash(call_id) % 10 < 3)`)
  for (const system of ['chat', 'crm'] as const) await planted.deliver(system, 80)
  hook.answers.push({ status: 500 }, { status: 500 })
  await planted.build()
  for (const later of [0, 10_000, 900_000]) await planted.evaluate(80, later)
  expect(hook.heard.map(({ headers }) => headers['webhook-id'])).toEqual(Array(3).fill(expect.any(String)))
  expect(new Set(hook.heard.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  const alerts = heard()
  expect(said(alerts)).toEqual(['calls-unusual fired', 'chat-in-time/GB resolved', 'steady/contacts-a-day fired'])
  expect(about(alerts, 'calls-unusual')).toMatchObject({
    text: expect.stringMatching(/^Contacts \(Channel: Phone\) of the day 2024-03-20 is \d\d; usual would have been 1/),
    why: [expect.stringMatching(/^Before that it was 1\d\d: −\d/), expect.stringContaining('all moved alike')],
    link: { href: 'https://cx.example/desk/breakdown?m=touchpoints&where=channel=call&grain=day' },
  })
  expect(about(alerts, 'steady/contacts-a-day')).toMatchObject({
    text: expect.stringMatching(/found 1 row\. phone: \d\d rows of touchpoints on 2024-03-20, where 1\d\d were/),
    link: { href: 'https://cx.example/desk/data' },
  })
  await planted.deliverAgain('phone', 81, `call_end_time >= '${dayOf(79)} 08' AND call_end_time < '${dayOf(80)} 08'`)
  for (const system of ['phone', 'crm'] as const) await planted.deliver(system, 81)
  const next = await morning(81)
  expect(said(next)).toEqual(['calls-unusual resolved', 'not-heard/chat fired', 'steady/contacts-a-day resolved'])
  expect(about(next, 'not-heard/chat').text).toMatch(/^Nothing has come from chat for 1 day/)
})

test('a week of another mix and impossible moments are each told once, and each when it is over', async () => {
  const saturday = `region = 'GB' AND call_start_time >= '${dayOf(82)}' AND call_start_time < '${dayOf(83)}'`
  const answered = (sign: string) =>
    `call_answer_time = CAST(CAST(call_answer_time AS TIMESTAMP) ${sign} INTERVAL 1 HOUR AS VARCHAR)`
  await planted.plant('phone', answered('-'), saturday)
  for (const system of all) await planted.deliver(system, 84)
  const monday = await morning(84)
  expect(said(monday)).toEqual([
    'checks-failed/contact-answered-before fired',
    'not-heard/chat resolved',
    'steady/priority-by-week fired',
  ])
  expect(about(monday, 'steady/priority-by-week').text).toMatch(/“critical” was \d+\.\d% and is \d\d\.\d% of the rows/)
  expect(about(monday, 'checks-failed/contact-answered-before').text).toMatch(/\d+ contacts were answered before/)

  await planted.plant('phone', answered('+'), saturday)
  await planted.deliverAgain('phone', 91, saturday)
  for (const system of all) await planted.deliver(system, 91)
  expect(said(await morning(91))).toEqual([
    'checks-failed/contact-answered-before resolved',
    'steady/priority-by-week resolved',
  ])
})

test('the outage week of generated experience is told on its second morning, with its reason, and once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-outage-'))
  await generate('experience', { out: join(folder, 'in'), rows: 6000, weeks: 30, seed: 1, dirt: 'none' })
  const rule = `{ id: contacts-unusual, replaces: contacts-unusual, kind: anomaly, metric: touchpoints, ${told} }`
  const settings = `sources: [{ id: desk, files: in/interactions.csv }]\n${receivers}alerts: [${rule}]\n`
  await writeFile(join(folder, 'rapport.yaml'), settings)
  await buildVersion(await flowOrder({ project: { directory: folder }, guess: true }))
  const mornings = Array.from({ length: 10 }, (_, at) => morningOf(84 + at))
  const evaluated = await evaluateAt(folder, mornings, { asOf: true, environment })
  const events = evaluated.map(({ queued }) => [...new Set(queued.flatMap(({ messages }) => said(messages)))])
  const alerts = heard()
  expect(said(alerts)).toEqual(['contacts-unusual fired', 'contacts-unusual resolved'])
  expect(alerts[0]?.why.join(' ')).toMatch(/Service outage|Everything is down/)
  const over = events.findIndex(([first]) => first === 'contacts-unusual resolved') + 84
  expect(events[85 - 84]).toEqual(['contacts-unusual fired'])
  // Not before its five weekdays are over, and by the Monday after it.
  expect(over).toBeGreaterThanOrEqual(90)
  expect(over).toBeLessThanOrEqual(92)
  await rm(folder, { recursive: true, force: true })
})
