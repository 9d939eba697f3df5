import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settingsSchema } from '../../../src/config/settings.ts'
import { makeColumns } from '../../../src/flow/derive/filled.ts'
import { turns } from '../../../src/flow/derive/turns.ts'
import { createBookkeeping } from '../../../src/flow/publish/create.ts'
import { raw } from '../../../src/sql/sql.ts'
import { openDuckdb } from '../../../src/store/duckdb.ts'
import type { Store } from '../../../src/store/store.ts'

async function derived(query: string): Promise<Store> {
  const temporary = mkdtempSync(join(tmpdir(), 'rapport-turns-'))
  const store = await openDuckdb({
    file: join(temporary, 'm.duckdb'),
    alias: 'v1',
    mode: 'write',
    temporary,
    external: true,
  })
  await createBookkeeping(store)
  const [row] = await store.rows(raw(`SELECT * FROM (${query}) LIMIT 1`))
  await makeColumns(store, 'cases', Object.keys(row ?? {}))
  await store.run(raw(`INSERT INTO cx.cases BY NAME ${query}`))
  await turns.run({
    store,
    settings: settingsSchema.parse({ sources: [{ id: 'a', files: 'a' }] }),
    directory: null,
    newest: async () => null,
  })
  return store
}

const at = (hour: number) => `TIMESTAMP '2024-01-01' + to_hours(${hour})`

test('a less urgent case that is answered first was out of turn; the older urgent one was overtaken', async () => {
  const store = await derived(`SELECT * FROM (VALUES
    ('urgent', 'FR', 'critical', 'solved', ${at(0)}, ${at(10)}),
    ('quick', 'FR', 'low', 'solved', ${at(1)}, ${at(2)}),
    ('just', 'FR', 'low', 'solved', ${at(1)}, ${at(10)}),
    ('older', 'FR', 'low', 'solved', ${at(-1)}, ${at(5)}),
    ('same', 'FR', 'critical', 'solved', ${at(1)}, ${at(3)}),
    ('else', 'DE', 'low', 'solved', ${at(1)}, ${at(2)}),
    ('plain', 'FR', NULL, 'solved', ${at(1)}, ${at(2)}),
    ('lost', 'ES', 'high', 'open', ${at(0)}, NULL),
    ('later', 'ES', 'medium', 'open', ${at(4)}, ${at(5)}),
    ('gone', 'IT', 'high', 'deleted', ${at(0)}, NULL),
    ('after', 'IT', 'medium', 'open', ${at(4)}, ${at(5)})
  ) t(id, market, priority, status, created_at, first_response_at)`)
  const rows = await store.rows(raw('SELECT id, is_out_of_turn AS a, is_overtaken AS b FROM cx.cases'))
  expect(Object.fromEntries(rows.map(({ id, a, b }) => [id, [a, b]]))).toEqual({
    urgent: [false, true],
    quick: [true, null],
    just: [false, null],
    older: [false, null],
    same: [false, false],
    else: [false, null],
    plain: [null, null],
    lost: [null, true],
    later: [true, false],
    gone: [null, null],
    after: [false, false],
  })
  await store.close()
})

test('agrees with holding every case against every other', async () => {
  const store =
    await derived(`SELECT 'c' || i AS id, CASE WHEN h % 3 = 0 THEN 'FR' WHEN h % 3 = 1 THEN 'DE' END AS market, 't' || (h // 7 % 2) AS team,
      ['low', 'medium', 'high', 'critical', 'P7'][1 + h // 11 % 5] AS priority, CASE WHEN h % 13 < 10 THEN 'solved' ELSE 'open' END AS status, created AS created_at,
      CASE WHEN h % 10 < 8 THEN created + to_minutes(CAST(h % 900 AS INTEGER)) END AS first_response_at, CASE WHEN h % 13 < 10 THEN created + to_minutes(1000) END AS solved_at
    FROM (SELECT i, CAST(hash(i) % 1000003 AS BIGINT) AS h, TIMESTAMP '2024-01-01' + to_minutes(CAST(hash(i, 5) % 6000 AS INTEGER)) AS created FROM range(600) t(i))`)
  const [row] = await store.rows(
    raw(`WITH ranked AS (SELECT *, list_position(['low', 'medium', 'high', 'critical'], priority) AS rank,
        coalesce(first_response_at, solved_at, TIMESTAMP '9999-12-31') AS until FROM cx.cases),
      slow AS (SELECT a.id, a.is_out_of_turn, a.is_overtaken,
        CASE WHEN a.rank IS NOT NULL AND a.first_response_at IS NOT NULL THEN EXISTS (SELECT 1 FROM ranked b WHERE b.team = a.team AND b.market IS NOT DISTINCT FROM a.market
          AND b.rank > a.rank AND b.created_at < a.created_at AND b.until > a.first_response_at) END AS out_of_turn,
        CASE WHEN a.rank > 1 THEN EXISTS (SELECT 1 FROM ranked b WHERE b.team = a.team AND b.market IS NOT DISTINCT FROM a.market
          AND b.rank < a.rank AND b.created_at > a.created_at AND b.first_response_at < a.until) END AS overtaken FROM ranked a)
      SELECT count(*) AS n, count_if(is_out_of_turn) AS found, count_if(is_overtaken) AS passed,
        count_if(is_out_of_turn IS DISTINCT FROM out_of_turn OR is_overtaken IS DISTINCT FROM overtaken) AS wrong FROM slow`),
  )
  expect(row).toMatchObject({ n: 600, wrong: 0 })
  expect(Number(row?.found)).toBeGreaterThan(20)
  expect(Number(row?.passed)).toBeGreaterThan(20)
  await store.close()
})

test('without a priority there is no turn', async () => {
  const store = await derived(`SELECT 'c' AS id, ${at(0)} AS created_at, ${at(1)} AS first_response_at`)
  expect(
    await store.rows(raw(`SELECT 1 FROM information_schema.columns WHERE column_name = 'is_overtaken'`)),
  ).toHaveLength(0)
  await store.close()
})
