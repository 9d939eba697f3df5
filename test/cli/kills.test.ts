import { afterAll, expect, test } from 'vitest'
import { makeFolder, removeFolder } from './command.ts'
import { killRounds } from './kill-rounds.ts'

const folder = await makeFolder()
afterAll(() => removeFolder(folder))

// Fifty rounds are a script of their own: npm run bench -- kills.
test('killed without warning under load, everything acknowledged is there once', async () => {
  const { rounds, acknowledged, live, built, ...faults } = await killRounds({ folder, rounds: 3, seed: 7 })
  expect(rounds).toHaveLength(3)
  expect(acknowledged).toBeGreaterThan(20)
  expect(faults).toEqual({ lost: [], doubled: [], foreign: [], unbalanced: [] })
  expect(built).toBeGreaterThanOrEqual(acknowledged + 500)
  expect(live).toBeGreaterThanOrEqual(acknowledged + 500)
  expect(live).toBeLessThanOrEqual(built)
}, 120_000)
