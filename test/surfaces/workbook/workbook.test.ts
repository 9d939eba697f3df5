import { unzipSync } from 'fflate'
import { beforeAll, expect, test } from 'vitest'
import type { MetricCell } from '../../../src/metrics/frame.ts'
import { resolvePage } from '../../../src/pages/resolve.ts'
import type { PageServices } from '../../../src/pages/services.ts'
import type { TableCell, TableView } from '../../../src/pages/view.ts'
import { planWorkbook } from '../../../src/surfaces/workbook/plan.ts'
import { type WorkbookInput, writeWorkbook } from '../../../src/surfaces/workbook/workbook.ts'
import type { Taint } from '../../pages/fixtures.ts'
import { fixtureServices } from '../../pages/fixtures.ts'
import { numberIn, readBack, rowOf } from './read.ts'

const ids = ['overview', 'cases', 'breakdown', 'actions', 'data', 'definitions']

async function inputOf(services: PageServices): Promise<WorkbookInput> {
  const quiet = { ...services, pictures: false }
  const pages = await Promise.all(
    ids.map((id) => resolvePage(services.pages.find(({ page }) => page === id)!, '', quiet)),
  )
  const { facts, words, version } = services
  const [loads, rejects, findings, quality] = await Promise.all([
    facts.loads(),
    facts.rejects(0),
    facts.checkResults(),
    facts.quality?.() ?? null,
  ])
  return { source: 'tickets.csv', version, pages, words, ledger: { loads, rejects, findings, quality } }
}

async function made(language: string, taint?: Taint) {
  const input = await inputOf(await fixtureServices(language, taint))
  const bytes = await writeWorkbook(input)
  return { input, bytes, plan: planWorkbook(input.pages, input.words), back: await readBack(bytes) }
}

type Made = Awaited<ReturnType<typeof made>>
let books: Made[]
let english: Made

beforeAll(async () => {
  books = [await made('en'), await made('fr')]
  english = books[0]!
})

/** The ends of an interval: kept beside the text, or `low..high` where the table is one of a frame. */
function endsOf({ value, interval }: TableCell): { low: number; high: number } | undefined {
  const [low, high] = typeof value === 'string' && value.includes('..') ? value.split('..').map(Number) : []
  return interval ?? (low === undefined || high === undefined ? undefined : { low, high })
}

