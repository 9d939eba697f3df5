import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Feedback,
  type FeedbackBook,
  type FeedbackScope,
  readFeedback,
  surveyNamed,
} from '../../src/insights/feedback.ts'
import { type FeedbackMark, keepMark, readMarks } from '../../src/insights/feedback-log.ts'
import type { TopicsEvidence } from '../../src/insights/topics-evidence.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

let folder: string
let store: Store
let context: MetricContext

/** Key, day, score, comment, customer, product. */
const comments: [string, string, number, string, string, string | null][] = [
  ['1', '2024-03-01', 2, 'The payout came late, says Kim Berg.', 's:kim', 's:app'],
  ['2', '2024-03-03', 1, 'Payout late again, call me: kim@berg.example', 's:kim', 's:app'],
  ['3', '2024-03-02', 5, 'Very friendly <script>alert(1)</script>', 's:lee', 's:till'],
  ['4', '2024-03-04', 4, 'ok', 's:lee', null],
  ['5', '2024-03-05', 3, '  ', 's:lee', 's:app'],
]
const topic = (id: string, stem: string) => ({ id, terms: [id], words: [{ stem, weight: 5 }], stability: 1 })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-feedback-'))
  store = await emptyModel()
  const rows = comments.map(
    ([key, day, score, comment, customer, product]) =>
      `('s:${key}', '${key}', 's:c${key}', '${customer}', TIMESTAMP '${day}', ${score}, '${comment}', ${product ? `'${product}'` : 'NULL'})`,
  )
  const values = `(VALUES ${rows.join(',')}) t(id, source_key, "case", customer, responded_at, score, comment, product)`
  await fill(
    store,
    'surveys',
    `SELECT * EXCLUDE (product), 'csat' AS kind, 1 AS scale_min, 5 AS scale_max FROM ${values}`,
  )
  await fill(store, 'cases', `SELECT "case" AS id, product FROM ${values}`)
  await fill(store, 'customers', `SELECT * FROM (VALUES ('s:kim', 'Kim Berg'), ('s:lee', 'Lee')) t(id, name)`)
  await fill(store, 'products', `SELECT * FROM (VALUES ('s:app', 'App'), ('s:till', 'Till')) t(id, name)`)
  context = await contextOf(store, { asOf: '2024-03-10T00:00:00Z' })
})
afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

const book = (
  marks: FeedbackMark[] = [],
  topics = [topic('payout', 'payout'), topic('friendly', 'friendly')],
): FeedbackBook => ({
  marks: new Map(marks.map((each) => [each.survey, each])),
  kept: true,
  topicsOf: async () => ({ model: { topics } }) as unknown as TopicsEvidence,
})
const read = async (change: Partial<FeedbackScope> = {}, kept = book()) =>
  (await readFeedback({ by: 'topic', limit: 25, ofEach: 5, ...change }, kept, context)) as Feedback
const listed = ({ groups }: Feedback) => groups.map(({ id, comments: own }) => [id, own.map((each) => each.id)])

test('comments stand by topic, the newest first, those of none last; what says nothing is no comment', async () => {
  const found = await read()
  expect(listed(found)).toEqual([
    ['payout', ['s:2', 's:1']],
    ['friendly', ['s:3']],
    ['', ['s:4']],
  ])
  expect(found.counts).toEqual({ new: 4, accepted: 0, done: 0 })
  expect(found.groups[0]?.comments[0]?.values).toMatchObject({ product: 'App', score: 1, scale_max: 5 })
})

test('contacts and the own name of who wrote are masked, like everywhere', async () => {
  const texts = (await read()).groups.flatMap(({ comments: own }) => own.map(({ text }) => text))
  expect(texts).toContain('The payout came late, says ••• •••.')
  expect(texts).toContain('Payout late again, call me: •••')
  const open = await readFeedback({ by: 'topic', limit: 25, ofEach: 5 }, book(), {
    ...context,
    viewer: { ...context.viewer, personalData: 'show' },
  })
  expect(open?.groups[0]?.comments[1]?.text).toBe('The payout came late, says Kim Berg.')
})

test('by product they stand under its name', async () => {
  const found = await read({ by: 'product' })
  expect(found.groups.map(({ id, label, counts }) => [id, label, counts.new])).toEqual([
    ['s:app', 'App', 2],
    ['s:till', 'Till', 1],
    ['', '', 1],
  ])
  expect(found.groupings).toEqual(['topic', 'product'])
  expect((await read({ by: 'topic' }, book([], []))).by).toBe('product')
})

test('a status narrows the list, not the counts; one group is turned page by page', async () => {
  const at = '2024-03-06T00:00:00Z'
  const marks: FeedbackMark[] = [
    { survey: 's:1', status: 'done', note: 'paid', at },
    { survey: 's:3', status: 'new', at },
  ]
  const done = await read({ status: 'done' }, book(marks))
  expect(listed(done)).toEqual([
    ['payout', ['s:1']],
    ['friendly', []],
    ['', []],
  ])
  expect(done.counts).toEqual({ new: 3, accepted: 0, done: 1 })
  expect(done.groups[0]).toMatchObject({ counts: { new: 1, accepted: 0, done: 1 } })
  expect(done.groups[0]?.comments[0]).toMatchObject({ status: 'done', mark: { note: 'paid' } })
  expect(listed(await read({ only: 'payout', limit: 1, offset: 1 }))[0]).toEqual(['payout', ['s:1']])
  expect(listed(await read({ only: '' })).at(-1)).toEqual(['', ['s:4']])
  expect(listed(await read({ ofEach: 1 }))[0]).toEqual(['payout', ['s:2']])
})

test('a survey is named by its id or by the key of its source', async () => {
  expect(await surveyNamed('s:2', context)).toBe('s:2')
  expect(await surveyNamed('2', context)).toBe('s:2')
  await expect(surveyNamed("2' OR 1=1", context)).rejects.toMatchObject({ exitCode: 5 })
})

test('marks are kept one after another, the last holds, and a damaged line spoils itself alone', async () => {
  const log = join(folder, 'feedback')
  expect((await readMarks(log)).size).toBe(0)
  const mark = (survey: string, status: FeedbackMark['status'], note: string): FeedbackMark => ({
    survey,
    status,
    note,
    by: 'Ada',
    at: '2024-03-06T00:00:00Z',
  })
  await Promise.all([
    keepMark(log, mark('a', 'accepted', 'line\nbreak')),
    keepMark(log, mark('b', 'done', 'second')),
    keepMark(log, mark('a', 'done', 'third')),
  ])
  const marks = await readMarks(log)
  expect([...marks.values()].map(({ survey, status, note }) => [survey, status, note])).toEqual([
    ['a', 'done', 'third'],
    ['b', 'done', 'second'],
  ])
  const [name] = await readdir(log)
  const file = join(log, name!)
  await writeFile(file, (await readFile(file, 'utf8')).replace('third', 'thIrd'))
  expect((await readMarks(log)).get('a')).toMatchObject({ status: 'accepted', note: 'line\nbreak' })
  await expect((async () => keepMark(log, mark('', 'done', 'x')))()).rejects.toThrow()
})
