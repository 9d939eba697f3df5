import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readWords } from '../../src/config/read-words.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import type { Finding } from '../../src/insights/finding.ts'
import { findPlaybook, type Recommendation } from '../../src/insights/playbook.ts'
import { type PlaybookRule, parsePlaybook, playbookFaults } from '../../src/insights/playbook-rule.ts'
import { readPlaybook } from '../../src/insights/read-playbook.ts'
import type { RepeatedTexts } from '../../src/insights/topics.ts'
import type { Frame, FrameRow, MetricCard, MetricCell, Verdict } from '../../src/metrics/frame.ts'
import type { Query } from '../../src/metrics/query.ts'
import { readPlaybookRules } from '../../src/project.ts'
import { wilsonInterval } from '../../src/stats/intervals.ts'
import { normalDraws } from '../../src/stats/normal-draws.ts'
import { uniformDraws } from '../../src/stats/uniform-draws.ts'
import { builtInCatalogue } from '../metrics/fixture.ts'

const root = join(import.meta.dirname, '../..')
const catalogue = builtInCatalogue()
const words = await readWords([join(root, 'catalog/words')], 'en', [])
const builtIn = await readPlaybookRules({ catalogues: [join(root, 'catalog')] })

function rulesOf(text: string): { rules: PlaybookRule[]; problems: Problem[] } {
  const problems: Problem[] = []
  const rules = parsePlaybook(parseYaml(text, 'playbook/own.yaml'), problems)
  return { rules, problems: [...problems, ...playbookFaults(rules, catalogue, ['duration-named'])] }
}

const rule = (when: string, effect = '{ kind: not_estimable, because: Nobody knows. }', more = ''): PlaybookRule => {
  const { rules, problems } = rulesOf(`rules:
  - id: own
    concern: speed
    do: Do it.
    when: [${when}]
    effect: ${effect}
    effort: { size: medium, because: It takes time. }
    check: { metric: reply_rate }
    ${more}
`)
  expect(problems).toEqual([])
  return rules[0]!
}

const rate = (numerator: number, denominator: number): MetricCell => ({
  value: numerator / denominator,
  numerator,
  denominator,
  n: denominator,
  ...wilsonInterval(numerator, denominator),
})

interface World {
  whole?: Record<string, MetricCell>
  /** By metric and dimension: `reply_rate|channel`. */
  splits?: Record<string, { groups: Record<string, MetricCell>; p: number; real?: boolean; n_min?: number }>
  targets?: Record<string, number>
  present?: string[]
  findings?: Finding[]
  repeated?: RepeatedTexts
}

function cardOf(id: string, { whole = {}, targets = {} }: World): MetricCard {
  const metric = catalogue.metrics.get(id)!
  const cell = whole[id]
  const value = targets[id]
  const target = value !== undefined &&
    cell?.value !== undefined &&
    cell.value !== null && {
      target: {
        value,
        source: 'a study',
        excluded: cell.low === undefined ? null : value < cell.low || value > (cell.high ?? value),
        met: metric.better === 'lower' ? cell.value <= value : cell.value >= value,
      },
    }
  return { id, label: metric.label, unit: metric.unit, better: metric.better, ...target } as MetricCard
}

function frameFor(query: Query, world: World): Frame {
  const by = query.by?.[0]
  const splits = query.metrics.map((id) => [id, by ? world.splits?.[`${id}|${by}`] : undefined] as const)
  const values = [...new Set(splits.flatMap(([, split]) => Object.keys(split?.groups ?? {})))]
  const rows: FrameRow[] = by
    ? values.map((value) => ({
        [by]: value,
        ...Object.fromEntries(splits.map(([id, split]) => [id, split?.groups[value] ?? { value: null }])),
      }))
    : [Object.fromEntries(query.metrics.map((id) => [id, world.whole?.[id] ?? { value: null }]))]
  const verdicts = splits.flatMap(([metric, split]) =>
    split && by
      ? [
          {
            metric,
            by,
            p: split.p,
            q: split.p,
            real: split.real ?? split.p <= 0.05,
            n: 1000,
            n_min: split.n_min ?? 500,
            sentence: `${metric} by ${by}: p ${split.p}.`,
          } as Verdict,
        ]
      : [],
  )
  return {
    query,
    version: 'v1',
    as_of: null,
    zone: 'UTC',
    rows,
    labels: {},
    metrics: Object.fromEntries(query.metrics.map((id) => [id, cardOf(id, world)])),
    verdicts,
    notes: [],
  }
}

