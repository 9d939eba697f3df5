import { expect, it } from 'vitest'
import { settingsSchema } from '../../../src/config/settings.ts'
import { makeColumns } from '../../../src/flow/derive/filled.ts'
import { surveyLinks } from '../../../src/flow/derive/survey-links.ts'
import { raw } from '../../../src/sql/sql.ts'
import type { Store } from '../../../src/store/store.ts'
import { withStore } from '../map/land.ts'

const settings = settingsSchema.parse({ sources: [{ id: 'files', files: 'x.csv' }] })
const run = (store: Store) => surveyLinks.run({ store, settings, directory: null, newest: async () => null })

async function fill(store: Store, table: string, columns: string[], rows: (string | null)[][]): Promise<void> {
  await makeColumns(store, table, columns)
  const values = rows.map((row) => `(${row.map((cell) => (cell === null ? 'NULL' : `'${cell}'`)).join(', ')})`)
  const names = ['load', ...columns].map((name) => `"${name}"`)
  await store.run(raw(`INSERT INTO cx."${table}" (${names.join(', ')}) VALUES ${values.join(', ')}`))
}

async function fillSources(store: Store): Promise<void> {
  await store.run(
    raw(`INSERT INTO cx.loads BY NAME
SELECT * FROM (VALUES ('l1', 'surveys', 'surveys'), ('l2', 'desk', 'zendesk'), ('l3', 'crm', 'experience')) AS t (id, source, pack)`),
  )
  await fill(
    store,
    'cases',
    ['id', 'customer'],
    [
      ['l2', 'desk:1', 'desk:70'],
      ['l2', 'desk:2', 'desk:71'],
      ['l3', 'crm:2', null],
      ['l3', 'crm:3', null],
    ],
  )
  await fill(
    store,
    'customers',
    ['id'],
    [
      ['l2', 'desk:70'],
      ['l2', 'desk:71'],
      ['l3', 'merchant:72'],
    ],
  )
}

it('a number is of the one source that has it; of several none is guessed, and that is said', async () => {
  await withStore(async (store) => {
    await fillSources(store)
    await fill(
      store,
      'surveys',
      ['id', 'case', 'customer'],
      [
        ['l1', 'surveys:a', 'surveys:1', null],
        ['l1', 'surveys:b', 'surveys:2', 'surveys:72'],
        ['l1', 'surveys:c', 'surveys:crm:2', null],
        ['l1', 'surveys:d', 'surveys:9', 'surveys:99'],
        ['l1', 'surveys:e', null, 'surveys:71'],
        ['l3', 'crm:f', 'crm:1', 'crm:70'],
      ],
    )
    const notes = await run(store)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatchObject({
      code: 'survey-ambiguous',
      message: expect.stringMatching(/^1 cases .*\(crm, desk\)/),
    })
    const linked = await store.rows(raw('SELECT id, "case", customer FROM cx.surveys ORDER BY id'))
    expect(linked.map((row) => [row.id, row.case, row.customer])).toEqual([
      // Of another pack: its numbers are its own.
      ['crm:f', 'crm:1', 'crm:70'],
      ['surveys:a', 'desk:1', 'desk:70'],
      ['surveys:b', 'surveys:2', 'merchant:72'],
      ['surveys:c', 'crm:2', null],
      // Nobody has them yet: they stay, and the check of references tells.
      ['surveys:d', 'surveys:9', 'surveys:99'],
      ['surveys:e', null, 'desk:71'],
    ])
    expect(await run(store)).toEqual(notes)
  })
})

it('without answers that were sent, or without cases, there is nothing to do', async () => {
  await withStore(async (store) => {
    expect(await run(store)).toEqual([])
    await store.run(raw("INSERT INTO cx.loads BY NAME SELECT 'l1' AS id, 'surveys' AS source, 'surveys' AS pack"))
    await fill(store, 'surveys', ['id', 'case', 'customer'], [['l1', 'surveys:a', 'surveys:1', 'surveys:7']])
    expect(await run(store)).toEqual([])
    expect(await store.rows(raw('SELECT "case" FROM cx.surveys'))).toEqual([{ case: 'surveys:1' }])
  })
})
