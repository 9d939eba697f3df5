import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page as Tab } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatValue } from '../../src/config/format.ts'
import type { Words } from '../../src/config/words.ts'
import type { Frame, FrameRow, MetricCell } from '../../src/metrics/frame.ts'
import type { Query } from '../../src/metrics/query.ts'
import type { Page, TileOf } from '../../src/pages/spec.ts'
import type { PageView, TileView } from '../../src/pages/view.ts'
import { cataloguePages, wordsOf } from '../pages/fixtures.ts'
import { openProduct, type Product } from './product.ts'
import { findClashes } from './svg-text.ts'

/** One visual of a wealth manager's pages: where it stands, what it is, what it answers. `ranks` and `table` are no pictures. */
interface Visual {
  page: string
  tile: string
  chart: string
  answers: string
}

const visuals: Visual[] = table(`
  executive | aum-trend                  | line      | How do assets grow, and what comes next?
  executive | aum-by-category            | donut     | In which categories are the assets?
  executive | flows                      | flows     | What comes in, what goes out?
  executive | products-per-customer      | dots      | Which segment holds more products?
  executive | customers-by-state         | map       | Where do customers live?
  products  | matrix                     | table     | Assets, fees and flows of every product?
  products  | risk-return                | bubble    | Does risk pay, and where is the money?
  products  | against-market             | lines     | Do we earn what the market earns?
  products  | ranks                      | ranks     | Which products come first and last?
  products  | fees-by-product            | bars      | What do products bring in?
  products  | aum-by-risk                | bars      | How much is at which risk?
  clients   | acquisition                | line      | How many customers come?
  clients   | growth                     | waterfall | What made the assets grow?
  clients   | balance-by-segment-and-age | heat      | Who keeps how much with us?
  clients   | ways                       | sankey    | Which channel sells what, and does it stay?
  clients   | tenure-and-balance         | dots      | Do customers of many years keep more?
  clients   | cohorts                    | cohorts   | Who is still there after so many quarters?
  service   | volume                     | columns   | Through which channels do contacts come?
  service   | satisfaction               | dots      | Which reasons leave customers less satisfied?
  service   | first-contact              | gauge     | How much is solved at the first contact?
  service   | resolution                 | funnel    | What becomes of contacts?
  service   | by-segment                 | bars      | Which segment contacts us?
  service   | by-product                 | bars      | Which products cause contacts?
  service   | reasons                    | table     | What are the top reasons?
  digital   | trend                      | line      | Do visits grow?
  digital   | devices                    | donut     | Which devices are used?
  digital   | actions                    | bars      | What are visits for?
  digital   | usage                      | heat      | Which age uses which device?
  digital   | duration                   | line      | Do visits get longer?
  digital   | engagement-and-growth      | bubble    | Do those who come more bring more?
`)

const cards: Record<string, string[]> = {
  executive: ['aum', 'net_flows', 'active_customers', 'retention_rate'],
  products: ['roi', 'roi_time_weighted', 'benchmark_return', 'fee_revenue'],
  clients: ['new_customers', 'lost_customers', 'customer_balance', 'tenure'],
  service: ['touchpoints', 'csat_mean', 'resolution_rate', 'no_repeat'],
  digital: ['sessions', 'session_duration', 'pages_per_session', 'sessions_per_customer'],
}
/** A mark to click, the filter that it sets, and a card that must follow. */
const clicks: Record<string, { tile: string; filter: RegExp; card: string }> = {
  executive: { tile: 'customers-by-state', filter: /where=region=\w\w/, card: 'active_customers' },
  products: { tile: 'fees-by-product', filter: /where=product=/, card: 'fee_revenue' },
  clients: { tile: 'balance-by-segment-and-age', filter: /where=(segment|age_band)=/, card: 'new_customers' },
  service: { tile: 'by-segment', filter: /where=segment=/, card: 'touchpoints' },
  digital: { tile: 'actions', filter: /where=action=/, card: 'sessions' },
}

/** A machine may be busy with other things. */
const patience = { timeout: 15_000 }

const names = Object.keys(cards)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let product: Product
let words: Words
let pages: Map<string, Page>

beforeAll(async () => {
  const [opened, english, catalogue] = await Promise.all([
    openProduct(['wealth', '--rows', '300', '--seed', '7']),
    wordsOf('en'),
    cataloguePages(),
  ])
  product = opened
  words = english
  pages = new Map(catalogue.pages.map((page) => [page.page, page]))
})

