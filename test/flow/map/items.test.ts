import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../../src/config/yaml.ts'
import type { Problem } from '../../../src/errors.ts'
import { type Pack, parsePack } from '../../../src/flow/map/pack.ts'
import { isProblem, recognisePack } from '../../../src/flow/map/recognise.ts'
import { raw } from '../../../src/sql/sql.ts'
import type { Row, Store } from '../../../src/store/store.ts'
import { withStore } from './land.ts'
import { loadFiles, type Recognised } from './load-files.ts'

function packOf(tables: string): Pack {
  const problems: Problem[] = []
  const pack = parsePack(parseYaml(`id: t\nname: Test\ntables:\n${tables}`, 'pack.yaml'), problems)
  expect(problems).toEqual([])
  return pack!
}

/** Loads texts as files, each under its name, one after the other. */
async function loaded(
  pack: Pack,
  files: Record<string, string>,
  look: (store: Store, done: Recognised[]) => Promise<void>,
): Promise<void> {
  await withStore(async (store, folder) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const paths = Object.keys(files).map((name) => join(folder, name))
    await look(store, await loadFiles(store, folder, paths, [pack]))
  })
}

const lines = (...records: unknown[]): string => `${records.map((record) => JSON.stringify(record)).join('\n')}\n`
const rowsOf = (store: Store, query: string): Promise<Row[]> => store.rows(raw(query))

const nested = packOf(`
  - name: issues
    recognise: [key, owner, log]
    fills:
      - table: cases
        key: key
        columns: { subject: title }
      - table: case_events
        each: [log, items]
        when: "\`item.field\` <> 'noise'"
        columns:
          case: key
          at: item.created
          activity: { from: item.field, words: { assignee: agent } }
          to_value: item.to.name
          actor: item.author
          actor_kind: { expression: "case when \`item.author\` = \`owner\` then 'customer' end" }
          is_public: item.public
      - table: agents
        each: log
        key: item.author
        distinct: true
        columns: { name: item.name }
`)
const log = [
  {
    created: '2026-01-05T10:00:00+01:00',
    author: 'a',
    name: 'Old',
    items: [{ field: 'status', to: { name: 'open' } }],
  },
  {
    created: '2026-01-05T11:00:00Z',
    author: 'b',
    name: 'Bo',
    items: [
      { field: 'noise' },
      { field: 'assignee', to: { name: ' b ' }, public: 'maybe' },
      { field: 'status', public: true },
    ],
  },
  { created: 'soon', author: 'a', name: 'New', items: [{ field: 'status', public: 'n/a' }] },
]

describe('each', () => {
  it('makes a row of every element of lists in lists, with the fields around it', async () => {
    const file = lines({ key: 'K1', owner: 'b', title: 'x', log }, { key: 'K2', owner: 'c', title: 'y', log: [] })
    await loaded(nested, { 'issues.ndjson': file }, async (store, [{ load } = {} as Recognised]) => {
      expect(load).toMatchObject({ records: 2, mapped: 2, rejected: 0 })
      expect(
        await rowsOf(
          store,
          'SELECT id, seq, CAST("at" AS VARCHAR) AS "at", activity, to_value, actor, actor_kind, is_public FROM cx.case_events ORDER BY seq',
        ),
      ).toEqual([
        {
          id: 't:K1.2.1',
          seq: 1,
          at: '2026-01-05 09:00:00',
          activity: 'status',
          to_value: 'open',
          actor: 'a',
          actor_kind: null,
          is_public: null,
        },
        {
          id: 't:K1.2.3',
          seq: 3,
          at: '2026-01-05 11:00:00',
          activity: 'agent',
          to_value: 'b',
          actor: 'b',
          actor_kind: 'customer',
          is_public: null,
        },
        {
          id: 't:K1.2.4',
          seq: 4,
          at: '2026-01-05 11:00:00',
          activity: 'status',
          to_value: null,
          actor: 'b',
          actor_kind: 'customer',
          is_public: true,
        },
        {
          id: 't:K1.2.5',
          seq: 5,
          at: null,
          activity: 'status',
          to_value: null,
          actor: 'a',
          actor_kind: null,
          is_public: null,
        },
      ])
      expect(await rowsOf(store, 'SELECT id, name FROM cx.agents ORDER BY id')).toEqual([
        { id: 't:a', name: 'New' },
        { id: 't:b', name: 'Bo' },
      ])
      expect(await rowsOf(store, 'SELECT "column", raw, record FROM cx.rejects ORDER BY raw')).toEqual([
        { column: 'log.public', raw: 'maybe', record: 1 },
        { column: 'log.created', raw: 'soon', record: 1 },
      ])
      expect(await rowsOf(store, 'SELECT attributes FROM cx.cases')).toEqual([
        { attributes: null },
        { attributes: null },
      ])
    })
  })

  it('takes what is no list for an empty one', async () => {
    const file = 'key,owner,title,log\n1,a,x,[\n2,a,y,"{""a"":1}"\n3,a,z,\n4,a,w,"[1,null,""s"",{""items"":7}]"\n'
    await loaded(nested, { 'issues.csv': file }, async (store) => {
      expect(await rowsOf(store, 'SELECT count(*) AS n FROM cx.cases')).toEqual([{ n: 4 }])
      expect(await rowsOf(store, 'SELECT count(*) AS n FROM cx.case_events')).toEqual([{ n: 0 }])
    })
  })

  it('goes with its record when a newer one comes in another file', async () => {
    const one = lines({ key: 'K1', owner: 'b', title: 'x', log })
    const two = lines({ key: 'K1', owner: 'b', title: 'z', log: log.slice(0, 1) })
    await loaded(nested, { 'one.ndjson': one, 'two.ndjson': two }, async (store) => {
      expect(await rowsOf(store, 'SELECT seq FROM cx.case_events')).toEqual([{ seq: 1 }])
    })
  })

  it('is refused of the main fill', () => {
    const problems: Problem[] = []
    const text =
      'id: t\nname: T\ntables:\n  - name: a\n    recognise: [log]\n    fills: [{ table: case_events, each: log }]\n'
    parsePack(parseYaml(text, 'pack.yaml'), problems)
    expect(problems).toMatchObject([{ code: 'each-main', where: 'pack.yaml:6' }])
  })
})

