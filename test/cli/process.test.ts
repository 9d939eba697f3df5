import { existsSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProcessMap } from '../../src/insights/process.ts'
import { json, makeFolder, removeFolder, run } from './command.ts'

/** The process map by the command: from a log's file, through its pack, to the figures. */
let folder: string
const root = join(import.meta.dirname, '../..')
const helpdesk = join(root, '../shared/data/helpdesk/helpdesk.csv')
const data = ['--files', 'event_log.csv']
const process = ['insights', 'process']

beforeAll(async () => {
  folder = await makeFolder()
  await cp(join(root, 'catalog/packs/event-log/sample/event_log.csv'), join(folder, 'event_log.csv'))
})
afterAll(() => removeFolder(folder))

test('an event log is recognised, and its own words are the steps', async () => {
  const map = await json<ProcessMap>([...process, ...data], { folder })
  expect(map).toMatchObject({
    inferred: false,
    cases: 6,
    events: 27,
    variant_count: 4,
    tied: 2,
    closing: 'Tell customer',
  })
  expect(map.variants[0]).toMatchObject({
    labels: ['Note request', 'Check papers', 'Decide', 'Tell customer'],
    cases: 3,
    share: 0.5,
  })
  expect(map.bottleneck).toMatchObject({ from: 'Check papers', to: 'Decide' })
}, 60_000)

test('for people: sentences and three tables, in the language of the viewer', async () => {
  const { code, stdout } = await run([...process, ...data, '--lang', 'fr'], { folder })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^6 dossiers et 27 événements : 6 étapes différentes en 4 séquences\./)
  expect(stdout).toMatch(/étape +fois +dossiers +débuts +fins +répétée\n─/)
  expect(stdout).toMatch(/de +à +fois +attente médiane/)
}, 60_000)

test('--from and --to: cases that began then', async () => {
  const map = await json<ProcessMap>([...process, ...data, '--from', '2026-03-04', '--to', '2026-03-05'], { folder })
  expect(map).toMatchObject({ cases: 2, events: 9 })
}, 60_000)

const missing = !existsSync(helpdesk)
if (missing) console.info(`Skipped: ${helpdesk} is not there.`)

test.skipIf(missing)(
  'the published log of a help desk, through its pack',
  async () => {
    const map = await json<ProcessMap>([...process, '--files', helpdesk], { folder })
    expect(map).toMatchObject({ cases: 4580, events: 21_348, variant_count: 226, tied: 129 })
    expect(map.edges[0]).toMatchObject({ from: 'Resolve ticket', to: 'Closed', count: 4558 })
    expect(map.variants[0]).toMatchObject({ cases: 2366 })
  },
  60_000,
)