async function answer(rules: PlaybookRule[], world: World) {
  const services = {
    runQuery: async (query: Query) => frameFor(query, world),
    findReadiness: () => [],
    checkResults: async () => [],
    catalogue,
    version: { id: 'v1', as_of: null, zone: 'UTC', present: new Set(world.present ?? []), counts: { cases: 1000 } },
    words,
  }
  return findPlaybook(
    rules,
    await readPlaybook(rules, {}, services, {
      findings: world.findings ?? [],
      repeated: world.repeated ?? null,
    }),
    words,
  )
}

async function given(one: PlaybookRule, world: World): Promise<Recommendation> {
  const { recommendations, silent } = await answer([one], world)
  if (!recommendations[0]) throw new Error(`silent: ${silent[0]?.sentence}`)
  return recommendations[0]
}

async function silence(one: PlaybookRule, world: World): Promise<string> {
  const { recommendations, silent } = await answer([one], world)
  expect(recommendations).toEqual([])
  return silent[0]!.because
}

test('a rule that names what nobody defines is refused with its line; a doubled id names both places', () => {
  const { problems } = rulesOf(`rules:
  - id: own
    concern: speed
    do: Do it.
    needs: [cases.nothing]
    when:
      - { kind: missed, metric: reply_rat }
      - { kind: differs, metric: reply_rate, by: chanel }
      - { kind: found, check: duration-name }
    effect: { kind: not_estimable, because: Nobody knows. }
    effort: { size: small, because: It is quick. }
    check: { metric: reply_rate }
`)
  expect(problems.map(({ code }) => code)).toEqual([
    'metric-unknown',
    'dimension-unknown',
    'check-unknown',
    'column-unknown',
  ])
  for (const { where, fix } of problems) {
    expect(where).toBe('playbook/own.yaml:2')
    expect(fix).not.toBe('')
  }
  expect(rulesOf('rules:\n  - id: own\n    wen: []\n').problems[0]?.where).toMatch(/^playbook\/own\.yaml:[23]$/)
})

test('the built-in rules name only what is there, and every one has its French', async () => {
  const french = await readWords([join(root, 'catalog/words')], 'fr', [])
  expect(builtIn.length).toBeGreaterThanOrEqual(40)
  const texts = builtIn.flatMap(({ id, effect }) => [
    `playbook.${id}.do`,
    `playbook.${id}.effort`,
    ...(effect.kind === 'not_estimable' ? [`playbook.${id}.effect`] : []),
  ])
  expect(texts.filter((id) => !(id in french.messages))).toEqual([])
  const english = Object.keys(words.messages).filter((id) => /^say\.(playbook|actions)\./.test(id))
  expect(english.filter((id) => !(id in french.messages))).toEqual([])
})

test('a target is missed beyond doubt, or left open by the sample, or met', async () => {
  const one = rule('{ kind: missed, metric: reply_rate }', '{ kind: target, metric: reply_rate }')
  const world = (numerator: number, denominator: number): World => ({
    whole: { reply_rate: rate(numerator, denominator) },
    targets: { reply_rate: 0.9 },
  })
  const missed = await given(one, world(667, 1000))
  expect(missed.effect).toMatchObject({ estimable: true, unit: 'ratio' })
  expect(missed.effect.value).toBeCloseTo(0.233, 12)
  expect(missed.effect.text).toContain('233 more of 1,000 would make 90.0%')
  expect(missed.evidence).toContain('n = 1,000')
  expect(missed.rank).toEqual({
    impact: expect.closeTo(0.233, 12),
    confidence: 1,
    effort: 2,
    score: expect.closeTo(0.1165, 12),
  })
  expect(await silence(one, world(17, 20))).toBe('noise')
  expect(await silence(one, world(950, 1000))).toBe('otherwise')
  expect(await silence(one, { whole: { reply_rate: rate(667, 1000) } })).toBe('otherwise')
})

