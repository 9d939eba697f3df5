import { afterAll, beforeAll, expect, test } from 'vitest'
import { settingsSchema } from '../../../src/config/settings.ts'
import { completeContacts } from '../../../src/flow/derive/contacts.ts'
import { raw } from '../../../src/sql/sql.ts'
import type { Store } from '../../../src/store/store.ts'
import { emptyModel, fill } from '../../metrics/fixture.ts'

let store: Store
beforeAll(async () => {
  store = await emptyModel()
})
afterAll(() => store.close())

test('whether an e-mail is answered: by its case, by a source that tells answers, else nobody knows', async () => {
  await fill(
    store,
    'touchpoints',
    `SELECT * FROM (VALUES
      ('filed', 'crm', 'k1', NULL), ('late', 'crm', 'k1', NULL), ('strayed', 'crm', NULL, NULL), ('silent', 'crm', 'k2', NULL),
      ('told', 'desk', NULL, TIMESTAMP '2024-01-01 11:00:00'), ('untold', 'desk', NULL, NULL))
      t(id, source, "case", responded_at),
      (SELECT 'email' AS channel, 'inbound' AS direction, TIMESTAMP '2024-01-01 10:00:00' AS started_at)`,
  )
  await store.run(raw(`UPDATE cx.touchpoints SET started_at = TIMESTAMP '2024-01-03' WHERE id = 'late'`))
  await fill(
    store,
    'case_events',
    `SELECT 'k1' AS "case", TIMESTAMP '2024-01-02' AS at, 'replied' AS activity, 'agent' AS actor_kind`,
  )
  const settings = settingsSchema.parse({ sources: [{ id: 'a', files: 'a' }] })
  await completeContacts.run({ store, settings, directory: null, newest: async () => null })
  const rows = await store.rows(raw('SELECT id, is_answered FROM cx.touchpoints'))
  expect(Object.fromEntries(rows.map(({ id, is_answered }) => [id, is_answered]))).toEqual({
    filed: true,
    late: false,
    strayed: null,
    silent: null,
    told: true,
    untold: false,
  })
})
