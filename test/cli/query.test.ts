import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Period } from '../../src/metrics/frame.ts'
import { cell, frame, generate, json, makeFolder, removeFolder, run, valuesBy } from './command.ts'

/** Questions by the command on generated data: every option does what its help says. */
let folder: string
const files = ['--files', 'customer_support_tickets.csv']
const ask = (...args: string[]) => frame([...args, ...files], { folder })

beforeAll(async () => {
  folder = await makeFolder()
  await generate({ folder }, '--rows', '2000', '--seed', '1', '--dirt', 'some', '--columns', 'recommended')
  await ask('cases')
})
afterAll(() => removeFolder(folder))

test.concurrent('the published shape, generated: the same counts as the published file, other rows', async () => {
  const other = await makeFolder()
  try {
    const file = await generate({ folder: other }, '--like-published', '--seed', '1')
    const answer = await frame(['cases', 'csat_mean', '--by', 'status', '--files', file], { folder: other })
    expect(valuesBy(answer, 'status', 'cases')).toEqual({ open: 2819, pending: 2881, closed: 2769 })
    const closed = answer.rows.findIndex(({ status }) => status === 'closed')
    expect(cell(answer, 'csat_mean', closed).n).toBe(2769)
  } finally {
    await removeFolder(other)
  }
})

test.concurrent('--where: several values, not a value, joined by "and"', async () => {
  const grid = await ask('cases', '--by', 'channel', '--by', 'priority')
  const wanted = grid.rows
    .filter(({ channel, priority }) => (channel === 'chat' || channel === 'email') && priority !== 'low')
    .map((row) => Number((row.cases as { value: number }).value))
  const answer = await ask('cases', '--where', 'channel=chat,email', '--where', 'priority!=low')
  expect(wanted).toHaveLength(6)
  expect(cell(answer, 'cases').value).toBe(wanted.reduce((sum, value) => sum + value, 0))
  expect(answer.query.where).toHaveLength(2)
})

test.concurrent('--grain month: months in order that add up to the whole; --compare previous is the month before', async () => {
  const [all, months] = await Promise.all([
    ask('cases'),
    ask('cases', 'first_reply_time', '--grain', 'month', '--compare', 'previous'),
  ])
  const starts = months.rows.map((row) => (row.period as Period).start)
  expect(starts).toEqual(['2024-01-01', '2024-02-01', '2024-03-01', '2024-04-01', '2024-05-01', '2024-06-01'])
  const counts = months.rows.map((_, row) => cell(months, 'cases', row))
  expect(counts.reduce((sum, { value }) => sum + Number(value), 0)).toBe(cell(all, 'cases').value)
  for (const [row, { value, previous, change }] of counts.entries()) {
    if (row === 0) continue
    expect(previous).toBe(counts[row - 1]?.value)
    expect(change).toBe(Number(value) - Number(previous))
  }
  expect(cell(months, 'first_reply_time').value).toBeGreaterThan(0)
})

test.concurrent('--from and --to: both days belong to the range', async () => {
  const [march, months] = await Promise.all([
    ask('cases', '--from', '2024-03-01', '--to', '2024-03-31'),
    ask('cases', '--grain', 'month'),
  ])
  expect(cell(march, 'cases').value).toBe(cell(months, 'cases', 2).value)
})

test.concurrent('--order -cases --limit 2: the two largest first', async () => {
  const [top, all] = await Promise.all([
    ask('cases', '--by', 'channel', '--order', '-cases', '--limit', '2'),
    ask('cases', '--by', 'channel'),
  ])
  const largest = Object.values(valuesBy(all, 'channel', 'cases')).sort((a, b) => Number(b) - Number(a))
  expect(Object.values(valuesBy(top, 'channel', 'cases'))).toEqual(largest.slice(0, 2))
})

test.concurrent('for people: a table, the verdict beside it, and with --explain the definition and the SQL', async () => {
  const { code, stdout, stderr } = await run(['query', 'csat_mean', '--by', 'channel', '--explain', ...files], {
    folder,
  })
  expect(code).toBe(0)
  expect(stdout).toMatch(/channel +Satisfaction score +95 % +n/)
  expect(stdout).toMatch(/catalog\/metrics\/satisfaction\.yaml:\d+/)
  expect(stdout).toMatch(/SELECT[\s\S]+FROM "cx"\."surveys"/)
  expect(stderr).toContain('Satisfaction score: ')
})

test.concurrent('--lang fr: labels, sentences and numbers in French', async () => {
  const answer = await ask('cases', 'csat_mean', '--by', 'channel', '--lang', 'fr')
  expect(answer.labels.channel?.call).toBe('Téléphone')
  expect(answer.metrics.cases?.label).toBe('Dossiers')
  const { stdout } = await run(['query', 'csat_mean', '--lang', 'fr', ...files], { folder })
  expect(stdout).toMatch(/\d,\d{2}/)
})

test.concurrent('the model of a file is built once and kept in the cache', async () => {
  const twice = await Promise.all([ask('cases'), ask('cases')])
  expect(new Set(twice.map(({ version }) => version)).size).toBe(1)
  const { changed } = await json<{ changed: boolean }>(['open', 'customer_support_tickets.csv', '--no-serve'], {
    folder,
  })
  expect(changed).toBe(false)
})
