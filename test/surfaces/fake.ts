import type { Words } from '../../src/config/words.ts'
import { RapportError } from '../../src/errors.ts'
import type { Frame } from '../../src/metrics/frame.ts'
import type { Query, RowsQuery } from '../../src/metrics/query.ts'
import type { PageView } from '../../src/pages/view.ts'
import { createApp } from '../../src/surfaces/server/app.ts'
import type { Assets } from '../../src/surfaces/server/assets.ts'
import type { Doors, RowsPage } from '../../src/surfaces/server/doors.ts'

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
  headline: '8,469 cases from one file.',
  language: 'en',
  version: 'v1',
  as_of: null,
  zone: 'UTC',
  parameters: {},
  choices: {},
  filters: [],
  tiles: [],
  notices: [],
}

const fakeFrame = (query: Query): Frame => ({
  query,
  version: 'v1',
  as_of: null,
  zone: 'UTC',
  rows: [{ channel: '=chat', csat_mean: { value: -3.08, n: 674, low: 2.98, high: 3.19 } }],
  labels: {},
  metrics: {},
  verdicts: [],
  notes: [],
})

const cell = (value: string | number) => ({ text: String(value), value })

/** Two pages of rows, with a cell that a spreadsheet would run. */
function fakeRows(query: RowsQuery): RowsPage {
  const columns = [
    { id: 'id', label: 'Case', numeric: false },
    { id: 'subject', label: 'Subject', numeric: false },
  ]
  const second = query.cursor === 'two'
  const rows = second
    ? [[cell('3'), cell('@SUM(A1)')]]
    : [
        [cell('1'), cell('=1+1')],
        [cell('2'), cell('a, "b"')],
      ]
  return { table: { caption: 'Cases', columns, rows }, next: second ? null : 'two', total: 3 }
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
      if (!['overview', 'cases'].includes(id))
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
      return fakeRows(query)
    },
    values: async () => [{ value: 'chat', label: 'Chat', count: 3 }],
    release: () => asked.released++,
    ...change,
  }
}

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
) {
  const asked: Asked = { queries: [], rows: [], pages: [], released: 0 }
  const log: string[] = []
  const app = createApp({
    current: () => fakeDoors(asked, change),
    assets: fakeAssets,
    port: () => 4600,
    product: '0.1.0',
    limits,
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
