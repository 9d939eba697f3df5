import { expect, test } from 'vitest'
import type { Finding } from '../../../src/insights/finding.ts'
import type { Answer } from '../../../src/insights/gather.ts'
import type { Frame, MetricCell } from '../../../src/metrics/frame.ts'
import type { Premises } from '../../../src/metrics/premises.ts'
import type { Query } from '../../../src/metrics/query.ts'
import { type Chapter, type Report, reportSchema } from '../../../src/pages/report-spec.ts'
import type { PageServices } from '../../../src/pages/services.ts'
import { wilsonInterval } from '../../../src/stats/intervals.ts'
import { surestOf } from '../../../src/surfaces/report/chapters/summary.ts'
import { cut } from '../../../src/surfaces/report/chapters/tables.ts'
import { composeReport } from '../../../src/surfaces/report/compose.ts'
import type { Block, BlockKind, BlockOf } from '../../../src/surfaces/report/document.ts'
import { reportMarkdown } from '../../../src/surfaces/report/markdown.ts'
import { fixtureServices } from '../../pages/fixtures.ts'

type Change = (services: PageServices) => Partial<PageServices>

/** The last of these chapters, composed of plain values. */
async function compose(chapters: object[], change: Change = () => ({}), language = 'en'): Promise<Block[]> {
  const fixture = await fixtureServices(language)
  const services = { ...fixture, ...change(fixture), pictures: false }
  const report = reportSchema.parse({ report: 'x', title: 'X', chapters }) as Report
  const { sections } = await composeReport(report, 'tickets.csv', services)
  return sections.find(({ id }) => id === (chapters.at(-1) as Chapter).id)?.blocks ?? []
}

const of = <Kind extends BlockKind>(blocks: Block[], kind: Kind): BlockOf<Kind>[] =>
  blocks.filter((block): block is BlockOf<Kind> => block.kind === kind)
const texts = (blocks: Block[]): string[] => [
  ...of(blocks, 'paragraph').map(({ text }) => text),
  ...of(blocks, 'list').flatMap(({ items }) => items),
]

const finding = (id: string, kind: Finding['kind'], limits: string[] = []): Finding => ({
  ...{ id, kind, limits, claim: `Claim ${id}.`, evidence: `Evidence ${id}.`, check: null },
  confidence: { n: 100, effect: null, p: 0.001, q: 0.01, tried: 4 },
})
const answered = (kind: Finding['kind'], ...findings: Finding[]): Answer => ({ kind, findings, refused: null })
const refused = (kind: Finding['kind'], ...missing: string[]): Answer => ({
  ...{ kind, findings: [] },
  refused: { refused: 'Nothing says it.', missing },
})
const found =
  (...answers: Answer[]): Change =>
  () => ({ gatherWithin: async () => ({ answers, pending: [] }) })

const drivers = answered(
  'drivers',
  finding('a', 'drivers', ['Together is no cause.', 'Only of a.']),
  finding('b', 'drivers', ['Together is no cause.']),
  finding('c', 'drivers', ['Together is no cause.']),
)

test('findings: by question, what limits all of them once, then what is not real and what could not be asked', async () => {
  const blocks = await compose(
    [{ id: 'findings', kind: 'findings', limit: 2 }],
    found(drivers, answered('trends'), refused('churn', 'churns.churned_on', 'customers.left_on')),
  )
  expect(of(blocks, 'finding').map(({ claim, limits, source }) => [claim, limits, source])).toEqual([
    ['Claim a.', ['Only of a.'], { finding: 'a' }],
    ['Claim b.', [], { finding: 'b' }],
  ])
  expect(of(blocks, 'heading').map(({ text }) => text)).toEqual([
    'What goes with satisfaction',
    'Asked, and not real',
    'What could not be asked',
  ])
  expect(texts(blocks)).toEqual([
    '3 findings on one question. Each holds after correction for all that was tried. What goes together is no proof of a cause.',
    'All of these have in common:',
    'One more finding of this question, less sure than these.',
    'No finding holds on this question: “What rises and falls”.',
    'Together is no cause.',
    expect.stringMatching(/^Who is likely to leave: Nothing says it\. Would help: /),
  ])
})

