import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import { csvCell, csvOfFrame, csvOfRows } from '../../src/metrics/csv.ts'
import type { RowsQuery } from '../../src/metrics/query.ts'
import { readRows } from '../../src/metrics/rows.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { valuesOf } from '../../src/metrics/values.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf } from './fixture.ts'
import { syntheticModel } from './synthetic.ts'

let store: Store
let context: MetricContext
let open: MetricContext
beforeAll(async () => {
  store = await syntheticModel(400)
  await store.run(
    raw(
      `INSERT INTO cx.check_results ("check", "table", rows) VALUES ('reply-before-creation', 'cases', 'replies = 3'), ('listed', 'cases', NULL)`,
    ),
  )
  await store.run(raw(`INSERT INTO cx.check_rows ("check", id) VALUES ('listed', 's:1'), ('listed', 's:2')`))
  context = await contextOf(store, { asOf: '2024-06-10T00:00:00Z' })
  open = { ...context, viewer: { personalData: 'show', language: 'en' } }
})
afterAll(() => store?.close())

describe('pages', () => {
  test.each<RowsQuery>([
    { table: 'cases' },
    { table: 'cases', order: { by: 'channel' } },
    { table: 'cases', order: { by: 'channel', descending: true } },
    { table: 'cases', order: { by: 'solved_at', descending: true } },
    { table: 'cases', order: { by: 'replies' }, where: [{ dimension: 'priority', op: 'in', values: ['medium'] }] },
    { table: 'surveys', order: { by: 'region' }, columns: ['score', 'channel'] },
  ])('of %j neither skip nor repeat a row', async (query) => {
    const seen: string[] = []
    let cursor: string | undefined
    let total = 0
    do {
      const page = await readRows({ ...query, limit: 77, cursor }, context)
      seen.push(...page.rows.map((row) => String(row.id)))
      total = page.total
      cursor = page.next ?? undefined
    } while (cursor)
    expect(seen).toHaveLength(total)
    expect(new Set(seen).size).toBe(total)
  })

  test('a cursor from elsewhere is refused', async () => {
    for (const cursor of [
      'x',
      Buffer.from('{"a":1}').toString('base64url'),
      Buffer.from(`["a",1]`).toString('base64url'),
    ])
      await expect(readRows({ table: 'cases', cursor }, context)).rejects.toThrow('was not made by the page before')
  })
})

describe('personal data', () => {
  test('is masked by kind, in every way to ask for it', async () => {
    const page = await readRows(
      {
        table: 'cases',
        columns: ['description', 'subject', 'customer.name', 'customer.email', 'attributes'],
        limit: 500,
      },
      context,
    )
    const text = JSON.stringify(page.rows)
    expect(text).not.toMatch(/@|\+33|Ann /)
    expect(text).toContain('Call me on ••• or at •••')
    expect(page.columns.filter(({ masked }) => masked).map(({ id }) => id)).toEqual([
      'description',
      'subject',
      'customer.name',
      'customer.email',
      'attributes',
    ])
    expect(JSON.stringify((await readRows({ table: 'cases', columns: ['customer.email'] }, open)).rows)).toContain(
      '@example.org',
    )
  })

  test('is not found by searching, nor shown by ordering', async () => {
    expect((await readRows({ table: 'cases', search: 'bob1@' }, context)).total).toBe(0)
    expect((await readRows({ table: 'cases', search: 'bob1@' }, open)).total).toBeGreaterThan(0)
    expect((await readRows({ table: 'cases', search: 'HELP 1' }, context)).total).toBeGreaterThan(0)
    await expect(readRows({ table: 'customers', order: { by: 'name' } }, context)).rejects.toThrow('masked')
  })

  test('does not stand in a split, a label or a filter', async () => {
    const frame = await runQuery({ metrics: ['cases'], by: ['subject'] }, context)
    expect(JSON.stringify([frame.rows, frame.labels])).not.toContain('@')
    expect(frame.rows.some((row) => String(row.subject).endsWith('•••'))).toBe(true)
    expect(JSON.stringify(await valuesOf('subject', context))).not.toContain('@')
    const agents = await runQuery({ metrics: ['cases'], by: ['agent'] }, context)
    expect(agents.labels.agent?.['s:a1']).toBe('s:a1')
    expect((await runQuery({ metrics: ['cases'], by: ['agent'] }, open)).labels.agent?.['s:a1']).toBe('Agent 1')
  })
})

test('rows of a check, by its expression or by its list', async () => {
  const [found] = await store.rows(raw('SELECT count(*) AS n FROM cx.cases WHERE replies = 3'))
  expect((await readRows({ table: 'cases', check: 'reply-before-creation' }, context)).total).toBe(found?.n)
  expect((await readRows({ table: 'cases', check: 'listed' }, context)).rows.map((row) => row.id)).toEqual([
    's:1',
    's:2',
  ])
  await expect(readRows({ table: 'cases', check: 'none' }, context)).rejects.toThrow('lists no rows')
})

test('what cannot be read is told together', async () => {
  await expect(
    readRows(
      { table: 'cases', columns: ['chanel'], where: [{ dimension: 'statuss', op: 'is_null', values: [] }] },
      context,
    ),
  ).rejects.toThrow(/status[\s\S]*channel/)
  await expect(readRows({ table: 'case' }, context)).rejects.toThrow('Did you mean cases')
  await expect(readRows({ table: 'cases', metric: { id: 'csat_mean', part: 'population' } }, context)).rejects.toThrow(
    'is about surveys',
  )
})

describe('CSV', () => {
  test('no cell is taken for a formula, and every cell reads back', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom('=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '"=1"', 'a,b', 'a\nb', '-'),
        ),
        (text) => {
          const cell = csvCell(text)
          const plain = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell
          expect(plain).not.toMatch(/^[=+\-@\t\r\0]/)
          expect(plain === text || plain === `'${text}`).toBe(true)
          expect(cell.startsWith('"') || !/[",\r\n]/.test(cell)).toBe(true)
        },
      ),
    )
    expect([csvCell(-1.5), csvCell(null), csvCell(true)]).toEqual(['-1.5', '', 'true'])
  })

  test('of rows has them all, of a frame its labels', async () => {
    let text = ''
    for await (const chunk of csvOfRows({ table: 'cases', columns: ['channel'] }, context)) text += chunk
    expect(text.trim().split('\r\n')).toHaveLength(401)
    const frame = await runQuery({ metrics: ['cases'], by: ['priority'] }, context)
    expect([...csvOfFrame(frame, context)].slice(0, 2)).toEqual([
      'Priority,Cases,Cases (n)\r\n',
      expect.stringMatching(/^Low,\d+,\d+\r\n$/),
    ])
  })
})