afterAll(() => product.close())

function table(text: string): Visual[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [page = '', tile = '', chart = '', answers = ''] = line.split('|').map((cell) => cell.trim())
      return { page, tile, chart, answers }
    })
}

/** What the page of the catalogue says about a chart. */
function chartOf(page: string, tile: string): TileOf<'chart'> {
  const found = pages.get(page)?.tiles.find((each) => each.id === tile)
  if (found?.kind !== 'chart') throw new Error(`${page} has no chart ${tile}.`)
  return found
}

async function post<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${product.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as T
}

const ask = (query: Query) => post<Frame>('api/query', query)

/** The page as JSON: only for what its marks cannot say, such as which column is which. */
async function viewOf(page: string, search = ''): Promise<PageView> {
  const answer = await fetch(`${product.url}api/pages/${page}${search}`)
  return ((await answer.json()) as { view: PageView }).view
}

interface Drawn {
  chart: string | null
  name: string
  pictures: string[]
  rows: string[][]
}

/** Every tile of the open page as a reader meets it. */
async function drawnOn(tab: Tab): Promise<Record<string, Drawn>> {
  const drawn = await tab.locator('[data-tile]').evaluateAll((tiles) =>
    tiles.map((tile): [string, Drawn] => {
      const figure = tile.querySelector('[data-figure]')
      return [
        tile.getAttribute('data-tile') ?? '',
        {
          chart: figure?.getAttribute('data-figure') ?? null,
          name: figure?.getAttribute('aria-label') ?? '',
          pictures: [...tile.querySelectorAll('[data-figure] svg.drawing')].map(
            (svg) => `${svg.getAttribute('role')}: ${svg.getAttribute('aria-label')}`,
          ),
          rows: [...tile.querySelectorAll('tbody tr')].map((row) =>
            [...row.children].map((cell) => cell.textContent ?? ''),
          ),
        },
      ]
    }),
  )
  return Object.fromEntries(drawn)
}

/** Amounts with their cents say the same as whole ones. */
function wholeAmount(text: string | undefined, unit: string | undefined): string | undefined {
  return unit === 'money' && text && /\d\.\d\d$/.test(text)
    ? formatValue(Number(text.replaceAll(',', '').replace('−', '-')), 'money', words)
    : text
}

const cellOf = (row: FrameRow | undefined, metric: string): MetricCell => row?.[metric] as MetricCell

/** Each row of the tile's table against the same row of the answer: names, values, how many they rest on, what was before. */
function expectRows(drawn: Drawn | undefined, view: TileView | undefined, frame: Frame): void {
  expect(drawn?.rows.length, 'rows').toBe(frame.rows.length)
  const columns = view?.table?.columns.map(({ id }) => id) ?? []
  const by = frame.query.by ?? []
  const told = frame.rows.map((row) => [
    ...by.map((id) => frame.labels[id]?.[String(row[id])] ?? (row[id] === null ? '(not set)' : String(row[id]))),
    ...frame.query.metrics.flatMap((metric) => {
      const cell = cellOf(row, metric)
      const unit = frame.metrics[metric]?.unit ?? 'count'
      return [
        formatValue(cell.value, unit, words),
        ...(columns.includes(`${metric}_n`) ? [formatValue(cell.n, 'count', words)] : []),
        ...(columns.includes(`${metric}_previous`) ? [formatValue(cell.previous, unit, words)] : []),
      ]
    }),
  ])
  const same = [
    ...by,
    ...frame.query.metrics.flatMap((id) => [
      id,
      ...[`${id}_n`, `${id}_previous`].filter((part) => columns.includes(part)),
    ]),
  ].map((id) => columns.indexOf(id))
  expect(same).not.toContain(-1)
  const units = same.map((at) => frame.metrics[columns[at]?.replace(/_previous$/, '') ?? '']?.unit)
  expect(drawn?.rows.map((row) => same.map((at, i) => wholeAmount(row[at], units[i])))).toEqual(told)
}

/** Lines and cells of a CSV. */
function csvOf(text: string): string[][] {
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((found) => found[1] ?? found[2] ?? ''),
    )
}

