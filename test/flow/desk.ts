import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settingsSchema } from '../../src/config/settings.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import { type Check, parseChecks } from '../../src/flow/check/check.ts'
import { type BuildOrder, type BuildReport, buildVersion } from '../../src/flow/flow.ts'
import { parsePack } from '../../src/flow/map/pack.ts'
import { dataFolder, versionFile } from '../../src/flow/publish/publish.ts'
import { openJournal } from '../../src/journal/journal.ts'
import type { sql } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'

/** Tickets with the customer in the record, and a clock of their own that no model column takes. */
const pack = `
id: desk
name: Desk
tables:
  - name: tickets
    recognise: [Ticket, Revision]
    version: Revision
    required: []
    fills:
      - table: cases
        key: Ticket
        columns: { subject: Subject, customer: Client, created_at: Opened }
      - table: customers
        key: Client
        distinct: true
        columns: { name: Client name }
`

/** A ticket as the source holds it at one moment: nothing of it follows from when or how it came. */
export interface Ticket {
  id: number
  revision: number
}

const clients = 3

export function fieldsOf({ id, revision }: Ticket): Record<string, string | number> {
  return {
    Ticket: id,
    Revision: revision,
    Subject: `ticket ${id} as of ${revision}`,
    Client: `c${id % clients}`,
    'Client name': `client ${id % clients} as of ${revision} by ${id}`,
    Opened: `2024-03-0${1 + (id % 9)} 10:00:00`,
  }
}

export function csvOf(tickets: Ticket[], without: string[] = []): string {
  const columns = Object.keys(fieldsOf({ id: 1, revision: 1 })).filter((name) => !without.includes(name))
  const line = (ticket: Ticket) => columns.map((name) => fieldsOf(ticket)[name]).join(',')
  return [columns.join(','), ...tickets.map(line), ''].join('\n')
}

export interface Desk {
  folder: string
  write(name: string, text: string): Promise<void>
  /** Each with an id of its own, so that the journal takes none for a repeated delivery. */
  send(tickets: Ticket[]): Promise<void>
  sendText(...texts: string[]): Promise<void>
  order(change?: Partial<BuildOrder>): BuildOrder
  build(change?: Partial<BuildOrder>): Promise<BuildReport>
  rows(version: string, text: ReturnType<typeof sql>): Promise<Record<string, unknown>[]>
  /** The same files and the same journal in a folder where nothing was built yet. */
  fresh(): Promise<Desk>
}

/** `hasClock`: does the pack know which column tells the newer of two records? */
export async function makeDesk({ checks = '', hasClock = true } = {}): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-desk-'))
  await mkdir(join(folder, 'in'))
  return deskIn(folder, checks, hasClock)
}

export const removeDesk = ({ folder }: Desk): Promise<void> => rm(folder, { recursive: true, force: true })

function deskIn(folder: string, checks: string, hasClock: boolean): Desk {
  const problems: Problem[] = []
  const parsed = parsePack(
    parseYaml(hasClock ? pack : pack.replace('    version: Revision\n', ''), 'pack.yaml'),
    problems,
  )!
  const rules: Check[] = checks ? parseChecks(parseYaml(checks, 'checks.yaml'), problems) : []
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  const data = dataFolder(join(folder, '.rapport'))
  const hasFiles = (): boolean => readdirSync(join(folder, 'in')).length > 0
  const order = (change: Partial<BuildOrder> = {}): BuildOrder => ({
    directory: folder,
    data,
    settings: settingsSchema.parse({
      sources: [{ id: 'desk', ...(hasFiles() ? { files: ['in/'] } : {}), intake: {} }],
      keep_versions: 2,
    }),
    hash: 'a',
    product: 'test',
    packs: [parsed],
    synonyms: () => Promise.reject(new Error('no export is unknown here')),
    checks: rules,
    guess: true,
    answers: {},
    ...change,
  })
  const sendAll = async (bodies: string[]): Promise<void> => {
    const journal = await openJournal(data.journal)
    for (const body of bodies) await journal.append([{ source: 'desk', key: randomUUID(), body }])
    await journal.close()
  }
  return {
    folder,
    order,
    write: async (name, text) => {
      const file = join(folder, 'in', name)
      await writeFile(file, text)
      await utimes(file, 1_700_000_000, 1_700_000_000)
    },
    send: (tickets) => sendAll(tickets.map((ticket) => JSON.stringify(fieldsOf(ticket)))),
    sendText: (...texts) => sendAll(texts),
    build: (change) => buildVersion(order(change)),
    rows: async (version, text) => {
      const file = versionFile(data, version)
      const store = await openDuckdb({ file, alias: `v${version}`, mode: 'read', temporary: data.temporary })
      return store.rows(text).finally(() => store.close())
    },
    fresh: async () => {
      const other = await mkdtemp(join(tmpdir(), 'rapport-desk-'))
      await cp(join(folder, 'in'), join(other, 'in'), { recursive: true })
      const journal = await readFile(join(data.journal, 'parts.json'), 'utf8').catch(() => null)
      await cp(data.journal, join(other, '.rapport', 'journal'), { recursive: true }).catch(() => {})
      if (journal !== null) await rm(join(other, '.rapport', 'journal', 'parts.json'))
      return deskIn(other, checks, hasClock)
    },
  }
}
