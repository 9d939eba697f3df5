import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { settingsSchema } from '../../../src/config/settings.ts'
import { containment } from '../../../src/flow/derive/containment.ts'
import { makeColumns } from '../../../src/flow/derive/filled.ts'
import { repeats } from '../../../src/flow/derive/repeats.ts'
import { raw } from '../../../src/sql/sql.ts'
import type { Store } from '../../../src/store/store.ts'
import { readPack, withStore } from '../map/land.ts'
import { loadFiles } from '../map/load-files.ts'

const settings = settingsSchema.parse({ sources: [{ id: 'files', files: 'x.csv' }] })

async function derive(store: Store): Promise<Record<string, unknown>> {
  const context = { store, settings, directory: null, newest: async () => null }
  await repeats.run(context)
  await containment.run(context)
  const rows = await store.rows(raw('SELECT source_key, bot_ended_at, is_contained FROM cx.cases'))
  return Object.fromEntries(rows.map((row) => [row.source_key, [row.bot_ended_at, row.is_contained]]))
}

async function fill(store: Store, table: string, columns: string, rows: string[]): Promise<void> {
  const names = columns.split(', ')
  await makeColumns(store, table, names)
  const listed = names.map((name) => `"${name}"`).join(', ')
  await store.run(raw(`INSERT INTO cx."${table}" (${listed}) VALUES ${rows.map((row) => `(${row})`).join(', ')}`))
}

/** Twelve o'clock of a day in January. */
const day = (number: number): string => `TIMESTAMP '2026-01-${String(number).padStart(2, '0')} 12:00:00'`

it('a conversation stays with the bot where no agent wrote, it was solved, and seven days passed without a new case', async () => {
  await withStore(async (store) => {
    const one = (id: string, customer: string, from: number, status: string, to: number | null) =>
      `'${id}', '${id}', ${customer}, ${day(from)}, ${status}, ${to === null ? 'NULL' : day(to)}`
    await fill(store, 'cases', 'id, source_key, customer, created_at, status, solved_at', [
      one('stayed', "'anna'", 1, "'solved'", 2),
      one('handed', "'ben'", 1, "'solved'", 2),
      one('again', "'cleo'", 1, "'solved'", 2),
      one('again-no-bot', "'cleo'", 9, "'solved'", 9),
      one('late', "'dan'", 1, "'closed'", 2),
      one('late-no-bot', "'dan'", 10, "'open'", null),
      one('open', "'eve'", 1, "'open'", null),
      one('nobody', 'NULL', 1, "'solved'", 2),
      one('stateless', "'finn'", 1, 'NULL', 2),
      one('deleted', "'gil'", 1, "'deleted'", 2),
    ])
    const bots = ['stayed', 'handed', 'again', 'late', 'open', 'nobody', 'stateless', 'deleted']
    await fill(store, 'case_events', 'id, case, at, actor_kind', [
      ...bots.map((id) => `'b-${id}', '${id}', ${day(1)}, 'bot'`),
      ...bots.map((id) => `'c-${id}', '${id}', ${day(3)}, 'customer'`),
      `'a-handed', 'handed', ${day(1)}, 'agent'`,
      `'a-again', 'again-no-bot', ${day(9)}, 'agent'`,
    ])
    const ended = '2026-01-02 12:00:00'
    expect(await derive(store)).toEqual({
      stayed: [ended, true],
      handed: [ended, false],
      // Exactly seven days after the end.
      again: [ended, false],
      'again-no-bot': [null, null],
      late: [ended, true],
      'late-no-bot': [null, null],
      open: ['2026-01-03 12:00:00', false],
      nobody: [ended, null],
      stateless: [ended, null],
      deleted: [ended, null],
    })
  })
})

it('the conversation of the Intercom sample that a bot began was handed over; no bot wrote in the others', async () => {
  const intercom = join(import.meta.dirname, '../../../catalog/packs/intercom')
  await withStore(async (store, folder) => {
    const files = readdirSync(join(intercom, 'sample')).map((name) => join(intercom, 'sample', name))
    await loadFiles(store, folder, files, [await readPack(join(intercom, 'pack.yaml'))])
    expect(await derive(store)).toEqual({
      '215400001': ['2026-01-06 11:00:00', false],
      '215400002': [null, null],
      '3001': [null, null],
    })
  })
})

it('where no bot wrote, nothing is filled in: not known is not 0', async () => {
  await withStore(async (store) => {
    await fill(store, 'cases', 'id, source_key, customer, created_at, status', [
      `'a', 'a', 'anna', ${day(1)}, 'solved'`,
    ])
    await fill(store, 'case_events', 'id, case, at, actor_kind', [`'e', 'a', ${day(1)}, 'agent'`])
    expect(await derive(store)).toEqual({ a: [null, null] })
  })
})
