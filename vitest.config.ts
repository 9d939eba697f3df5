import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Half of most tests is waiting for a process or for the disk: on two cores two files at a time take two thirds of the time of one.
    maxWorkers: 2,
  },
})
