import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluate } from '../../src/watch/evaluate.ts'
import { judged } from '../../src/watch/readings/threshold.ts'
import { type AlertState, nextState, type Reading } from '../../src/watch/state.ts'

const rule = { id: 'low', for: 1, repeat: 86_400 }
const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 6, minute)).toISOString()

function reading(finding: Reading['finding'], evidence: string, key = 'low'): Reading {
  return { key, segment: null, finding, value: 1, limit: 2, evidence, as_of: null }
}

/** Findings one a minute, each of new data -> status and event of each. */
function follow(findings: Reading['finding'][], options = {}) {
  let before: AlertState | undefined
  return findings.map((finding, minute) => {
    const step = nextState({ ...rule, ...options }, reading(finding, `${minute}`), before, at(minute))
    before = step.state
    return [step.state.status, step.event]
  })
}

describe('one alert', () => {
  test('fires once, stays through the band in between, is over once, and is fine again', () => {
    expect(follow(['good', 'between', 'bad', 'bad', 'between', 'good', 'good', 'between'])).toEqual([
      ['ok', null],
      ['ok', null],
      ['firing', 'fired'],
      ['firing', null],
      ['firing', null],
      ['resolved', 'resolved'],
      ['ok', null],
      ['ok', null],
    ])
  })

  test('waits for so many evaluations in a row, and starts anew when one is not bad', () => {
    expect(follow(['bad', 'bad', 'good', 'bad', 'bad', 'bad'], { for: 3 })).toEqual([
      ['pending', null],
      ['pending', null],
      ['ok', null],
      ['pending', null],
      ['pending', null],
      ['firing', 'fired'],
    ])
  })

  test('no data and data too old are states of their own: they end nothing and begin nothing', () => {
    expect(follow(['no-data', 'bad', 'no-data', 'stale', 'bad', 'no-data', 'good'])).toEqual([
      ['no-data', null],
      ['firing', 'fired'],
      ['no-data', null],
      ['stale', null],
      ['firing', null],
      ['no-data', null],
      ['resolved', 'resolved'],
    ])
  })

  test('the same data count once, however often they are looked at', () => {
    const first = nextState({ ...rule, for: 2 }, reading('bad', 'v1'), undefined, at(0))
    const again = nextState({ ...rule, for: 2 }, reading('bad', 'v1'), first.state, at(1))
    expect([again.state.status, again.changed]).toEqual(['pending', false])
    expect(nextState({ ...rule, for: 2 }, reading('bad', 'v2'), again.state, at(2)).event).toBe('fired')
  })

  test('is told again after so long, also on the same data', () => {
    const repeat = { ...rule, repeat: 120 }
    const fired = nextState(repeat, reading('bad', 'v1'), undefined, at(0))
    const soon = nextState(repeat, reading('bad', 'v1'), fired.state, at(1))
    const later = nextState(repeat, reading('bad', 'v1'), soon.state, at(2))
    expect([soon.event, later.event]).toEqual([null, 'repeated'])
    expect(later.state.open).toEqual({ since: at(0), told: at(2), times: 2 })
    expect(nextState(repeat, reading('bad', 'v1'), later.state, at(3)).event).toBeNull()
  })

  test('whatever the values, beginnings and ends take turns, and between two beginnings the value was back', () => {
    const cell = fc.record({
      value: fc.double({ min: 0, max: 1, noNaN: true }),
      half: fc.double({ min: 0, max: 0.2, noNaN: true }),
    })
    fc.assert(
      fc.property(
        fc.array(fc.option(cell, { freq: 8 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        (cells, times, band) => {
          const limits = { below: 0.5, above: undefined, clear: 0.5 + band, minimum: 1, certain: true }
          let before: AlertState | undefined
          let open = false
          cells.forEach((each, minute) => {
            const found = judged(
              each
                ? { value: each.value, low: each.value - each.half, high: each.value + each.half, n: 10 }
                : { value: null, n: 0 },
              limits,
            )
            const step = nextState(
              { ...rule, for: times, repeat: 1e9 },
              { ...reading(found.finding, `${minute}`), value: found.value },
              before,
              at(minute),
            )
            if (step.event === 'fired') {
              expect(open).toBe(false)
              expect(each!.value + each!.half).toBeLessThan(0.5)
            }
            if (step.event === 'resolved') {
              expect(open).toBe(true)
              expect(each!.value).toBeGreaterThanOrEqual(0.5 + band)
            }
            expect(step.event).not.toBe('repeated')
            open = step.event === 'fired' ? true : step.event === 'resolved' ? false : open
            expect(step.state.open !== undefined).toBe(open)
            before = step.state
          })
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('a limit', () => {
  const limits = { below: 0.85, above: undefined, clear: undefined, minimum: 30, certain: true }

  test.each([
    [{ value: 0.8, low: 0.75, high: 0.84, n: 400 }, 'bad'],
    [{ value: 0.8, low: 0.7, high: 0.9, n: 400 }, 'between'],
    [{ value: 0.86, low: 0.8, high: 0.9, n: 400 }, 'good'],
    [{ value: 0.5, low: 0.4, high: 0.6, n: 29 }, 'no-data'],
    [{ value: null, n: 0 }, 'no-data'],
  ])('%j is %s', (cell, finding) => {
    expect(judged(cell, limits).finding).toBe(finding)
  })

  test('by the value alone where that is enough, and upwards as downwards', () => {
    expect(judged({ value: 0.8, low: 0.7, high: 0.9, n: 400 }, { ...limits, certain: false }).finding).toBe('bad')
    const above = { below: undefined, above: 10, clear: 8, minimum: 1, certain: true }
    expect([11, 10, 9, 8].map((value) => judged({ value, n: value }, above).finding)).toEqual([
      'bad',
      'between',
      'between',
      'good',
    ])
  })
})

describe('all rules', () => {
  const segment = (key: string, finding: Reading['finding'], evidence: string): Reading => ({
    ...reading(finding, evidence, `low/${key}`),
    segment: key,
  })
  const states = (all: AlertState[]) => new Map(all.map((each) => [each.key, each]))

  test('a segment that is no longer there has no data; what was told of it stays open', () => {
    const first = evaluate(
      [{ rule, readings: [segment('a', 'bad', '1'), segment('b', 'good', '1')] }],
      new Map(),
      at(0),
    )
    expect(first.transitions.map(({ state, event }) => [state.key, event])).toEqual([['low/a', 'fired']])
    const second = evaluate([{ rule, readings: [segment('b', 'good', '2')] }], states(first.states), at(1))
    expect(second.states.map(({ key, status, open }) => [key, status, open !== undefined])).toEqual([
      ['low/b', 'ok', false],
      ['low/a', 'no-data', true],
    ])
    const third = evaluate(
      [{ rule, readings: [segment('a', 'good', '3'), segment('b', 'good', '3')] }],
      states(second.states),
      at(2),
    )
    expect(third.transitions.map(({ state, event }) => [state.key, event])).toEqual([['low/a', 'resolved']])
  })

  test('old data are so for every segment, and what stood for the rule as a whole goes', () => {
    const whole = evaluate([{ rule, readings: [reading('stale', '0')] }], new Map(), at(0))
    const split = evaluate(
      [{ rule, readings: [segment('a', 'good', '1'), segment('b', 'good', '1')] }],
      states(whole.states),
      at(1),
    )
    expect([split.states.map(({ key }) => key), split.gone]).toEqual([['low/a', 'low/b'], ['low']])
    const stale = evaluate([{ rule, readings: [reading('stale', '2')] }], states(split.states), at(2))
    expect(stale.states.map(({ key, status }) => [key, status])).toEqual([
      ['low/a', 'stale'],
      ['low/b', 'stale'],
    ])
  })

  test('a rule that is gone takes its states along', () => {
    const first = evaluate([{ rule, readings: [reading('good', '1')] }], new Map(), at(0))
    expect(evaluate([], states(first.states), at(1))).toMatchObject({ states: [], gone: ['low'] })
  })
})
