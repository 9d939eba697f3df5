import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settingsSchema } from '../../src/config/settings.ts'
import type { RapportError } from '../../src/errors.ts'
import { buildVersion } from '../../src/flow/flow.ts'
import { dataFolder, versionFile } from '../../src/flow/publish/publish.ts'
import { readChecks, readPacks, readSynonyms } from '../../src/project.ts'
import { raw } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'

const root = join(import.meta.dirname, '../../catalog')
const catalogue = { catalogues: [root] }
const samples = [
  'zendesk/sample/ticket.csv',
  'zendesk/sample/ticket_comment.csv',
  'zendesk/sample/ticket_field_history.csv',
  'zendesk/sample/user.csv',
  'freshdesk/sample/tickets.csv',
  'intercom/sample/conversations.json',
  'jira/sample/jira.csv',
  'salesforce-crm/sample/Case.csv',
  'five9-report/sample/call_log.csv',
]

test('a folder of files from several systems becomes one model, file by file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-mixed-'))
  try {
    const files = join(folder, 'exports')
    await mkdir(files)
    for (const sample of samples) await copyFile(join(root, 'packs', sample), join(files, sample.replaceAll('/', '-')))
    const data = dataFolder(join(folder, 'data'))
    const { version, mappings } = await buildVersion({
      directory: null,
      data,
      settings: settingsSchema.parse({ sources: [{ id: 'files', files: [files] }] }),
      hash: 'a',
      product: 'test',
      packs: await readPacks(catalogue),
      synonyms: () => readSynonyms(catalogue),
      checks: await readChecks(catalogue),
      guess: false,
      answers: {},
    })
    const expected = samples.map((sample) => [sample.replaceAll('/', '-'), sample.split('/')[0], 'recognised'])
    expect(mappings.map(({ batch, pack, how }) => [batch, pack, how]).sort()).toEqual(expected.sort())
    const store = await openDuckdb({
      file: versionFile(data, version),
      alias: `v${version}`,
      mode: 'read',
      temporary: data.temporary,
    })
    try {
      const counted = 'SELECT source, count(*) AS n FROM cx.cases GROUP BY source ORDER BY source'
      expect(await store.rows(raw(counted))).toEqual([
        { source: 'freshdesk', n: 3 },
        { source: 'intercom', n: 2 },
        { source: 'jira', n: 2 },
        { source: 'salesforce-crm', n: 2 },
        { source: 'zendesk', n: 2 },
      ])
      // Who wrote a comment stands in another file than the comment.
      const kinds = `SELECT actor_kind, count(*) AS n FROM cx.case_events WHERE source = 'zendesk' AND activity = 'replied' GROUP BY 1 ORDER BY 1`
      expect(await store.rows(raw(kinds))).toEqual([
        { actor_kind: 'agent', n: 2 },
        { actor_kind: 'customer', n: 1 },
        { actor_kind: 'system', n: 1 },
      ])
      const days = `SELECT CAST(at_on AS VARCHAR) AS day, count(*) AS n FROM cx.case_events WHERE source = 'zendesk' GROUP BY 1 ORDER BY 1`
      expect(await store.rows(raw(days))).toEqual([
        { day: '2026-01-05', n: 7 },
        { day: '2026-01-06', n: 2 },
      ])
    } finally {
      await store.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('two systems in one source of a project are refused, with the way out; each in its own source is fine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-mixed-'))
  const build = async (sources: { id: string; files: string | string[] }[]) =>
    buildVersion({
      directory: folder,
      data: dataFolder(join(folder, 'data')),
      settings: settingsSchema.parse({ sources }),
      hash: 'a',
      product: 'test',
      packs: await readPacks(catalogue),
      synonyms: () => readSynonyms(catalogue),
      checks: [],
      guess: false,
      answers: {},
    })
  try {
    for (const name of ['freshdesk/sample/tickets.csv', 'zendesk/sample/ticket.csv', 'zendesk/sample/user.csv'])
      await copyFile(join(root, 'packs', name), join(folder, name.split('/').at(-1)!))
    const refused = (await build([{ id: 'all', files: '*.csv' }]).catch((error) => error)) as RapportError
    expect(refused.problems.map(({ code }) => code)).toEqual(['systems-in-one-source'])
    expect(refused.problems[0]?.message).toContain('ticket.csv (zendesk) and tickets.csv (freshdesk)')
    expect(refused.problems[0]?.fix).toContain('{ id: freshdesk, files: tickets.csv }')
    const { mappings } = await build([
      { id: 'desk', files: 'tickets.csv' },
      { id: 'zen', files: ['ticket.csv', 'user.csv'] },
    ])
    expect(mappings.length).toBe(3)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
