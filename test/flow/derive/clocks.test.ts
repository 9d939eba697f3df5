import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readSettings, type Settings, settingsSchema } from '../../../src/config/settings.ts'
import { parseYaml } from '../../../src/config/yaml.ts'
import type { Problem } from '../../../src/errors.ts'
import { buildVersion } from '../../../src/flow/flow.ts'
import { dataFolder, versionFile } from '../../../src/flow/publish/publish.ts'
import { readPacks } from '../../../src/project.ts'
import { type Sql, sql } from '../../../src/sql/sql.ts'
import { openDuckdb } from '../../../src/store/duckdb.ts'
import type { Row } from '../../../src/store/store.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-clocks-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const pack = `id: desk
name: Desk
zone: UTC
tables:
  - name: tickets
    recognise: [Ticket, Opened, Group, State]
    fills: [{table: cases, key: Ticket, columns: {created_at: Opened, team: Group, status: State}}]
  - name: history
    recognise: [Ticket, Changed, Was, Is]
    fills: [{table: case_events, key: [Ticket, Changed], columns: {case: Ticket, at: Changed, activity: {value: status}, from_value: Was, to_value: Is}}]
`

/** Builds a project of a pack and two files, and asks its version. */
async function build(settings: Partial<Settings> & Record<string, unknown>, files: Record<string, string>) {
  const packs = join(folder, 'catalog', 'packs', 'desk')
  await mkdir(packs, { recursive: true })
  await writeFile(join(packs, 'pack.yaml'), pack)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const data = dataFolder(join(folder, 'data'))
  const report = await buildVersion({
    directory: folder,
    data,
    settings: settingsSchema.parse({ sources: [{ id: 'desk', files: Object.keys(files) }], ...settings }),
    hash: 'a',
    product: 'test',
    packs: await readPacks({ catalogues: [join(folder, 'catalog')] }),
    synonyms: async () => [] as never,
    checks: [],
    guess: true,
    answers: {},
  })
  return async (text: Sql): Promise<Row[]> => {
    const file = versionFile(data, report.version)
    const store = await openDuckdb({ file, alias: `v${report.version}`, mode: 'read', temporary: data.temporary })
    try {
      return await store.rows(text)
    } finally {
      await store.close()
    }
  }
}

const tickets = `Ticket,Opened,Group,State
1,2026-05-13 14:30:00,Claims,solved
2,2026-05-13 14:30:00,Sales,solved
3,2026-05-13 14:30:00,Claims,open
`
const history = `Ticket,Changed,Was,Is
1,2026-05-15 07:30:00,New,Solved
2,2026-05-15 07:30:00,New,Solved
`
const schedules = [
  {
    name: 'claims',
    zone: 'Europe/Paris',
    hours: { 'mon-fri': ['09:00-12:00', '13:00-17:00'] },
    for: { team: 'Claims' },
  },
]

test('a project with opening hours: durations, schedules and days off are in the version', {
  timeout: 60_000,
}, async () => {
  const rows = await build({ schedules, holidays: ['FR'] }, { 'tickets.csv': tickets, 'history.csv': history })
  // Wednesday 16:30 to Friday 09:30 in Paris, Ascension Day between: an hour.
  expect(
    await rows(
      sql`SELECT "case", clock, seconds, origin, schedule FROM cx.case_durations WHERE metric = 'full_resolution' ORDER BY 1, 2`,
    ),
  ).toEqual([
    { case: 'desk:1', clock: 'business', seconds: 3600, origin: 'computed', schedule: 'claims' },
    { case: 'desk:1', clock: 'calendar', seconds: 147_600, origin: 'computed', schedule: null },
    { case: 'desk:2', clock: 'calendar', seconds: 147_600, origin: 'computed', schedule: null },
  ])
  expect(
    await rows(sql`SELECT weekday, "from", "to", zone, team, market FROM cx.schedules WHERE weekday = 5 ORDER BY 2`),
  ).toEqual([
    { weekday: 5, from: '09:00', to: '12:00', zone: 'Europe/Paris', team: 'Claims', market: null },
    { weekday: 5, from: '13:00', to: '17:00', zone: 'Europe/Paris', team: 'Claims', market: null },
  ])
  expect(await rows(sql`SELECT country FROM cx.holidays WHERE on_date = DATE '2026-05-14'`)).toEqual([
    { country: 'FR' },
  ])
  expect(await rows(sql`SELECT DISTINCT source FROM cx.case_durations`)).toEqual([{ source: 'desk' }])
})

test('without opening hours or a history there is calendar time, or nothing', { timeout: 60_000 }, async () => {
  const rows = await build({}, { 'tickets.csv': tickets })
  expect(await rows(sql`SELECT * FROM cx.case_durations`)).toEqual([])
  expect(await rows(sql`SELECT * FROM cx.schedules`)).toEqual([])
})

test('a country without known holidays is refused with what to do', { timeout: 60_000 }, async () => {
  await expect(build({ schedules, holidays: ['QQ'] }, { 'tickets.csv': tickets })).rejects.toThrow(/QQ/)
})

describe('schedules in rapport.yaml', () => {
  const problemsOf = (text: string): Problem[] => {
    const problems: Problem[] = []
    readSettings(parseYaml(`sources: [{id: a, files: a.csv}]\n${text}`, 'rapport.yaml'), problems)
    return problems
  }
  test('are read as people write them', () => {
    expect(
      problemsOf(`schedules:
  - name: desk
    zone: Europe/Paris
    hours: {mon-fri: [09:00-12:00, 13:00-17:00], "sat, sun": 10:00-24:00}
  - name: desk
    valid_from: 2026-07-01
    hours: {mon-thu: 8:00-16:00}
holidays: [FR, DE-BY, 2026-12-24]`),
    ).toEqual([])
  })
  test('are refused with every fault and its line', () => {
    const problems = problemsOf(`schedules:
  - name: desk
    zone: Paris
    hours:
      weekdays: 09:00-17:00
      mon: [22:00-06:00, 9-17, 10:00-25:00]
holidays: [France]`)
    expect(problems.map(({ where }) => where)).toEqual([
      'rapport.yaml:4',
      'rapport.yaml:6',
      'rapport.yaml:7',
      'rapport.yaml:7',
      'rapport.yaml:7',
      'rapport.yaml:8',
    ])
    expect(problems.map(({ message }) => message).join(' ')).toMatch(
      /Europe\/Paris.*weekdays such as.*22:00-06:00.*9-17.*25:00.*country/s,
    )
  })
})
