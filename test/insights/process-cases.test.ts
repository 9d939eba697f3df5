import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import { RapportError } from '../../src/errors.ts'
import { readConformance } from '../../src/insights/conformance-evidence.ts'
import { caseIdsOf } from '../../src/insights/process-cases.ts'
import { partLabel } from '../../src/insights/process-part.ts'
import { readProcess } from '../../src/insights/read-process.ts'
import { parseTargetProcess } from '../../src/insights/target-process.ts'
import { readRows } from '../../src/metrics/rows.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
beforeAll(async () => {
  store = await emptyModel()
})
afterAll(() => store.close())

const desk = parseTargetProcess(
  parseYaml(
    `process: desk
steps:
  - step: Note
  - { step: "Don't ask", optional: true }
  - { step: Close, within: 1 h }`,
    'desk.yaml',
  ),
  [],
)!
const processes = new Map([['desk', desk]])

type Event = { case: number; step: string; minute: number; actor: string }

async function write(events: Event[]): Promise<void> {
  for (const table of ['cases', 'case_events']) await store.run(raw(`DELETE FROM cx."${table}"`))
  const ids = [...new Set(events.map((each) => each.case))]
  await fill(store, 'cases', `SELECT * FROM (VALUES ${ids.map((id) => `('c${id}')`).join(', ')}) AS t(id)`)
  const rows = events.map(
    ({ case: id, step, minute, actor }, at) =>
      `('e${at}', 'c${id}', '${step.replaceAll("'", "''")}', TIMESTAMP '2026-01-05 08:00:00' + to_minutes(${minute}), '${actor}', ${at + 1})`,
  )
  await fill(
    store,
    'case_events',
    `SELECT * FROM (VALUES ${rows.join(', ')}) AS t(id, "case", step, "at", actor, record)`,
  )
}

async function countOf(part: string[]): Promise<number> {
  const context = await contextOf(store)
  const among = await caseIdsOf(part, {}, processes, context)
  return (await readRows({ table: 'cases', columns: ['id'], process: part }, context, among)).total
}

test('behind every figure stand as many cases as it says, whatever the log', async () => {
  const event = fc.record({
    case: fc.integer({ min: 1, max: 5 }),
    step: fc.constantFrom('Note', "Don't ask", 'Close', 'Ph"one'),
    minute: fc.integer({ min: 0, max: 200 }),
    actor: fc.constantFrom('Ada', 'Bob'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 3, maxLength: 20 }), async (events) => {
      // Every step is there, so that the process settles.
      await write([
        ...events,
        ...['Note', "Don't ask", 'Close'].map((step, at) => ({ case: 9, step, minute: at, actor: 'Ada' })),
      ])
      const context = await contextOf(store)
      const map = (await readProcess({}, context))!
      for (const { step, cases } of map.steps) expect(await countOf(['step', step])).toBe(cases)
      for (const { step, repeated } of map.steps.slice(0, 2)) expect(await countOf(['again', step])).toBe(repeated)
      for (const { from, to, cases } of map.edges.slice(0, 4)) expect(await countOf(['edge', from, to])).toBe(cases)
      for (const { path, cases } of map.variants.slice(0, 3)) expect(await countOf(['path', ...path])).toBe(cases)
      expect(await countOf(['reopened'])).toBe(map.reopened_cases)
      expect(await countOf(['reworked'])).toBe(map.reworked_apart)
      expect(await countOf(['returned'])).toBe(map.returned_cases)
      const beside = (await readConformance(desk, {}, context))!
      expect(await countOf(['followed', 'desk'])).toBe(beside.followed)
      for (const { kind, step, other, cases } of beside.deviations.slice(0, 4))
        expect(await countOf(['deviation', 'desk', kind, step ?? '', other ?? ''])).toBe(cases)
    }),
    { numRuns: 3 },
  )
}, 120_000)

test('what is no part of a process is refused, and a part is never left out silently', async () => {
  await write([{ case: 1, step: 'Note', minute: 0, actor: 'Ada' }])
  const context = await contextOf(store)
  for (const part of [[], ['whole'], ['edge', 'Note'], ['followed', 'desc']])
    await expect(caseIdsOf(part, {}, processes, context)).rejects.toThrow(RapportError)
  await expect(readRows({ table: 'cases', process: ['step', 'Note'] }, context)).rejects.toThrow(RapportError)
})

test('says why just these cases', async () => {
  const { words } = await contextOf(store)
  expect(partLabel(['edge', 'Note', 'Close'], words)).toBe('Cases in which this comes directly: Note › Close')
  expect(partLabel(['deviation', 'desk', 'missing', 'Note', ''], words)).toBe(
    'Finished cases that part from their process: Note is missing (desk)',
  )
  expect(partLabel(['<b>'], words)).toBe('Cases of one part of their process')
})
