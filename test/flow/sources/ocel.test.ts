import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { landFile } from '../../../src/flow/land/land.ts'
import type { Batch } from '../../../src/flow/sources/batch.ts'
import { readBatches } from '../../../src/flow/sources/source.ts'
import { loadBatch } from './load.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-ocel-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Row = Record<string, string | null>

async function read(name: string, content: unknown): Promise<{ batch: Batch; rows: Row[] }> {
  const path = join(folder, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 1))
  const landed = await landFile(path, { landing: join(folder, 'landing') })
  await landed.copy?.synced
  const [batch] = await readBatches(landed, { derived: join(folder, 'derived') })
  const { values } = await loadBatch(batch!)
  expect(values.length, 'what the engine finds').toBe(batch!.readable)
  expect(batch!.records, 'conservation').toBe(batch!.readable + batch!.bad.length + (batch!.skipped.other ?? 0))
  return {
    batch: batch!,
    rows: values.map((cells) => Object.fromEntries(batch!.columns.map((column, at) => [column, cells[at]!]))),
  }
}

const object = (id: string, type: string, attributes: object[] = []) => ({ id, type, attributes, relationships: [] })
const event = (id: string, type: string, time: string, objects: string[], attributes: object[] = []) => ({
  id,
  type,
  time,
  attributes,
  relationships: objects.map((objectId) => ({ objectId, qualifier: 'of' })),
})
const log = (events: unknown[], objects: unknown[] = support) => ({
  objectTypes: [{ name: 'case', attributes: [{ name: 'channel', type: 'string' }] }],
  eventTypes: [{ name: 'Solved', attributes: [] }],
  objects,
  events,
})
const support = [
  object('case:C-1', 'case', [
    { name: 'channel', time: '2026-02-01T00:00:00Z', value: 'phone' },
    { name: 'channel', time: '1970-01-01T00:00:00Z', value: 'chat' },
  ]),
  object('case:C-2', 'case'),
  object('agent:7', 'agent'),
  object('customer:9', 'customer'),
]

describe('an object-centric event log (OCEL 2.0)', () => {
  test('has a row an event and case, whatever else the event names', async () => {
    const { batch, rows } = await read(
      'support.jsonocel',
      log([
        event('e1', 'Created', '2026-01-05T10:00:00Z', ['case:C-1', 'customer:9']),
        event('e2', 'Solved', '2026-01-05T11:00:00Z', ['case:C-1', 'agent:7'], [{ name: 'group', value: 'Billing' }]),
        event('e3', 'Merged', '2026-01-05T12:00:00Z', ['case:C-1', 'case:C-2', 'agent:7']),
      ]),
    )
    expect(batch.notes.map(({ code }) => code)).toEqual(['case-chosen'])
    expect(rows[0]).toEqual({
      'case:concept:name': 'case:C-1',
      'concept:name': 'Created',
      'time:timestamp': '2026-01-05T10:00:00Z',
      'org:resource': null,
      'case:channel': 'chat',
      group: null,
      'object:customer': 'customer:9',
      'object:agent': null,
    })
    expect(rows[1]).toMatchObject({ 'org:resource': 'agent:7', group: 'Billing' })
    expect(rows.slice(2).map((row) => row['case:concept:name'])).toEqual(['case:C-1', 'case:C-2'])
  })

  test('without a word for cases, those are the objects that events have one of; the choice is said', async () => {
    const objects = [object('o1', 'order'), object('i1', 'item'), object('i2', 'item'), object('w', 'worker')]
    const { batch, rows } = await read(
      'orders.json',
      log(
        [
          event('e1', 'Place', '2026-01-05T10:00:00Z', ['o1', 'i1', 'i2', 'w']),
          event('e2', 'Pick', '2026-01-05T10:00:00Z', ['i1', 'w', 'o1']),
          event('e3', 'Rest', '2026-01-05T10:00:00Z', ['w']),
        ],
        objects,
      ),
    )
    expect(rows.map((row) => [row['case:concept:name'], row['org:resource'], row['object:item']])).toEqual([
      ['o1', 'w', 'i1, i2'],
      ['o1', 'w', 'i1'],
    ])
    expect(batch.skipped.other).toBe(1)
    expect(batch.notes.map(({ code, message }) => `${code}: ${message.replace(folder, '')}`)).toEqual([
      'case-chosen: A case of /orders.json is an object of the type "order". Objects of other types (worker, item) are kept as attributes of events.',
      'events-without-case: 1 events of /orders.json name no "order", and were counted and left out.',
    ])
  })

  test('keeps the good events beside bad ones, each of which has a reason and a line', async () => {
    const { batch, rows } = await read(
      'bad.json',
      log([
        event('e1', 'Created', '2026-01-05T10:00:00Z', ['case:C-1']),
        event('e1', 'Created', '2026-01-05T10:00:00Z', ['case:C-1']),
        event('e2', 'Solved', 'soon', ['case:C-1']),
        event('e3', '', '2026-01-05T10:00:00Z', ['case:C-1']),
        event('e4', 'Solved', '2026-01-05T10:00:00Z', ['case:C-1', 'case:C-99']),
        'no event',
      ]),
    )
    expect(rows).toHaveLength(1)
    expect(batch.bad.map(({ record, reason }) => [record, reason])).toEqual([
      [2, 'duplicate-id'],
      [3, 'bad-timestamp'],
      [4, 'no-activity'],
      [5, 'object-missing'],
      [6, 'not-an-object'],
    ])
    expect(batch.bad.every(({ line }) => (line ?? 0) > 10)).toBe(true)
  })

  test('with objects that nest deeper than any log, and objects behind the events', async () => {
    const { events, objects } = log([event('e1', 'Created', '2026-01-05T10:00:00Z', ['case:C-1'])])
    const deep = `{"id":"x","type":"case","attributes":[{"name":"a","value":${'['.repeat(200)}${']'.repeat(200)}}]}`
    const text = `{"eventTypes":[],"events":${JSON.stringify(events)},"objects":[${deep},${JSON.stringify(objects).slice(1)}}`
    expect((await read('behind.json', text)).rows).toHaveLength(1)
  })
})
