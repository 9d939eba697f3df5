import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { json, makeFolder, problems, removeFolder, run, write } from './command.ts'

/** What the commands write, say and refuse; what is in the files is tested in test/surfaces/export. */
let folder: string
const from = ['--files', 'tickets.csv']

beforeAll(async () => {
  folder = await makeFolder()
  await write(folder, {
    'tickets.csv':
      'id,created at,status,channel,subject\n1,2024-03-01 10:00,solved,chat,=1+1\n2,2024-03-02 11:00,open,email,hello\n3,2024-03-03 12:00,closed,chat,bye\n',
    'report.pdf': '%PDF',
  })
})
afterAll(() => removeFolder(folder))

test('tables go into a folder or a file, and it is told what, how much, and that it is masked', async () => {
  const parquet = await json<{ rows: Record<string, number>; files: string[] }>(
    ['export', 'parquet', 'out', '--tables', 'cases', 'loads', ...from],
    { folder },
  )
  expect([parquet.rows, parquet.files]).toEqual([{ cases: 3, loads: 1 }, ['cases.parquet', 'loads.parquet']])
  expect(
    ['cases.parquet', 'loads.parquet', 'dictionary.md', 'dictionary.csv', 'dictionary.json'].filter(
      (file) => !existsSync(join(folder, 'out', file)),
    ),
  ).toEqual([])
  const { stderr, code } = await run(['export', 'csv', 'out', '--defuse', '--tables', 'cases', ...from], { folder })
  expect([code, stderr]).toEqual([0, expect.stringMatching(/1 tables? with 3 rows[\s\S]*masked/)])
  expect(await readFile(join(folder, 'out/cases.csv'), 'utf8')).toContain("'=1+1")
  const database = await json<{ path: string; views: number; left_out: { metric: string; why: string }[] }>(
    ['export', 'duckdb', 'out', ...from],
    { folder },
  )
  expect(database.path).toBe(join(folder, 'out/rapport.duckdb'))
  expect(database.views).toBeGreaterThan(3)
  expect(database.left_out.map(({ metric }) => metric)).toContain('csat_mean')
  expect(existsSync(join(folder, 'out/rapport.dictionary.md'))).toBe(true)
}, 60_000)

test('definitions are written, and what is not carried is told with its reason', async () => {
  const dbt = await run(['export', 'dbt', 'dbt', '--dbt-spec', 'legacy', ...from], { folder })
  expect([dbt.code, dbt.stderr]).toEqual([0, expect.stringMatching(/backlog: It is measured at a moment/)])
  expect(await readFile(join(folder, 'dbt/models/rapport/semantic.yml'), 'utf8')).toContain('semantic_models:')
  const ossie = await run(['export', 'ossie', 'metrics.yaml', '--lang', 'fr', ...from], { folder })
  expect([ossie.code, ossie.stderr]).toEqual([0, expect.stringMatching(/backlog: Elle se mesure à un instant/)])
}, 60_000)

test('an evidence pack takes what is handed over with it', async () => {
  const { path } = await json<{ path: string }>(
    [
      'export',
      'evidence',
      'pack.zip',
      '--metrics',
      'cases',
      'csat_mean',
      '--with',
      'report.pdf',
      '--where',
      'channel=chat',
      ...from,
    ],
    { folder },
  )
  const entries = unzipSync(await readFile(path))
  expect(strFromU8(entries['files/report.pdf']!)).toBe('%PDF')
  expect(JSON.parse(strFromU8(entries['frames/cases.json']!)).rows[0].cases.value).toBe(2)
  expect(
    JSON.parse(strFromU8(entries['MANIFEST.json']!)).not_answered.map(({ metric }: { metric: string }) => metric),
  ).toEqual(['csat_mean'])
}, 60_000)

test('what cannot be is refused with what to do', async () => {
  const refused = async (args: string[], code: number) =>
    (await problems(['export', ...args, ...from], code, { folder })).map((problem) => problem.code)
  expect(await refused(['parquet', 'x', '--tables', 'case'], 2)).toEqual(['table-unknown'])
  expect(await refused(['duckdb', 'cx.duckdb'], 2)).toEqual(['name-ambiguous'])
  expect(await refused(['evidence', 'pack.zip', '--with', 'absent.pdf'], 5)).toEqual(['file-unreadable'])
}, 60_000)
