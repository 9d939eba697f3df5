import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LoggedCase, LoggedEvent } from '../../../src/insights/process-log.ts'
import { ocelOf } from '../../../src/surfaces/export/ocel.ts'

interface Ocel {
  objectTypes: { name: string; attributes: { name: string; type: string }[] }[]
  eventTypes: { name: string; attributes: { name: string; type: string }[] }[]
  objects: { id: string; type: string; attributes: { name: string; time: string; value: string }[] }[]
  events: {
    id: string
    type: string
    time: string
    attributes: { name: string; value: string }[]
    relationships: { objectId: string; qualifier: string }[]
  }[]
}

async function written(pages: LoggedCase[][], attributes: string[] = []): Promise<{ log: Ocel; tally: object }> {
  const tally = { cases: 0, events: 0, objects: 0 }
  const read = async function* () {
    yield* pages
  }
  let text = ''
  for await (const chunk of ocelOf({ read, attributes }, tally)) text += chunk
  return { log: JSON.parse(text), tally }
}

const at = '2026-01-05T10:00:00.000+00:00'
const event = (step: string, more: Partial<LoggedEvent> = {}): LoggedEvent => ({
  step,
  at,
  actor: null,
  actor_kind: null,
  team: null,
  ...more,
})

test('an event names its case, who acted and the team; each of them is one object', async () => {
  const { log, tally } = await written(
    [
      [
        {
          id: 's:1',
          attributes: [['channel', 'chat']],
          events: [event('Created'), event('Solved', { actor: '7', actor_kind: 'agent', team: 'Billing' })],
        },
      ],
      [],
      [
        {
          id: 's:2',
          attributes: [],
          events: [
            event('Created', { actor: '7', actor_kind: 'customer' }),
            event('Solved', { actor: '7', actor_kind: 'agent' }),
          ],
        },
      ],
    ],
    ['channel', 'priority'],
  )
  expect(tally).toEqual({ cases: 2, events: 4, objects: 5 })
  expect(log.objects.map(({ id, type }) => [id, type])).toEqual([
    ['s:1', 'case'],
    ['s:2', 'case'],
    ['agent/7', 'agent'],
    ['team/Billing', 'team'],
    ['customer/7', 'customer'],
  ])
  expect(log.objects[0]!.attributes).toEqual([{ name: 'channel', time: '1970-01-01T00:00:00Z', value: 'chat' }])
  expect(log.objectTypes[0]).toEqual({
    name: 'case',
    attributes: [
      { name: 'channel', type: 'string' },
      { name: 'priority', type: 'string' },
    ],
  })
  expect(log.events[1]).toEqual({
    id: 'e2',
    type: 'Solved',
    time: at,
    attributes: [
      { name: 'org:resource', value: '7' },
      { name: 'org:role', value: 'agent' },
      { name: 'org:group', value: 'Billing' },
    ],
    relationships: [
      { objectId: 's:1', qualifier: 'case' },
      { objectId: 'agent/7', qualifier: 'resource' },
      { objectId: 'team/Billing', qualifier: 'group' },
    ],
  })
})

test('whatever the texts are, it is JSON whose events name only types and objects that it holds, each once', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 })
  const events = fc.array(
    fc.record({
      step: text,
      at: fc.constant(at),
      actor: fc.option(text),
      actor_kind: fc.option(fc.constantFrom('customer', 'agent', 'bot', 'system')),
      team: fc.option(text),
    }),
    { minLength: 1, maxLength: 4 },
  )
  const page = fc.array(
    fc.record({ attributes: fc.array(fc.tuple(fc.constant('channel'), text), { maxLength: 1 }), events }),
    { maxLength: 3 },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(page, { maxLength: 3 }), async (pages) => {
      let number = 0
      const { log } = await written(pages.map((cases) => cases.map((each) => ({ id: `s:${++number}`, ...each }))))
      const known = new Map(log.objects.map(({ id, type }) => [id, type]))
      expect(known.size).toBe(log.objects.length)
      const types = new Set(log.objectTypes.map(({ name }) => name))
      for (const type of known.values()) expect(types).toContain(type)
      const steps = new Set(log.eventTypes.map(({ name }) => name))
      for (const { type, relationships } of log.events) {
        expect(steps).toContain(type)
        for (const { objectId } of relationships) expect(known.has(objectId)).toBe(true)
      }
      expect(log.events).toHaveLength(pages.flat().reduce((sum, each) => sum + each.events.length, 0))
    }),
    { numRuns: 50 },
  )
})

test('without any case it is a log without any event', async () => {
  expect((await written([])).log).toMatchObject({ objects: [], events: [], eventTypes: [] })
})
