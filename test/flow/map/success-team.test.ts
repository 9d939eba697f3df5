import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { raw } from '../../../src/sql/sql.ts'
import type { Row } from '../../../src/store/store.ts'
import { builtFrom } from '../built.ts'

const folder = join(import.meta.dirname, '../../../catalog/packs/success-team')

/** What people compare: columns with a value somewhere, without the load's hash and what later steps derive. */
function filled(rows: Row[]): Row[] {
  const isOfThePack = (name: string) => !name.endsWith('_target_seconds') && rows.some((row) => row[name] !== null)
  const names = Object.keys(rows[0] ?? {}).filter(isOfThePack)
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])))
}

test('the sample becomes the expected tables', async () => {
  const { report, store } = await builtFrom(join(folder, 'sample/success_team_export.csv'))
  const { records, mapped, rejected, duplicate, superseded, skipped } = report.loads[0]!
  const result: Record<string, unknown> = { load: { records, mapped, rejected, duplicate, superseded, skipped } }
  for (const table of ['cases', 'customers', 'teams', 'surveys', 'case_durations']) {
    const where = table === 'case_durations' ? "WHERE origin = 'stored'" : ''
    result[table] = filled(
      await store.rows(raw(`SELECT * EXCLUDE (load) FROM cx.${table} ${where} ORDER BY record, id`)),
    )
  }
  result.rejects = await store.rows(raw('SELECT * EXCLUDE (load) FROM cx.rejects ORDER BY record, "column"'))
  const file = join(folder, 'expected/model.json')
  if (process.env.UPDATE_GOLDEN) await writeFile(file, `${JSON.stringify(result, null, 1)}\n`)
  expect(result).toEqual(JSON.parse(await readFile(file, 'utf8')))
})

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