test('a difference is told where it is real, about the groups that are behind, with what closing it would bring', async () => {
  const one = rule(
    '{ kind: differs, metric: reply_rate, by: channel }',
    '{ kind: gap, metric: reply_rate, by: channel }',
  )
  const groups = { call: rate(100, 400), chat: rate(320, 400), email: rate(160, 200) }
  const world: World = { whole: { reply_rate: rate(580, 1000) }, splits: { 'reply_rate|channel': { groups, p: 1e-9 } } }
  const found = await given(one, world)
  expect(found.concerned).toEqual(['call'])
  expect(found.check.where).toEqual([{ dimension: 'channel', op: 'in', values: ['call'] }])
  // 40 % of the cases are 55 points behind the others.
  expect(found.effect.value).toBeCloseTo(0.4 * 0.55, 12)
  expect(found.effect.low).toBeLessThan(0.22)
  expect(found.effect.high).toBeGreaterThan(0.22)
  expect(found.rank.impact).toBeCloseTo(0.4, 12)
  const worst = (name: string) => rule(`{ kind: differs, metric: reply_rate, by: channel, worst: [${name}] }`)
  expect((await given(worst('call'), world)).concerned).toEqual(['call'])
  expect(await silence(worst('chat'), world)).toBe('otherwise')
  const noise: World = { ...world, splits: { 'reply_rate|channel': { groups, p: 0.4 } } }
  expect(await silence(one, noise)).toBe('noise')
})

test('all splits that the rules look at are corrected together', async () => {
  const groups = { a: rate(100, 400), b: rate(320, 400) }
  const rules = ['channel', 'type', 'priority', 'team', 'market'].map((by, index) => ({
    ...rule(`{ kind: differs, metric: reply_rate, by: ${by} }`),
    id: `own-${index}`,
  }))
  const splits = Object.fromEntries(
    ['channel', 'type', 'priority', 'team', 'market'].map((by, index) => [
      `reply_rate|${by}`,
      { groups, p: index === 0 ? 0.03 : 0.8, real: index === 0 },
    ]),
  )
  const world = { whole: { reply_rate: rate(420, 800) }, splits }
  expect((await answer(rules, world)).recommendations).toEqual([])
  expect((await answer(rules, world)).tried).toBe(5)
  expect(
    (await answer(rules.slice(0, 1), { ...world, splits: { 'reply_rate|channel': splits['reply_rate|channel']! } }))
      .recommendations,
  ).toHaveLength(1)
})

test('no evidence of a difference counts only where the groups could have shown one', async () => {
  const one = rule('{ kind: alike, metric: reply_rate, by: priority }', undefined, '')
  const groups = { low: rate(330, 500), high: rate(335, 500) }
  const world = (p: number, n_min: number): World => ({
    whole: { reply_rate: rate(665, 1000) },
    splits: { 'reply_rate|priority': { groups, p, n_min } },
  })
  expect((await given(one, world(0.7, 500))).evidence).toContain('low 66.0%')
  expect(await silence(one, world(0.7, 60))).toBe('otherwise')
  expect(await silence(one, world(0.01, 500))).toBe('otherwise')
})

test('closing what is pending: both rates count the same rows, so the difference is exact', async () => {
  const one = builtIn.find(({ id }) => id === 'close-stale-pending')!
  const world: World = {
    present: ['cases.status'],
    whole: {
      pending_over_three_weeks: { value: 2881, n: 2881 },
      resolution_rate: rate(2769, 8469),
      'resolution_rate:pending_closed': rate(5650, 8469),
    },
  }
  const found = await given(one, world)
  expect(found.effect.text).toContain('66.7% in place of 32.7%')
  expect(found.effect.value).toBeCloseTo(2881 / 8469, 12)
  expect(found.way).toEqual({
    kind: 'rows',
    rows: { table: 'cases', metric: { id: 'pending_over_three_weeks', part: 'population' } },
  })
  const refused = { code: 'field-missing', message: 'Missing: dates.', missing: ['cases.created_at'] }
  const undated = { ...world.whole, pending_over_three_weeks: { value: null, refused } }
  expect(await silence(one, { ...world, whole: undated })).toBe('lacks')
})

