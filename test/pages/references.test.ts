import { expect, test } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import { referenceFaults } from '../../src/pages/references.ts'
import { parsePage } from '../../src/pages/spec.ts'
import { readMetrics } from '../../src/project.ts'

const catalogue = await readMetrics({ catalogues: [`${import.meta.dirname}/../../catalog`] })

function faults(lines: string[]) {
  const document = parseYaml(['page: weekly', 'title: Weekly', ...lines].join('\n'), 'catalog/pages/weekly.yaml')
  return referenceFaults(parsePage(document, [])!, document, catalogue).map(({ where, fix }) => [where, fix])
}

test('every name that nobody defines, with its line and the nearest one', () => {
  const found = faults([
    'filters: [channel, priorty]',
    'headline: { says: figures, metrics: [cases, casez] }',
    'tiles:',
    '  - { id: a, kind: kpi, metric: cases_per_agnt }',
    '  - { id: b, kind: breakdown, metric: cases, by: chanel }',
    '  - id: c',
    '    kind: chart',
    '    chart: bars',
    '    query: { metrics: [cases, csat_meen], by: [channel] }',
  ])
  expect(found).toEqual([
    ['catalog/pages/weekly.yaml:4', expect.stringContaining('cases')],
    ['catalog/pages/weekly.yaml:6', 'Did you mean cases_per_agent or cases?'],
    ['catalog/pages/weekly.yaml:11', 'Did you mean csat_mean?'],
    ['catalog/pages/weekly.yaml:3', 'Did you mean priority?'],
    ['catalog/pages/weekly.yaml:7', 'Did you mean channel?'],
  ])
})

test('a variant and a quantile are names too', () => {
  const tiles = ['csat_percent:zendesk', 'first_reply_time_p90'].map(
    (metric, index) => `  - { id: t${index}, kind: kpi, metric: "${metric}" }`,
  )
  expect(faults(['tiles:', ...tiles])).toEqual([])
})