/** Places and numbers of a table of ranks against one question for each measure. */
async function expectRanks(drawn: Drawn | undefined, page: string, id: string, scope: Partial<Query>): Promise<void> {
  const tile = pages.get(page)?.tiles.find((each) => each.id === id)
  if (tile?.kind !== 'ranks') throw new Error(`${page} has no ranks ${id}.`)
  for (const [at, metric] of tile.metrics.entries()) {
    const frame = await ask({ metrics: [metric], by: [tile.by], ...scope })
    const unit = frame.metrics[metric]?.unit ?? 'count'
    const told = Object.fromEntries(
      frame.rows.map((row) => [
        frame.labels[tile.by]?.[String(row[tile.by])],
        formatValue(cellOf(row, metric).value, unit, words),
      ]),
    )
    expect(drawn?.rows.length).toBe(frame.rows.length)
    for (const row of drawn?.rows ?? [])
      expect(row[at + 1]?.split(' · ').at(-1), `${metric} of ${row[0]}`).toBe(told[row[0] ?? ''])
  }
}

async function findings(tab: Tab): Promise<string[]> {
  const violations = await tab.evaluate(async () => {
    const { axe: engine } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> }
    }
    return (await engine.run()).violations
  })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))
}

/** What a screen reader was told last. */
async function saidOn(tab: Tab): Promise<string> {
  return (await tab.locator('#announce').allTextContents()).join('').trim()
}

async function settled(tab: Tab, search: RegExp): Promise<void> {
  await tab.waitForURL((url) => search.test(decodeURIComponent(url.search)))
  await tab.locator('#content[data-phase="ready"]').waitFor()
}

