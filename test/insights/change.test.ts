import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Change, type ChangeEvidence, type ChangeKind, findChange } from '../../src/insights/change.ts'
import { sayChange, sayNoChange } from '../../src/insights/change-words.ts'
import type { Frame, MetricCard, MetricCell } from '../../src/metrics/frame.ts'
import { wilsonInterval } from '../../src/stats/intervals.ts'
import { fixtureServices } from '../pages/fixtures.ts'

type Counts = Record<string, [number, number]>

/** `[numerator, denominator]` by group, or `[amount, rows]`. */
function frameOf(counts: Counts, kind: ChangeKind, by?: string): Frame {
  const rows = Object.entries(counts)
    .filter(([, [, n]]) => n > 0)
    .map(([group, each]) => ({ ...(by && { [by]: group === 'null' ? null : group }), m: cellOf(each, kind) }))
  const unit = kind === 'ratio' ? 'ratio' : kind === 'count' ? 'count' : 'number'
  return {
    query: { metrics: ['m'], ...(by && { by: [by] }) },
    version: 'v1',
    as_of: null,
    zone: 'UTC',
    rows,
    labels: {},
    metrics: { m: { id: 'm', label: 'Solved', unit } as MetricCard },
    verdicts: [],
    notes: [],
  }
}

function cellOf([part, n]: [number, number], kind: ChangeKind): MetricCell {
  if (kind === 'ratio')
    return { value: n > 0 ? part / n : null, numerator: part, denominator: n, n, ...wilsonInterval(part, n) }
  if (kind === 'mean') return { value: n > 0 ? part / n : null, n }
  return { value: n > 0 ? part : kind === 'count' ? 0 : null, n }
}

const whole = (counts: Counts): Counts => ({
  all: Object.values(counts).reduce((sum, each): [number, number] => [sum[0] + each[0], sum[1] + each[1]], [0, 0]),
})

const month = { before: { from: '2026-01-01', to: '2026-01-30' }, after: { from: '2026-01-31', to: '2026-03-01' } }

function evidenceOf(
  splits: Record<string, { before: Counts; after: Counts }>,
  kind: ChangeKind = 'ratio',
  more: Partial<ChangeEvidence> = {},
): ChangeEvidence {
  const first = Object.values(splits)[0]!
  return {
    metric: 'm',
    kind,
    days: month,
    seen: { before: 30, after: 30 },
    whole: { before: frameOf(whole(first.before), kind), after: frameOf(whole(first.after), kind) },
    splits: Object.entries(splits).map(([dimension, { before, after }]) => ({
      dimension,
      label: dimension,
      before: frameOf(before, kind, dimension),
      after: frameOf(after, kind, dimension),
    })),
    ...more,
  }
}

const found = (evidence: ChangeEvidence): Change => {
  const change = findChange(evidence)
  if ('lacks' in change) throw new Error(`lacks ${change.lacks}`)
  return change
}

const { words } = await fixtureServices('en')

/** Calls are solved more often than mails; both got better, and mails became many. */
const simpson = {
  channel: { before: { call: [800, 1000], mail: [60, 200] }, after: { call: [170, 200], mail: [350, 1000] } },
} satisfies Record<string, { before: Counts; after: Counts }>

