import type { Words } from '../../src/config/words.ts'
import { RapportError } from '../../src/errors.ts'
import type { Frame, MetricCard } from '../../src/metrics/frame.ts'
import type { Query, RowsQuery, Viewer } from '../../src/metrics/query.ts'
import type { RowsPage } from '../../src/metrics/rows.ts'
import type { PageView } from '../../src/pages/view.ts'
import { createApp } from '../../src/surfaces/server/app.ts'
import type { Assets } from '../../src/surfaces/server/assets.ts'
import type { Doors } from '../../src/surfaces/server/doors.ts'
import type { IntakeDoor } from '../../src/surfaces/server/intake/door.ts'

/** What the doors were asked, in order. */
export interface Asked {
  queries: Query[]
  rows: RowsQuery[]
  pages: { id: string; parameters: string; language: string }[]
  released: number
}

const words = (language: string): Words => ({
  language,
  locale: language === 'fr' ? 'fr-FR' : 'en-US',
  messages: { 'web.product': 'Rapport' },
  fallback: { 'web.product': 'Rapport', 'pages.overview': 'Overview' },
})

export const fakeView: PageView = {
  id: 'overview',
  title: 'Overview',
  path: '/overview',
  dimensions: [],
  span: null,
  headline: '8,469 cases from one file.',
  language: 'en',
  version: 'v1',
  as_of: null,
  zone: 'UTC',
  parameters: {},
  query: '',
  choices: {},
  filters: [],
  tiles: [],
  notices: [],
}

const card: MetricCard = {
  id: 'csat_mean',
  label: 'Satisfaction',
  question: 'How satisfied are customers?',
  definition: 'Mean of the ratings.',
  unit: 'score',
  better: 'higher',
  population: 'rated cases',
  time_basis: null,
  clock: null,
  additivity: 'non-additive',
  interval: 'Welch',
  needs_as_of: false,
  variants: [],
  sql: 'SELECT 1',
  defined_at: 'catalog/metrics/surveys.yaml:1',
}

const fakeFrame = (query: Query): Frame => ({
  query,
  version: 'v1',
  as_of: null,
  zone: 'UTC',
  rows: [{ channel: '=chat', csat_mean: { value: -3.08, n: 674, low: 2.98, high: 3.19 } }],
  labels: {},
  metrics: { csat_mean: card },
  verdicts: [],
  notes: [],
})

function fakeRows(): RowsPage {
  return {
    columns: [{ id: 'id', label: 'Case', type: 'text', masked: false }],
    rows: [{ id: '1' }],
    next: null,
    total: 1,
  }
}

async function* fakeLines(): AsyncGenerator<string> {
  yield 'id,subject\r\n'
  yield "1,'=1+1\r\n"
}

export function fakeDoors(asked: Asked, change: Partial<Doors> = {}): Doors {
  return {
    version: { id: 'v1', as_of: null, zone: 'UTC', present: new Set(), counts: {} },
    source: 'tickets.csv',
    catalogue: { metrics: new Map(), dimensions: new Map() },
    languages: ['en', 'fr'],
    words,
    pages: () => [{ id: 'overview', title: 'Overview', group: 'measure' }],
    page: async (id, parameters, viewer) => {
      if (!['overview', 'case'].includes(id))
        throw new RapportError({ code: 'page-unknown', message: 'There is no such page.', fix: 'Choose another.' }, 5)
      asked.pages.push({ id, parameters: String(parameters), language: viewer.language })
      return { ...fakeView, id, language: viewer.language }
    },
    query: async (query) => {
      asked.queries.push(query)
      return fakeFrame(query)
    },
    rows: async (query) => {
      asked.rows.push(query)
      return fakeRows()
    },
    csv: (query) => {
      asked.rows.push(query)
      return fakeLines()
    },
    values: async () => [{ value: 'chat', label: 'Chat', n: 3 }],
    release: () => asked.released++,
    ...change,
  }
}

export const fakeViewer: Viewer = { personalData: 'mask', language: 'en' }

export const fakeAssets: Assets = {
  script: 'main-A.js',
  style: 'style-B.css',
  preload: [],
  files: new Map([['main-A.js', { content: new TextEncoder().encode('1'), type: 'text/javascript; charset=utf-8' }]]),
}

/** The app over fake doors, and a way to ask it as a browser would. */
export function fakeServer(
  change: Partial<Doors> = {},
  limits?: { running: number; waiting: number; deadline: number },
  intake?: IntakeDoor,
) {
  const asked: Asked = { queries: [], rows: [], pages: [], released: 0 }
  const log: string[] = []
  const app = createApp({
    current: () => fakeDoors(asked, change),
    assets: fakeAssets,
    port: () => 4600,
    viewer: fakeViewer,
    limits,
    intake,
    log: (line) => log.push(line),
  })
  const ask = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
    app.request(`http://127.0.0.1:4600${path}`, { ...init, headers: { host: '127.0.0.1:4600', ...init.headers } })
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  return { app, ask, post, asked, log }
}
