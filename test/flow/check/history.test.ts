import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { settingsSchema } from '../../../src/config/settings.ts'
import { type CheckedVersion, keepChecked, readChecked, trendOf } from '../../../src/flow/check/history.ts'
import { buildVersion } from '../../../src/flow/flow.ts'
import { checksLog, dataFolder } from '../../../src/flow/publish/publish.ts'
import { readChecks, readPacks, readSynonyms } from '../../../src/project.ts'

const folder = mkdtempSync(join(tmpdir(), 'rapport-history-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const version = (id: string, found: number | null): CheckedVersion => ({
  version: id,
  at: `2024-01-0${id}T00:00:00Z`,
  as_of: null,
  results:
    found === null
      ? []
      : [
          {
            check: 'age',
            severity: 'error',
            dimension: 'validity',
            source: null,
            table: 'customers',
            subject: null,
            found,
            checked: 10,
          },
        ],
  loads: [],
})
const age = { check: 'age', table: 'customers', subject: null, source: null }

test('since when, how often, and what is new', () => {
  const history = [version('1', 2), version('2', 0), version('3', 1), version('4', 4)]
  expect(trendOf(age, history)).toEqual({
    since: '2024-01-03T00:00:00Z',
    versions: 2,
    isNew: false,
    counts: history.map(({ version: id, at, results }) => ({ version: id, at, found: results[0]!.found, checked: 10 })),
  })
  expect(trendOf(age, history.slice(0, 3))).toMatchObject({ since: '2024-01-03T00:00:00Z', versions: 1, isNew: true })
  // The first version of all is not new: there is nothing that it would be newer than.
  expect(trendOf(age, history.slice(0, 1))).toMatchObject({ versions: 1, isNew: false })
  expect(trendOf(age, [version('1', 2), version('2', null), version('3', 1)])).toMatchObject({
    versions: 1,
    isNew: true,
  })
  expect(trendOf(age, history.slice(0, 2))).toBeNull()
  expect(
    trendOf(
      age,
      Array.from({ length: 30 }, () => version('1', 1)),
    )!.counts,
  ).toHaveLength(20)
})

test('a version stands in the log once; damaged lines are left out; the past of a version ends with it', async () => {
  const log = join(folder, 'log')
  expect(await readChecked(log)).toEqual([])
  expect(await keepChecked(log, version('1', 2))).toBe(true)
  expect(await keepChecked(log, version('2', 0))).toBe(true)
  expect(await keepChecked(log, version('1', 9))).toBe(false)
  appendFileSync(join(log, readdirSync(log)[0]!), '00000000 {"version":"x"}\n')
  expect(await keepChecked(log, version('3', 1))).toBe(true)
  expect((await readChecked(log)).map((each) => each.version)).toEqual(['1', '2', '3'])
  expect((await readChecked(log, '2+17')).map((each) => each.version)).toEqual(['1', '2'])
})

test('builds of a project write what they found with the profile of each load; a repeated build and named files write nothing', async () => {
  const catalogue = { catalogues: [join(import.meta.dirname, '../../../catalog')] }
  const [packs, checks] = [await readPacks(catalogue), await readChecks(catalogue)]
  const file = join(folder, 'tickets.csv')
  const build = async (rows: string[], directory: string | null, data = dataFolder(join(folder, 'data'))) => {
    writeFileSync(file, ['Ticket ID,Customer Name,Status,Created at,Solved at', ...rows, ''].join('\n'))
    const settings = settingsSchema.parse({ sources: [{ id: 'desk', files: [file] }] })
    const common = { data, settings, hash: 'a', product: 'test', packs, checks, guess: true, answers: {} }
    await buildVersion({ ...common, directory, synonyms: () => readSynonyms(catalogue) })
    return readChecked(checksLog(data))
  }
  const good = 'T1,Ann Ames,Solved,2024-01-01 08:00:00,2024-01-02 08:00:00'
  const bad = 'T2,Bo Burns,Solved,2024-01-05 08:00:00,2024-01-03 08:00:00'
  expect(await build([good], folder)).toHaveLength(1)
  expect(await build([good], folder)).toHaveLength(1)
  const history = await build([good, bad], folder)
  const backward = { check: 'resolved-before-created', table: 'cases', subject: null, source: null }
  expect(trendOf(backward, history)).toMatchObject({
    isNew: true,
    counts: [
      { found: 0, checked: 1 },
      { found: 1, checked: 2 },
    ],
  })
  expect(history.map(({ loads }) => loads.map(({ source, file: name, records }) => [source, name, records]))).toEqual([
    [['desk', 'tickets.csv', 1]],
    [['desk', 'tickets.csv', 2]],
  ])
  const columns = new Map(history[1]!.loads[0]!.columns.map((each) => [each.name, each]))
  expect(columns.get('Created at')).toMatchObject({ missing: 0, distinct: 2, highest: '2024-01-05 08:00:00' })
  // Nobody's name stays in the log.
  expect(JSON.stringify(history)).not.toMatch(/Ann|Burns/)
  expect(await build([good], null, dataFolder(join(folder, 'cache')))).toEqual([])
})
