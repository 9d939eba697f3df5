import { expect, test } from 'vitest'
import { queueOf } from '../../src/stats/erlang-c.ts'
import { marginOf } from '../../src/stats/marginal-agent.ts'

const demand = { perHour: 200, handleSeconds: 180, within: 20 }

test('one agent more than the fourteen who explain what is achieved, and one less: the levels of Erlang C', () => {
  const level = (agents: number) => queueOf(demand, agents)!.serviceLevel
  // 200 calls an hour of 180 s, 14 agents, 20 s: 0.888350 (docs/staffing.md).
  expect(level(14)).toBeCloseTo(0.88835, 5)
  const queue = { perHour: [200, 200, 200], handleSeconds: 180, within: 20, concurrency: 1, attained: level(14) }
  const { more, less } = marginOf(queue, 3)
  expect(more).toBeCloseTo(600 * (level(15) - level(14)), 6)
  expect(less).toBeCloseTo(600 * (level(13) - level(14)), 6)
  expect(marginOf(queue, 1).more).toBeCloseTo(more / 3, 6)
})

test('the busiest hours have the agent, and where all is answered one more changes nothing', () => {
  const queue = {
    perHour: [1, 200],
    handleSeconds: 180,
    within: 20,
    concurrency: 1,
    attained: queueOf(demand, 14)!.serviceLevel,
  }
  expect(marginOf(queue, 1).more).toBeGreaterThan(5)
  expect(marginOf({ ...queue, attained: 1 }, 2).more).toBeCloseTo(0, 6)
})

test('who has as many agents as work and loses one answers none of them in time', () => {
  const { less } = marginOf({ perHour: [20], handleSeconds: 180, within: 20, concurrency: 1, attained: 0.5 }, 1)
  expect(less).toBeCloseTo(-10, 6)
})
