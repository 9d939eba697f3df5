import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { IntlMessageFormat } from 'intl-messageformat'
import { readWords } from '../../src/config/read-words.ts'
import type { Words } from '../../src/config/words.ts'
import { readYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import { readMetricCatalogue } from '../../src/metrics/catalogue.ts'
import type { MetricCatalogue } from '../../src/metrics/context.ts'
import type { Frame, FrameRow, MetricCard, MetricCell, Verdict } from '../../src/metrics/frame.ts'
import { scoreOf } from '../../src/metrics/quality-score.ts'
import type { Query, RowsQuery } from '../../src/metrics/query.ts'
import type { RowsPage } from '../../src/metrics/rows.ts'
import type { PageServices } from '../../src/pages/services.ts'
import { type Page, parsePage } from '../../src/pages/spec.ts'
import { readPlaybookRules } from '../../src/project.ts'

export const root = join(import.meta.dirname, '../..')

/** Pages of the catalogue, and all that is wrong with them. */
export async function cataloguePages(): Promise<{ pages: Page[]; problems: Problem[] }> {
  const problems: Problem[] = []
  const files = (await readdir(join(root, 'catalog/pages'))).filter((name) => name.endsWith('.yaml')).sort()
  const pages: Page[] = []
  for (const file of files) {
    const page = parsePage(await readYaml(join(root, 'catalog/pages', file), `catalog/pages/${file}`), problems)
    if (page) pages.push(page)
  }
  return { pages, problems }
}

export function wordsOf(language: string): Promise<Words> {
  return readWords([join(root, 'catalog/words')], language, [])
}

const chosen = [
  'cases',
  'reply_rate',
  'resolution_rate',
  'resolution_rate:of_answered',
  'csat_mean',
  'csat_percent',
  'first_reply_time',
]

/** A few metrics of the catalogue, so that a new one elsewhere does not change what these tests drew. */
async function catalogue(): Promise<MetricCatalogue> {
  const folder = join(root, 'catalog/metrics')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  const problems: Problem[] = []
  const documents = await Promise.all(files.map((file) => readYaml(join(folder, file), `catalog/metrics/${file}`)))
  const all = readMetricCatalogue(documents, problems)
  const metrics = chosen.flatMap((id) => {
    const metric = all.metrics.get(id)
    return metric ? [[id, { ...metric, defined_at: 'catalog/metrics/x.yaml:1' }] as const] : []
  })
  const split = ['channel', 'type', 'priority', 'status', 'score', 'age_band']
  return { metrics: new Map(metrics), dimensions: new Map([...all.dimensions].filter(([id]) => split.includes(id))) }
}

type Numbers = Record<string, MetricCell>

const rate = (numerator: number, denominator: number, half = 0.01): MetricCell => {
  const value = numerator / denominator
  return { value, numerator, denominator, n: denominator, low: value - half, high: value + half }
}
const mean = (value: number, n: number, half: number): MetricCell => ({
  value,
  n,
  low: value - half,
  high: value + half,
})
const count = (value: number): MetricCell => ({ value, n: value })
const lacking: MetricCell = {
  value: null,
  refused: {
    code: 'field-missing',
    message: 'First reply time cannot be known: the data lacks the creation date of the case.',
    missing: ['cases.created_at'],
  },
}

/** Numbers of the customer-first set by metric and split; the group without a name is the whole. */
const numbers: Record<string, Record<string, Numbers>> = {
  cases: {
    '': { '': count(8469) },
    status: { open: count(2819), pending: count(2881), closed: count(2769) },
    type: {
      'Refund request': count(1752),
      'Technical issue': count(1747),
      'Cancellation request': count(1695),
      'Product inquiry': count(1641),
      'Billing inquiry': count(1634),
    },
    age_band: {
      '10': { ...count(332), per_unit: 166 },
      '20': { ...count(1596), per_unit: 159.6 },
      '70': { ...count(156), per_unit: 156 },
    },
    'channel,priority': {
      'email,low': count(525),
      'email,critical': count(571),
      'chat,low': count(501),
      'chat,critical': count(504),
    },
    'period:month': {
      '2023-01-01': count(40),
      '2023-02-01': count(55),
      '2023-04-01': count(61),
      '2023-05-01': count(12),
    },
  },
  reply_rate: {
    '': { '': rate(5650, 8469) },
    priority: {
      low: rate(1368, 2063, 0.02),
      medium: rate(1465, 2192, 0.02),
      high: rate(1380, 2085, 0.02),
      critical: rate(1437, 2129, 0.02),
    },
  },
  resolution_rate: { '': { '': rate(2769, 8469) } },
  csat_mean: {
    '': { '': mean(2.9913, 2769, 0.0523) },
    channel: {
      chat: mean(3.0831, 674, 0.105),
      social: mean(2.9699, 692, 0.106),
      email: mean(2.9643, 700, 0.106),
      call: mean(2.9516, 703, 0.106),
    },
    type: { 'Refund request': mean(2.9346, 571, 0.116), 'Technical issue': mean(2.9586, 580, 0.117) },
    priority: { low: mean(2.98, 700, 0.1), high: mean(3.0, 700, 0.1) },
    score: {
      '1': mean(1, 553, 0),
      '2': mean(2, 549, 0),
      '3': mean(3, 580, 0),
      '4': mean(4, 543, 0),
      '5': mean(5, 544, 0),
    },
  },
  first_reply_time: { '': { '': lacking } },
}

const labels: Frame['labels'] = {
  channel: { chat: 'Chat', social: 'Social media', email: 'E-mail', call: 'Phone' },
  priority: { low: 'Low', medium: 'Medium', high: 'High', critical: 'Critical' },
  status: { open: 'Open', pending: 'Pending', closed: 'Closed' },
  age_band: { '10': '10–19', '20': '20–29', '70': '70–79' },
}

/** What stands in for text that a source wrote: hostile in the escaping test. */
export type Taint = (text: string) => string

function cardOf(id: string, metrics: MetricCatalogue, taint: Taint): MetricCard {
  const metric = metrics.metrics.get(id)
  const target = { reply_rate: 0.9, csat_mean: 4 }[id]
  return {
    id,
    label: taint(metric?.label ?? id),
    question: taint(metric?.question ?? ''),
    definition: taint(`Definition of ${id}.`),
    unit: metric?.unit ?? 'number',
    better: metric?.better ?? 'none',
    population: taint('cases that are not deleted'),
    time_basis: null,
    clock: null,
    additivity: metric?.additivity ?? 'non-additive',
    ...(metric?.measure.kind === 'ratio' && { share: true as const }),
    interval: null,
    needs_as_of: false,
    variants: [],
    ...(target && { target: { value: target, source: taint('Customer First study'), excluded: true, met: false } }),
    sql: taint(`SELECT 1 AS ${id}`),
    defined_at: 'catalog/metrics/x.yaml:1',
  }
}

function rowsFor(query: Query, taint: Taint): FrameRow[] {
  const split = query.grain ? `period:${query.grain}` : (query.by ?? []).join(',')
  const keys = Object.keys(numbers[query.metrics[0] ?? '']?.[split] ?? {})
  return keys.map((key) => {
    const row: FrameRow = {}
    if (query.grain) row.period = { start: key, partial: key === keys.at(-1) }
    else
      (query.by ?? []).forEach((id, i) => {
        row[id] = taint(key.split(',')[i] ?? '')
      })
    for (const metric of query.metrics) row[metric] = numbers[metric]?.[split]?.[key] ?? { value: null }
    return row
  })
}

function verdictOf(query: Query, taint: Taint): Verdict[] {
  const by = query.by?.[0]
  if (!by || query.grain) return []
  return query.metrics.map((metric) => ({
    metric,
    by,
    real: false,
    p: 0.2785,
    q: 0.7,
    family: { size: 8, dimensions: ['channel', 'type', 'priority'] },
    test: 'kruskal-wallis',
    statistic: 3.8,
    df: 3,
    n_min: 674,
    n: 2769,
    sentence: taint(`No evidence of a difference between ${by} (p = 0.28).`),
  }))
}

const caseRow = {
  id: 'customer-first:10',
  source_key: '10',
  load: 'b06a9cde',
  record: 10,
  status: 'closed',
  channel: 'call',
  priority: 'critical',
  type: 'Refund request',
  subject: 'Payment issue',
  description: 'My {product_purchased} is making strange noises.\nCan you help?',
  customer: 'customer-first:Jo',
  first_response_at: '2023-06-01 09:25:48',
  solved_at: '2023-06-01 03:10:00',
}

const types: Record<string, string> = {
  record: 'integer',
  age: 'integer',
  first_response_at: 'timestamp',
  solved_at: 'timestamp',
}

function rowsPage(row: Record<string, string | number>, columns: string[], taint: Taint): RowsPage {
  const kept = columns.filter((each) => each in row)
  const safe = new Set(['id', 'load', 'customer', 'first_response_at', 'solved_at'])
  return {
    columns: kept.map((id) => ({ id, label: taint(id), type: (types[id] ?? 'text') as 'text', masked: false })),
    rows: [
      Object.fromEntries(
        kept.map((id) => [id, typeof row[id] === 'string' && !safe.has(id) ? taint(row[id] ?? '') : row[id]]),
      ),
    ] as RowsPage['rows'],
    next: 'opaque',
    total: 8469,
  }
}

const customerRow = { id: 'customer-first:Jo', name: 'Jo Doe', email: 'jo@example.com', age: 27, gender: 'male' }

function readRows(query: RowsQuery, taint: Taint): RowsPage {
  if (query.table === 'customers') return rowsPage(customerRow, Object.keys(customerRow), taint)
  return rowsPage(caseRow, query.search ? Object.keys(caseRow) : (query.columns ?? []), taint)
}

/** A world of plain values in the shape of the contract. */
export async function fixtureServices(language = 'en', taint: Taint = (text) => text): Promise<PageServices> {
  const [words, metrics, { pages }, playbook] = await Promise.all([
    wordsOf(language),
    catalogue(),
    cataloguePages(),
    readPlaybookRules({ catalogues: [join(root, 'catalog')] }),
  ])
  return {
    runQuery: async (query) => ({
      query,
      version: 'v1',
      as_of: null,
      zone: 'UTC',
      rows: rowsFor(query, taint),
      labels: Object.fromEntries(
        Object.entries(labels).map(([dimension, values]) => [
          dimension,
          Object.fromEntries(Object.entries(values).map(([key, label]) => [taint(key), taint(label)])),
        ]),
      ),
      metrics: Object.fromEntries(query.metrics.map((id) => [id, cardOf(id, metrics, taint)])),
      verdicts: verdictOf(query, taint),
      notes: [],
    }),
    readRows: async (query) => readRows(query, taint),
    valuesOf: async () => [{ value: 'chat', label: taint('Chat'), count: 2073 }],
    findReadiness: async () => [
      {
        field: 'cases.created_at',
        label: taint('creation date of the case'),
        kind: 'number',
        unlocks: { metrics: ['first_reply_time', 'full_resolution_time'], helps: [], dimensions: [] },
        says: taint('It would give First reply time.'),
      },
    ],
    playbook,
    facts: factsOf(taint),
    words,
    catalogue: metrics,
    version: {
      id: 'v1',
      as_of: '2023-06-02T00:55:33Z',
      zone: 'UTC',
      present: new Set(
        [
          'channel',
          'type',
          'priority',
          'status',
          'subject',
          'first_response_at',
          'solved_at',
          'description',
          'customer',
        ].map((name) => `cases.${name}`),
      ),
      counts: { cases: 8469, customers: 8469 },
    },
    pages,
  }
}

function factsOf(taint: Taint): PageServices['facts'] {
  return {
    loads: async () => [
      {
        id: 'b06a9cde',
        source: 'files',
        path: taint('tickets.csv'),
        hash: 'b06a9cde84da65db',
        bytes: 3_945_533,
        form: 'csv',
        encoding: 'utf-8',
        pack: 'customer-first',
        fills: 'cases',
        records: 8469,
        mapped: 8468,
        rejected: 1,
        duplicate: 0,
        superseded: 0,
        skipped: 0,
        landed_at: '2026-11-22 23:00:00',
      },
    ],
    columns: async () => [
      {
        load: 'b06a9cde',
        position: 1,
        name: taint('Ticket Channel'),
        type: 'text',
        missing: 12,
        distinct_values: 4,
        lowest: taint('Chat'),
        highest: taint('Social media'),
        mean: null,
        top: [
          { value: taint('Email'), count: 2143 },
          { value: taint('Phone'), count: 2132 },
        ],
        shape: [],
        sensitivity: 'none',
        fills: [{ column: 'cases.channel', expression: taint('`Ticket Channel`'), where: 'pack.yaml:31', failed: 0 }],
      },
    ],
    rejects: async () => ({
      total: 1,
      reasons: [{ reason: 'key-missing', scope: 'record', column: taint('Ticket ID'), count: 1 }],
      sample: [
        {
          load: 'b06a9cde',
          record: 7,
          line: 31,
          scope: 'record',
          column: taint('Ticket ID'),
          reason: 'key-missing',
          message: taint('The key is empty.'),
          raw: taint('a,b,c'),
        },
      ],
    }),
    checkResults: async () => [
      {
        check: 'resolved-before-reply',
        kind: 'rows',
        dimension: 'order',
        owner: taint('CRM team'),
        severity: 'error',
        source: null,
        table: 'cases',
        subject: null,
        found: 1365,
        checked: 2769,
        facts: {},
        rows: 'solved_at < first_response_at',
        sentence: taint('1,365 cases were resolved before the first reply.'),
        effect: taint('They are kept out of every duration.'),
      },
    ],
    quality: async () => {
      const results = [
        { check: 'resolved-before-reply', severity: 'error', dimension: 'order', found: 1365, checked: 2769 } as const,
        { check: taint('own-rule'), severity: 'note', dimension: 'validity', found: 0, checked: 8469 } as const,
      ]
      return { whole: scoreOf(results), sources: [{ source: taint('files'), quality: scoreOf(results.slice(1))! }] }
    },
    history: async () =>
      [1400, 1365].map((found, at) => ({
        version: taint(`v${at}`),
        at: `2024-03-0${at + 1}T08:00:00Z`,
        as_of: null,
        results: [
          {
            check: 'resolved-before-reply',
            severity: 'error' as const,
            dimension: 'order' as const,
            source: null,
            table: 'cases',
            subject: null,
            found,
            checked: 2769,
          },
        ],
        loads: [
          {
            source: 'files',
            file: taint('tickets.csv'),
            fills: 'cases',
            records: 8000,
            mapped: 8000,
            rejected: 0,
            columns: [
              { name: taint('Ticket Channel'), type: 'text', missing: 0, distinct: 4, lowest: null, highest: null },
            ],
          },
        ],
      })),
    recordOf: async () => ({ line: 31, values: { [taint('Ticket ID')]: taint('10') } }),
    rowsBy: async (table, column) => {
      if (table === 'surveys')
        return rowsPage(
          { score: 4, scale_min: 1, scale_max: 5, comment: 'Fine' },
          ['score', 'scale_min', 'scale_max', 'comment'],
          taint,
        )
      if (column === 'customer')
        return { ...rowsPage({ ...caseRow, id: 'customer-first:11' }, ['id', 'source_key', 'subject'], taint) }
      return table === 'customers'
        ? rowsPage(customerRow, Object.keys(customerRow), taint)
        : rowsPage(caseRow, Object.keys(caseRow), taint)
    },
  }
}

/** Names of the arguments that a sentence takes: both languages have the same. */
export function argumentsOf(message: string, locale: string): string[] {
  const found = new Set<string>()
  const walk = (nodes: { type: number; value?: unknown; options?: Record<string, { value: never[] }> }[]) => {
    for (const node of nodes) {
      if (node.type !== 0 && node.type !== 7) found.add(String(node.value))
      for (const option of Object.values(node.options ?? {})) walk(option.value)
    }
  }
  walk(new IntlMessageFormat(message, locale, undefined, { ignoreTag: true }).getAst() as never)
  return [...found].sort()
}
