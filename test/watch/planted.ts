import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alertsOptions } from '../../src/cli/alerts-services.ts'
import { flowOrder } from '../../src/cli/build-child.ts'
import { type BuildReport, buildVersion } from '../../src/flow/flow.ts'
import { generate } from '../../src/generate/generate.ts'
import { openVersion, readProject } from '../../src/project.ts'
import { raw } from '../../src/sql/sql.ts'
import { openDuckdb } from '../../src/store/duckdb.ts'
import { type Evaluated, openAlerts } from '../../src/watch/alerts.ts'

/** Where a source's generated records are, and when each is exported: when it is over, or of a case whenever something happened. */
const systems = {
  phone: { file: 'five9_calls', moments: ['call_end_time'] },
  chat: { file: 'whatsapp_chats', moments: ['chat_end_time'] },
  crm: { file: 'salesforce_cases', moments: ['created_date', 'first_response_date', 'resolved_date'] },
} as const
export type System = keyof typeof systems

const day = 86_400_000
const begin = Date.parse('2024-01-01T00:00:00Z')
const minute = (time: number): string => new Date(time).toISOString().slice(0, 19).replace('T', ' ')

/** `2024-03-20`. */
export const dayOf = (at: number): string => minute(begin + at * day).slice(0, 10)

export interface PlantedOptions {
  seed: number
  weeks: number
  rows: number
  /** Settings besides the sources. */
  settings: string
  /** Of the project's own catalogue. */
  checks: string
  /** Where secrets are. */
  environment?: NodeJS.ProcessEnv
}

/** Generated contacts and cases of eight markets that three systems export each morning at eight, and a project of them. */
export interface Planted {
  folder: string
  /** Changes what the generator made, in the rows of one system. */
  plant(system: System, set: string, where: string): Promise<void>
  /** What one system exports on the morning of one day since its last export that came; `where`: these of it only. */
  deliver(system: System, morning: number, where?: string): Promise<void>
  /** Whole records of a day again, whatever was exported before. */
  deliverAgain(system: System, morning: number, where: string): Promise<void>
  build(): Promise<BuildReport>
  /** One evaluation on the morning of a day, or so many milliseconds later. */
  evaluate(morning: number, later?: number): Promise<Evaluated>
  remove(): Promise<void>
}

/** Eight in the morning of the day of that number; day 0 is the first of the data. */
export const morningOf = (at: number): number => begin + at * day + 8 * 3_600_000

export async function makePlanted(options: PlantedOptions): Promise<Planted> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-planted-'))
  const { seed, weeks, rows } = options
  await generate('touchpoints', { out: join(folder, 'made'), rows, weeks, seed, dirt: 'none' })
  await mkdir(join(folder, 'in'))
  await mkdir(join(folder, 'catalog', 'checks'), { recursive: true })
  const sources = Object.keys(systems).map((id) => `  - { id: ${id}, files: in/${id}-*.csv }\n`)
  await writeFile(join(folder, 'rapport.yaml'), `name: Desk\nsources:\n${sources.join('')}${options.settings}`)
  await writeFile(join(folder, 'catalog', 'checks', 'own.yaml'), options.checks)
  const made = await openDuckdb({
    file: join(folder, 'made', 'made.duckdb'),
    alias: 'made',
    mode: 'write',
    temporary: join(folder, 'made', 'spill'),
    external: true,
  })
  for (const [id, { file }] of Object.entries(systems))
    await made.run(
      raw(`CREATE TABLE ${id} AS SELECT * FROM read_csv('${folder}/made/${file}.csv', all_varchar = TRUE)`),
    )
  let order: ReturnType<typeof flowOrder> | undefined
  const exported = new Map<System, number>()
  let files = 0
  const write = async (system: System, select: string): Promise<void> => {
    // Names in the order in which they came: of two records of one key the later file holds.
    const name = `${system}-${String(++files).padStart(4, '0')}.csv`
    await made.run(raw(`COPY (${select}) TO '${folder}/in/${name}' (HEADER)`))
  }
  return {
    folder,
    plant: async (system, set, where) => {
      await made.run(raw(`UPDATE ${system} SET ${set} WHERE ${where}`))
    },
    deliver: async (system, morning, where = 'TRUE') => {
      const [from, to] = [minute(exported.get(system) ?? 0), minute(morningOf(morning))]
      exported.set(system, morningOf(morning))
      const changed = systems[system].moments.map((moment) => `(${moment} >= '${from}' AND ${moment} < '${to}')`)
      await write(system, `SELECT ${known(system, to)} FROM ${system} WHERE (${changed.join(' OR ')}) AND ${where}`)
    },
    deliverAgain: (system, morning, where) =>
      write(system, `SELECT ${known(system, minute(morningOf(morning)))} FROM ${system} WHERE ${where}`),
    build: async () => {
      order ??= flowOrder({ project: { directory: folder }, guess: true })
      return buildVersion(await order)
    },
    evaluate: async (morning, later = 0) => {
      const environment = options.environment ?? {}
      const [evaluated] = await evaluateAt(folder, [morningOf(morning) + later], { asOf: false, environment })
      return evaluated!
    },
    remove: async () => {
      await made.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One process that evaluates a project at these moments and sends what is due; `asOf`: the data too as they were then. */
export async function evaluateAt(
  directory: string,
  moments: number[],
  { asOf, environment }: { asOf: boolean; environment: NodeJS.ProcessEnv },
): Promise<Evaluated[]> {
  const project = await readProject({ directory })
  let at = 0
  const now = () => moments[at]!
  const open = () => openVersion(project, { connections: 2, ...(asOf && { asOf: new Date(now()).toISOString() }) })
  const handed = await alertsOptions(project, { url: 'http://127.0.0.1:4600/', now, open })
  const alerts = await openAlerts({ ...handed, outside: { ...handed.outside, environment } })
  const evaluated: Evaluated[] = []
  try {
    for (; at < moments.length; at++) {
      evaluated.push(await alerts.evaluateNow())
      await alerts.deliverNow()
    }
    return evaluated
  } finally {
    at = moments.length - 1
    await alerts.close()
  }
}

/** What had not happened is in no export yet. */
function known(system: System, to: string): string {
  if (system !== 'crm') return '*'
  const later = (moment: string, column: string) => `CASE WHEN ${moment} < '${to}' THEN ${column} END AS ${column}`
  return `* REPLACE (${[
    later('first_response_date', 'first_response_date'),
    later('first_response_date', 'response_time_hours'),
    later('resolved_date', 'resolved_date'),
    later('resolved_date', 'resolution_time_hours'),
    later('resolved_date', 'first_contact_resolution'),
    `CASE WHEN resolved_date < '${to}' THEN case_status ELSE 'open' END AS case_status`,
  ].join(', ')})`
}