test('findings: where nothing is real, that is the answer', async () => {
  const blocks = await compose([{ id: 'findings', kind: 'findings' }], found(answered('drivers')))
  expect(texts(blocks)[0]).toBe('Nothing that was asked is real in these data.')
  expect(of(blocks, 'finding')).toEqual([])
})

test('the surest: the first of each question before the second of any', () => {
  const all = [finding('a', 'drivers'), finding('b', 'drivers'), finding('c', 'churn'), finding('d', 'churn')]
  expect(surestOf(all).map(({ id }) => id)).toEqual(['a', 'c', 'b', 'd'])
})

test('summary: the sentence of the page, a line a number with its target, the surest findings, what is not known', async () => {
  const blocks = await compose([{ id: 'summary', kind: 'summary', limit: 1 }], found(drivers, refused('churn')))
  const [lead] = of(blocks, 'paragraph')
  expect(lead).toMatchObject({ tone: 'lead', source: { tile: 'overview' } })
  expect(lead?.text).toContain('8,469 cases')
  const [table] = of(blocks, 'table')
  expect(table?.table.rows.map((row) => row.map(({ text }) => text).slice(0, 4))).toContainEqual([
    'Reply rate',
    '66.7%',
    '5,650 of 8,469',
    expect.stringContaining(' to '),
  ])
  // A count rests on itself.
  expect(table?.table.rows[0]?.map(({ text }) => text).slice(0, 3)).toEqual(['Cases', '8,469', '–'])
  expect(table?.source?.queries).toContainEqual({ metrics: ['reply_rate'] })
  expect(of(blocks, 'list')).toMatchObject([{ items: ['Claim a.'], source: { findings: ['a'] } }])
  expect(texts(blocks).join(' ')).toContain('Not known, and usual on this page: First reply time.')
  expect(texts(blocks).join(' ')).toContain('One question could not be asked')
})

test('actions: what the data lack apart from how the service runs, numbered from one, cut at the limit', async () => {
  const chapters = (about: string, limit: number) => [{ id: 'actions', kind: 'actions', about, limit }]
  const [data, work, all] = await Promise.all([
    compose(chapters('data', 1)),
    compose(chapters('operations', 100)),
    compose(chapters('all', 100)),
  ])
  expect(of(data, 'recommendation').map(({ number }) => number)).toEqual([1])
  expect(of(all, 'recommendation').map(({ number }) => number)).toEqual(
    of(all, 'recommendation').map((_, at) => at + 1),
  )
  expect(of(data, 'recommendation')[0]).toMatchObject({ source: { finding: expect.any(String) } })
  const ids = (blocks: Block[]) => of(blocks, 'recommendation').map(({ source }) => source?.finding)
  expect(ids(work).some((id) => ids(data).includes(id))).toBe(false)
  expect(ids(all)).toEqual(expect.arrayContaining([...ids(data), ...ids(work)]))
  expect(ids(work).length).toBeGreaterThan(1)
  for (const { parts } of of(all, 'recommendation')) expect(parts.length).toBeGreaterThanOrEqual(4)
  expect(texts(data)[0]).toMatch(/^One recommendation that the data carry\./)
})

const both =
  (...changes: Change[]): Change =>
  (services) =>
    Object.assign({}, ...changes.map((change) => change(services)))
const ended = [
  { id: 'summary', kind: 'summary' },
  { id: 'end', kind: 'conclusion' },
]

/** The only target there is, or none. */
const aimed =
  (csat: number | null): Change =>
  (services) => ({
    runQuery: async (query) => {
      const frame = await services.runQuery(query)
      const cards = Object.values(frame.metrics).map(({ target: _, ...card }) => [
        card.id,
        csat !== null && card.id === 'csat_mean'
          ? { ...card, target: { value: csat, source: 'The study.', excluded: true, met: false } }
          : card,
      ])
      return { ...frame, metrics: Object.fromEntries(cards) }
    },
  })

test('conclusion: without a target nobody says that it is good', async () => {
  const blocks = await compose(ended, both(found(drivers), aimed(null)))
  expect(texts(blocks)[0]).toContain('No number of this report has a target.')
  expect(texts(blocks)[1]).toBe('What holds most surely: Claim a. Claim b. Claim c.')
  expect(of(blocks, 'list').at(-1)).toMatchObject({ numbered: true })
})

