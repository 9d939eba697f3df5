import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { generate, json, makeFolder, problems, removeFolder, run, write } from './command.ts'

const settings = `sources:
  - { id: support, files: customer_support_tickets.csv }
receivers:
  - { id: log, kind: file, path: told.ndjson }
runs:
  - { id: nightly, when: "0 6 * * *", zone: Europe/Paris, do: build }
  - { id: monday, when: "0 8 * * 1", do: report, formats: [md], receivers: [log] }
  - { id: hourly, when: "0 * * * *", do: check }
`
let folder: string
beforeAll(async () => {
  folder = await makeFolder()
  await generate({ folder }, '--rows', '400')
  await write(folder, { 'rapport.yaml': settings })
}, 30_000)
afterAll(() => removeFolder(folder))

test('each run says when it is due, does what it is for, and is remembered', async () => {
  const done = await json<{ outcome: string; says: string }>(['runs', 'now', 'nightly'], { folder })
  expect(done).toMatchObject({ outcome: 'done', says: expect.stringMatching(/^Nothing new: version \w+ stays\.$/) })
  expect(await json(['runs', 'now', 'hourly'], { folder })).toMatchObject({
    outcome: 'done',
    says: expect.stringContaining('error'),
  })
  expect(await json(['runs', 'now', 'monday'], { folder })).toMatchObject({ says: 'Overview went to 1 receiver.' })
  const told = (await readFile(join(folder, 'told.ndjson'), 'utf8')).trim().split('\n')
  expect(told).toHaveLength(1)
  const [message] = (
    JSON.parse(told[0]!) as {
      messages: {
        text: string
        facts: { label: string; value: string }[]
        files: { name: string; path: string }[]
      }[]
    }
  ).messages
  expect(message!.text).not.toBe('')
  expect(message!.facts).toContainEqual({ label: 'Cases', value: '400' })
  const [file] = message!.files
  expect(file!.name).toBe('support-study.md')
  expect(await readFile(file!.path, 'utf8')).toContain('**Cases**: 400')
  const { runs } = await json<{ runs: { run: string; next: string; last: { outcome: string } | null }[] }>(
    ['runs', 'list'],
    { folder },
  )
  expect(runs.map(({ run: id, last }) => [id, last?.outcome])).toEqual([
    ['nightly', 'done'],
    ['monday', 'done'],
    ['hourly', 'done'],
  ])
  expect(runs.every(({ next }) => Date.parse(next) > Date.now() - 60_000)).toBe(true)
  expect((await run(['runs', 'list'], { folder })).stdout).toContain('nightly')
  expect((await run(['runs', 'history'], { folder })).stdout).toContain('Overview went to 1 receiver.')
}, 60_000)

test('what is asked or written wrongly', async () => {
  expect(await problems(['runs', 'now', 'never'], 5, { folder })).toMatchObject([{ code: 'run-unknown' }])
  const other = join(folder, 'other')
  const bad = `sources: [{ id: support, files: ../customer_support_tickets.csv }]
receivers: [{ id: duty, kind: pagerduty, key: "env:DUTY" }]
runs:
  - { id: a, when: "0 6 * *", do: build }
`
  await write(other, { 'rapport.yaml': bad })
  expect((await problems(['runs', 'list'], 3, { folder: other })).map(({ message }) => message)).toEqual([
    expect.stringContaining('is no cron expression'),
  ])
  await write(other, {
    'rapport.yaml': bad.replace('0 6 * *"', '0 6 * * *"').replace('do: build', 'do: report, receivers: [duty, nobody]'),
  })
  expect((await problems(['runs', 'list'], 3, { folder: other })).map(({ code }) => code)).toEqual([
    'receiver-unfit',
    'receiver-unknown',
  ])
}, 30_000)
