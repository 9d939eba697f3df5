import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { numberIn, type ReadBook, readBack, rowOf } from '../surfaces/workbook/read.ts'
import { cell, frame, json, makeFolder, problems, removeFolder } from './command.ts'

/** A workbook of generated data: its numbers are those of `rapport query`. */
let folder: string
let data: string[]
let bytes: Buffer
let book: ReadBook

const pages = ['overview', 'sla', 'cases'].flatMap((page) => ['--page', page])

beforeAll(async () => {
  folder = await makeFolder()
  await json(['generate', 'touchpoints', '--rows', '1500', '--out', 'data'], { folder })
  data = ['--yes', '--files', ...(await readdir(join(folder, 'data'))).map((name) => join('data', name))]
  await json(['export', 'xlsx', 'first.xlsx', ...pages, ...data], { folder })
  bytes = await readFile(join(folder, 'first.xlsx'))
  book = await readBack(bytes)
}, 120_000)
afterAll(() => removeFolder(folder))

test('counts, shares, scores and durations are those of the query', async () => {
  const overview = book.get('Overview')
  const shown = [...(overview?.values() ?? [])].map(([name]) => name)
  const metrics = ['cases', 'reply_rate', 'resolution_rate', 'csat_mean', 'first_reply_time']
  const asked = await frame([...metrics, ...data], { folder })
  const known = metrics.filter((id) => shown.includes(asked.metrics[id]?.label))
  expect(known).toEqual(metrics)
  for (const id of known) {
    const { value, low } = cell(asked, id)
    const read = overview?.get(rowOf(overview, asked.metrics[id]?.label ?? '')) ?? []
    const digits = asked.metrics[id]?.unit === 'seconds' ? -0.4 : 9
    expect(numberIn(read[1])).toBeCloseTo(value ?? Number.NaN, digits)
    if (low !== undefined) expect(numberIn(read[3])).toBeCloseTo(low, digits)
  }
}, 60_000)

test('twice the same bytes, also from another zone of the machine', async () => {
  const before = process.env.TZ
  process.env.TZ = 'Asia/Tokyo'
  try {
    await json(['export', 'xlsx', 'second.xlsx', ...pages, ...data], { folder })
  } finally {
    if (before === undefined) delete process.env.TZ
    else process.env.TZ = before
  }
  expect((await readFile(join(folder, 'second.xlsx'))).equals(bytes)).toBe(true)
}, 60_000)

test('a page that is not there is named', async () => {
  const [problem] = await problems(['export', 'xlsx', 'x.xlsx', '--page', 'nowhere', ...data], 5, {
    folder,
  })
  expect(problem).toMatchObject({ code: 'page-unknown', where: '--page' })
}, 60_000)
