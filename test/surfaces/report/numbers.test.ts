import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { missingOf } from '../../../src/metrics/needs.ts'
import { type Report, reportSchema } from '../../../src/pages/report-spec.ts'
import type { PageServices } from '../../../src/pages/services.ts'
import { readReports } from '../../../src/project.ts'
import { composeReport } from '../../../src/surfaces/report/compose.ts'
import type { Block, ReportDocument } from '../../../src/surfaces/report/document.ts'
import { reportMarkdown } from '../../../src/surfaces/report/markdown.ts'
import { type BuiltDemo, builtDemo } from './built.ts'
import { type Trace, traceReport, type World } from './trace.ts'

/** `REPORTS=all` (scripts/check-reports.mjs): every report of every demo as `rapport demo` makes it. */
const all = process.env.REPORTS === 'all'
const languages = ['en', 'fr']
const goldens = join(import.meta.dirname, '../../golden/reports')

/** Readings that say more than cells: pooled cohorts, correlations, forecasts, tests of shares, how many groups are drawn. */
const whole = /^chart (cohorts|bubble|line|lines|columns|gaps|dots|bars|flows|waterfall|map)\b/

const spec: Report = reportSchema.parse(parse(readFileSync(join(import.meta.dirname, 'small.yaml'), 'utf8'))) as Report

describe.skipIf(all)('a small report of generated tickets', () => {
  let demo: BuiltDemo
  const written = new Map<string, { document: ReportDocument; world: World }>()
  beforeAll(async () => {
    demo = await builtDemo('customer-first', 700)
    for (const language of languages) {
      const { services } = await demo.open(language)
      const document = await composeReport(spec, 'tickets', { ...services, pictures: false })
      written.set(language, { document, world: { report: spec, ...(await demo.open(language)) } })
    }
  }, 120_000)
  afterAll(() => demo.close())

  test.each(languages)('reads as the golden in %s', (language) => {
    const { document } = written.get(language)!
    // The version's name changes with the catalogue.
    const text = reportMarkdown(document).replaceAll(document.version, 'VERSION')
    const file = join(goldens, `small.${language}.md`)
    if (process.env.UPDATE || !existsSync(file)) {
      mkdirSync(goldens, { recursive: true })
      writeFileSync(file, text)
    }
    expect(text).toBe(readFileSync(file, 'utf8'))
  })

  test('asked anew, it is the same to the letter', async () => {
    const { document, world } = written.get('en')!
    const again = await composeReport(spec, 'tickets', { ...world.services, pictures: false })
    expect(JSON.stringify(again)).toBe(JSON.stringify(document))
  })

  test.each(languages)('has no number that the data do not give, in %s', async (language) => {
    const { document, world } = written.get(language)!
    expectTraced(await traceReport(document, world))
  })

  test.each<[string, (blocks: Block[]) => void]>([
    ['a cell of a table', (blocks) => change(blocks, 'table', ({ table }) => (table.rows[0]![1]!.text = '12,345'))],
    ['a key number', (blocks) => change(blocks, 'numbers', ({ numbers }) => (numbers[0]!.value = '701'))],
    ['a caption', (blocks) => change(blocks, 'figure', (block) => (block.caption = block.caption.replace(/\d/, '7')))],
    [
      'a finding',
      (blocks) => change(blocks, 'finding', (block) => (block.claim = block.claim.replace(/\d\.\d/, '7.7'))),
    ],
    ['a recommendation', (blocks) => change(blocks, 'recommendation', ({ parts }) => (parts[0]!.text += ' 17.'))],
  ])('%s that is another number is found out', async (_, mutate) => {
    const { document, world } = written.get('en')!
    const copy = structuredClone(document)
    mutate(copy.sections.flatMap(({ blocks }) => blocks))
    expect((await traceReport(copy, world)).faults.length).toBeGreaterThan(0)
  })
})

function change<Kind extends Block['kind']>(
  blocks: Block[],
  kind: Kind,
  mutate: (block: Extract<Block, { kind: Kind }>) => void,
): void {
  const found = blocks.filter((block): block is Extract<Block, { kind: Kind }> => block.kind === kind)
  expect(found.length).toBeGreaterThan(0)
  for (const block of found) mutate(block)
}

const demos = ['customer-first', 'success-team', 'wealth', 'touchpoints', 'experience']

describe.skipIf(!all).each(demos)('every report of %s has the numbers of the data', (name) => {
  let demo: BuiltDemo
  beforeAll(async () => {
    demo = await builtDemo(name)
  }, 600_000)
  afterAll(() => demo.close())

  test.each(languages)(
    'in %s',
    async (language) => {
      const { services } = await demo.open(language)
      const reports = await reportsFor(demo, services)
      expect(reports.length).toBeGreaterThan(0)
      for (const report of reports) {
        const document = await composeReport(report, name, { ...services, pictures: false })
        const trace = await traceReport(document, { report, ...(await demo.open(language)) })
        console.log(`${name}, ${report.report}, ${language}: ${JSON.stringify(trace.grounds)}`)
        expectTraced(trace)
      }
    },
    3_600_000,
  )
})

function expectTraced({ faults, grounds, retold }: Trace): void {
  expect(faults).toEqual([])
  expect(retold.filter((each) => !whole.test(each))).toEqual([])
  expect(grounds.cell).toBeGreaterThan(20)
  // What is exempt is little: the level of intervals, names with a digit, places in a list.
  const total = Object.values(grounds).reduce((sum, count) => sum + count, 0)
  expect((grounds.word + grounds.ordinal) / total).toBeLessThan(0.15)
}

/** Every report that these data fill. */
async function reportsFor(demo: BuiltDemo, services: PageServices): Promise<Report[]> {
  const reports = await readReports(demo.project, new Map(services.pages.map((page) => [page.page, page])))
  const packs = new Set((await services.facts.loads()).map(({ pack }) => pack))
  const { counts, present } = services.version
  return [...reports.values()].filter(
    (each) =>
      (each.table === undefined || (counts[each.table] ?? 0) > 0) &&
      missingOf(each.needs, present).length === 0 &&
      (each.packs?.some((pack) => packs.has(pack)) ?? true),
  )
}
