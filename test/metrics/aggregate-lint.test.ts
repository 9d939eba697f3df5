import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readWords } from '../../src/config/read-words.ts'
import type { Problem } from '../../src/errors.ts'
import { lintFigures } from '../../src/metrics/aggregate-lint.ts'
import { readFigures, readNumber } from '../../src/metrics/figures.ts'

const [en, fr] = await Promise.all(
  ['en', 'fr'].map((language) => readWords([join(import.meta.dirname, '../../catalog/words')], language, [])),
)

type Values = Record<string, string | number | undefined>

function lint(records: Values[], words = en!) {
  const problems: Problem[] = []
  const figures = readFigures(
    records.map((values, index) => ({ values, where: `figures.csv:${index + 2}` })),
    problems,
  )
  expect(problems).toEqual([])
  return lintFigures(figures, words)
}

const codes = (records: Values[]): string[] => lint(records).map(({ code }) => code)

describe('figures that a published study printed', () => {
  const solved = { metric: 'Solved', by: 'group', unit: '%' }
  const shares = [
    { ...solved, group: '', value: '87.45' },
    { ...solved, group: 'Support', value: '49.02' },
    { ...solved, group: 'Endorsements', value: '46.56' },
    { ...solved, group: 'Claims', value: '43.76' },
    { ...solved, group: 'Onboardings', value: '40.38' },
  ]

  test('solved / (solved + all) taken for a rate', () => {
    const found = lint(shares)
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([
      ['overall-outside', 'error'],
      ['part-and-whole', 'error'],
    ])
    const rates = found[1]?.evidence.rates as number[]
    expect(rates.map((rate) => (rate * 100).toFixed(2))).toEqual(['96.16', '87.13', '77.81', '67.73'])
    expect(found[1]?.message).toContain('Support 96.16%, Endorsements 87.13%, Claims 77.81%, Onboardings 67.73%')
    expect(lint(shares, fr)[1]?.message).toMatch(/Support 96,16\s%/)
  })

  test('the highest group alone is below the whole', () => {
    const alone = [shares[0]!, { ...shares[1]!, rank: 'highest' }]
    expect(codes(alone)).toEqual(['overall-outside'])
    expect(codes([shares[0]!, shares[1]!])).toEqual([])
  })

  test('an overall mean of 3.42 "hours" under a lowest group of 47 h: 60 times as much fits', () => {
    const time = { metric: 'Resolution time', by: 'group', unit: 'h' }
    const found = lint([
      { ...time, group: 'overall', value: '3.42' },
      { ...time, group: 'Support', value: '47', rank: 'lowest' },
    ])
    expect(found.map(({ code }) => code)).toEqual(['overall-outside', 'unit-factor'])
    expect(found[1]?.evidence).toMatchObject({ factor: 60 })
    expect(Number(found[1]?.evidence.restored) / 3600).toBeCloseTo(205.2, 10)
    expect(found[1]?.message).toContain('× 60 = 205 h')
  })

  test('first and full resolution averaged into one', () => {
    const at = (metric: string, value: string) => ({ metric, by: 'group', group: 'Support', value })
    const found = lint([
      at('First resolution time', '37.8 h'),
      at('Full resolution time', '56.9 h'),
      at('First and full resolution time', '47 h'),
    ])
    expect(found.map(({ code }) => code)).toEqual(['two-averaged'])
    expect(found[0]?.message).toContain('37.8 h')
    expect(
      codes([at('First resolution time', '37.8 h'), at('Full resolution time', '56.9 h'), at('x and y', '47 h')]),
    ).toEqual([])
  })

  test('a chart and its table a factor of two apart, and a wait above the full resolution', () => {
    const wait = { metric: 'Requester wait time', by: 'group', group: 'Support' }
    const found = lint([
      { ...wait, value: '98.8', unit: 'h', surface: 'chart 3' },
      { ...wait, value: '2,969.89', unit: 'min', surface: 'table 3' },
      { metric: 'Full resolution time', by: 'group', group: 'Support', value: '56.9', unit: 'h' },
    ])
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([
      ['surfaces-apart', 'error'],
      ['part-may-outlast-whole', 'warning'],
    ])
    expect(found[0]?.message).toContain('98.8 h in chart 3 and 2,969.89 min in table 3, a factor of 2 apart')
    expect(Number(found[0]?.evidence.second) / 3600).toBeCloseTo(49.498, 3)
  })

  test('with the same n a wait inside the resolution cannot outlast it', () => {
    const at = (metric: string, value: string) => ({ metric, group: 'Support', value, unit: 'h', n: 100 })
    expect(codes([at('Requester wait time', '98.8'), at('Full resolution time', '56.9')])).toEqual([
      'part-outlasts-whole',
    ])
  })

  test('figures that are right raise nothing', () => {
    const share = { metric: 'Solved', by: 'status', unit: '%', kind: 'share' }
    expect(
      codes([
        { ...share, group: '', value: '87.45' },
        { ...share, group: 'Closed', value: '74.47' },
        { ...share, group: 'Solved', value: '12.98' },
        { metric: 'Survey response rate', value: '14.91 %', numerator: 813, denominator: '5,453' },
        { metric: 'CSAT', value: '4.33', scale: '1-5' },
      ]),
    ).toEqual([])
  })
})

