import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSettings } from '../../src/config/settings.ts'
import { assertNone, parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import { buildVersion } from '../../src/flow/flow.ts'
import { parsePack } from '../../src/flow/map/pack.ts'
import { dataFolder, versionFile } from '../../src/flow/publish/publish.ts'
import { sql } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'

const pack = `id: desk
name: Desk
tables:
  - name: calls
    recognise: [call, queue, began]
    fills:
      - table: touchpoints
        key: call
        columns:
          channel: { value: call }
          market: queue
          started_at: { from: began, read: "%Y-%m-%d %H:%M:%S" }
          wait_seconds: { from: waited }
`

test('a build holds each row against the promise of rapport.yaml, and the version says so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-promised-'))
  await writeFile(
    join(folder, 'calls.csv'),
    'call,queue,began,waited\n1,FR,2024-01-01 10:00:00,90\n2,DE,2024-01-01 10:00:00,91\n',
  )
  const problems: Problem[] = []
  const settings = readSettings(
    parseYaml(
      'sources: [{ id: desk, files: calls.csv, pack: desk }]\nsla: [{ metric: wait, market: FR, value: 90 s, source: French desk }]',
      'rapport.yaml',
    ),
    problems,
  )
  const desk = parsePack(parseYaml(pack, 'pack.yaml'), problems)
  assertNone(problems)
  const data = dataFolder(join(folder, 'data'))
  const { version } = await buildVersion({
    directory: folder,
    data,
    settings: settings!,
    hash: 'a',
    product: 'test',
    packs: [desk!],
    synonyms: () => Promise.reject(new Error('the pack is named')),
    checks: [],
    guess: true,
    answers: {},
  })
  const store = await openDuckdb({
    file: versionFile(data, version),
    alias: `v${version}`,
    mode: 'read',
    temporary: data.temporary,
  })
  const rows = await store.rows(sql`SELECT source_key, target_seconds FROM cx.touchpoints ORDER BY 1`)
  const [facts] = await store.rows(sql`SELECT present, counts FROM cx.versions`)
  await store.close()
  await rm(folder, { recursive: true })
  expect(rows).toEqual([
    { source_key: '1', target_seconds: 90 },
    { source_key: '2', target_seconds: 120 },
  ])
  expect(JSON.parse(String(facts?.present))).toContain('touchpoints.target_seconds')
  expect(JSON.parse(String(facts?.counts))).toMatchObject({ touchpoints: 2, sla_targets: 5 })
})

test('a promise that does not read is refused with its line', () => {
  const problems: Problem[] = []
  const text = 'sources: [{ id: a, files: a.csv }]\nsla:\n  - { metric: wait, value: soon, source: Board }'
  expect(readSettings(parseYaml(text, 'rapport.yaml'), problems)).toBeNull()
  expect(problems).toMatchObject([{ where: 'rapport.yaml:3', message: expect.stringContaining('such as 120 s') }])
})