describe('a share', () => {
  test("Simpson's paradox is recognised and said", () => {
    const change = found(evidenceOf(simpson))
    const [split] = change.splits
    expect(change.change).toBeCloseTo(520 / 1200 - 860 / 1200, 12)
    expect(split!.simpson).toBe(true)
    // Weights (5/6 + 1/6) / 2 each; calls 0.80 -> 0.85, mails 0.30 -> 0.35.
    expect(split!.effects.rate).toBeCloseTo(0.05, 12)
    expect(split!.effects.mix).toBeCloseTo(change.change - 0.05, 12)
    expect(sayChange(change, words)).toEqual([
      'Solved: down from 71.7% to 43.3% (−28.3 pts; 95% −32.1 pts to −24.5 pts, p < 0.001).',
      'By channel: −33.3 pts because groups took another part of the whole, +5.0 pts because their own values moved (95% +0.3 pts to +9.2 pts).',
      'Most by group: call −14.2 pts and mail −14.2 pts.',
      "By channel, every group went up, and the whole went down: the mix turned it (Simpson's paradox).",
    ])
  })

  test('a group that stood still, or one that is new, is no group that moved', () => {
    const still = structuredClone(simpson)
    still.channel.after.call = [160, 200]
    expect(found(evidenceOf(still)).splits[0]!.simpson).toBe(false)
    const after = { ...simpson.channel.after, chat: [5, 50] as [number, number] }
    const change = found(evidenceOf({ channel: { before: simpson.channel.before, after } }))
    expect(change.splits[0]!.simpson).toBe(true)
    expect(change.splits[0]!.groups.find(({ group }) => group === 'chat')!.effects.rate).toBe(0)
    expect(sayChange(change, words)).toContain('New: chat.')
  })

  test('whether it moved comes first', () => {
    const same: Record<string, { before: Counts; after: Counts }> = {
      channel: { before: { call: [50, 100], mail: [30, 100] }, after: { call: [52, 100], mail: [29, 100] } },
    }
    const change = found(evidenceOf(same))
    expect(change.test!.real).toBe(false)
    expect(sayChange(change, words)[0]).toMatch(/^No evidence that it moved: Solved 40\.0% before, 40\.5% after/)
    expect(sayChange(change, words)).toContain(
      'The dimension does not tell a tenth of the change apart by more than chance.',
    )
  })

  test('intervals are those of the difference, as heavy as the group', () => {
    const [split] = found(evidenceOf(simpson)).splits
    const call = split!.groups.find(({ group }) => group === 'call')!
    // Newcombe's method 10 for 170/200 against 800/1000 is -0.0106 to 0.1010, and calls weigh a half.
    expect(call.interval!.low).toBeCloseTo(-0.0106 / 2, 3)
    expect(call.interval!.high).toBeCloseTo(0.101 / 2, 3)
    expect(call.effects.rate).toBeCloseTo(0.025, 12)
  })
})

describe('which dimension explains most', () => {
  test('the one whose groups moved apart, not those cut at random', () => {
    const half = (one: [number, number], two: [number, number]): Counts => ({ a: one, b: two })
    const random = (seed: number): { before: Counts; after: Counts } => ({
      before: half([400 + seed, 800], [400 - seed, 800]),
      after: half([320 + seed, 800], [320 - seed, 800]),
    })
    const change = found(
      evidenceOf({
        ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => [`random${seed}`, random(seed)])),
        channel: { before: half([400, 800], [400, 800]), after: half([240, 800], [400, 800]) },
      }),
    )
    expect(change.splits[0]!.dimension).toBe('channel')
    expect(change.splits[0]!.uneven.q).toBeLessThan(0.001)
    expect(change.splits[0]!.explains).toBeCloseTo(0.05, 10)
    expect(change.splits.slice(1).map(({ explains }) => explains)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(sayChange(change, words)).toContain(
      'Of 9 dimensions tried, channel tells most of the change apart (5.0 pts).',
    )
  })

  test('one of twenty that looks telling by itself is not, among twenty', () => {
    const flat: { before: Counts; after: Counts } = {
      before: { a: [400, 800], b: [400, 800] },
      after: { a: [320, 800], b: [320, 800] },
    }
    // By itself, this gap of gaps has a p of about 0.01.
    const lucky = { before: flat.before, after: { a: [285, 800], b: [355, 800] } as Counts }
    const alone = found(evidenceOf({ lucky }))
    expect(alone.splits[0]!.explains).toBeGreaterThan(0)
    const among = found(
      evidenceOf({ lucky, ...Object.fromEntries(Array.from({ length: 19 }, (_, at) => [`flat${at}`, flat])) }),
    )
    expect(among.splits.every(({ explains }) => explains === 0)).toBe(true)
  })

  test('groups that do not make the whole are left out and named', () => {
    const evidence = evidenceOf({ ...simpson, tags: simpson.channel })
    evidence.splits[1]!.after = frameOf({ call: [170, 200] }, 'ratio', 'tags')
    const change = found(evidence)
    expect(change.left).toEqual(['tags'])
    expect(change.splits.map(({ dimension }) => dimension)).toEqual(['channel'])
  })
})

