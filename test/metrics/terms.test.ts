import { expect, test } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import { readMetricCatalogue } from '../../src/metrics/catalogue.ts'
import type { Metric } from '../../src/metrics/metric.ts'
import { printExpression } from '../../src/sql/expression.ts'

function read(text: string): { metrics: Map<string, Metric>; problems: Problem[] } {
  const problems: Problem[] = []
  const { metrics } = readMetricCatalogue([parseYaml(text, 'm.yaml')], problems)
  return { metrics, problems }
}

const file = `terms:
  in_time: waited <= target_seconds
  waited: coalesce(wait_seconds, seconds_between(started_at, responded_at))
metrics:
  - id: kept
    label: Kept
    from: touchpoints
    population: waited >= 0 and not in_time = false
    numerator: in_time
    maturity: { since: started_at, seconds: target_seconds, settled: in_time }
    needs: [touchpoints.wait_seconds]
dimensions:
  - { id: how, label: How, from: touchpoints, of: in_time }
`

test('a term stands for its expression, brackets and all, in every expression of its file', () => {
  const { metrics, problems } = read(file)
  expect(problems).toEqual([])
  const kept = metrics.get('kept')!
  const waited = 'coalesce(wait_seconds, seconds_between(started_at, responded_at))'
  expect(kept.populationText).toBe(`(${waited} >= 0) and (not ((${waited} <= target_seconds) = false))`)
  expect(kept.numeratorText).toBe(`${waited} <= target_seconds`)
  expect(printExpression(kept.maturity!.settled!)).toBe(`${waited} <= target_seconds`)
})

test('a term of one file is not known in another', () => {
  const problems: Problem[] = []
  const other = 'metrics:\n  - { id: other, label: Other, from: touchpoints, numerator: in_time }'
  readMetricCatalogue([parseYaml(file, 'm.yaml'), parseYaml(other, 'n.yaml')], problems)
  expect(problems).toMatchObject([{ code: 'column-unknown', where: 'n.yaml:2' }])
})

test.each([
  ['a column that is not there, once, at the term', 'waited: wait_second', ['m.yaml:2 column-unknown']],
  [
    'a circle, at each term of it',
    'a: b\n  b: a or a\n  waited: a',
    ['m.yaml:2 term-circular', 'm.yaml:3 term-circular'],
  ],
  ['a term that reads itself', 'waited: waited + 1', ['m.yaml:2 term-circular']],
  ['the name of a column', 'waited: 1\n  channel: 2', ['m.yaml:3 term-is-column']],
  ['what does not read', 'waited: wait_seconds >=', ['m.yaml:2 expression-unreadable']],
  ['what adds rows up', 'waited: sum(wait_seconds)', ['m.yaml:7 aggregate-in-row', 'm.yaml:8 aggregate-in-row']],
])('%s', (_, terms, expected) => {
  const { problems } = read(`terms:
  ${terms}
metrics:
  - id: kept
    label: Kept
    from: touchpoints
    population: waited > 1
    numerator: waited > 2`)
  expect(problems.map(({ where, code }) => `${where} ${code}`).sort()).toEqual(expected)
})

test('an unknown word is answered with the terms of the file too', () => {
  const { problems } = read(`terms: { waited: wait_seconds }
metrics: [{ id: kept, label: Kept, from: touchpoints, numerator: waitet > 1 }]`)
  expect(problems).toMatchObject([
    { message: expect.stringContaining('nor a term of this file'), fix: expect.stringContaining('waited') },
  ])
})
