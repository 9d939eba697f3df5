import { expect, test } from 'vitest'
import type { MetricCell } from '../../src/metrics/frame.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { contextOf, emptyModel, fill } from './fixture.ts'

test('occupancy is handling over handling and available: breaks and time offline are in neither', async () => {
  const store = await emptyModel()
  const state = (name: string, hours: number) =>
    `SELECT 'a1' AS agent, '${name}' AS state, TIMESTAMP '2026-01-05' AS started_at, TIMESTAMP '2026-01-05' + to_hours(${hours}) AS ended_at`
  const states = [state('handling', 6), state('available', 2), state('break', 1), state('offline', 15)]
  await fill(store, 'agent_states', states.join(' UNION ALL '))
  const context = await contextOf(store)
  const { rows } = await runQuery({ metrics: ['occupancy', 'agent_busy_time', 'agent_customer_time'] }, context)
  const value = (metric: string) => (rows[0]![metric] as MetricCell).value
  expect([value('occupancy'), value('agent_busy_time'), value('agent_customer_time')]).toEqual([0.75, 21_600, 28_800])
  await store.close()
})

test('without states of agents there is no occupancy, and the columns are named', async () => {
  const store = await emptyModel()
  const { rows } = await runQuery({ metrics: ['occupancy'] }, await contextOf(store))
  const cell = rows[0]!.occupancy as MetricCell
  expect(cell.value).toBeNull()
  expect(cell.refused!.missing).toContain('agent_states.state')
  await store.close()
})
