import { join } from 'node:path'
import { expect, test } from 'vitest'
import { yamlOf } from '../../../src/cli/check-suggest.ts'
import { readWords } from '../../../src/config/read-words.ts'
import { parseYaml } from '../../../src/config/yaml.ts'
import type { Problem } from '../../../src/errors.ts'
import { parseChecks } from '../../../src/flow/check/check.ts'
import { findFaults } from '../../../src/flow/check/find.ts'
import { suggestFrom } from '../../../src/flow/check/suggest.ts'
import { emptyModel, factsOf, fill } from '../../metrics/fixture.ts'

const judged = { landed: '2024-03-01 12:00:00', asOf: '2024-03-01T10:00:00Z', zone: 'UTC' }

test('what is suggested reads as a file of checks, and the data that it came from pass', async () => {
  const store = await emptyModel()
  await fill(
    store,
    'sessions',
    `SELECT 's' || d || '-' || r AS id, 'web' AS source, TIMESTAMP '2024-03-01' - to_days(CAST(d AS INTEGER)) AS started_at,
      DATE '2024-03-01' - CAST(d AS INTEGER) AS started_on, ['it''s', 'a: b', 'browse'][1 + r % 3] AS action,
      CASE WHEN r > 0 THEN r * 10 - 50 END AS duration_seconds, CASE WHEN d > 0 THEN 'd' || (r * 70 + d) END AS device FROM range(0, 70) t(d), range(0, 20) u(r)`,
  )
  // Too few for any rule.
  await fill(store, 'agents', `SELECT 'a' || i AS id, 'x' AS grade FROM range(0, 50) t(i)`)
  const { present } = await factsOf(store)
  const suggestions = await suggestFrom(store, { checks: [], present, judged })
  expect(suggestions.map(({ check }) => check.id)).toEqual([
    'sessions-started-at-complete',
    'sessions-action-complete',
    'sessions-action-list',
    'sessions-device-unique',
    'sessions-duration-seconds-range',
    'sessions-a-day',
  ])
  const words = await readWords([join(import.meta.dirname, '../../../catalog/words')], 'fr', [])
  const text = yamlOf(suggestions, { project: { name: 'été\n: x' }, version: 'abc', words })
  expect(text).toContain('# 1\u202f400 valeurs sont 3 mots')
  expect(text).toContain(`where: "action not in ('a: b', 'browse', 'it''s')"`)
  expect(text).toContain('where: "duration_seconds < -130 or duration_seconds > 230"')

  const problems: Problem[] = []
  const checks = parseChecks(parseYaml(text, 'suggested.yaml'), problems)
  expect(problems).toEqual([])
  const results = await findFaults(store, checks, present, judged)
  expect(new Set(results.map(({ check }) => check)).size).toBe(suggestions.length)
  expect(results.filter(({ found }) => found > 0)).toEqual([])
  // And each can fail.
  await fill(
    store,
    'sessions',
    `SELECT 'n' || i AS id, 'web' AS source, DATE '2024-02-28' AS started_on, 'new' AS action, 'd1' AS device, 999 AS duration_seconds FROM range(0, 90) t(i)`,
  )
  const broken = (await findFaults(store, checks, present, judged)).filter(({ found }) => found > 0)
  expect(broken.map(({ check }) => check).toSorted()).toEqual(
    suggestions
      .map(({ check }) => check.id)
      .filter((id) => id !== 'sessions-action-complete')
      .toSorted(),
  )
  expect(await suggestFrom(store, { checks, present, judged })).toEqual([])
  expect(yamlOf([], { project: { name: 'x' }, version: 'abc', words })).toContain('checks: []')
  await store.close()
})
