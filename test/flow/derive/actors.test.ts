import { join } from 'node:path'
import { expect, it } from 'vitest'
import { settingsSchema } from '../../../src/config/settings.ts'
import { actors } from '../../../src/flow/derive/actors.ts'
import { raw } from '../../../src/sql/sql.ts'
import { readPack, withStore } from '../map/land.ts'
import { loadFiles } from '../map/load-files.ts'

const zendesk = join(import.meta.dirname, '../../../catalog/packs/zendesk')
const settings = settingsSchema.parse({ sources: [{ id: 'files', files: 'x.csv' }] })

it('tells agents and customers apart by other files, and by the people of the case', async () => {
  const packs = [await readPack(join(zendesk, 'pack.yaml'))]
  const files = ['user.csv', 'ticket_comment.csv', 'tickets.ndjson', 'airbyte_ticket_audits.csv']
  await withStore(async (store, folder) => {
    await loadFiles(
      store,
      folder,
      files.map((name) => join(zendesk, 'sample', name)),
      packs,
    )
    expect(await actors.run({ store, settings, directory: null, newest: async () => null })).toEqual([])
    const rows = await store.rows(raw('SELECT source_key, actor_kind FROM cx.case_events'))
    const kinds = Object.fromEntries(rows.map((row) => [row.source_key, row.actor_kind]))
    expect(kinds).toMatchObject({
      // By the users' roles.
      '890001': 'customer',
      '890002': 'agent',
      // The pack says it: the id -1 is the system's.
      '890003': 'system',
      // No user of that id: the one in charge of the case.
      '880003': 'agent',
      // Nobody knows.
      '701.2.1': null,
    })
  })
})

it('does nothing where there are no events', async () => {
  await withStore(async (store) => {
    expect(await actors.run({ store, settings, directory: null, newest: async () => null })).toEqual([])
  })
})