test('conclusion: what misses its target, what nothing was found on, what cannot be told', async () => {
  const change = both(found(answered('drivers'), refused('churn')), aimed(4))
  const all = texts(await compose(ended, change))
  expect(all[0]).toBe('One number misses the target: Satisfaction score at 2.99 (target 4.00).')
  expect(all).toContain('Beyond its numbers, nothing that was asked of the data is real.')
  expect(all).toContain('What these data cannot tell: “Who is likely to leave”.')
  expect(texts(await compose(ended, change, 'fr'))[0]).toBe(
    'Un chiffre manque son objectif\u00a0: Satisfaction score à 2,99 (objectif 4,00).',
  )
})

test('quality: what came in adds up, what was set aside by reason, what was found, the score with its arithmetic', async () => {
  const blocks = await compose([{ id: 'quality', kind: 'quality' }])
  const [loads] = of(blocks, 'table')
  expect(loads?.source).toMatchObject({ facts: 'loads' })
  expect(loads?.table.rows[0]?.map(({ text }) => text)).toContain('tickets.csv')
  expect(of(blocks, 'heading').map(({ text }) => text)).toContain('Quality score')
  expect(blocks.every(({ kind, source }) => kind === 'heading' || source?.facts)).toBe(true)
  expect(texts(blocks).some((text) => /^[\d.]+ of 100\. /.test(text))).toBe(true)
})

const premises: Premises = {
  ...{ targets: [], notes: [], durations: [], promises: [], schedules: [], demo: false, masked: true },
  addresses: { known: 12, reserved: 12 },
  guessed: [
    { file: '/somewhere/odd.csv', column: 'Stars', field: 'surveys.score' },
    { file: '/somewhere/odd.csv', column: 'Zone', field: 'cases.team' },
  ],
}
const with_ =
  (own: Partial<Premises>): Change =>
  (services) => ({ facts: { ...services.facts, premises: async () => ({ ...premises, ...own }) } })
const shown = [
  { id: 'figures', kind: 'tiles', title: 'Figures', tiles: ['overview.csat_mean', 'overview.csat-by-channel'] },
  { id: 'assumptions', kind: 'assumptions' },
]

test('assumptions: each with the numbers that depend on it, none that nothing depends on', async () => {
  const blocks = of(await compose(shown, with_({})), 'definition')
  const about = (term: string) => blocks.find((each) => each.term === term)
  expect(about('The data are invented')?.says).toContain('All 12 e-mail addresses')
  expect(about('The data are invented')?.parts[0]?.text).toBe('all numbers of this report')
  expect(about('Columns that were guessed')?.says).toContain('No pack knows the form of odd.csv.')
  expect(about('Columns that were guessed')?.says).toContain('“Stars” for')
  expect(about('Columns that were guessed')?.parts[0]?.text).toBe('Satisfaction score')
  expect(about('Personal data')?.says).toContain('are hidden')
  expect(about('Targets')?.parts[0]?.text).toBe('Satisfaction score')
  // No number of these needs a now, an opening hour or a promise.
  for (const term of ['Now', 'Opening hours', 'What was promised']) expect(about(term)).toBeUndefined()
})

test('assumptions: one real address is enough not to call people invented; a demo always is', async () => {
  const terms = async (own: Partial<Premises>) =>
    of(await compose(shown, with_(own)), 'definition').map(({ term }) => term)
  expect(await terms({ addresses: { known: 12, reserved: 11 } })).not.toContain('The data are invented')
  expect(await terms({ addresses: { known: 0, reserved: 0 }, demo: true })).toContain('The data are invented')
})

test('definitions: every metric that was shown, once, with where it is defined and no SQL', async () => {
  const chapters = [
    {
      id: 'figures',
      kind: 'tiles',
      title: 'Figures',
      tiles: ['overview.csat-by-channel', 'overview.resolution_rate', 'overview.csat_mean'],
    },
    { id: 'definitions', kind: 'definitions' },
  ]
  const blocks = of(await compose(chapters), 'definition')
  expect(blocks.map(({ term }) => term)).toEqual(['Resolution rate', 'Satisfaction score'])
  for (const { parts } of blocks)
    expect(parts.at(-1)).toEqual({ label: 'Defined in', text: 'catalog/metrics/x.yaml:1' })
  expect(JSON.stringify(blocks)).not.toContain('SELECT')
})

