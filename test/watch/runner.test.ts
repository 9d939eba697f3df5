import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunSetting } from '../../src/config/runs.ts'
import { lastDue, nextDue } from '../../src/watch/due-runs.ts'
import { openRunLedger, type RunLine, readRunLines } from '../../src/watch/run-ledger.ts'
import { createRunner } from '../../src/watch/runner.ts'

let watch: string
beforeEach(async () => {
  watch = await mkdtemp(join(tmpdir(), 'rapport-runs-'))
})
afterEach(() => rm(watch, { recursive: true, force: true }))

const at = (text: string): number => Date.parse(text)
const shown = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString())

const run = (id: string, when: string, more: Partial<RunSetting> = {}): RunSetting => ({
  id,
  when,
  do: 'build',
  receivers: [],
  formats: [],
  ...more,
})

/** A runner at one moment, as a process that has just begun. */
async function runAt(
  time: string,
  runs: RunSetting[],
  perform: (run: RunSetting, due: number) => Promise<string> = async () => 'done',
) {
  const ledger = await openRunLedger(watch)
  const done: string[] = []
  const failed: string[] = []
  const runner = createRunner({
    runs,
    zone: 'UTC',
    ledger,
    now: () => at(time),
    perform: async (each, due) => {
      done.push(`${each.id} ${shown(due)}`)
      return perform(each, due)
    },
    failed: (error, of) => failed.push(`${of?.run.id}: ${(error as Error).message}`),
  })
  const next = await runner.runDue()
  await ledger.close()
  return { done, failed, next: shown(next) }
}

test('local times hold through a change of the clock', () => {
  const paris = { when: '30 6 * * *', zone: 'Europe/Paris' }
  expect(shown(nextDue(paris, at('2026-03-28T06:00:00Z'), 'UTC'))).toBe('2026-03-29T04:30:00.000Z')
  expect(shown(nextDue(paris, at('2026-03-27T12:00:00Z'), 'UTC'))).toBe('2026-03-28T05:30:00.000Z')
  expect(shown(lastDue(paris, { since: 0, now: at('2026-10-25T05:30:00Z') }, 'UTC'))).toBe('2026-10-25T05:30:00.000Z')
  expect(lastDue(paris, { since: at('2026-10-25T05:30:00Z'), now: at('2026-10-26T05:00:00Z') }, 'UTC')).toBe(null)
})

test('what is new waits for its first time; then it runs once each time', async () => {
  const nightly = [run('nightly', '0 6 * * *')]
  expect(await runAt('2026-01-05T08:00:00Z', nightly)).toEqual({
    done: [],
    failed: [],
    next: '2026-01-06T06:00:00.000Z',
  })
  expect((await runAt('2026-01-06T06:00:00Z', nightly)).done).toEqual(['nightly 2026-01-06T06:00:00.000Z'])
  expect((await runAt('2026-01-06T06:00:30Z', nightly)).done).toEqual([])
})

test('what was missed is caught up once, in the order in which it was due', async () => {
  const both = [run('nightly', '0 6 * * *'), run('hourly', '0 * * * *')]
  await runAt('2026-01-05T08:10:00Z', both)
  expect((await runAt('2026-01-09T09:30:00Z', both)).done).toEqual([
    'nightly 2026-01-09T06:00:00.000Z',
    'hourly 2026-01-09T09:00:00.000Z',
  ])
  expect((await runAt('2026-01-09T09:31:00Z', both)).done).toEqual([])
})

test('a run that fails is kept with its reason, and the others go on', async () => {
  const both = [run('a', '0 6 * * *'), run('b', '0 6 * * *')]
  await runAt('2026-01-05T08:00:00Z', both)
  const fails = async (each: RunSetting) => {
    if (each.id === 'a') throw new Error('The disk is full.')
    return 'done'
  }
  const outcome = await runAt('2026-01-06T06:01:00Z', both, fails)
  expect(outcome.done.map((each) => each[0])).toEqual(['a', 'b'])
  expect(outcome.failed).toEqual(['a: The disk is full.'])
  const lines: RunLine[] = []
  for await (const line of readRunLines(watch)) lines.push(line)
  expect(lines.filter(({ kind }) => kind === 'ended')).toMatchObject([
    { run: 'a', outcome: 'failed', says: 'The disk is full.' },
    { run: 'b', outcome: 'done' },
  ])
  expect((await runAt('2026-01-06T06:02:00Z', both)).done).toEqual([])
})

test('what was cut short is done again', async () => {
  const nightly = [run('nightly', '0 6 * * *')]
  await runAt('2026-01-05T08:00:00Z', nightly)
  const ledger = await openRunLedger(watch)
  await ledger.append({
    kind: 'begun',
    run: 'nightly',
    due: at('2026-01-06T06:00:00Z'),
    at: at('2026-01-06T06:00:00Z'),
  })
  await ledger.close()
  expect((await runAt('2026-01-06T06:05:00Z', nightly)).done).toEqual(['nightly 2026-01-06T06:00:00.000Z'])
  expect((await runAt('2026-01-06T06:06:00Z', nightly)).done).toEqual([])
})

test('a clock that is set back runs nothing twice', async () => {
  const hourly = [run('hourly', '0 * * * *')]
  await runAt('2026-01-05T08:10:00Z', hourly)
  expect((await runAt('2026-01-05T10:00:05Z', hourly)).done).toHaveLength(1)
  expect((await runAt('2026-01-05T09:00:05Z', hourly)).done).toEqual([])
  expect((await runAt('2026-01-05T11:00:00Z', hourly)).done).toEqual(['hourly 2026-01-05T11:00:00.000Z'])
})
