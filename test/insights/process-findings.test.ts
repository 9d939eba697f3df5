import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Finding } from '../../src/insights/finding.ts'
import { caseIdsOf } from '../../src/insights/process-cases.ts'
import { processFindings } from '../../src/insights/process-findings.ts'
import { readProcess } from '../../src/insights/read-process.ts'
import { readProcessFindings } from '../../src/insights/read-process-findings.ts'
import { parseTargetProcess } from '../../src/insights/target-process.ts'
import type { RowsQuery } from '../../src/metrics/query.ts'
import { readRows } from '../../src/metrics/rows.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
beforeAll(async () => {
  store = await emptyModel()
})
afterAll(() => store.close())

interface Planted {
  seed: number
  cases?: number
  /** Share of cases that are opened again after they were solved. */
  reopened?: number
  /** Share in which the assignment is done twice. */
  assignedTwice?: number
  /** Waits between reply and solution are so many times those between other steps. */
  slow?: number
  /** Work goes to a second agent and back. */
  back?: number
}

/** Cases of one usual way, with waits of chance and agents of chance, and what is planted. */
async function generate({
  seed,
  cases = 2000,
  reopened = 0,
  assignedTwice = 0,
  slow = 1,
  back = 0,
}: Planted): Promise<void> {
  for (const table of ['cases', 'case_events']) await store.run(raw(`DELETE FROM cx."${table}"`))
  // A hash of the seed, the case and what is drawn: the same seed, the same log.
  const draw = (what: string, id = 'i'): string =>
    `(hash(${id} * 7919 + ${seed} * 104729, '${what}') % 1000003 / 1000003.0)`
  const agent = (what: string): string => `'agent ' || CAST(floor(${draw(what)} * 12) AS VARCHAR)`
  const way = `SELECT i, unnest([
    {s: 0, activity: 'created', actor: NULL, here: TRUE, times: 1.0},
    {s: 1, activity: 'assigned', actor: one, here: TRUE, times: 1.0},
    {s: 2, activity: 'assigned', actor: one, here: ${draw('twice')} < ${assignedTwice}, times: 1.0},
    {s: 3, activity: 'replied', actor: CASE WHEN ${draw('back')} < ${back} THEN two ELSE one END, here: TRUE, times: 1.0},
    {s: 4, activity: 'solved', actor: one, here: TRUE, times: ${slow}.0},
    {s: 5, activity: 'reopened', actor: NULL, here: ${draw('again')} < ${reopened}, times: 1.0},
    {s: 6, activity: 'solved', actor: one, here: ${draw('again')} < ${reopened}, times: 1.0},
    {s: 7, activity: 'closed', actor: one, here: TRUE, times: 1.0}]) AS e
    FROM (SELECT i, ${agent('one')} AS one, 'other ' || CAST(floor(${draw('two')} * 12) AS VARCHAR) AS two FROM range(${cases}) AS r(i))`
  await fill(store, 'cases', `SELECT 'c' || i AS id FROM range(${cases}) AS r(i)`)
  await fill(
    store,
    'case_events',
    `SELECT 'e' || i || '-' || e.s AS id, 'c' || i AS "case", e.activity AS activity, e.actor AS actor, 'agent' AS actor_kind, i * 10 + e.s AS record,
      TIMESTAMP '2026-01-05 08:00:00' + to_seconds(CAST(sum(-3600 * ln(1 - ${draw('wait', '(i * 10 + e.s)')}) * e.times) OVER (PARTITION BY i ORDER BY e.s) AS BIGINT)) AS "at"
      FROM (${way}) WHERE e.here`,
  )
}

async function found(planted: Planted): Promise<Finding[]> {
  await generate(planted)
  const context = await contextOf(store)
  const answer = processFindings({ evidence: await readProcess({}, context), scope: {}, words: context.words })
  return answer as Finding[]
}

const ids = (findings: Finding[]): string[] => findings.map(({ id }) => id)

describe('on generated cases', () => {
  test('a planted reopen loop is found and nothing else, with an interval that covers what was planted', async () => {
    let covered = 0
    for (let seed = 1; seed <= 12; seed++) {
      const findings = await found({ seed, reopened: 0.12 })
      expect(ids(findings), `seed ${seed}`).toEqual(['process.reopens'])
      const { low, high } = findings[0]!.confidence.effect!
      if (low <= 0.12 && 0.12 <= high) covered++
    }
    // Of 12 intervals of 95 %, fewer than 10 would be one time in fifty.
    expect(covered).toBeGreaterThanOrEqual(10)
  }, 120_000)

  test('where nothing is planted nothing is found', async () => {
    for (let seed = 1; seed <= 12; seed++) expect(ids(await found({ seed })), `seed ${seed}`).toEqual([])
  }, 120_000)

  test('repeated steps, work that goes back and a slow transition are each found by themselves', async () => {
    expect(ids(await found({ seed: 1, assignedTwice: 0.2 }))).toEqual(['process.rework'])
    expect(ids(await found({ seed: 2, back: 0.3 }))).toEqual(['process.returns'])
    expect(ids(await found({ seed: 3, slow: 9 }))).toEqual(['process.bottleneck'])
    expect(ids(await found({ seed: 4, reopened: 0.2, assignedTwice: 0.2 }))).toEqual([
      'process.reopens',
      'process.rework',
    ])
  }, 60_000)

  test('a few cases are not enough to speak', async () => {
    expect(ids(await found({ seed: 5, cases: 20, reopened: 0.12 }))).toEqual([])
  })

  test('the check of a finding lists as many cases as it claims', async () => {
    const [loop] = await found({ seed: 6, reopened: 0.12 })
    const context = await contextOf(store)
    const check = loop!.check as RowsQuery
    const among = await caseIdsOf(check.process!, {}, new Map(), context)
    const { total } = await readRows(check, context, among)
    expect(total).toBe(Math.round(loop!.confidence.effect!.value * loop!.confidence.n))
    expect(loop!.evidence).toContain(`${total} cases of 2,000`)
    expect(loop!.limits.length).toBeGreaterThan(0)
  })

  test('a deviation from a process that cases should follow is a finding too', async () => {
    await generate({ seed: 7, assignedTwice: 0.3 })
    const context = await contextOf(store)
    const text =
      'process: desk\nsteps:\n  - step: Created\n  - step: Assigned\n  - step: Replied (Agent)\n  - step: Solved\n  - step: Closed\n'
    const target = parseTargetProcess(parseYaml(text, 'desk.yaml'), [])!
    const answer = await readProcessFindings({}, context, target)
    expect(ids(answer as Finding[])).toEqual(['process.rework', 'process.desk.again.activity:assigned'])
    expect((answer as Finding[])[1]!.claim).toMatch(
      /^\d\d\.\d% of finished cases part from desk: Assigned more than once\.$/,
    )
  })
})

test('an inferred process has no findings, and says what would give them', async () => {
  for (const table of ['cases', 'case_events']) await store.run(raw(`DELETE FROM cx."${table}"`))
  await fill(store, 'cases', `SELECT '1' AS id, 'open' AS status`)
  const context = await contextOf(store)
  const evidence = await readProcess({}, context)
  expect(evidence?.statuses).toEqual([{ status: 'open', cases: 1 }])
  expect(processFindings({ evidence, scope: {}, words: context.words })).toEqual({
    refused: expect.stringContaining('only inferred'),
    missing: ['case_events.at', 'case_events.step'],
  })
})
