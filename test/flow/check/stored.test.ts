import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseYaml } from '../../../src/config/yaml.ts'
import type { Problem } from '../../../src/errors.ts'
import { parseChecks } from '../../../src/flow/check/check.ts'
import { findFaults } from '../../../src/flow/check/find.ts'
import { raw } from '../../../src/sql/sql.ts'
import { temporaryFolder } from '../../generate/reading.ts'
import { emptyModel } from '../../metrics/fixture.ts'
import { builtFrom } from '../built.ts'

const folder = temporaryFolder()

async function found(kind: string, ...statements: string[]) {
  const store = await emptyModel()
  for (const statement of statements) await store.run(raw(statement))
  const problems: Problem[] = []
  const checks = parseChecks(parseYaml(`checks: [{ id: this, severity: error, ${kind} }]`, 'checks.yaml'), problems)
  expect(problems).toEqual([])
  const results = await findFaults(store, checks, new Set(), { landed: '2024-04-01 00:00:00', asOf: null, zone: 'UTC' })
  const rows = await store.rows(raw('SELECT id FROM cx.check_rows ORDER BY id'))
  await store.close()
  return { results, rows: rows.map(({ id }) => id) }
}

test('a wait above the full resolution of a solved case that was never reopened, with the worst as the example', async () => {
  const cases = `INSERT INTO cx.cases (id, source_key, status, reopens, created_at, solved_at) VALUES
    ('d:1', '1', 'solved', 0, '2024-01-01 00:00', '2024-01-03 00:00'), ('d:2', '2', 'closed', 0, NULL, NULL),
    ('d:3', '3', 'solved', 1, '2024-01-01 00:00', '2024-01-01 01:00'), ('d:4', '4', 'open', 0, '2024-01-01 00:00', NULL),
    ('d:5', '5', 'solved', 0, '2024-01-01 00:00', '2024-01-01 10:00'), ('d:6', '6', 'solved', NULL, '2024-01-01 00:00', '2024-01-01 01:00'),
    ('d:7', '7', 'solved', 0, '2024-01-01 00:00', '2024-01-01 01:00')`
  const hours = (id: number, metric: string, n: number, origin = 'stored') =>
    `('${id}${metric}${origin}', 'd:${id}', '${metric}', 'calendar', ${n * 3600}, '${origin}')`
  const durations = `INSERT INTO cx.case_durations (id, "case", metric, clock, seconds, origin) VALUES ${[
    hours(1, 'requester_wait', 47),
    hours(2, 'requester_wait', 98.8),
    hours(2, 'full_resolution', 49.5),
    hours(3, 'requester_wait', 9),
    hours(4, 'requester_wait', 9),
    // Neither alone, but both together.
    hours(5, 'requester_wait', 7),
    hours(5, 'agent_wait', 5),
    hours(6, 'requester_wait', 9),
    // What was superseded says nothing, and a minute is rounding.
    hours(7, 'requester_wait', 9, 'superseded'),
    hours(7, 'on_hold', 1 + 1 / 60, 'computed'),
  ].join(', ')}`
  const { results, rows } = await found('kind: long_waits', cases, durations)
  expect(rows).toEqual(['d:2', 'd:5'])
  expect(results).toMatchObject([
    { table: 'cases', found: 2, checked: 4, facts: { example: '2', waited: 98.8, whole: 49.5 } },
  ])
})

test('stored durations against those that the moments give', async () => {
  const row = (id: number, seconds: number, origin: string) =>
    `('${id}${origin}', 'd:${id}', 'full_resolution', 'calendar', ${seconds}, '${origin}')`
  const { results } = await found(
    'kind: stored_durations',
    `INSERT INTO cx.case_durations (id, "case", metric, clock, seconds, origin) VALUES ${[1, 2, 3]
      .flatMap((id) => [row(id, 7200, 'computed'), row(id, id === 3 ? 120 : 7200 + 30 * id, 'superseded')])
      .join(', ')}`,
  )
  expect(results).toMatchObject([{ found: 1, checked: 3, facts: { metric: 'full resolution', computed: 2 } }])
})

test('counts of different customers that a list states, against the holdings', async () => {
  const kind = 'kind: stored_count, table: agents, names: [clients_count], of: holdings.advisor, distinct: customer'
  const { results, rows } = await found(
    kind,
    `INSERT INTO cx.loads (id, fills) VALUES ('l', 'agents')`,
    `INSERT INTO cx.columns (load, name) VALUES ('l', 'Clients count')`,
    `INSERT INTO cx.agents (id, attributes) VALUES ('a', '{"Clients count": "2"}'), ('b', '{"Clients count": "5"}'), ('c', NULL)`,
    `INSERT INTO cx.holdings (id, advisor, customer) VALUES ('1', 'a', 'x'), ('2', 'a', 'x'), ('3', 'a', 'y'), ('4', 'b', 'x')`,
  )
  expect(rows).toEqual(['b'])
  expect(results).toMatchObject([{ subject: 'Clients count', found: 1, checked: 2, facts: { stored: 7, counted: 3 } }])
})

test('a log of events that was read as a list of cases', async () => {
  const file = async (records: number, cases: number) => {
    const lines = Array.from(
      { length: records },
      (_, row) =>
        `T${row % cases},${row < cases ? 'Open' : 'Closed'},2024-01-01 08:00:00,2024-01-0${1 + (row % 7)} 10:00:00`,
    )
    const path = join(folder, `${records}-${cases}.csv`)
    writeFileSync(path, ['Ticket ID,Status,Created at,Updated at', ...lines, ''].join('\n'))
    const { report } = await builtFrom(path)
    return report.results.flatMap(({ check, facts, checked, found: more }) =>
      check === 'events-as-cases' ? [[facts.column, facts.cases, checked, more]] : [],
    )
  }
  expect(await file(60, 20)).toEqual([['Ticket ID', 20, 60, 40]])
  expect(await file(22, 20)).toEqual([])
})