const metrics = packOf(`
  - name: metrics
    recognise: [ticket, reply, solve]
    fills:
      - table: case_durations
        key: ticket
        when: json_field(reply, 'calendar') is not null
        columns: { case: ticket, metric: { value: first_reply }, seconds: { expression: "60 * to_integer(json_field(reply, 'calendar'))" } }
      - table: case_durations
        when: solve is not null
        distinct: true
        columns: { case: ticket, metric: { value: full_resolution }, seconds: solve }
`)

describe('several rows of the main table', () => {
  const csv =
    'ticket,reply,solve\n1,"{""calendar"":5}",90\n2,"{""calendar"":null}",80\n3,broken,\n4,"{""calendar"":6}",\n4,"{""calendar"":7}",\n'
  const durations = 'SELECT id, metric, seconds FROM cx.case_durations ORDER BY id'
  const expected = [
    { id: 't:1', metric: 'first_reply', seconds: 300 },
    { id: 't:1.2', metric: 'full_resolution', seconds: 90 },
    { id: 't:2.2', metric: 'full_resolution', seconds: 80 },
    { id: 't:4', metric: 'first_reply', seconds: 420 },
  ]

  it('are made of one record, which is counted once', async () => {
    await loaded(metrics, { 'metrics.csv': csv }, async (store, [{ load } = {} as Recognised]) => {
      expect(load).toMatchObject({ records: 5, mapped: 4, superseded: 1, rejected: 0 })
      expect(await rowsOf(store, durations)).toEqual(expected)
      expect(await rowsOf(store, 'SELECT name, missing FROM cx.columns ORDER BY position')).toEqual([
        { name: 'ticket', missing: 0 },
        { name: 'reply', missing: 0 },
        { name: 'solve', missing: 2 },
      ])
    })
  })

  it('are the same when the same records come again', async () => {
    await loaded(metrics, { 'metrics.csv': csv, 'again.csv': `${csv}\n` }, async (store) => {
      expect(await rowsOf(store, durations)).toEqual(expected)
    })
  })
})

describe('a link by an expression', () => {
  it('is the key of the row that it names', async () => {
    const pack = packOf(`
  - name: cases
    recognise: [id, owner]
    fills:
      - table: cases
        key: id
        columns:
          agent: { expression: "case when starts_with(owner, '005') then owner end" }
          team: { expression: "case when starts_with(owner, '00G') then owner end" }
`)
    await loaded(pack, { 'a.csv': 'id,owner\n1,005x\n2,00Gy\n' }, async (store) => {
      expect(await rowsOf(store, 'SELECT agent, team FROM cx.cases ORDER BY id')).toEqual([
        { agent: 't:005x', team: null },
        { agent: null, team: 't:00Gy' },
      ])
    })
  })
})

describe('a zone of a table', () => {
  it("goes before the pack's", async () => {
    const fills = 'fills: [{ table: cases, key: id, columns: { created_at: at } }]'
    const pack = {
      ...packOf(
        `  - { name: a, recognise: [id, at, x], zone: UTC, ${fills} }\n  - { name: b, recognise: [id, at, y], ${fills} }\n`,
      ),
      zone: 'Europe/Paris',
    }
    await loaded(
      pack,
      { 'a.csv': 'id,at,x\n1,2026-01-05 10:00,\n', 'b.csv': 'id,at,y\n2,2026-01-05 10:00,\n' },
      async (store) => {
        expect(await rowsOf(store, 'SELECT CAST(created_at AS VARCHAR) AS at FROM cx.cases ORDER BY id')).toEqual([
          { at: '2026-01-05 10:00:00' },
          { at: '2026-01-05 09:00:00' },
        ])
      },
    )
  })
})

describe('the name of a file', () => {
  const fills = 'fills: [{ table: teams, key: id, columns: { name: name } }]'
  const pack = packOf(
    `  - { name: groups, recognise: [id, name], file: [group, user groups], ${fills} }\n  - { name: any, recognise: [id, name], ${fills} }\n`,
  )
  it.each([
    ['group.csv', 'groups'],
    ['zendesk_group_2026.csv', 'groups'],
    ['UserGroups.json.gz', 'groups'],
    ['groups.csv', 'any'],
    ['export.xlsx#group', 'groups'],
    ['sub-grouping.csv', 'any'],
  ])('%s -> %s', (name, table) => {
    const found = recognisePack({ name, columns: ['id', 'name'] }, [pack])
    expect(found && !isProblem(found) && found.table.name).toBe(table)
  })
})
