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

/** A page of one chart, and what is wrong with it: code, line, fix. */
function faultsOf(chart: string): [string, string | undefined][] {
  const problems: Problem[] = []
  parsePage(parseYaml(`page: x\ntitle: X\ntiles:\n  - id: a\n    kind: chart\n${chart}`, 'x.yaml'), problems)
  return problems.map((each) => [each.code, each.where])
}
const asked = (chart: string, query: string, encode = '{}') =>
  `    chart: ${chart}\n    query: ${query}\n    encode: ${encode}\n`

test.each([
  ['sankey', '{ metrics: [cases], by: [channel, type, status] }', '{}'],
  ['funnel', '{ metrics: [cases, replied, solved] }', '{}'],
  ['waterfall', '{ metrics: [start, came, left, end] }', '{ subtract: [left] }'],
  ['gauge', '{ metrics: [fcr_rate] }', '{}'],
  ['bubble', '{ metrics: [risk, gain, aum], by: [product] }', '{ x: risk, y: gain, size: aum, series: product }'],
  ['flows', '{ metrics: [in, out], grain: month }', '{ up: [in], down: [out] }'],
  ['columns', '{ metrics: [cases], by: [channel], grain: month }', '{ as: share_of_column }'],
  ['cohorts', '{ metrics: [customers], by: [cohort, age] }', '{ period: month }'],
  ['map', '{ metrics: [customers], by: [state] }', '{ places: us }'],
])('%s can be asked for', (chart, query, encode) => {
  expect(faultsOf(asked(chart, query, encode))).toEqual([])
})

test.each([
  ['sankey', '{ metrics: [cases], by: [channel] }', '{}'],
  ['sankey', '{ metrics: [cases], by: [channel, type], grain: month }', '{}'],
  ['funnel', '{ metrics: [cases] }', '{}'],
  ['funnel', '{ metrics: [cases, solved], by: [channel] }', '{}'],
  ['waterfall', '{ metrics: [start, end], grain: month }', '{}'],
  ['gauge', '{ metrics: [fcr_rate], by: [channel] }', '{}'],
  ['bubble', '{ metrics: [risk], by: [product] }', '{}'],
  ['flows', '{ metrics: [in, out] }', '{ up: [in], down: [out] }'],
  ['columns', '{ metrics: [cases], grain: month }', '{}'],
  ['cohorts', '{ metrics: [customers], by: [cohort] }', '{ period: month }'],
  ['heat', '{ metrics: [cases], by: [channel, type, status] }', '{}'],
])('%s cannot be drawn from %s: said with the line of the query', (chart, query, encode) => {
  expect(faultsOf(asked(chart, query, encode))).toEqual([['chart-query', 'x.yaml:7']])
})

test.each([
  ['flows', '{ metrics: [in, out], grain: month }', '{ up: [in] }', 'x.yaml:4'],
  ['flows', '{ metrics: [in, out], grain: month }', '{ up: [in], down: [gone] }', 'x.yaml:8'],
  ['cohorts', '{ metrics: [customers], by: [cohort, age] }', '{}', 'x.yaml:4'],
  ['waterfall', '{ metrics: [start, left, end] }', '{ subtract: [end] }', 'x.yaml:8'],
  ['bubble', '{ metrics: [risk, gain], by: [product] }', '{ x: risk, y: other }', 'x.yaml:8'],
  ['bubble', '{ metrics: [risk, gain], by: [product] }', '{ series: market }', 'x.yaml:8'],
])('%s: what encode lacks or names beside the query is said with its line', (chart, query, encode, where) => {
  expect(faultsOf(asked(chart, query, encode))).toEqual([['chart-encode', where]])
})