describe('other figures that cannot be', () => {
  test('shares, parts, scales', () => {
    expect(
      codes([
        { metric: 'Status', by: 'status', group: 'a', value: '70 %', kind: 'share' },
        { metric: 'Status', by: 'status', group: 'b', value: '40 %', kind: 'share' },
      ]),
    ).toEqual(['shares-not-whole'])
    expect(codes([{ metric: 'Replied', value: '0.4', unit: 'ratio', numerator: 5, denominator: 4 }])).toEqual([
      'part-above-whole',
    ])
    expect(codes([{ metric: 'Replied', value: '41 %', numerator: 813, denominator: 5453 }])).toEqual(['not-its-parts'])
    expect(codes([{ metric: 'CSAT', value: '5.2', scale: '1-5' }])).toEqual(['outside-scale'])
    expect(codes([{ metric: 'Retention', value: '104 %' }])).toEqual(['outside-scale'])
  })

  test('a mean of means, and a rest that no row could have', () => {
    const csat = { metric: 'CSAT', by: 'team', scale: '1-5' }
    const teams = [
      { ...csat, group: 'a', value: '3.00', n: 900 },
      { ...csat, group: 'b', value: '5.00', n: 100 },
    ]
    const found = lint([{ ...csat, group: '', value: '4.00', n: 1000 }, ...teams])
    expect(found.map(({ code }) => code)).toEqual(['not-weighted'])
    expect(found[0]?.message).toContain('3.20, not 4.00, which is the plain mean')
    expect(codes([{ ...csat, group: '', value: '4.90', n: 1100 }, ...teams])).toEqual(['rest-impossible'])
    expect(codes([{ ...csat, group: '', value: '3.20', n: 1000 }, ...teams])).toEqual([])
  })

  test('what does not read is named with its line', () => {
    const problems: Problem[] = []
    readFigures(
      [
        { values: { metric: 'a', value: 'many' }, where: 'f.csv:2' },
        { values: { metric: '', value: '1' }, where: 'f.csv:3' },
        { values: { metric: 'a', value: '1', kind: 'median' }, where: 'f.csv:4' },
      ],
      problems,
    )
    expect(problems.map(({ code, where }) => [code, where])).toEqual([
      ['figure-unreadable', 'f.csv:2'],
      ['figure-nameless', 'f.csv:3'],
      ['figure-kind', 'f.csv:4'],
    ])
  })

  test.each([
    ['2,969.89 min', 2969.89, 0.005, 'min'],
    ['5,453', 5453, 0.5, ''],
    ['49,02 %', 49.02, 0.005, '%'],
    ['2 969,9 h', 2969.9, 0.05, 'h'],
    ['1.234,5', 1234.5, 0.05, ''],
  ])('%s', (text, value, slack, suffix) => {
    const read = readNumber(text)
    expect(read?.value).toBeCloseTo(value, 9)
    expect(read?.slack).toBeCloseTo(slack, 9)
    expect(read?.suffix).toBe(suffix)
  })
})

/** Cases with a group, a score, and two clocks of which one runs inside the other. */
const rows = fc.array(
  fc.record({
    group: fc.constantFrom('a', 'b', 'c', 'd'),
    solved: fc.boolean(),
    score: fc.integer({ min: 1, max: 5 }),
    wait: fc.integer({ min: 0, max: 90_000 }),
    rest: fc.integer({ min: 0, max: 400_000 }),
  }),
  { minLength: 1, maxLength: 60 },
)

const mean = (values: number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

test('a table computed from rows, printed with any rounding, raises nothing', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 4 }), fc.boolean(), (all, places, withN) => {
      const groups = new Map<string, typeof all>([['', all]])
      for (const row of all) groups.set(row.group, [...(groups.get(row.group) ?? []), row])
      const records = [...groups].flatMap(([group, part]): Values[] => {
        const n = withN ? part.length : undefined
        const solved = part.filter((row) => row.solved).length
        const common = { by: 'group', group, n }
        const share = (part.length / all.length) * 100
        const hours = (value: number) => (value / 3600).toFixed(places)
        return [
          { ...common, metric: 'CSAT', scale: '1-5', value: mean(part.map(({ score }) => score)).toFixed(places) },
          {
            ...common,
            metric: 'Solved',
            unit: '%',
            value: ((solved / part.length) * 100).toFixed(places),
            ...(withN && { numerator: solved, denominator: part.length }),
          },
          { ...common, metric: 'Requester wait time', unit: 'h', value: hours(mean(part.map(({ wait }) => wait))) },
          {
            ...common,
            metric: 'Full resolution time',
            unit: 'h',
            surface: 'table',
            value: hours(mean(part.map(({ wait, rest }) => wait + rest))),
          },
          {
            ...common,
            metric: 'Full resolution time',
            unit: 'min',
            surface: 'chart',
            value: (mean(part.map(({ wait, rest }) => wait + rest)) / 60).toFixed(places),
          },
          ...(group === ''
            ? []
            : [{ by: 'group', group, metric: 'Cases', kind: 'share', unit: '%', value: share.toFixed(places) }]),
        ]
      })
      expect(lint(records)).toEqual([])
    }),
    { numRuns: 400 },
  )
})

test('one overall value moved out of its groups is found', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const by = (group: string) => all.filter((row) => row.group === group)
      const groups = ['a', 'b', 'c', 'd'].filter((group) => by(group).length > 0)
      const of = (part: typeof all) => mean(part.map(({ score }) => score)).toFixed(4)
      const csat = { metric: 'CSAT', by: 'group', scale: '0-10' }
      const parts = groups.map((group) => ({ ...csat, group, value: of(by(group)) }))
      expect(lint([{ ...csat, group: '', value: of(all) }, ...parts])).toEqual([])
      const high = (Math.max(...parts.map(({ value }) => Number(value))) + 0.01).toFixed(4)
      const wrong = codes([{ ...csat, group: '', value: high }, ...parts])
      if (parts.length > 1) expect(wrong).toContain('overall-outside')
    }),
  )
})
