import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CheckFinding } from '../../src/metrics/ledger.ts'
import type { PageView } from '../../src/pages/view.ts'
import {
  cell,
  frame,
  generate,
  json,
  makeFolder,
  problems,
  type RunOptions,
  removeFolder,
  serve,
  valuesBy,
  write,
} from './command.ts'

/** A metric, a check, a page and a pack of a project, each one YAML file: the very examples of CONTRIBUTING.md. */
const contributing = await readFile(join(import.meta.dirname, '../../CONTRIBUTING.md'), 'utf8')

function example(what: 'metric' | 'check' | 'page' | 'pack'): string {
  const text = new RegExp(`^### Add a ${what}:[^\\n]*\\n+\`\`\`yaml\\n([\\s\\S]*?)\`\`\``, 'm').exec(contributing)?.[1]
  if (!text) throw new Error(`CONTRIBUTING.md has no example of a ${what} under "### Add a ${what}: ...".`)
  return text
}

const rapport = `name: shop
sources:
  - { id: tickets, files: customer_support_tickets.csv }
  - { id: shop, files: shop.csv }
`
const shop = 'Ref,Opened,State\n1,2025-01-03,Done\n2,2025-01-04,Done\n3,2025-01-05,open\n'
const good = {
  'catalog/metrics/mine.yaml': example('metric'),
  'catalog/checks/mine.yaml': example('check'),
  'catalog/pages/weekly.yaml': example('page'),
  'catalog/packs/shop/pack.yaml': example('pack'),
}

async function makeProject(): Promise<RunOptions> {
  const folder = await makeFolder()
  await generate({ folder }, '--rows', '600', '--seed', '1', '--dirt', 'none')
  await write(folder, { 'rapport.yaml': rapport, 'shop.csv': shop, ...good })
  return { folder }
}

describe('the examples of CONTRIBUTING.md work', () => {
  let here: RunOptions
  beforeAll(async () => {
    here = await makeProject()
    await json(['build'], here)
  })
  afterAll(() => removeFolder(here.folder))

  test('the metric answers, with its definition and place', async () => {
    const answer = await frame(['escalation_rate', 'cases', '--by', 'priority'], here)
    const critical = answer.rows.findIndex(({ priority }) => priority === 'critical')
    expect(cell(answer, 'escalation_rate', critical).value).toBe(1)
    expect(answer.metrics.escalation_rate).toMatchObject({
      label: 'Escalation rate',
      unit: 'ratio',
      defined_at: 'catalog/metrics/mine.yaml:2',
    })
  })

  test('the pack maps the export that it recognises', async () => {
    const answer = await frame(['cases', '--by', 'status', '--from', '2025-01-01'], here)
    expect(valuesBy(answer, 'status', 'cases')).toEqual({ closed: 2, open: 1 })
  })

  test('the check finds, and says it in the words of the project', async () => {
    const find = async () => {
      const { findings } = await json<{ findings: CheckFinding[] }>(['check'], here)
      return findings.find(({ check }) => check === 'reply-without-agent')
    }
    const found = await find()
    expect(found?.found).toBeGreaterThan(100)
    expect(found?.sentence).toContain('reply-without-agent')
    const words = 'checks.reply-without-agent: "{found, number} replies came from nobody."\n'
    await write(here.folder, { 'catalog/words/mine.en.yaml': words })
    expect((await find())?.sentence).toBe(`${found?.found} replies came from nobody.`)
  })

  test('the build has remembered what it found, the score is told, and checks are suggested', async () => {
    const { quality, findings, results } = await json<{
      quality: { whole: { score: number } }
      findings: (CheckFinding & { trend: { versions: number; isNew: boolean } | null })[]
      results: { check: string; found: number }[]
    }>(['check'], here)
    expect(quality.whole.score).toBeGreaterThan(0)
    expect(quality.whole.score).toBeLessThan(100)
    expect(findings.map(({ trend }) => trend)).toEqual(
      findings.map(() => expect.objectContaining({ versions: 1, isNew: false })),
    )
    expect(results.some(({ found }) => found === 0)).toBe(true)
    const { suggestions } = await json<{ suggestions: { check: { id: string } }[] }>(['check', '--suggest'], here)
    expect(suggestions.map(({ check }) => check.id)).toContain('cases-medium-list')
  })

  test('the page is served', async () => {
    const server = await serve(['serve'], here)
    try {
      const { view } = await server.get<{ view: PageView }>('api/pages/weekly')
      expect(view.title).toBe('Weekly')
      expect(view.tiles).toMatchObject([{ id: 'rate', kind: 'kpi', state: 'ok' }])
      const links = await server.get<{ id: string }[]>('api/pages')
      expect(links.map(({ id }) => id)).toContain('weekly')
    } finally {
      await server.stop()
    }
  })
})