describe('a count and a sum', () => {
  const days = (level: number, count = 30) =>
    Array.from({ length: count }, (_, at) => ({ day: String(at), kind: (at % 7) + 1, value: level + (at % 3) }))

  test('a count: more a day, and who they are', () => {
    const change = found(
      evidenceOf(
        { channel: { before: { a: [200, 200], b: [100, 100] }, after: { a: [200, 200], b: [220, 220] } } },
        'count',
        {
          daily: { before: days(9), after: days(13) },
        },
      ),
    )
    expect(change.test!.real).toBe(true)
    const [split] = change.splits
    expect(split!.effects).toMatchObject({ days: 0, rate: 0 })
    expect(split!.effects.volume).toBeCloseTo(120, 9)
    expect(split!.groups.map(({ label }) => label)).toEqual(['b', 'a'])
    expect(sayChange(change, words)[0]).toMatch(/^Solved: up from 300 to 420 \(\+120; a day \+4\.0, 95% /)
  })

  test('a period that the data cover in part is said, and is shorter', () => {
    const change = found(
      evidenceOf(
        { channel: { before: { a: [200, 200], b: [100, 100] }, after: { a: [60, 60], b: [40, 40] } } },
        'count',
        {
          seen: { before: 30, after: 10 },
        },
      ),
    )
    expect(change.splits[0]!.effects.days).toBeCloseTo(-200, 9)
    expect(change.splits[0]!.effects.volume).toBeCloseTo(0, 9)
    expect(sayChange(change, words)).toContain('The data cover 10 of 30 days of the period after.')
  })

  test('a sum: rows, mix and what a row brings', () => {
    const change = found(
      evidenceOf(
        { product: { before: { a: [1000, 10], b: [100, 10] }, after: { a: [1000, 20], b: [100, 10] } } },
        'sum',
      ),
    )
    const { days: longer, volume, mix, rate } = change.splits[0]!.effects
    expect(longer + volume + mix + rate).toBeCloseTo(0, 9)
    expect(rate).toBeLessThan(0)
    expect(sayChange(change, words)[0]).toBe(
      'Solved: no change from 1,100 to 1,100 (±0.00). Too few values to test whether that is chance.',
    )
  })
})

test('no value in a period, or none at all: said, not computed', () => {
  const empty = findChange(evidenceOf({ channel: { before: {}, after: { a: [1, 2] } } }))
  expect(empty).toEqual({ lacks: 'before' })
  expect(sayNoChange({ lacks: 'before' }, words)).toBe('No change to explain: there is no value in the period before.')
})

const counts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })), { minLength: 2, maxLength: 8 })
  .map((all) => all.map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]))
const periods = fc
  .tuple(counts, counts)
  .filter(([before, after]) => [before, after].every((all) => all.some(([, n]) => n > 0)))
const named = (all: [number, number][], name: (at: number) => string): Counts =>
  Object.fromEntries(all.map((each, at) => [name(at), each]))

test.each(['ratio', 'mean', 'sum'] as const)('%s: parts add up, and names and order do not matter', (kind) =>
  fc.assert(
    fc.property(periods, ([before, after]) => {
      const evidence = (name: (at: number) => string, turned = false) => {
        const turn = (all: Counts) => (turned ? Object.fromEntries(Object.entries(all).toReversed()) : all)
        return evidenceOf({ d: { before: turn(named(before, name)), after: turn(named(after, name)) } }, kind)
      }
      const one = findChange(evidence((at) => `g${at}`))
      const other = findChange(evidence((at) => `${9 - at}!`, true))
      if ('lacks' in one || 'lacks' in other) return expect(other).toEqual(one)
      const [split, again] = [one.splits[0], other.splits[0]]
      if (!split || !again) return expect(again).toBe(split)
      const { days, volume, mix, rate } = split.effects
      expect(Math.abs(days + volume + mix + rate - one.change)).toBeLessThan(1e-9)
      expect(again.effects.mix).toBeCloseTo(mix, 9)
      expect(again.effects.rate).toBeCloseTo(rate, 9)
      expect(again.explains).toBeCloseTo(split.explains, 9)
      expect(again.simpson).toBe(split.simpson)
    }),
  ),
)
