import fc from 'fast-check'
import { expect, test } from 'vitest'
import { impatientQueueOf } from '../../src/stats/erlang-a.ts'
import { erlangB } from '../../src/stats/erlang-b.ts'
import { agentsNeeded, erlangC, queueOf } from '../../src/stats/erlang-c.ts'

const demand = fc.record({
  perHour: fc.double({ min: 0.5, max: 600, noNaN: true }),
  handleSeconds: fc.double({ min: 20, max: 900, noNaN: true }),
  within: fc.integer({ min: 0, max: 120 }),
})
const loadOf = ({ perHour, handleSeconds }: { perHour: number; handleSeconds: number }) =>
  (perHour * handleSeconds) / 3600

test('Erlang B: nobody loses where nothing comes, all do where nobody serves, and the tabled value', () => {
  expect(erlangB(10, 10)).toBeCloseTo(0.21458234, 8)
  expect(erlangB(0, 5)).toBe(1)
  expect(erlangB(3, 0)).toBe(0)
  // By its definition (a^n / n!) / sum of (a^k / k!): a = 2, n = 3.
  expect(erlangB(3, 2)).toBeCloseTo(8 / 6 / (1 + 2 + 2 + 8 / 6), 14)
})

test('Erlang C: the tabled value, and none where the load is not below the agents', () => {
  expect(erlangC(60, 50)).toBeCloseTo(0.11730206, 8)
  expect(erlangC(10, 10)).toBeNull()
  expect(erlangC(9, 10)).toBeNull()
  expect(queueOf({ perHour: 200, handleSeconds: 180, within: 20 }, 10)).toBeNull()
})

test('200 calls an hour of 180 s with 14 agents: the reference', () => {
  const queue = queueOf({ perHour: 200, handleSeconds: 180, within: 20 }, 14)!
  expect(queue.waits).toBeCloseTo(0.174132, 6)
  expect(queue.serviceLevel).toBeCloseTo(0.88835, 6)
  expect(queue.meanWait).toBeCloseTo(7.8359, 4)
  expect(queue.occupancy).toBeCloseTo(10 / 14, 12)
})

test('a single agent: waits as often as the agent is busy', () => {
  expect(erlangC(1, 0.6)).toBeCloseTo(0.6, 14)
})

test('agents needed: they reach the target and one fewer does not; none where nothing comes', () => {
  fc.assert(
    fc.property(demand, fc.double({ min: 0.05, max: 0.99, noNaN: true }), (asked, target) => {
      const agents = agentsNeeded(asked, target)
      expect(queueOf(asked, agents)!.serviceLevel).toBeGreaterThanOrEqual(target)
      expect(queueOf(asked, agents - 1)?.serviceLevel ?? 0).toBeLessThan(target)
    }),
    { seed: 1, numRuns: 200 },
  )
  expect(agentsNeeded({ perHour: 0, handleSeconds: 180, within: 20 }, 0.8)).toBe(0)
  expect(() => agentsNeeded({ perHour: 1, handleSeconds: 180, within: 20 }, 1)).toThrow(RangeError)
})

test('more agents never lower the service level, and B is below C', () => {
  fc.assert(
    fc.property(demand, fc.integer({ min: 1, max: 20 }), (asked, more) => {
      const agents = Math.floor(loadOf(asked)) + 1
      const [few, many] = [queueOf(asked, agents)!, queueOf(asked, agents + more)!]
      expect(many.serviceLevel).toBeGreaterThanOrEqual(few.serviceLevel - 1e-12)
      expect(many.meanWait).toBeLessThanOrEqual(few.meanWait)
      expect(erlangB(agents, loadOf(asked))).toBeLessThanOrEqual(few.waits)
    }),
    { seed: 2, numRuns: 300 },
  )
})

test('Erlang A becomes Erlang C as patience grows, and Erlang B as it vanishes', () => {
  const asked = { perHour: 200, handleSeconds: 180, within: 20 }
  const queue = queueOf(asked, 14)!
  const distances = [60, 600, 6000, 6e5, 6e7].map((patience) =>
    Math.abs(impatientQueueOf(asked, 14, patience).waits - queue.waits),
  )
  expect(distances).toEqual(distances.toSorted((a, b) => b - a))
  const patient = impatientQueueOf(asked, 14, 1e10)
  expect(patient.waits).toBeCloseTo(queue.waits, 7)
  expect(patient.meanWait).toBeCloseTo(queue.meanWait, 5)
  expect(patient.occupancy).toBeCloseTo(queue.occupancy, 7)
  expect(patient.abandons).toBeLessThan(1e-8)
  expect(impatientQueueOf(asked, 14, 1e-6).abandons).toBeCloseTo(erlangB(14, 10), 6)
})

test('Erlang A: what is not abandoned is served, at any load', () => {
  fc.assert(
    fc.property(
      demand,
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 5, max: 900, noNaN: true }),
      (asked, agents, patience) => {
        const queue = impatientQueueOf(asked, agents, patience)
        expect(queue.occupancy * agents).toBeCloseTo(loadOf(asked) * (1 - queue.abandons), 6)
        expect(queue.abandons).toBeGreaterThanOrEqual(0)
        expect(queue.abandons).toBeLessThan(1)
      },
    ),
    { seed: 3, numRuns: 300 },
  )
})
