import { expect, test } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import { parsePage } from '../../src/pages/spec.ts'
import { cataloguePages } from './fixtures.ts'

test('every page of the catalogue can be read', async () => {
  const { pages, problems } = await cataloguePages()
  expect(problems).toEqual([])
  expect(pages.map((page) => page.page).sort()).toEqual(
    expect.arrayContaining(['breakdown', 'case', 'cases', 'data', 'definitions', 'overview']),
  )
})

const broken = `page: Over view
title: Overview
group: somewhere
tiles:
  - id: one
    kind: chart
    chart: pie
    query: { metrics: [cases], by: [channel] }
  - id: two
    kind: kpi
    metrik: cases
`

test('all problems at once, each with its line', () => {
  const problems: Problem[] = []
  expect(parsePage(parseYaml(broken, 'pages/x.yaml'), problems)).toBeNull()
  expect(problems.map((each) => each.where)).toEqual(
    expect.arrayContaining(['pages/x.yaml:1', 'pages/x.yaml:3', 'pages/x.yaml:7', 'pages/x.yaml:11']),
  )
  for (const problem of problems) expect(problem.fix).toMatch(/\.$/)
})

test('a chart that cannot be drawn from its query and a doubled tile are named with both places', () => {
  const text = `page: x
title: X
tiles:
  - id: a
    kind: chart
    chart: heat
    query: { metrics: [cases], by: [channel] }
  - { id: a, kind: kpi, metric: cases }
`
  const problems: Problem[] = []
  expect(parsePage(parseYaml(text, 'x.yaml'), problems)).toBeNull()
  expect(problems.map((each) => [each.code, each.where])).toEqual([
    ['tile-doubled', 'x.yaml:8'],
    ['chart-query', 'x.yaml:7'],
  ])
  expect(problems[0]?.message).toContain('x.yaml:4')
})
