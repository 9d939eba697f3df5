import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOrder } from '../../src/cli/build-child.ts'
import { spawnLimited } from '../../src/cli/build-process.ts'
import { startLiveProcess } from '../../src/cli/live-process.ts'
import { buildVersion } from '../../src/flow/flow.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { readProject } from '../../src/project.ts'

const program = join(import.meta.dirname, '../../bin/rapport.cjs')

let folder: string
let base: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-live-process-'))
  const ticket = (id: number): string =>
    JSON.stringify({
      id: id,
      url: `https://demo.example/${id}.json`,
      via: { channel: 'email' },
      created_at: '2026-01-05T08:00:00Z',
      updated_at: '2026-01-05T09:00:00Z',
      status: 'open',
      requester_id: 1,
      submitter_id: 1,
      assignee_id: 2,
      group_id: 3,
    })
  await writeFile(join(folder, 'tickets.ndjson'), `${ticket(1)}\n${ticket(2)}\n`)
  await writeFile(
    join(folder, 'rapport.yaml'),
    'sources:\n  - id: support\n    files: tickets.ndjson\n    pack: zendesk\n    intake: {}\n',
  )
  base = (await buildVersion(await flowOrder({ project: { directory: folder }, guess: true }))).version
  const { data } = await readProject({ directory: folder })
  const journal = await openJournal(data.journal)
  for (const id of [3, 4]) await journal.append([{ source: 'support', key: String(id), body: ticket(id) }])
  await journal.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('one process makes one small version after another; when it dies that is said, and the next is made by a new one', async () => {
  const children: ChildProcess[] = []
  const worker = startLiveProcess({ directory: folder }, (args, input) => {
    const child = spawnLimited([program, ...args.slice(1)], input)
    children.push(child)
    return child
  })
  const task = (to: number) => ({ base: { id: base, position: 0 }, to })
  const first = await worker.build(task(1))
  expect(first).toMatchObject({ version: `${base}+1`, position: 1, arrivals: 1, notes: [] })
  expect(existsSync(first.file)).toBe(true)
  expect((await worker.build(task(2))).arrivals).toBe(2)
  expect(children).toHaveLength(1)
  const underway = worker.build(task(2))
  children[0]!.kill('SIGKILL')
  await expect(underway).rejects.toMatchObject({ problems: [{ code: 'live-died' }] })
  expect((await worker.build(task(2))).arrivals).toBe(2)
  expect(children).toHaveLength(2)
  const unknown = worker.build({ base: { id: 'nothing', position: 0 }, to: 2 })
  await expect(unknown).rejects.toMatchObject({ problems: [{ code: 'unexpected' }] })
  const ended = new Promise((resolve) => children[1]!.once('close', resolve))
  worker.stop()
  await ended
})
