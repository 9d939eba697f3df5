import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProcessMap } from '../../src/insights/process.ts'
import { json, makeFolder, removeFolder, run } from './command.ts'

/** A log goes out as XES or OCEL and comes in again: the process is the same. */
let folder: string
const root = join(import.meta.dirname, '../..')
const helpdesk = join(root, '../shared/data/helpdesk/helpdesk.csv')

beforeAll(async () => {
  folder = await makeFolder()
  await cp(join(root, 'catalog/packs/event-log/sample/event_log.csv'), join(folder, 'event_log.csv'))
})
afterAll(() => removeFolder(folder))

const mapOf = (file: string): Promise<ProcessMap> => json(['insights', 'process', '--files', file], { folder })

/** What does not depend on who may see whose name. */
function told(map: ProcessMap) {
  const { cases, events, tied, reworked, variants, edges, steps, handovers, returned, reopened_cases, duration } = map
  return { cases, events, tied, reworked, variants, edges, steps, handovers, returned, reopened_cases, duration }
}

test('import of what was exported is the same process, with names masked unless they may be seen', async () => {
  const { code, stderr } = await run(['export', 'xes', 'out.xes', '--files', 'event_log.csv'], { folder })
  expect([code, stderr]).toEqual([0, expect.stringContaining('6 cases with 27 events')])
  expect(told(await mapOf('out.xes'))).toEqual(told(await mapOf('event_log.csv')))
  const text = await readFile(join(folder, 'out.xes'), 'utf8')
  const names = [...new Set((await readFile(join(folder, 'event_log.csv'), 'utf8')).match(/Nadia|Omar|Pia/g))]
  expect(names.length).toBeGreaterThan(1)
  for (const name of names) expect(text).not.toContain(name)
  expect(text).toContain('value="agent_1"')
  await run(['export', 'xes', 'shown.xes', '--files', 'event_log.csv', '--show-personal'], { folder })
  expect(await readFile(join(folder, 'shown.xes'), 'utf8')).toContain(`value="${names[0]}"`)
}, 60_000)

test('as OCEL 2.0 likewise, with the objects that an event names', async () => {
  const { code, stderr } = await run(['export', 'ocel', 'out.json', '--files', 'event_log.csv'], { folder })
  expect([code, stderr]).toEqual([0, expect.stringContaining('6 cases with 27 events')])
  expect(told(await mapOf('out.json'))).toEqual(told(await mapOf('event_log.csv')))
  const text = await readFile(join(folder, 'out.json'), 'utf8')
  expect(text).not.toMatch(/Nadia|Omar|Pia/)
  expect(text).toContain('agent_1')
  const shown = await json<{ objects: number }>(
    ['export', 'ocel', 'shown.json.gz', '--files', 'event_log.csv', '--show-personal'],
    { folder },
  )
  const log = JSON.parse(gunzipSync(await readFile(join(folder, 'shown.json.gz'))).toString('utf8'))
  expect(shown.objects).toBe(log.objects.length)
  expect(log.objects.map(({ id }: { id: string }) => id)).toContain('resource/Nadia')
  // What was exported comes in again: who acted is named as the source names them.
  await run(['export', 'ocel', 'again.json', '--files', 'shown.json.gz', '--show-personal'], { folder })
  const again = JSON.parse(await readFile(join(folder, 'again.json'), 'utf8'))
  const actors = (from: { objects: { id: string; type: string }[] }) =>
    from.objects.filter(({ type }) => type !== 'case').map(({ id }) => id)
  expect(actors(again)).toEqual(actors(log))
}, 60_000)

test('a folder gets a file; nothing unfinished stays behind', async () => {
  await mkdir(join(folder, 'logs'))
  const answer = await json<{ path: string; cases: number }>(['export', 'xes', 'logs', '--files', 'event_log.csv'], {
    folder,
  })
  expect(answer).toMatchObject({ path: join(folder, 'logs', 'events.xes'), cases: 6 })
  expect(await readdir(join(folder, 'logs'))).toEqual(['events.xes'])
}, 60_000)

const missing = !existsSync(helpdesk)
if (missing) console.info(`Skipped: ${helpdesk} is not there.`)

test.skipIf(missing)(
  'the published log of a help desk, out and in again',
  async () => {
    await run(['export', 'xes', 'helpdesk.xes.gz', '--files', helpdesk], { folder })
    const back = await mapOf('helpdesk.xes.gz')
    expect(back).toMatchObject({ cases: 4580, events: 21_348, variant_count: 226, tied: 129 })
    expect(back.variants[0]).toMatchObject({ cases: 2366 })
    expect(told(back)).toEqual(told(await mapOf(helpdesk)))
    await run(['export', 'ocel', 'helpdesk.json.gz', '--files', helpdesk], { folder })
    expect(told(await mapOf('helpdesk.json.gz'))).toEqual(told(back))
    expect(gunzipSync(await readFile(join(folder, 'helpdesk.xes.gz'))).length).toBeGreaterThan(1 << 20)
  },
  60_000,
)
