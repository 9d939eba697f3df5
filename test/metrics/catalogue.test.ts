import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import { dimensionsFor, readMetricCatalogue } from '../../src/metrics/catalogue.ts'
import type { MetricCatalogue } from '../../src/metrics/context.ts'
import { metricsFileSchema } from '../../src/metrics/metric-file.ts'
import { vocabularies } from '../../src/model/vocabularies.ts'
import { builtInCatalogue } from './fixture.ts'

function read(...texts: string[]): { catalogue: MetricCatalogue; problems: Problem[] } {
  const problems: Problem[] = []
  const documents = texts.map((text, index) => parseYaml(text, `catalog/metrics/own${index || ''}.yaml`))
  return { catalogue: readMetricCatalogue(documents, problems), problems }
}

describe('a metric', () => {
  test('takes five lines', () => {
    const { catalogue, problems } = read(`metrics:
  - id: weekend_cases
    label: Weekend cases
    from: cases
    numerator: weekday_of(created_on) >= 6
`)
    expect(problems).toEqual([])
    expect(catalogue.metrics.get('weekend_cases')).toMatchObject({
      unit: 'ratio',
      time: 'created_at',
      needs: ['cases.created_at'],
      additivity: 'non-additive',
      family: 'weekend_cases',
      defined_at: 'catalog/metrics/own.yaml:2',
    })
  })

  test('in seconds has a median and a 90th percentile, its variants too', () => {
    const { catalogue } = read(`metrics:
  - id: wait
    label: Wait
    unit: seconds
    from: touchpoints
    mean: wait_seconds
    variants: [{ id: answered, label: Wait of answered, population: is_answered }]
`)
    expect([...catalogue.metrics.keys()].sort()).toEqual([
      'wait',
      'wait:answered',
      'wait_median',
      'wait_median:answered',
      'wait_p90',
      'wait_p90:answered',
    ])
  })

  test('has a maturity rule in hours or by a column of the row, not in both', () => {
    const metric = (maturity: string) => `metrics:
  - id: kept
    label: Kept
    from: cases
    numerator: replies > 0
    maturity: ${maturity}
`
    expect(
      read(metric('{ since: created_at, seconds: resolution_target_seconds, settled: replies > 0 }')).problems,
    ).toEqual([])
    for (const wrong of ['{ since: created_at }', '{ since: created_at, hours: 1, seconds: replies }'])
      expect(read(metric(wrong)).problems).toMatchObject([
        { code: 'maturity-unclear', where: 'catalog/metrics/own.yaml:6' },
      ])
  })

  test('by another measure in a variant leaves the old one behind', () => {
    const metric = builtInCatalogue().metrics.get('reopen_rate:per_case')
    expect(metric).toMatchObject({ unit: 'number', measure: { kind: 'mean' }, numeratorText: undefined })
  })
})

describe('faults are told together, each with its line', () => {
  test.each([
    [
      'a key that is not known',
      'metrics:\n  - id: a\n    label: A\n    from: cases\n    count: true\n    colour: red',
      'own.yaml:6',
      'colour',
    ],
    [
      'a table that is not there',
      'metrics:\n  - id: a\n    label: A\n    from: case\n    count: true',
      'own.yaml:4',
      'Did you mean cases',
    ],
    [
      'a column that is not there',
      'metrics:\n  - id: a\n    label: A\n    from: cases\n    numerator: statuss = 1',
      'own.yaml:5',
      'Did you mean status',
    ],
    [
      'a column behind no link',
      'metrics:\n  - id: a\n    label: A\n    from: cases\n    numerator: channel.name is null',
      'own.yaml:5',
      'channel.name',
    ],
    [
      'an operation that adds rows up',
      'metrics:\n  - id: a\n    label: A\n    from: cases\n    mean: sum(replies)',
      'own.yaml:5',
      'adds rows up',
    ],
    [
      'an operation that is not there',
      'metrics:\n  - id: a\n    label: A\n    from: cases\n    mean: sleep(1)',
      'own.yaml:5',
      'not a function here',
    ],
    [
      'raw SQL',
      'metrics:\n  - id: a\n    label: A\n    from: cases\n    mean: (select 1)',
      'own.yaml:5',
      'does not read',
    ],
    ['no measure', 'metrics:\n  - id: a\n    label: A\n    from: cases', 'own.yaml:2', 'does not say what is computed'],
    [
      'two measures',
      'metrics:\n  - id: a\n    label: A\n    from: cases\n    count: true\n    sum: replies',
      'own.yaml:2',
      'count and sum',
    ],
    [
      'a need that is not there',
      'metrics:\n  - id: a\n    label: A\n    from: cases\n    count: true\n    needs: [cases.created]',
      'own.yaml:6',
      'Did you mean cases.created',
    ],
    [
      'a time that is none',
      'metrics:\n  - id: a\n    label: A\n    from: cases\n    count: true\n    time: status',
      'own.yaml:6',
      'not a moment',
    ],
    [
      'a metric to compare with that is not there',
      'metrics:\n  - id: a\n    label: A\n    from: cases\n    count: true\n    compare_with: [b]',
      'own.yaml:2',
      'names b',
    ],
    ['a key of the file', 'metric: []', 'own.yaml:1', 'metric'],
  ])('%s', (_, text, where, says) => {
    const { problems } = read(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.where).toContain(where)
    expect(`${problems[0]?.message} ${problems[0]?.fix}`).toContain(says)
  })

  test('all at once', () => {
    expect(
      read(
        'metrics:\n  - id: a\n    label: A\n    from: nowhere\n    count: true\n  - id: B\n    label: B\n    from: cases\n    count: true\ndimensions:\n  - id: d\n    label: D\n    from: cases\n    of: nothing',
      ).problems,
    ).toHaveLength(3)
  })
})

