import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readWords } from '../../src/config/read-words.ts'
import { problemsOf } from '../../src/errors.ts'
import { appendDecision, type Decision, readDecisions, standingDecisions } from '../../src/insights/action-ledger.ts'
import { effectIn, measureAction } from '../../src/insights/measure-action.ts'
import type { PlaybookRule } from '../../src/insights/playbook-rule.ts'
import type { Query } from '../../src/metrics/query.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import { frameOf } from './frames.ts'

const words = await readWords([join(import.meta.dirname, '../../catalog/words')], 'en', [])
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-actions-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const decision = (action: string, more: Partial<Decision> = {}): Decision => ({
  action,
  decision: 'accepted',
  owner: 'Ada',
  from: '2021-01-01',
  decided_at: '2021-01-01T08:00:00.000Z',
  ...more,
})

test('what was decided is only ever added to; the last line about an action holds', async () => {
  expect(await readDecisions(folder)).toEqual([])
  await appendDecision(folder, decision('write-faq'))
  const before = await readFile(join(folder, 'actions.ndjson'), 'utf8')
  await appendDecision(folder, decision('ask-nps', { decided_at: '2021-01-02T08:00:00.000Z' }))
  await appendDecision(folder, {
    action: 'write-faq',
    decision: 'rejected',
    note: 'no time\nnow',
    decided_at: '2021-01-03T08:00:00.000Z',
  })
  expect(await readFile(join(folder, 'actions.ndjson'), 'utf8')).toMatch(new RegExp(`^${before.trim()}`))
  const all = await readDecisions(folder)
  expect(all).toHaveLength(3)
  expect(standingDecisions(all).map((each) => [each.action, each.decision, each.note])).toEqual([
    ['write-faq', 'rejected', 'no time\nnow'],
    ['ask-nps', 'accepted', undefined],
  ])
})

test('twenty at once lose nothing', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, at) => appendDecision(folder, decision(`rule-${at}`))))
  expect(new Set((await readDecisions(folder)).map(({ action }) => action)).size).toBe(20)
})

test('a line that a crash cut short spoils itself alone, and is told with its number', async () => {
  await appendDecision(folder, decision('write-faq'))
  await writeFile(join(folder, 'actions.ndjson'), '{"action":"ask-', { flag: 'a' })
  await appendDecision(folder, decision('collect-comments'))
  const problems = await readDecisions(folder).then(
    () => [],
    (error: unknown) => problemsOf(error),
  )
  expect(problems.map(({ where }) => where)).toEqual(['actions.ndjson:2'])
  const lines = (await readFile(join(folder, 'actions.ndjson'), 'utf8')).split('\n')
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ action: 'collect-comments' })
})

function months(jump: number, { n = 60, from = 40, seed = 3 } = {}): number[] {
  const draw = normalDraws(seed)
  return Array.from({ length: n }, (_, at) => 100 + draw() + (at >= from ? jump : 0))
}
const level = { unit: 'score', additivity: 'non-additive' } as const

test('a planted effect is shown with an interval that covers it, and with how many earlier dates show as much', () => {
  const effect = effectIn(frameOf(months(-6), level), 'calls', '2023-05-01', words)
  expect(effect.standing).toBe('shown')
  expect(effect.change?.low).toBeLessThan(-6)
  expect(effect.change?.high).toBeGreaterThan(-6)
  expect(effect.change?.placebo).toMatchObject({ dates: 29, as_large: 0 })
  expect(effect.sentence).toMatch(/^Calls moved by −5\.\d\d|^Calls moved by −6\.\d\d/)
  expect(effect.limits).toContain('a date is no experiment')
})

test('where nothing happened nothing is shown; the month of the change itself is left out', () => {
  expect(effectIn(frameOf(months(0), level), 'calls', '2023-05-01', words).standing).toBe('not_shown')
  const values = months(-6)
  // Half of the month is as before: it belongs to neither side.
  const mixed = values.map((value, at) => (at === 40 ? 500 : value))
  const effect = effectIn(frameOf(mixed, level), 'calls', '2023-05-15', words)
  expect(effect.change).toMatchObject({ before: 40, after: 19 })
  expect(effect.standing).toBe('shown')
})

test('too few months, too few dates to hold it against, or none at all: told, not measured', () => {
  const told = (values: (number | null)[], from: string) => effectIn(frameOf(values, level), 'calls', from, words)
  expect(told(months(-6, { n: 30, from: 5 }), '2020-06-01').sentence).toContain('5 whole months of Calls before')
  expect(told(months(-6, { n: 30, from: 28 }), '2022-05-01').sentence).toContain('2 whole months of Calls since')
  expect(told(months(-6, { n: 24, from: 16 }), '2021-05-01')).toMatchObject({ standing: 'unchecked' })
  expect(told([1, null, 3], '2020-02-01').sentence).toContain('no value in 1 of 3 periods')
})

const rule = { id: 'own', check: { metric: 'calls', grain: 'month', periods: 8, where: {} } } as unknown as PlaybookRule

test('those are measured whom the recommendation was about; a rejected one is not', async () => {
  const asked: Query[] = []
  const services = {
    words,
    runQuery: async (query: Query) => {
      asked.push(query)
      return frameOf(months(-6), level)
    },
  }
  const where: Decision['where'] = [{ dimension: 'market', op: 'in', values: ['IT'] }]
  const effect = await measureAction(decision('own', { from: '2023-05-01', where }), rule, services)
  expect(effect?.standing).toBe('shown')
  expect(asked).toEqual([{ metrics: ['calls'], grain: 'month', where }])
  expect(await measureAction({ ...decision('own'), decision: 'rejected' }, rule, services)).toBeNull()
  expect(await measureAction(decision('gone'), undefined, services)).toMatchObject({ standing: 'refused' })
})