describe.each(names)('%s', (page) => {
  let tab: Tab
  let complaints: string[]
  const mine = visuals.filter((visual) => visual.page === page)

  beforeAll(async () => {
    ;({ page: tab, complaints } = await product.visit(`/${page}`))
  })

  afterAll(() => tab.context().close())

  test('every visual is there, of its kind, and its table says what the query answers', async () => {
    const [drawn, view] = await Promise.all([drawnOn(tab), viewOf(page)])
    for (const { tile, chart, answers } of mine) {
      const seen = drawn[tile]
      if (chart === 'ranks') {
        await expectRanks(seen, page, tile, {})
        continue
      }
      expect(chartOf(page, tile).chart, answers).toBe(chart)
      expect(seen?.chart, `${tile}: ${answers}`).toBe(chart === 'table' ? null : chart)
      const frame = await ask(chartOf(page, tile).query)
      expectRows(
        seen,
        view.tiles.find((each) => each.id === tile),
        frame,
      )
    }
  })

  test('the CSV of each visual holds the same rows and values', async () => {
    for (const { tile } of mine.filter((each) => each.chart !== 'ranks')) {
      const href = await tab.locator(`[data-tile="${tile}"] a[download]`).getAttribute('href')
      const [heads = [], ...rows] = csvOf(await (await fetch(new URL(href ?? '', product.url))).text())
      const { query } = chartOf(page, tile)
      const frame = await ask(query)
      for (const metric of query.metrics) {
        const at = heads.indexOf(frame.metrics[metric]?.label ?? metric)
        const values = rows.slice(0, frame.rows.length).map((row) => (row[at] === '' ? null : Number(row[at])))
        expect(values, `${metric} of ${tile}`).toEqual(frame.rows.map((row) => cellOf(row, metric).value))
      }
      if (!query.limit) expect(rows, tile).toHaveLength(frame.rows.length)
    }
  })

  test('each card says the number of its query', async () => {
    for (const id of cards[page] ?? []) {
      const tile = pages.get(page)?.tiles.find((each) => each.id === id)
      if (tile?.kind !== 'kpi') throw new Error(`${page} has no card ${id}.`)
      const frame = await ask({ metrics: [tile.metric] })
      const told = formatValue(
        cellOf(frame.rows[0], tile.metric).value,
        frame.metrics[tile.metric]?.unit ?? 'count',
        words,
      )
      expect(await tab.locator(`[data-tile="${id}"] .kpi-value`).textContent(), id).toContain(told)
    }
  })

  test('each figure is reached by keyboard, says its marks one by one, and has a text with numbers', async () => {
    const drawn = await drawnOn(tab)
    for (const { tile, chart } of mine.filter((each) => drawn[each.tile]?.chart)) {
      const seen = drawn[tile]
      expect(seen?.name, tile).toMatch(/\d/)
      for (const picture of seen?.pictures ?? []) expect(picture, tile).toMatch(/^img: .*\d/)
      const figure = tab.locator(`[data-tile="${tile}"] [data-figure]`)
      expect(await figure.getAttribute('tabindex')).toBe('0')
      await figure.focus()
      const said = () => saidOn(tab)
      const before = await said()
      await tab.keyboard.press('ArrowDown')
      await expect.poll(said, { ...patience, message: tile }).not.toBe(before)
      const first = await said()
      expect(first, tile).toMatch(/\d/)
      // A gauge has one mark.
      if (chart === 'gauge') continue
      await tab.keyboard.press('ArrowDown')
      await expect.poll(said, { ...patience, message: tile }).not.toBe(first)
    }
    expect(complaints).toEqual([])
  })

  test('the table under a picture opens by keyboard and closes with Esc', async () => {
    const { tile = '' } = mine.find((each) => each.chart !== 'table' && each.chart !== 'ranks') ?? {}
    await tab.locator(`[data-tile="${tile}"] [data-action="table"]`).focus()
    await tab.keyboard.press('Enter')
    await tab.locator(`#table-${tile} tbody td`).first().waitFor()
    await tab.keyboard.press('Escape')
    await tab.locator(`#table-${tile}`).waitFor({ state: 'hidden' })
  })

  test('a click on a mark and Enter on one filter the whole page; Esc clears', async () => {
    const { tile = '', filter = /^$/, card = '' } = clicks[page] ?? {}
    const number = tab.locator(`[data-tile="${card}"] .kpi-value`)
    const all = await number.textContent()
    const chips = tab.locator('#chips .chip')
    const figure = tab.locator(`[data-tile="${tile}"] [data-figure]`)
    const mark = figure.locator(':is(.wide, .any) .hit[data-filter]').first()
    await tab.reload()
    await tab.locator('#toolbar [aria-label="Language"]').waitFor()
    await mark.scrollIntoViewIfNeeded()
    const box = await mark.boundingBox()
    if (!box) throw new Error(`${tile} has no mark.`)
    const at = [box.x + box.width / 2, box.y + box.height / 2] as const
    await tab.mouse.move(...at)
    await figure.locator('.live svg').waitFor()
    await tab.mouse.click(...at)
    await settled(tab, filter)
    await expect.poll(() => number.textContent(), patience).not.toBe(all)
    expect(await chips.count()).toBeGreaterThan(0)
    await tab.keyboard.press('Shift+Escape')
    await chips.first().waitFor({ state: 'detached' })
    expect(await number.textContent()).toBe(all)

    await figure.focus()
    const before = await saidOn(tab)
    await tab.keyboard.press('ArrowDown')
    await expect.poll(() => saidOn(tab), patience).not.toBe(before)
    await tab.keyboard.press('Enter')
    await settled(tab, filter)
    await expect.poll(() => number.textContent(), patience).not.toBe(all)
    while ((await chips.count()) > 0) {
      const had = await chips.count()
      await tab.keyboard.press('Escape')
      await expect.poll(() => chips.count(), patience).toBeLessThan(had)
    }
    expect(await number.textContent()).toBe(all)
    expect(complaints).toEqual([])
  })

  test('axe finds nothing serious, in both themes; no text of a picture lies on another', async () => {
    await tab.reload()
    await tab.locator('#toolbar [aria-label="Language"]').waitFor()
    await tab.evaluate(axe)
    expect(await findings(tab)).toEqual([])
    expect(await findClashes(tab)).toEqual([])
    await tab.emulateMedia({ colorScheme: 'dark' })
    expect(await findings(tab)).toEqual([])
    await tab.emulateMedia({ colorScheme: 'light' })
  })

  test('on a phone nothing scrolls sideways and no text of a picture lies on another', async () => {
    const phone = await product.visit(`/${page}`, {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    })
    expect(await phone.page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await findClashes(phone.page)).toEqual([])
    expect(phone.complaints).toEqual([])
    await phone.page.context().close()
  })
})

const scopes: { says: string; search: string; scope: Partial<Query> }[] = [
  {
    says: 'one segment',
    search: '?where=segment%3DAffluent',
    scope: { where: [{ dimension: 'segment', op: 'in', values: ['Affluent'] }] },
  },
  {
    says: 'a year against the one before',
    search: '?from=2023-01-01&to=2023-12-31&compare=previous',
    scope: { range: { from: '2023-01-01', to: '2023-12-31' }, compare: 'previous' },
  },
]