/** What has to be read of a cell of a page, told without the code that wrote it. */
function expected(cell: TableCell, whole: boolean): (string | number | null)[] {
  const ends = endsOf(cell)
  if (ends) return [...(whole ? [cell.value as number] : []), ends.low, ends.high]
  if (typeof cell.value === 'number' && !/[a-z]{3}.*\d.*\(/i.test(cell.text)) return [cell.value]
  return [cell.value === null && cell.text === '–' ? null : cell.text]
}

function checkTable(table: TableView, rows: Map<number, string[]>, head: number): number {
  let numbers = 0
  table.rows.forEach((row, i) => {
    const read = rows.get(head + 1 + i) ?? []
    const wanted = row.flatMap((cell, column) => {
      const ofInterval = table.rows.some((each) => each[column] && endsOf(each[column]))
      const whole = table.rows.some(
        ({ [column]: each }) => each?.interval && typeof each.value === 'number' && each.value !== each.interval.low,
      )
      if (ofInterval && !endsOf(cell)) return [...(whole ? [null] : []), null, null]
      return expected(cell, whole)
    })
    wanted.forEach((value, column) => {
      const text = read[column]
      if (typeof value === 'number') {
        numbers++
        expect(numberIn(text)).toBeCloseTo(value, 9)
      } else if (value === null) expect(text ?? '').toBe('')
      // A date of a page is a date of Excel: the day is read as it is kept, not as it is written.
      else if (!/^\d{4}-\d\d-\d\d/.test(text ?? '')) expect(text).toBe(value)
    })
  })
  return numbers
}

test('every key number is the value of its query, in either language; a refused one is its sentence', async () => {
  for (const { input, plan, back } of books) {
    const { view, name } = plan.pages[0]!
    const rows = back.get(name)
    const { runQuery } = await fixtureServices(input.words.language)
    const tiles = view.tiles.filter(({ kind }) => kind === 'kpi')
    expect(tiles.length).toBeGreaterThan(3)
    for (const tile of tiles) {
      const id = tile.query?.metrics[0] ?? ''
      const frame = await runQuery({ metrics: [id] })
      const cell = frame.rows[0]?.[id] as MetricCell
      const read = rows?.get(rowOf(rows, tile.title)) ?? []
      if (cell.value === null) expect(read.slice(1).join('')).toBe(tile.problem?.message)
      else {
        expect(numberIn(read[1])).toBeCloseTo(cell.value, 9)
        expect(numberIn(read[3])).toEqual(cell.low === undefined ? null : expect.closeTo(cell.low, 9))
        expect(numberIn(read[5])).toEqual(frame.metrics[id]?.target?.value ?? null)
      }
    }
  }
})

test('every table holds the values of its page, below its picture or on a sheet of its own', () => {
  for (const { plan, back } of books) {
    let numbers = 0
    for (const page of plan.pages) {
      for (const { table, name, tile } of page.tables) {
        const rows = back.get(name)!
        expect(rowOf(rows, tile.title)).toBe(1)
        const head = [...rows].find(([row, cells]) => row > 2 && cells.length > 1)?.[0] ?? 0
        numbers += checkTable(table, rows, head)
      }
      for (const tile of page.view.tiles) {
        if (!tile.table || !tile.figure || page.tables.some((own) => own.tile === tile)) continue
        const rows = back.get(page.name)!
        const head = rowOf(rows, tile.table.columns[0]?.label ?? '', rowOf(rows, tile.title))
        numbers += checkTable(tile.table, rows, head)
      }
    }
    expect(numbers).toBeGreaterThan(60)
  }
})

test('every sheet is listed with a link that leads to it, and the definitions carry their SQL', () => {
  for (const { bytes, plan, back } of books) {
    const names = [...back.keys()]
    expect(names[0]).toBe(plan.contents)
    expect([...(back.get(plan.contents)?.values() ?? [])].flatMap(([name]) => name ?? '')).toEqual(
      expect.arrayContaining(names.slice(1)),
    )
    const parts = unzipSync(bytes)
    const links = Object.keys(parts)
      .filter((name) => name.startsWith('xl/worksheets/sheet'))
      .flatMap((name) => [...new TextDecoder().decode(parts[name]).matchAll(/location="'([^!]*)'!/g)])
      .map(([, name]) => name?.replaceAll("''", "'").replaceAll('&amp;', '&'))
    expect(links.length).toBeGreaterThan(names.length)
    for (const name of links) expect(names).toContain(name)
    const definitions = back.get(plan.definitions)
    for (const card of plan.cards) expect(definitions?.get(rowOf(definitions, card.label))).toContain(card.sql)
  }
})

test('the book of the data adds up, and a list that was cut says so', () => {
  const { back, plan } = english
  const quality = back.get(plan.quality)
  const load = quality?.get(rowOf(quality, 'tickets.csv')) ?? []
  expect(load.slice(2, 8).map(Number)).toEqual([8469, 8468, 1, 0, 0, 0])
  const data = back.get(plan.data)
  expect(data?.get(rowOf(data, 'Every case'))?.slice(1)).toEqual(['Cases', '1', '8469'])
})

test('nothing that a source or a catalogue says becomes a formula', async () => {
  const { bytes, back } = await made('en', (text) => `=cmd|'/C calc'!A0 ${text}`)
  const parts = unzipSync(bytes)
  const sheets = Object.keys(parts).filter((name) => /worksheets\/sheet\d+\.xml$/.test(name))
  for (const name of sheets) expect(new TextDecoder().decode(parts[name])).not.toMatch(/<f[ >]/)
  const texts = [...back.values()].flatMap((rows) => [...rows.values()].flat())
  expect(texts.filter((text) => text.startsWith("=cmd|'/C calc'!A0")).length).toBeGreaterThan(20)
})

test('charts stand over the cells that hold what they show', async () => {
  const { bytes, back } = english
  const parts = unzipSync(bytes)
  const charts = Object.keys(parts).filter((name) => name.startsWith('xl/charts/'))
  expect(charts.length).toBeGreaterThan(2)
  for (const name of charts) {
    const xml = new TextDecoder().decode(parts[name])
    const values = [
      ...xml.matchAll(
        /<c:val><c:numRef><c:f>'([^!]*)'!\$([A-Z])\$(\d+):\$\2\$(\d+)<\/c:f><c:numCache>(.*?)<\/c:numCache>/g,
      ),
    ]
    expect(values.length).toBeGreaterThan(0)
    for (const [, sheet = '', column = '', first, last, cache = ''] of values) {
      const cached = [...cache.matchAll(/<c:v>([^<]*)<\/c:v>/g)].map(([, value]) => Number(value))
      const rows = back.get(sheet)
      const cells = Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) =>
        Number(rows?.get(Number(first) + i)?.[column.charCodeAt(0) - 65]),
      )
      expect(cached.length).toBe(cells.length)
      cached.forEach((value, i) => {
        expect(cells[i]).toBeCloseTo(value, 9)
      })
    }
  }
})

test('the same version gives the same bytes', async () => {
  const again = await writeWorkbook(english.input)
  expect(Buffer.from(again).equals(Buffer.from(english.bytes))).toBe(true)
})
