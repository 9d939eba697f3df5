import { expect, test } from 'vitest'
import type { Estimate } from '../../src/stats/difference.ts'
import { impatientQueueOf } from '../../src/stats/erlang-a.ts'
import { queueOf } from '../../src/stats/erlang-c.ts'
import { simulateQueue } from '../../src/stats/queue-simulation.ts'

/** In the interval made wider by a half: 95 % ones miss one time in twenty. */
function expectIn({ value, low, high }: Estimate, formula: number) {
  const margin = (1.5 * (high - low)) / 2
  expect(Math.abs(value - formula)).toBeLessThan(margin)
  expect(margin).toBeGreaterThan(0)
}

test('the simulation agrees with Erlang C', () => {
  const demand = { perHour: 200, handleSeconds: 180, within: 20 }
  const [simulated, queue] = [simulateQueue(demand, 14, { contacts: 600_000, seed: 1 }), queueOf(demand, 14)!]
  expectIn(simulated.waits, queue.waits)
  expectIn(simulated.serviceLevel, queue.serviceLevel)
  expectIn(simulated.meanWait, queue.meanWait)
  expect(simulated.abandons.value).toBe(0)
  expect(simulated.serviceLevel.high - simulated.serviceLevel.low).toBeLessThan(0.01)
})

test.each([
  [14, 120],
  // More load than agents: only those who give up keep the queue short.
  [9, 300],
  [10, 45],
])('the simulation agrees with Erlang A: %i agents, patience %i s', (agents, patienceSeconds) => {
  const demand = { perHour: 200, handleSeconds: 180, within: 20 }
  const simulated = simulateQueue(demand, agents, { contacts: 300_000, seed: 7, patienceSeconds })
  const queue = impatientQueueOf(demand, agents, patienceSeconds)
  expectIn(simulated.waits, queue.waits)
  expectIn(simulated.abandons, queue.abandons)
  expectIn(simulated.meanWait, queue.meanWait)
})

test('the same seed gives the same figures, another one others', () => {
  const demand = { perHour: 60, handleSeconds: 240, within: 20 }
  const of = (seed: number) => simulateQueue(demand, 6, { contacts: 3000, seed })
  expect(of(5)).toEqual(of(5))
  expect(of(5)).not.toEqual(of(6))
  expect(() => simulateQueue(demand, 6, { contacts: 10, seed: 1 })).toThrow(RangeError)
})
