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

test('the simulation agrees with Erlang C: 95 % intervals hold its values in 95 of 100 runs, but for chance', () => {
  const demand = { perHour: 200, handleSeconds: 180, within: 20 }
  const queue = queueOf(demand, 14)!
  const runs = Array.from({ length: 60 }, (_, seed) => simulateQueue(demand, 14, { contacts: 60_000, seed }))
  const holds = ({ low, high }: Estimate, formula: number) => low <= formula && formula <= high
  // 52 of 60 or fewer would come by chance once in a hundred times.
  expect(runs.filter(({ waits }) => holds(waits, queue.waits)).length).toBeGreaterThan(52)
  expect(runs.filter(({ serviceLevel }) => holds(serviceLevel, queue.serviceLevel)).length).toBeGreaterThan(52)
  expect(runs.filter(({ meanWait }) => holds(meanWait, queue.meanWait)).length).toBeGreaterThan(52)
  const mean = runs.reduce((sum, { serviceLevel }) => sum + serviceLevel.value, 0) / runs.length
  expect(Math.abs(mean - queue.serviceLevel)).toBeLessThan(0.003)
  expect(runs.every(({ abandons }) => abandons.value === 0)).toBe(true)
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
