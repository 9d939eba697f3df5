import { join } from 'node:path'
import { expect, test } from 'vitest'
import { raw } from '../../../src/sql/sql.ts'
import { builtFrom } from '../built.ts'

const folder = join(import.meta.dirname, '../../../catalog/packs/success-team')

test('a follow-up is no channel, Offered is a survey without an answer, durations are stored in seconds', async () => {
  const { store } = await builtFrom(join(folder, 'sample/success_team_export.csv'))
  const rows = (text: string) => store.rows(raw(text))
  expect(await rows(`SELECT DISTINCT channel FROM cx.cases WHERE medium = 'Closed Ticket'`)).toEqual([
    { channel: null },
  ])
  const [survey] = await rows(
    `SELECT count(*) AS offered, count(score) AS answered, min(score) AS low, max(score) AS high FROM cx.surveys`,
  )
  expect(Number(survey?.offered)).toBeGreaterThan(Number(survey?.answered))
  expect([Number(survey?.low) >= 1, Number(survey?.high) <= 5]).toEqual([true, true])
  const durations = await rows(`SELECT DISTINCT metric, clock, origin FROM cx.case_durations ORDER BY metric, clock`)
  expect(
    durations.filter(({ origin }) => origin === 'stored').map(({ metric, clock }) => `${metric} ${clock}`),
  ).toEqual([
    'first_reply business',
    'first_resolution business',
    'first_resolution calendar',
    'full_resolution business',
    'full_resolution calendar',
    'requester_wait business',
    'requester_wait calendar',
  ])
  // Calendar durations are whole minutes between the very moments of the case.
  expect(
    await rows(`SELECT count(*) AS n FROM cx.case_durations d JOIN cx.cases c ON c.id = d."case"
      WHERE d.metric = 'full_resolution' AND d.clock = 'calendar' AND d.seconds <> epoch(c.solved_at) - epoch(c.created_at)`),
  ).toEqual([{ n: 0 }])
})

test('local times of the team become UTC', async () => {
  const { store } = await builtFrom(join(folder, 'sample/success_team_export.csv'))
  const [first] = await store.rows(
    raw(`SELECT CAST(created_at AS VARCHAR) AS created FROM cx.cases WHERE source_key = '40001'`),
  )
  // 23-10-2023 05:30 in India is five and a half hours ahead.
  expect(first?.created).toBe('2023-10-23 00:00:00')
})
