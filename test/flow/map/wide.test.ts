import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cleanSql, cleanWideSql } from '../../../src/flow/map/typed.ts'
import { raw } from '../../../src/sql/sql.ts'
import { temporaryFolder } from '../../generate/reading.ts'
import { builtFrom } from '../built.ts'

const folder = temporaryFolder()

test('a file of 600 columns is mapped and counted, its further columns kept as attributes', async () => {
  const more = Array.from({ length: 596 }, (_, at) => `c${at}`)
  const lines = [1, 2, 3].map((row) =>
    [row, 'Open', `2024-01-0${row} 10:00:00`, 'Email', ...more.map((_, at) => ` ${at * row} `)].join(','),
  )
  const file = join(folder, 'wide.csv')
  writeFileSync(file, `${['Ticket ID', 'Status', 'Created at', 'Channel', ...more].join(',')}\n${lines.join('\n')}\n`)
  const { store } = await builtFrom(file)
  const [row] = await store.rows(
    raw(`SELECT count(*) AS n, max(json_extract_string(attributes, '/c595')) AS last FROM cx.cases`),
  )
  expect(row).toEqual({ n: 3, last: '595' })
  const columns = await store.rows(
    raw(
      `SELECT distinct_values AS n, distinct_exact AS exact FROM cx.columns WHERE name IN ('c1', 'c595') ORDER BY position`,
    ),
  )
  expect(columns).toEqual([
    { n: 3, exact: true },
    { n: 3, exact: false },
  ])
}, 60_000)

test('both ways of cleaning give the same text', async () => {
  const { store } = await builtFrom(join(import.meta.dirname, '../../../catalog/packs/jira/sample/jira.csv'))
  const texts = `(SELECT unnest([' a ', 'a', '', '  ', chr(9) || 'b' || chr(10), chr(160) || 'c', '!d', NULL]) AS t)`
  for (const keeps of [false, true]) {
    const [row] = await store.rows(
      raw(
        `SELECT count(*) AS n FROM ${texts} WHERE (${cleanSql('t', keeps)}) IS DISTINCT FROM (${cleanWideSql('t', keeps)})`,
      ),
    )
    expect(row?.n).toBe(0)
  }
})
