import { expect, test } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import { parseReport, takenFaults, takenTiles } from '../../src/pages/report-spec.ts'
import { readPages, readReports } from '../../src/project.ts'
import { cataloguePages, root } from './fixtures.ts'

const pagesById = async () => new Map((await cataloguePages()).pages.map((page) => [page.page, page]))

function parsed(text: string) {
  const problems: Problem[] = []
  const document = parseYaml(text, 'reports/x.yaml')
  return { document, report: parseReport(document, problems), problems }
}

test('every report of the catalogue can be read, and what it takes is there', async () => {
  const built = { catalogues: [`${root}/catalog`] }
  const reports = await readReports(built, await readPages(built))
  expect(reports.size).toBeGreaterThan(0)
  for (const { chapters } of reports.values()) expect(chapters.map(({ kind }) => kind)).toContain('definitions')
})

test('all faults at once, each with its line', () => {
  const { report, problems } = parsed(`report: My report
title: x
chapters:
  - { id: summary, kind: summary, limit: 0 }
  - { id: figures, kind: tiles, title: Figures, tiles: [overview] }
  - { id: moved, kind: moved }
  - { id: end, kind: ending }
`)
  expect(report).toBeNull()
  expect(problems.map(({ where }) => where)).toEqual([
    'reports/x.yaml:1',
    'reports/x.yaml:4',
    'reports/x.yaml:5',
    'reports/x.yaml:6',
    'reports/x.yaml:7',
  ])
})

test('a chapter that is there twice names the first', () => {
  const { problems } = parsed(`report: x
title: X
chapters:
  - { id: end, kind: conclusion }
  - { id: end, kind: quality }
`)
  expect(problems).toMatchObject([{ code: 'chapter-doubled', where: 'reports/x.yaml:5' }])
  expect(problems[0]?.message).toContain('reports/x.yaml:4')
})

test('pages and tiles that nobody defines are named with what was meant', async () => {
  const { report, document } = parsed(`report: x
title: X
chapters:
  - { id: summary, kind: summary, page: overvew }
  - id: figures
    kind: tiles
    title: Figures
    tiles: [overview.*, overview.casse, nowhere.*]
`)
  expect(takenFaults(report!, document, await pagesById())).toMatchObject([
    { code: 'page-unknown', where: 'reports/x.yaml:4', fix: expect.stringContaining('overview') },
    { code: 'tile-unknown', where: 'reports/x.yaml:8', fix: expect.stringContaining('cases') },
    { code: 'tile-unknown', where: 'reports/x.yaml:8' },
  ])
})

test('tiles that stand next to each other on one page are taken together, a report’s own between them apart', async () => {
  const { report } = parsed(`report: x
title: X
chapters:
  - id: figures
    kind: tiles
    title: Figures
    tiles:
      - overview.cases
      - overview.csat_mean
      - { id: own, kind: kpi, metric: cases }
      - overview.reply_rate
`)
  const chapter = report!.chapters[0]!
  const parts = takenTiles(report!, chapter as never, await pagesById())
  expect(parts.map(({ page, tiles }) => [page.page, tiles.map(({ id }) => id)])).toEqual([
    ['overview', ['cases', 'csat_mean']],
    ['x', ['own']],
    ['overview', ['reply_rate']],
  ])
})