describe.each(scopes)('of $says', ({ search, scope }) => {
  test.each(names)('%s: tables and cards follow, and what falls away is named', async (page) => {
    const { page: tab, complaints } = await product.visit(`/${page}${search}`)
    const [drawn, view] = await Promise.all([drawnOn(tab), viewOf(page, search)])
    const notices = (await tab.locator('#content').textContent()) ?? ''
    for (const { tile, chart } of visuals.filter((each) => each.page === page)) {
      if (chart === 'ranks') {
        await expectRanks(drawn[tile], page, tile, scope)
        continue
      }
      const seen = view.tiles.find((each) => each.id === tile)
      if (seen?.state !== 'ok') {
        expect(notices, `${tile} says why it is not there`).toContain(
          seen?.problem?.message ?? chartOf(page, tile).title,
        )
        continue
      }
      expectRows(drawn[tile], seen, await ask({ ...chartOf(page, tile).query, ...scope }))
    }
    for (const id of cards[page] ?? []) {
      const tile = pages.get(page)?.tiles.find((each) => each.id === id)
      const seen = view.tiles.find((each) => each.id === id)
      if (tile?.kind !== 'kpi' || seen?.state !== 'ok') continue
      const frame = await ask({ metrics: [tile.metric], ...scope })
      const { value, change } = cellOf(frame.rows[0], tile.metric)
      const card = tab.locator(`[data-tile="${id}"]`)
      expect(await card.locator('.kpi-value').textContent(), id).toContain(
        formatValue(value, frame.metrics[tile.metric]?.unit ?? 'count', words),
      )
      if (typeof change !== 'number') continue
      const sign = change > 0 ? '\\+' : change < 0 ? '−' : '±'
      expect(await card.textContent(), id).toMatch(new RegExp(`${sign}\\d.* against the period before`))
    }
    expect(complaints).toEqual([])
    await tab.context().close()
  })
})

/** Tiles whose number counts rows, or rests on as many as its `n` says. */
const counted = [
  { page: 'executive', tile: 'flows' },
  { page: 'executive', tile: 'products-per-customer' },
  { page: 'products', tile: 'fees-by-product' },
  { page: 'clients', tile: 'acquisition' },
  { page: 'service', tile: 'first-contact' },
  { page: 'digital', tile: 'actions' },
]

test.each(counted)('from $tile of $page to the rows that it counts, with filter and dates', async ({ page, tile }) => {
  const search = '?where=segment%3DAffluent&from=2023-01-01&to=2023-12-31'
  const { page: tab, complaints } = await product.visit(`/${page}${search}`)
  const { query } = chartOf(page, tile)
  const [metric = ''] = query.metrics
  const frame = await ask({ ...query, where: scopes[0]?.scope.where ?? [], range: scopes[1]?.scope.range })
  const rests = frame.rows.reduce((sum, row) => sum + (cellOf(row, metric).n ?? 0), 0)
  expect(rests).toBeGreaterThan(0)
  await tab.locator(`[data-tile="${tile}"] a.way[href^="/rows?"]`).click()
  await settled(tab, /segment=Affluent/)
  await tab.locator('h1', { hasText: 'Rows' }).waitFor()
  const rows = tab.locator('[data-tile="rows"] tbody tr')
  expect(await rows.count()).toBe(Math.min(50, rests))
  expect(await tab.locator('[data-tile="rows"]').textContent()).toContain(formatValue(rests, 'count', words))
  expect(complaints).toEqual([])
  await tab.context().close()
})

test('in French every figure has its text in French, values with words of their own among them', async () => {
  const { page: tab, complaints } = await product.visit('/clients', { locale: 'fr-FR' })
  expect(await tab.locator('html').getAttribute('lang')).toBe('fr')
  const drawn = await drawnOn(tab)
  expect(drawn.ways?.rows.map((row) => row[2])).toContain('Quittée')
  expect(drawn.ways?.rows.map((row) => row[2])).not.toContain('left')
  for (const { name } of Object.values(drawn)) expect(name).not.toMatch(/\b(Highest|Lowest|periods|groups)\b/)
  expect(await tab.locator('[data-tile="customer_balance"] .kpi-value').textContent()).toMatch(/^\d{2,3}\u202f\d{3}/)
  expect(complaints).toEqual([])
  await tab.context().close()
})