test('a field that is missing is a fact; one of several proofs is enough for "any"', async () => {
  const missing = rule('{ kind: missing, field: cases.created_at }', '{ kind: unlocks, field: cases.created_at }')
  const found = await given(missing, {})
  expect(found.evidence).toBe('The data lacks: creation date of the case.')
  expect(found.way).toEqual({ kind: 'field', field: 'cases.created_at' })
  expect(await silence(missing, { present: ['cases.created_at'] })).toBe('otherwise')
  const any = '{ kind: any, of: [{ kind: missing, field: cases.agent }, { kind: refused, metric: nps }] }'
  expect((await given(rule(any), { present: ['cases.agent'] })).evidence).toBe('Net promoter score has no value here.')
  const known = { present: ['cases.agent'], whole: { nps: { value: 12, n: 50 } } }
  expect(await silence(rule(any), known)).toBe('otherwise')
  expect(await silence(rule('{ kind: missing, field: cases.agent }', undefined, 'needs: [cases.id]'), {})).toBe('lacks')
})

test('a part of a count is told where its share is beyond doubt above the bound', async () => {
  const one = rule('{ kind: part, by: channel, values: [call], above: 0.2 }')
  const world = (call: number, chat: number): World => ({
    whole: { cases: { value: call + chat, n: call + chat } },
    splits: { 'cases|channel': { groups: { call: { value: call, n: call }, chat: { value: chat, n: chat } }, p: 0.5 } },
  })
  const found = await given(one, world(300, 700))
  expect(found.concerned).toEqual(['call'])
  expect(found.figures[0]).toMatchObject({ value: 0.3, n: 1000 })
  expect(await silence(one, world(22, 78))).toBe('otherwise')
})

test('a finding of another insight is evidence; without one the rule is silent', async () => {
  const one = rule('{ kind: finding, of: trends }')
  const finding: Finding = {
    id: 'trends.reason.battery',
    kind: 'trends',
    claim: 'Battery rises.',
    evidence: 'From 12 to 40 a week.',
    confidence: { n: 52, effect: null, p: 0.001, q: 0.01, tried: 12 },
    check: { metrics: ['cases'], by: ['reason'] },
    limits: [],
  }
  const found = await given(one, { findings: [finding] })
  expect(found.evidence).toBe('Battery rises. From 12 to 40 a week.')
  expect(found.rank.confidence).toBeCloseTo(0.99 / 2, 12)
  expect(await silence(one, {})).toBe('noise')
  expect(await silence(rule('{ kind: finding, of: trends, id: trends.product }'), { findings: [finding] })).toBe(
    'noise',
  )
})

test('texts that come again and again carry what answers them once; where no text was read the rule is silent', async () => {
  const one = rule('{ kind: repeated, as: [faq, saved_reply], at_least: 30 }')
  const repeated = { texts: 400, faq: { questions: 2, texts: 12 }, saved_reply: { questions: 1, texts: 28 } }
  const found = await given(one, { repeated })
  expect(found.evidence).toContain('40 texts of 400 (10.0%)')
  expect(found.evidence).toContain('3 different texts')
  expect(found.rank.impact).toBeCloseTo(0.1, 12)
  expect(await silence(rule('{ kind: repeated, as: [faq] }'), { repeated })).toBe('otherwise')
  expect(await silence(one, {})).toBe('noise')
})

test('200 worlds in which nothing goes with satisfaction: at most 18 hear anything about it', async () => {
  const about = builtIn.filter(({ concern }) => concern === 'satisfaction')
  const dimensions = ['channel', 'type', 'priority', 'product', 'team', 'market']
  let heard = 0
  for (let seed = 1; seed <= 200; seed++) {
    const [uniform, normal] = [uniformDraws(seed), normalDraws(seed + 1e6)]
    const mean = (n: number): MetricCell => {
      const error = 1.4 / Math.sqrt(n)
      const value = 3 + normal() * error
      return { value, n, low: value - 1.96 * error, high: value + 1.96 * error }
    }
    const splits = Object.fromEntries(
      dimensions.map((by) => [
        `csat_mean|${by}`,
        { groups: { a: mean(600), b: mean(600), technical: mean(600), call: mean(600) }, p: uniform() },
      ]),
    )
    const world: World = {
      present: ['surveys.score', 'cases.type', 'cases.product'],
      whole: { csat_mean: mean(2400) },
      targets: { csat_mean: 4 },
      splits,
    }
    if ((await answer(about, world)).recommendations.length > 0) heard++
  }
  expect(heard).toBeLessThanOrEqual(18)
})
