import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AlertsShown } from '../../src/pages/alert-status.ts'
import type { LedgerLine } from '../../src/watch/ledger.ts'
import { json, makeFolder, problems, removeFolder, run, write } from './command.ts'

let folder: string
beforeAll(async () => {
  folder = await makeFolder()
  const rows = Array.from(
    { length: 60 },
    (_, at) => `${at},2026-01-0${1 + (at % 9)} 10:00:00,Open,${at % 2 ? 'Email' : 'Chat'}`,
  )
  await write(folder, {
    't.csv': ['Ticket ID,Created,Status,Channel', ...rows].join('\n'),
    'rapport.yaml': `name: Shop
sources: [{ id: tickets, files: t.csv }]
public_url: https://cx.example/shop
receivers: [{ id: log, kind: file, path: alerts.ndjson }]
alerts: [{ id: many, kind: threshold, metric: cases, above: 5, receivers: [log] }]
`,
  })
})
afterAll(() => removeFolder(folder))

test('a run evaluates, tells once, and ends with 4 while something fires; list and history read along', async () => {
  const first = await json<AlertsShown>(['alerts', 'run', '--yes'], { folder, code: 4 })
  await json<AlertsShown>(['alerts', 'run'], { folder, code: 4 })
  expect(first.alerts[0]).toMatchObject({ rule: 'many', status: 'firing', value: '60', receivers: ['log'] })
  const sent = (await readFile(join(folder, 'alerts.ndjson'), 'utf8')).trim().split('\n')
  expect(sent).toHaveLength(1)
  expect(sent[0]).toContain('https://cx.example/shop/breakdown?m=cases')
  const { lines } = await json<{ lines: LedgerLine[] }>(['alerts', 'history'], { folder })
  expect(lines.map(({ kind }) => kind)).toEqual(['evaluated', 'tried'])
  const list = await run(['alerts', 'list', '--lang', 'fr'], { folder })
  expect([list.code, list.stdout]).toEqual([4, expect.stringContaining('Déclenchée')])
})

test('a test message, and what is asked wrongly', async () => {
  expect((await run(['alerts', 'test', 'log'], { folder })).stdout).toBe('log took the message.\n')
  expect((await problems(['alerts', 'test', 'nobody'], 5, { folder }))[0]?.fix).toBe('Use one of: log.')
  expect((await problems(['alerts', 'list', '--files', 't.csv'], 2, { folder }))[0]?.code).toBe('project-needed')
})