/** February and March: more was solved, better rated; so many cases as before. */
const moves: Change = (services) => ({
  version: {
    ...services.version,
    as_of: '2026-03-31T20:00:00Z',
    present: new Set(['cases.created_at', 'cases.status', 'surveys.responded_at', 'surveys.score']),
  },
  runQuery: async ({ grain, range, by, ...query }) => {
    const frame = await services.runQuery({ ...query, ...(by && { by: [] }) })
    const [metric = ''] = query.metrics
    const time_basis = metric === 'csat_mean' ? 'surveys.responded_at' : 'cases.created_at'
    const metrics = { [metric]: { ...frame.metrics[metric]!, time_basis } }
    return {
      ...frame,
      metrics,
      verdicts: [],
      query: { ...query, grain, range, by },
      rows: rowsOf(metric, { grain, range, by }),
    }
  },
})

function rowsOf(metric: string, { grain, range, by }: Pick<Query, 'grain' | 'range' | 'by'>): Frame['rows'] {
  const march = (range?.from ?? '') >= '2026-03-01'
  const cell: MetricCell =
    metric === 'cases'
      ? { value: 1000, n: 1000 }
      : metric === 'csat_mean'
        ? { value: march ? 4.2 : 3.6, n: 500, low: march ? 4.1 : 3.5, high: march ? 4.3 : 3.7 }
        : {
            value: march ? 0.6 : 0.9,
            numerator: march ? 600 : 900,
            denominator: 1000,
            n: 1000,
            ...wilsonInterval(march ? 600 : 900, 1000),
          }
  if (grain === 'day')
    return Array.from({ length: 90 }, (_, day) => ({
      period: { start: new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10), partial: false },
      [metric]: { ...cell, value: 30, n: 30 },
    }))
  if (grain) return [{ period: { start: '2026-01-01', partial: false }, [metric]: cell }]
  return [{ ...(by?.[0] && { [by[0]]: 'one' }), [metric]: cell }]
}

test('moved: what moved beyond chance is told; what only had less time is not judged; the rest is one sentence', async () => {
  const blocks = await compose(
    [{ id: 'moved', kind: 'moved', metrics: ['cases', 'csat_mean', 'resolution_rate', 'nowhere'] }],
    moves,
  )
  const [opening] = texts(blocks)
  expect(opening).toContain('Mar 1, 2026 – Mar 31, 2026 beside Feb 1, 2026 – Feb 28, 2026.')
  expect(opening).toContain('No evidence of a move: Cases.')
  expect(opening).toContain('Not judged: Resolution rate.')
  expect(of(blocks, 'heading').map(({ text }) => text)).toEqual(['Satisfaction score'])
  expect(texts(blocks)[1]).toContain('Satisfaction score: up from 3.60 to 4.20')
})

test('a table longer than half a page is cut and says by how much', () => {
  const table = (rows: number) => ({ caption: '', columns: [], rows: Array.from({ length: rows }, () => []) })
  expect(cut(table(46))).toMatchObject({ rows: { length: 46 } })
  expect(cut({ ...table(54), more: 5 })).toMatchObject({ rows: { length: 44 }, more: 15 })
})

test('whatever the data hold, Markdown keeps it as text', async () => {
  const hostile = '<script>alert(1)</script> | **x** [y](z)'
  const services = { ...(await fixtureServices('en', (text) => text + hostile)), pictures: false }
  const report = reportSchema.parse({
    ...{ report: 'x', title: 'X' },
    chapters: [
      { id: 'summary', kind: 'summary' },
      { id: 'figures', kind: 'tiles', title: 'Figures', tiles: ['overview.csat-by-channel', 'overview.trust'] },
      { id: 'quality', kind: 'quality' },
    ],
  }) as Report
  const text = reportMarkdown(await composeReport(report, hostile, services))
  expect(text).toContain('\\<script\\>')
  expect(text).not.toMatch(/[^\\]<script|[^\\]\[y/)
})