describe('a wrong one is refused with its line, and nothing is published', () => {
  let here: RunOptions
  let version: string
  beforeAll(async () => {
    here = await makeProject()
    version = (await json<{ version: string }>(['build'], here)).version
  })
  afterAll(() => removeFolder(here.folder))

  async function refused(files: Record<string, string>) {
    await write(here.folder, { ...good, ...files })
    const found = await problems(['build'], 3, here)
    await write(here.folder, good)
    expect((await frame(['cases'], here)).version).toBe(version)
    return found.map(({ where, message }) => [where, message] as const)
  }

  test('every fault of every file at once', async () => {
    const found = await refused({
      'catalog/metrics/mine.yaml': `${example('metric')}    colour: red\n  - { id: two, label: Two, from: casez, numerator: priority = 'low' }\n`,
      'catalog/checks/mine.yaml': example('check').replace('agent is null', 'agnet is null'),
      'catalog/pages/weekly.yaml': example('page').replace('kind: kpi', 'kind: kpii'),
      'catalog/packs/shop/pack.yaml': example('pack').replace('created_at', 'created'),
    })
    expect(found).toEqual(
      expect.arrayContaining([
        ['catalog/metrics/mine.yaml:6', expect.stringContaining('colour')],
        ['catalog/metrics/mine.yaml:7', expect.stringContaining('"casez"')],
        ['catalog/checks/mine.yaml:2', expect.stringContaining('"agnet"')],
        ['catalog/pages/weekly.yaml:4', expect.stringContaining('kind')],
        ['catalog/packs/shop/pack.yaml:4', expect.stringContaining('cases.created')],
      ]),
    )
    expect(found).toHaveLength(5)
  })

  test('a page that names a metric or dimension that there is not', async () => {
    const tile = '  - { id: c, kind: chart, chart: bars, query: { metrics: [cases], by: [chanel] } }\n'
    const tiles = `tiles:\n  - { id: rate, kind: kpi, metric: resolution_rat }\n${tile}`
    const found = await refused({
      'catalog/pages/weekly.yaml': `page: weekly\ntitle: Weekly\ngroup: measure\n${tiles}`,
    })
    expect(found).toEqual([
      ['catalog/pages/weekly.yaml:5', 'The page names "resolution_rat", which is no metric.'],
      ['catalog/pages/weekly.yaml:6', 'The page names "chanel", which is no dimension.'],
    ])
  })

  test('the same metric twice: both places are named', async () => {
    const again = example('metric').replace('escalation_rate', 'reply_rate')
    const [[where, message] = [], ...more] = await refused({ 'catalog/metrics/mine.yaml': again })
    expect(where).toBe('catalog/metrics/mine.yaml:2')
    expect(message).toMatch(/catalog\/metrics\/cases\.yaml:\d+ and at catalog\/metrics\/mine\.yaml:2/)
    expect(more).toEqual([])
  })

  test('YAML that does not read', async () => {
    expect(await refused({ 'catalog/metrics/mine.yaml': 'metrics:\n  - id: [\n' })).toMatchObject([
      ['catalog/metrics/mine.yaml:3', expect.stringContaining('not YAML')],
    ])
  })

  test('"replaces" means it', async () => {
    const mine = `${example('metric').replace('escalation_rate', 'reply_rate')}    replaces: reply_rate\n`
    await write(here.folder, { 'catalog/metrics/mine.yaml': mine })
    const answer = await frame(['reply_rate'], here)
    expect(answer.metrics.reply_rate).toMatchObject({
      label: 'Escalation rate',
      defined_at: 'catalog/metrics/mine.yaml:2',
    })
    await write(here.folder, good)
  })
})
