import { say, type Words } from '../../config/words.ts'
import type { MetricCard } from '../../metrics/frame.ts'
import type { PageView, TableView, TileView } from '../../pages/view.ts'
import { listTable } from './lists.ts'
import { sheetNames } from './names.ts'

/** Which sheets a workbook has, and their names: settled first, because sheets link to each other. */
export interface Plan {
  contents: string
  pages: PlannedPage[]
  definitions: string
  quality: string
  data: string
  /** Every metric that a tile shows, in the order in which a reader meets them. */
  cards: MetricCard[]
}

export interface PlannedPage {
  view: PageView
  name: string
  tables: PlannedTable[]
  /** The page of the data's own quality: its numbers stand on the sheet of that name. */
  isQuality: boolean
}

/** A tile that is a table has a sheet of its own, where it can be filtered. */
export interface PlannedTable {
  tile: TileView
  table: TableView
  name: string
}

/** What these kinds say in words stands on the sheets of data quality and definitions as numbers. */
const keptElsewhere: ReadonlySet<string> = new Set(['loads', 'rejects', 'quality', 'profile', 'definitions'])

/** Forms that say nothing until somebody has chosen. */
const asked: ReadonlySet<string> = new Set(['journey', 'case'])

/** Lists that are read on the page, between its numbers; longer ones have a sheet. */
const readOnPage: ReadonlySet<string> = new Set(['findings', 'actions'])

/** Rows of a table that stand below its picture's reading; a longer one has a sheet. */
const mostBelow = 30

/** Rows above the first definition: title, origin, way back, head. */
export const firstDefinition = 5

export function planWorkbook(views: readonly PageView[], words: Words): Plan {
  const nameOf = sheetNames()
  // These names are taken before a page of the same title comes.
  const [contents, definitions, quality, data] = ['contents', 'definitions', 'quality', 'data'].map((id) =>
    nameOf(say(words, `workbook.${id}`)),
  ) as [string, string, string, string]
  const shown = views
    .map((view) => ({
      isQuality: view.tiles.some(({ kind }) => kind === 'loads'),
      view: { ...view, tiles: view.tiles.filter(({ kind }) => !keptElsewhere.has(kind) && !asked.has(kind)) },
    }))
    .filter(({ view }) => view.tiles.length > 0)
    .map((page) => ({ ...page, name: page.isQuality ? quality : nameOf(page.view.title) }))
  const pages = shown.map((page) => ({
    ...page,
    tables: page.view.tiles.flatMap((tile) => {
      const table = tableSheetOf(tile, words)
      return table ? [{ tile, table, name: nameOf(tile.title) }] : []
    }),
  }))
  return { contents, pages, definitions, quality, data, cards: cardsOf(pages) }
}

function tableSheetOf(tile: TileView, words: Words): TableView | null {
  const rows = tile.table?.rows.length ?? 0
  if (tile.table && rows > (isDrawn(tile) ? mostBelow : 0)) return tile.table
  return readOnPage.has(tile.kind) ? null : listTable(tile, words)
}

/** A picture's table stands on its page, below what the picture says. */
export function isDrawn(tile: TileView): boolean {
  return tile.figure !== undefined
}

function cardsOf(pages: PlannedPage[]): MetricCard[] {
  const cards = new Map<string, MetricCard>()
  // The card of a number alone has the plain SQL of its metric; that of a split comes where no other does.
  const tiles = pages.flatMap(({ view }) => view.tiles)
  for (const tile of [...tiles.filter(({ kind }) => kind === 'kpi'), ...tiles])
    for (const card of Object.values(tile.frame?.metrics ?? {})) if (!cards.has(card.id)) cards.set(card.id, card)
  return [...cards.values()]
}
