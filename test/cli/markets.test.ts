import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TableView, TileView } from '../../src/pages/view.ts'
import { meanInterval } from '../../src/stats/intervals.ts'
import { makeFolder, removeFolder, type Server, serve, write } from './command.ts'

/** The page of markets on a made file, its figures computed a second time from the records. */
interface Ticket {
  market: string
  created: Date
  replied: Date | null
  closed: boolean
}

const markets: [string, number, number][] = [
  ['DE', 150, 4],
  ['France', 120, 9],
  ['United Kingdom', 120, 4.2],
  ['DACH', 60, 6],
  ['MT', 6, 5],
]

/** A small generator of numbers between 0 and 1, the same on every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function ticketsOf(): Ticket[] {
  const random = seeded(11)
  return markets.flatMap(([market, count, hours]) =>
    Array.from({ length: count }, () => {
      const created = new Date(Date.UTC(2025, 0, 1) + Math.floor(random() * 75 * 1440) * 60_000)
      const wait = Math.round(-Math.log(1 - random()) * hours * 60)
      const replied = random() < 0.9 ? new Date(created.getTime() + wait * 60_000) : null
      return { market, created, replied, closed: random() < 0.8 }
    }),
  )
}

const stamp = (date: Date | null) => (date ? date.toISOString().slice(0, 16).replace('T', ' ') : '')
const tickets = ticketsOf()
let folder: string
let server: Server

beforeAll(async () => {
  folder = await makeFolder()
  const lines = tickets.map(
    ({ market, created, replied, closed }, index) =>
      `${index + 1},${stamp(created)},${stamp(replied)},${closed ? 'closed' : 'open'},email,${market}`,
  )
  const head = 'Ticket ID,Created at,First response at,Status,Channel,Market'
  await write(folder, { 'tickets.csv': `${[head, ...lines].join('\n')}\n` })
  server = await serve(['open', 'tickets.csv', '--yes'], { folder })
})
afterAll(async () => {
  await server?.stop()
  await removeFolder(folder)
})

async function tileOf(id: string): Promise<TileView> {
  const { view } = await server.get<{ view: { tiles: TileView[] } }>('/api/pages/markets')
  const tile = view.tiles.find((each) => each.id === id)
  if (!tile) throw new Error(`no tile ${id} among ${view.tiles.map((each) => each.id).join(', ')}`)
  return tile
}

function valuesOf(table: TableView | undefined, column: string): Record<string, unknown> {
  const at = table?.columns.findIndex(({ id }) => id === column) ?? -1
  return Object.fromEntries((table?.rows ?? []).map((row) => [row[0]?.value, row[at]?.value]))
}

const waits = (part: Ticket[]) =>
  part.flatMap(({ created, replied }) => (replied ? [(replied.getTime() - created.getTime()) / 1000] : []))
const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length

function estimateOf(part: Ticket[]) {
  const values = waits(part)
  const value = mean(values)
  const variance = values.reduce((sum, each) => sum + (each - value) ** 2, 0) / (values.length - 1)
  return { value, n: values.length, ...meanInterval({ n: values.length, mean: value, variance })! }
}

test('each market against the others: difference and interval as computed from the records', async () => {
  const { table, reading } = await tileOf('reply-time-benchmark')
  const [gaps, intervals, ns] = ['gap', 'interval', 'n'].map((column) => valuesOf(table, column))
  expect(Object.keys(gaps!).sort()).toEqual(['DACH', 'DE', 'France', 'United Kingdom'])
  for (const market of Object.keys(gaps!)) {
    const own = estimateOf(tickets.filter((each) => each.market === market))
    const rest = estimateOf(tickets.filter((each) => each.market !== market))
    const gap = own.value - rest.value
    expect(gaps![market]).toBeCloseTo(gap, 6)
    expect(ns![market]).toBe(own.n)
    const [low, high] = String(intervals![market]).split('..').map(Number)
    expect(low).toBeCloseTo(gap - Math.hypot(own.value - own.low, rest.high - rest.value), 4)
    expect(high).toBeCloseTo(gap + Math.hypot(own.high - own.value, rest.value - rest.low), 4)
  }
  expect(valuesOf(table, 'verdict')).toMatchObject({ France: 'worse', DE: 'better' })
  expect(reading).toContain('Worse: France.')
  expect(reading).toContain('One more has fewer than 30.')
})

test('the last full month against the first, per market', async () => {
  const { table, reading } = await tileOf('resolution-progress')
  const month = (at: number) => tickets.filter(({ created }) => created.getUTCMonth() === at)
  const rate = (part: Ticket[]) => part.filter(({ closed }) => closed).length / part.length
  expect(reading).toContain('Feb 2025 against Jan 2025.')
  const gaps = valuesOf(table, 'gap')
  expect(Object.keys(gaps).length).toBeGreaterThan(1)
  for (const [market, gap] of Object.entries(gaps)) {
    const of = (at: number) => month(at).filter((each) => each.market === market)
    expect(Math.min(of(0).length, of(1).length)).toBeGreaterThanOrEqual(30)
    expect(gap).toBeCloseTo(rate(of(1)) - rate(of(0)), 10)
  }
})

test('without ratings there is no map of them; the page stands in the sidebar only where there are markets', async () => {
  await expect(tileOf('map')).rejects.toThrow('no tile map')
  const pages = await server.get<{ id: string }[]>('/api/pages')
  expect(pages.map(({ id }) => id)).toContain('markets')
  const { csv } = await tileOf('cases-by-market')
  const answer = await (await fetch(new URL(csv ?? '', server.url))).text()
  for (const [market, count] of markets) expect(answer).toContain(`${market},${count},${count}`)
})
