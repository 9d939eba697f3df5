import { expect, test, vi } from 'vitest'
import { type Live, type LiveWorld, type OpenedBase, type OpenedVersion, startLive } from '../../src/cli/live.ts'
import { type Problem, RapportError } from '../../src/errors.ts'
import type { LiveReport } from '../../src/flow/live/builder.ts'
import type { Doors } from '../../src/surfaces/server/doors.ts'
import type { LiveState } from '../../src/surfaces/server/live.ts'

const doorsOf = (id: string, as_of: string | null): Doors =>
  ({ version: { id, as_of, zone: 'UTC', present: new Set(), counts: {} } }) as unknown as Doors

/** A world of plain values: what is published, what has arrived, what the clock says. */
function fakeWorld() {
  const world = {
    published: 'a',
    absorbed: 0,
    arrived: 0,
    clock: Date.parse('2026-03-01T12:00:00Z'),
    open: new Set<string>(),
    built: [] as { base: { id: string; position: number }; to: number }[],
    absorbs: 0,
    said: [] as Problem[],
    milliseconds: 100,
    breaks: (_to: number): boolean => false,
    slow: null as Promise<void> | null,
  }
  const opened = (id: string): OpenedVersion => {
    world.open.add(id)
    return { doors: (now) => doorsOf(id, now ?? '2026-01-31T00:00:00Z'), close: async () => void world.open.delete(id) }
  }
  const outside: LiveWorld = {
    current: async () => world.published,
    open: async (): Promise<OpenedBase> => ({
      id: world.published,
      position: world.absorbed,
      ...opened(world.published),
      openLive: async ({ version }) => opened(version),
    }),
    position: () => world.arrived,
    worker: {
      build: async ({ base, to }): Promise<LiveReport> => {
        world.built.push({ base, to })
        await world.slow
        if (world.breaks(to)) throw new RapportError({ code: 'broken', message: `Nothing can be made of ${to}.` })
        return {
          version: `${base.id}+${to}`,
          file: `${base.id}-${to}`,
          position: to,
          arrivals: to - base.position,
          received: { support: world.clock },
          notes: [],
          milliseconds: world.milliseconds,
        }
      },
      stop: () => {},
    },
    absorb: async () => {
      world.absorbs++
      world.published = 'b'
      world.absorbed = world.arrived
    },
    sources: [{ id: 'support', expected_seconds: 900, received: null }],
    say: (problem) => world.said.push(problem),
    now: () => world.clock,
  }
  return Object.assign(world, { outside })
}

async function pass(live: Live, world: { clock: number }, milliseconds: number): Promise<void> {
  world.clock += milliseconds
  await live.step()
  await new Promise(setImmediate)
}

test('what arrives is shown by a small version on the one that was built, and the version before goes with its last reader', async () => {
  const world = fakeWorld()
  const live = await startLive(world.outside)
  const states: (LiveState | null)[] = []
  live.subscribe((state) => states.push(state))
  await pass(live, world, 50)
  expect(world.built).toEqual([])
  expect(live.take().version.id).toBe('a')
  world.arrived = 3
  await pass(live, world, 50)
  const reading = live.take()
  expect(reading.version).toMatchObject({ id: 'a+3', as_of: '2026-03-01T12:00:00Z' })
  expect(states.map((state) => [state?.id, state?.waiting])).toEqual([
    ['a', 0],
    ['a+3', 0],
  ])
  world.arrived = 5
  await pass(live, world, 100)
  expect(live.state()).toMatchObject({ id: 'a+3', waiting: 2 })
  await pass(live, world, 200)
  expect(live.state()).toMatchObject({ id: 'a+5', position: 5, waiting: 0 })
  expect(world.open).toEqual(new Set(['a', 'a+3', 'a+5']))
  reading.release?.()
  reading.release?.()
  await new Promise(setImmediate)
  expect(world.open).toEqual(new Set(['a', 'a+5']))
})

test('one small version is made at a time', async () => {
  const world = fakeWorld()
  const live = await startLive(world.outside)
  let through = (): void => {}
  world.slow = new Promise((resolve) => {
    through = resolve
  })
  world.arrived = 1
  const first = live.step()
  world.clock += 5000
  world.arrived = 2
  void live.step()
  expect(world.built).toHaveLength(1)
  through()
  await first
  await pass(live, world, 1)
  expect(world.built.map(({ to }) => to)).toEqual([1, 2])
})

test('what was read with the old version stands until the new one has it too', async () => {
  const world = fakeWorld()
  const live = await startLive(world.outside)
  world.arrived = 3
  await pass(live, world, 50)
  world.published = 'b'
  world.absorbed = 2
  await pass(live, world, 1000)
  expect(world.built.at(-1)).toEqual({ base: { id: 'b', position: 2 }, to: 3 })
  expect(live.take().version.id).toBe('b+3')
  expect(world.open).toEqual(new Set(['b', 'b+3']))
  world.published = 'c'
  world.absorbed = 3
  live.take()
  await pass(live, world, 1000)
  expect(live.state()).toMatchObject({ id: 'c', position: 3 })
})

test('a batch that fails is said once, and tried again later and later; the pages stay', async () => {
  const world = fakeWorld()
  const live = await startLive(world.outside)
  world.breaks = (to) => to < 9
  world.arrived = 4
  for (let at = 0; at < 40; at++) await pass(live, world, 250)
  expect(world.built.length).toBeGreaterThan(2)
  expect(world.built.length).toBeLessThan(8)
  expect(world.said.map(({ code }) => code)).toEqual(['broken'])
  expect(live.state()).toMatchObject({ id: 'a', waiting: 4, problem: { code: 'broken' } })
  world.arrived = 9
  await pass(live, world, 30_000)
  expect(live.state()).toMatchObject({ id: 'a+9', waiting: 0, problem: null })
})

test('many arrivals, or slow small versions, start a build that takes them in', async () => {
  const world = fakeWorld()
  const live = await startLive(world.outside)
  world.milliseconds = 1500
  world.arrived = 400
  await pass(live, world, 50)
  expect(world.absorbs).toBe(0)
  world.arrived = 1100
  await pass(live, world, 300)
  expect(world.absorbs).toBe(1)
  await pass(live, world, 50)
  expect(live.state()).toMatchObject({ id: 'b', position: 1100 })
  world.milliseconds = 100
  world.arrived = 30_000
  world.clock += 600_000
  await pass(live, world, 300)
  expect(world.absorbs).toBe(2)
})

test('the clock is "now" while things arrive, and goes on by itself; a day later the newest event is', async () => {
  const world = fakeWorld()
  const live = await startLive(world.outside)
  world.arrived = 1
  await pass(live, world, 7000)
  expect(live.take().version.as_of).toBe('2026-03-01T12:00:00Z')
  await pass(live, world, 59_000)
  expect(live.take().version.as_of).toBe('2026-03-01T12:01:00Z')
  await pass(live, world, 25 * 3_600_000)
  expect(live.take().version.as_of).toBe('2026-01-31T00:00:00Z')
})

test('who listens is told the end', async () => {
  const world = fakeWorld()
  const live = await startLive(world.outside)
  const told = vi.fn()
  live.subscribe(told)
  const away = live.subscribe(vi.fn())
  away()
  await live.close()
  expect(told).toHaveBeenLastCalledWith(null)
  expect(world.open.size).toBe(0)
  await live.step()
})
