import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Condition } from '../../src/metrics/query.ts'
import {
  noParameters,
  type Parameters,
  parseCondition,
  parseParameters,
  printCondition,
  printParameters,
  toggleCondition,
  withParameters,
} from '../../src/pages/parameters.ts'

const dimension = fc.constantFrom('channel', 'type', 'age_band')
const value = fc.oneof(
  fc.string(),
  fc.constantFrom('', ',', '\\', '"', '..', 'a..b', '.', 'x=y', '&', '%3D', '+', '""', 'é\n'),
)

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    dimension,
    op: fc.constantFrom('in' as const, 'not_in' as const),
    values: fc.array(value, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    dimension,
    op: fc.constantFrom('is_null' as const, 'not_null' as const),
    values: fc.constant<string[]>([]),
  }),
  fc.record({ dimension, op: fc.constant('between' as const), values: fc.tuple(fc.integer(), fc.integer()) }),
)

const parameters: fc.Arbitrary<Parameters> = fc.record(
  {
    where: fc.array(condition, { maxLength: 4 }),
    metrics: fc.uniqueArray(fc.constantFrom('csat_mean', 'reopen_rate:of_all', 'cases')),
    by: fc.uniqueArray(dimension, { maxLength: 2 }),
    from: fc.constantFrom('2026-01-01', '2025-12-31'),
    grain: fc.constantFrom('day' as const, 'month' as const),
    compare: fc.constantFrom('previous' as const, 'year' as const),
    sort: fc.record({ by: dimension, descending: fc.boolean() }),
    plain: fc.record({ search: fc.string({ minLength: 1 }), lang: fc.constantFrom('en', 'fr') }, { requiredKeys: [] }),
  },
  { requiredKeys: ['where', 'metrics', 'by', 'plain'] },
)

test('a condition survives its text', () => {
  fc.assert(
    fc.property(condition, (each) => {
      expect(parseCondition(printCondition(each))).toEqual(each)
    }),
  )
})

test('parameters survive the address', () => {
  fc.assert(
    fc.property(parameters, (each) => {
      const { parameters: read, problems } = parseParameters(printParameters(each))
      expect(problems).toEqual([])
      expect(read).toEqual(each)
      expect(printParameters(read)).toBe(printParameters(each))
    }),
  )
})

test('nothing that a viewer types throws, and all that is left out is named', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseParameters(text)
    }),
  )
  const { parameters: read, problems } = parseParameters(
    'where=channel%3Dchat&where=nonsense&foo=1&from=yesterday&m=cases&utm=x',
  )
  expect(read.where).toEqual([{ dimension: 'channel', op: 'in', values: ['chat'] }])
  expect(problems.map((each) => each.where)).toEqual(['where', 'foo', 'from', 'utm'])
})

test('the text is the one of the command line', () => {
  expect(parseCondition('channel=chat,email')).toEqual({ dimension: 'channel', op: 'in', values: ['chat', 'email'] })
  expect(parseCondition('market!=DE')).toEqual({ dimension: 'market', op: 'not_in', values: ['DE'] })
  expect(parseCondition('age=18..30')).toEqual({ dimension: 'age', op: 'between', values: [18, 30] })
  expect(parseCondition('team=')).toEqual({ dimension: 'team', op: 'is_null', values: [] })
  expect(
    printParameters({ ...noParameters(), where: [{ dimension: 'channel', op: 'in', values: ['chat', 'email'] }] }),
  ).toBe('where=channel=chat,email')
})

test('a second click takes a value away, and a change lets go of the cursor', () => {
  const once = toggleCondition([], 'channel', 'chat')
  expect(toggleCondition(once, 'channel', 'email')).toEqual([
    { dimension: 'channel', op: 'in', values: ['chat', 'email'] },
  ])
  expect(toggleCondition(once, 'channel', 'chat')).toEqual([])
  expect(toggleCondition(once, 'channel', 'chat', true)).toHaveLength(2)
  expect(withParameters({ ...noParameters(), plain: { cursor: 'x', lang: 'fr' } }, {}).plain).toEqual({ lang: 'fr' })
})
