import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Feedback } from '../../src/insights/feedback.ts'
import type { FeedbackMark } from '../../src/insights/feedback-log.ts'
import { json, makeFolder, problems, removeFolder } from './command.ts'

/** A project keeps what was decided about comments, over builds. */
let folder: string
beforeAll(async () => {
  folder = await makeFolder()
})
afterAll(() => removeFolder(folder))

const project = ['--project', 'shop']

test('a comment is accepted and done, by id or key, and a build from nothing keeps it', async () => {
  await json(['generate', 'experience', '--rows', '300', '--out', 'raw'], { folder })
  await json(['init', 'shop', '--from', 'raw/surveys.csv', 'raw/customers.csv'], { folder })
  const list = async (...more: string[]) =>
    (await json<{ feedback: Feedback }>(['feedback', 'list', ...project, ...more], { folder })).feedback
  const before = await list()
  const [one, two] = before.groups.flatMap(({ comments }) => comments)
  expect(before.counts).toMatchObject({ accepted: 0, done: 0 })
  const accepted = await json<FeedbackMark>(
    ['feedback', 'accept', one!.id, '--note', 'in the next release', '--by', 'Ada', ...project],
    { folder },
  )
  expect(accepted).toMatchObject({ survey: one!.id, status: 'accepted', note: 'in the next release', by: 'Ada' })
  await json(['feedback', 'done', two!.id.replace(/^.*:/, ''), ...project], { folder })
  const data = join(folder, 'shop/.rapport')
  for (const name of await readdir(data)) if (name !== 'watch') await rm(join(data, name), { recursive: true })
  const after = await list()
  expect(after.counts).toEqual({ new: before.counts.new - 2, accepted: 1, done: 1 })
  const kept = after.groups.flatMap(({ comments }) => comments).filter(({ status }) => status === 'accepted')
  expect(kept.map(({ id, mark }) => [id, mark?.note])).toEqual([[one!.id, 'in the next release']])
  await json(['feedback', 'reopen', one!.id, ...project], { folder })
  expect((await list('--status', 'accepted')).groups.flatMap(({ comments }) => comments)).toEqual([])
}, 60_000)

test('an unknown survey ends with 5, files without a project with 2', async () => {
  const unknown = await problems(['feedback', 'done', 'nobody', ...project], 5, { folder })
  expect(unknown[0]?.code).toBe('survey-unknown')
  const files = await problems(['feedback', 'done', 'x', '--files', 'raw/surveys.csv'], 2, { folder })
  expect(files[0]?.code).toBe('project-needed')
})
