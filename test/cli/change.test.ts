import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Anomalies } from '../../src/insights/anomalies.ts'
import type { Change } from '../../src/insights/change.ts'
import { json, makeFolder, problems, removeFolder, run, write } from './command.ts'

/** Calls of two months: in March the site in Lyon takes most, and both sites solve more of theirs than before. */
let folder: string
const change = ['insights', 'change']
const data = ['--files', 'tickets.csv', '--as-of', '2026-03-31', '--yes']
const march = ['--from', '2026-03-01', '--to', '2026-03-31']

function tickets(): string {
  const lines = ['Ticket ID,Ticket Status,Ticket Priority,Ticket Channel,Created At']
  const add = (month: string, days: number, channel: string, count: number, closed: number) => {
    for (let at = 0; at < count; at++) {
      const day = String((at % days) + 1).padStart(2, '0')
      const status = at < closed ? 'Closed' : 'Open'
      lines.push(`${lines.length},${status},Low,${channel},${month}-${day} 1${at % 10}:00:00`)
    }
  }
  add('2026-02', 28, 'Phone', 400, 320)
  add('2026-02', 28, 'Email', 100, 30)
  add('2026-03', 31, 'Phone', 100, 85)
  add('2026-03', 31, 'Email', 400, 140)
  return `${lines.join('\n')}\n`
}

beforeAll(async () => {
  folder = await makeFolder()
  await write(folder, { 'tickets.csv': tickets() })
}, 60_000)
afterAll(() => removeFolder(folder))

test('parts of a share add up to its change; by channel it is turned by the mix', async () => {
  const answer = await json<Change & { sentences: string[] }>([...change, 'resolution_rate', ...march, ...data], {
    folder,
  })
  expect(answer.days.before).toEqual({ from: '2026-02-01', to: '2026-02-28' })
  expect(answer.change).toBeCloseTo(225 / 500 - 350 / 500, 12)
  expect(answer.test!.real).toBe(true)
  const split = answer.splits.find(({ dimension }) => dimension === 'channel')!
  expect(answer.splits[0]).toBe(split)
  expect(split.simpson).toBe(true)
  expect(split.effects.rate).toBeCloseTo(0.05, 12)
  expect(Math.abs(split.effects.mix + split.effects.rate - answer.change)).toBeLessThan(1e-9)
  expect(answer.sentences.at(-1)).toMatch(/Simpson/)
}, 60_000)

test('a count for people: the longer month is told apart from more a day', async () => {
  const { code, stdout } = await run([...change, 'cases', ...march, '--by', 'channel', ...data], { folder })
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^Cases · Feb 1, 2026 – Feb 28, 2026 → Mar 1, 2026 – Mar 31, 2026\nNo evidence that it moved: Cases 500 before, 500 after/,
  )
  expect(stdout).toMatch(
    /By Channel: \+51\.0 because one period is longer, −51\.0 because of more or fewer a day; the mix moves no total\./,
  )
  expect(stdout).toMatch(/Phone +400 +100 +400 +100 +±?[+−]?0\.0 +−300\.0 +−300\.0/)
}, 60_000)

test('against a stated period, in French', async () => {
  const against = ['--against', '2026-02-01..2026-02-14', '--lang', 'fr']
  const { code, stdout } = await run([...change, 'resolution_rate', ...march, ...against, ...data], { folder })
  expect(code).toBe(0)
  expect(stdout).toMatch(/1 févr\. 2026 – 14 févr\. 2026 → 1 mars 2026 – 31 mars 2026/)
  expect(stdout).toMatch(/paradoxe de Simpson/)
}, 60_000)

test('a refusal is an answer: nothing in the period before', async () => {
  const { code, stdout } = await run([...change, 'cases', ...march, '--against', 'year', ...data], { folder })
  expect(code).toBe(0)
  expect(stdout).toBe('No change to explain: there is no value in the period before.\n')
}, 60_000)

test('what cannot be asked is refused with what to do', async () => {
  await problems([...change, 'nosuch', ...march, ...data], 2, { folder })
  await problems([...change, 'backlog', ...march, ...data], 2, { folder })
  await problems([...change, 'cases', '--from', '2026-03-31', '--to', '2026-03-01', ...data], 2, { folder })
  await problems([...change, 'cases', ...march, '--against', '2026-02-15..2026-03-01', ...data], 2, { folder })
  await problems([...change, 'cases', ...march, '--by', 'nosuch', ...data], 2, { folder })
}, 60_000)

test('anomalies of days: the day on which everybody wrote', async () => {
  const lines = tickets().trimEnd().split('\n')
  for (let at = 0; at < 60; at++) lines.push(`${5000 + at},Open,Low,Phone,2026-03-12 09:00:00`)
  await write(folder, { 'busy.csv': `${lines.join('\n')}\n` })
  const busy = ['--files', 'busy.csv', '--as-of', '2026-03-31', '--yes']
  const answer = await json<Anomalies>(['insights', 'anomalies', 'cases', ...busy], { folder })
  expect(answer.found.map(({ start }) => start)).toEqual(['2026-03-12'])
  const { code, stdout } = await run(['insights', 'anomalies', 'cases', '--lang', 'fr', ...busy], { folder })
  expect(code).toBe(0)
  expect(stdout).toMatch(/1 période sur \d+ sort de l'ordinaire : 12 mars 2026 76, pour 1\d attendu/)
  expect(stdout).toMatch(/2026-03-12 +76 +1\d +\d+ … \d+ +< 0,001/)
  const short = await run(['insights', 'anomalies', 'cases', '--grain', 'year', ...busy], { folder })
  expect(short.code).toBe(0)
  expect(short.stdout).toMatch(/Anomalies cannot be told/)
}, 60_000)