describe('the same id twice', () => {
  const one = 'metrics:\n  - id: a\n    label: A\n    from: cases\n    count: true\n'

  test('names both places', () => {
    const { problems } = read(one, one)
    expect(problems[0]?.message).toBe(
      'The metric a is defined twice: at catalog/metrics/own.yaml:2 and at catalog/metrics/own1.yaml:2.',
    )
  })

  test('is meant where it says so', () => {
    const { catalogue, problems } = read(one, `${one.replace('label: A', 'label: Mine')}    replaces: a\n`)
    expect(problems).toEqual([])
    expect(catalogue.metrics.get('a')?.label).toBe('Mine')
  })

  test('a dimension like a column of the model too', () => {
    expect(read('dimensions:\n  - { id: channel, label: C, from: cases, of: medium }').problems[0]?.code).toBe(
      'dimension-twice',
    )
  })
})

describe('what is delivered', () => {
  const catalogue = builtInCatalogue()

  test('holds the metrics of the field', () => {
    const wanted =
      'cases reply_rate resolution_rate csat_mean csat_percent survey_response_rate nps ces assignment_time first_reply_time first_reply_time_median first_resolution_time full_resolution_time_p90 reply_to_resolution_time:signed backlog case_age one_touch_rate reopen_rate customers new_customers contact_rate touchpoints pending_over_three_weeks cases_per_agent'
    expect(wanted.split(' ').filter((id) => !catalogue.metrics.has(id))).toEqual([])
  })

  test('splits surveys by what their case and customer have, and cases by nothing that they have several of', () => {
    const surveys = dimensionsFor(catalogue, 'surveys')
    expect(
      ['channel', 'product', 'category', 'gender', 'age_band', 'score', 'agent', 'weekday'].filter(
        (id) => !surveys.includes(id),
      ),
    ).toEqual([])
    expect(dimensionsFor(catalogue, 'cases')).not.toContain('queue')
  })

  test('has a schema for editors', () => {
    expect(z.toJSONSchema(metricsFileSchema, { io: 'input' })).toMatchObject({
      type: 'object',
      properties: { metrics: { type: 'array' }, dimensions: { type: 'array' } },
    })
  })
})

describe('words', () => {
  const catalogue = builtInCatalogue()
  const folder = join(import.meta.dirname, '..', '..', 'catalog', 'words')
  const messages = (language: string): Set<string> => {
    const files = readdirSync(folder).filter((name) => name.endsWith(`.${language}.yaml`))
    const ids = (file: string) => Object.keys(parseYaml(readFileSync(join(folder, file), 'utf8'), file).value as object)
    return new Set(files.flatMap(ids))
  }
  const [english, french] = [messages('en'), messages('fr')]

  test('French has every sentence, label and value that English has', () => {
    expect([...english].filter((id) => !french.has(id))).toEqual([])
  })

  test('French has every text of every metric', () => {
    const written = [...catalogue.metrics.values()]
      .filter(({ quantileOf }) => !quantileOf)
      .flatMap(({ says }) => Object.values(says))
    // A part without words of its own is shown as its expression, which is the same in every language.
    const texts = written.filter(
      (text) => !/[()='<>_]/.test(text.english) || text.id.endsWith('.label') || text.id.endsWith('.question'),
    )
    expect(texts.map(({ id }) => id).filter((id) => !french.has(id))).toEqual([])
  })

  test.each(['en', 'fr'])('%s has every dimension and every word of the vocabularies', (language) => {
    const known = language === 'en' ? english : french
    const dimensions = [...catalogue.dimensions.keys()].flatMap((id) => [
      `dimensions.${id}.label`,
      `dimensions.${id}.many`,
    ])
    const values = Object.entries(vocabularies).flatMap(([name, words]) =>
      words.map((word) => `values.${name}.${word}`),
    )
    expect([...dimensions, ...values].filter((id) => !known.has(id))).toEqual([])
  })
})
