import { formatDate } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { MetricCatalogue } from '../../metrics/context.ts'
import { dimensionLabel, listed } from '../../metrics/needs.ts'
import type { Page, Tile } from '../../pages/spec.ts'
import { ask, type Lack } from './asked.ts'
import { containerText, type Placed } from './container.ts'
import { columnOf, dayOf, type Field, isGuarded, reaches, type World, worldOf } from './fields.ts'
import { bottomOf, gap, mainOf, margin, pageWidth, placeDown, placeTiles, stripWidth } from './grid.ts'
import { notHere, type PageLacks } from './not-here.ts'
import { jsonFile, versions } from './pinned.ts'
import type { SemanticModel } from './semantic-model.ts'
import { stableName } from './stable-id.ts'
import { themeFile, themeText } from './theme.ts'
import { drawVisual } from './visuals/all.ts'
import { slicer } from './visuals/slicer.ts'
import { textbox } from './visuals/textbox.ts'
import type { Visual } from './visuals/visual.ts'

/** A page of ours with its texts in the reader's language, and those of its tiles that it shows for this version. */
export interface ReportPage {
  page: Page
  title: string
  tiles: ReportTile[]
}

export interface ReportTile {
  tile: Tile
  title: string
  /** Below the title: the target of a number. */
  subtitle?: string
  /** What was found when the report was exported, of a tile that Power BI does not compute. */
  sentences?: string[]
}

export interface ReportSettings {
  words: Words
  catalogue: MetricCatalogue
  /** Up to when the data go. */
  asOf: string | null
}

/**
 * The report of a Power BI project: a page for each page of ours that has a number which the model has too, and a last one that says what is not
 * there and why. Files by path from the project's folder.
 */
export function writeReport(model: SemanticModel, pages: ReportPage[], settings: ReportSettings): Map<string, string> {
  const root = `${model.name}.Report`
  const world = worldOf(model, settings.catalogue)
  const sheets = pages.flatMap((page) => sheetOf(page, world, settings) ?? [])
  sheets.push(lastSheet(sheets, settings))
  const files = new Map([
    [`${root}/definition/version.json`, jsonFile('version', { version: '2.0.0' })],
    [`${root}/definition/report.json`, reportText()],
    [`${root}/StaticResources/RegisteredResources/${themeFile}`, themeText()],
    [
      `${root}/definition/pages/pages.json`,
      jsonFile('pages', { pageOrder: sheets.map(({ id }) => id), activePageName: sheets[0]?.id }),
    ],
  ])
  for (const { id, title, placed } of sheets) {
    const folder = `${root}/definition/pages/${id}`
    files.set(`${folder}/page.json`, pageText(id, title, placed))
    for (const [order, each] of placed.entries())
      files.set(`${folder}/visuals/${each.id}/visual.json`, containerText(each, order))
  }
  return files
}

/** A page of the report before it is text. */
interface Sheet {
  id: string
  title: string
  placed: Placed[]
  lacks: PageLacks
}

/** A tile with its picture, or its sentences. */
interface Drawn {
  from: ReportTile
  visual: Visual
  subtitle?: string
  metrics: string[]
}

const top = margin + 56 + gap

/** Null for a page of which Power BI could show no number. */
function sheetOf(from: ReportPage, world: World, settings: ReportSettings): Sheet | null {
  const { page, title, tiles } = from
  const lacks: PageLacks = { title, lacks: [], ours: [] }
  const drawn = tiles.flatMap((tile) => draw(tile, world, settings, lacks))
  const shown = drawn.filter((each) => each.metrics.length > 0)
  if (shown.length === 0) return null
  const filters = filtersOf(page, shown, world)
  const main = mainOf(filters.length > 0)
  const sized = drawn.map((each) => (each.metrics.length > 0 ? each : fitted(each, main.width, settings)))
  const boxes = placeTiles(
    sized.map(({ from: { tile }, visual }) => ({ columns: tile.width, height: visual.height, shape: visual.shape })),
    main,
    top,
  )
  const strip = filters.map((filter) => slicer(filter.column, filter.range))
  const slots = placeDown(
    strip.map((each) => each.height),
    margin,
    margin,
    stripWidth,
  )
  const name = (key: string) => stableName(`page/${page.page}/${key}`)
  const head = { x: main.x, y: margin, width: main.width, height: top - margin - gap }
  return {
    id: stableName(`page/${page.page}`),
    title,
    lacks,
    placed: [
      { id: name('head'), box: head, visual: headOf(title, settings, main.width), bare: true },
      ...strip.flatMap((visual, i) => {
        const box = slots[i]
        return box ? [{ id: name(`slicer/${filters[i]?.id}`), box, visual }] : []
      }),
      ...sized.flatMap(({ from: { tile, title: own }, visual, subtitle, metrics }, i) => {
        const box = boxes[i]
        if (!box) return []
        const below = [subtitle, visual.note, unfiltered(metrics, filters, world, settings)].filter(Boolean).join(' · ')
        const texts = visual.type === 'textbox' ? {} : { title: own, ...(below && { subtitle: below }) }
        return [{ id: name(`tile/${tile.id}`), box, visual, ...texts }]
      }),
    ],
  }
}

/** The picture of one tile; what is missing for it goes to the list of the last page. */
function draw(from: ReportTile, world: World, { words }: ReportSettings, lacks: PageLacks): Drawn[] {
  const { tile, title } = from
  const found = ask(tile, world, words)
  if (!found) {
    if (from.sentences?.length) return [{ from, visual: textbox([], pageWidth), metrics: [] }]
    lacks.ours.push(title)
    return []
  }
  const miss = (each: Lack) => lacks.lacks.push({ ...each, tile: title })
  for (const each of found.lacks) miss(each)
  const picture = found.asked && drawVisual(found.asked)
  if (!found.asked || !picture) return []
  if ('why' in picture) {
    miss({ why: picture.why })
    return []
  }
  const { metrics } = found.asked
  return [{ from, visual: picture, metrics, ...(from.subtitle && { subtitle: from.subtitle }) }]
}

/** Sentences as high as they need to be on the width that their tile has. */
function fitted(drawn: Drawn, width: number, { words, asOf }: ReportSettings): Drawn {
  const { title, tile, sentences = [] } = drawn.from
  const dated = asOf
    ? say(words, 'powerbi.report.as-of', { date: formatDate(asOf, words) })
    : say(words, 'powerbi.report.exported')
  const visual = textbox(
    [{ text: title, style: 'heading' }, ...sentences.map((text) => ({ text })), { text: dated, style: 'quiet' }],
    (width * tile.width) / 12 - gap,
  )
  return { ...drawn, visual }
}

function headOf(title: string, { words, asOf }: ReportSettings, width: number): Visual {
  const until = asOf ? [{ text: say(words, 'powerbi.report.until', { date: formatDate(asOf, words) }) }] : []
  return textbox(
    [{ text: title, style: 'title' }, ...until.map((each) => ({ ...each, style: 'quiet' as const }))],
    width,
  )
}

interface PageFilter {
  id: string
  column: Field
  range: boolean
}

/** The date range and the filters of a page, of each the column that filters most of its numbers; one that filters none is left out. */
function filtersOf(page: Page, drawn: Drawn[], world: World): PageFilter[] {
  const metrics = [...new Set(drawn.flatMap((each) => each.metrics))]
  const reach = (column: Field) => metrics.filter((metric) => reaches(world, column, metric)).length
  const day = page.dates ? dayOf(world) : undefined
  const found: PageFilter[] = day && reach(day) > 0 ? [{ id: 'dates', column: day, range: true }] : []
  for (const dimension of page.filters) {
    const columns = metrics.flatMap((metric) => columnOf(world, dimension, [metric]) ?? [])
    const column = columns.toSorted((a, b) => reach(b) - reach(a))[0]
    const twice = found.some((each) => each.column.table === column?.table && each.column.name === column.name)
    if (column && !twice) found.push({ id: dimension, column, range: false })
  }
  return found
}

/** Filters that stand beside a number and leave it as it is, or blank: said, since nothing would show why. */
function unfiltered(metrics: string[], filters: PageFilter[], world: World, settings: ReportSettings): string {
  const { words, catalogue } = settings
  const idle = filters.filter(({ column }) => metrics.some((metric) => !reaches(world, column, metric)))
  if (idle.length === 0) return ''
  const names = idle.map(({ id, column, range }) => {
    if (range) return say(words, 'powerbi.report.dates')
    const dimension = catalogue.dimensions.get(id)
    return dimension ? dimensionLabel(dimension, words) : column.name
  })
  const blank = metrics.every((metric) => isGuarded(world, metric))
  return say(words, blank ? 'powerbi.report.blank' : 'powerbi.report.unfiltered', { filters: listed(names, words) })
}

function lastSheet(sheets: Sheet[], { words }: ReportSettings): Sheet {
  const width = pageWidth - 2 * margin
  const visual = textbox(
    notHere(
      sheets.map((each) => each.lacks),
      words,
    ),
    width,
  )
  const title = say(words, 'powerbi.report.not-here.title')
  return {
    id: stableName('page/not-here'),
    title,
    lacks: { title, lacks: [], ours: [] },
    placed: [
      { id: stableName('page/not-here/text'), box: { x: margin, y: margin, width, height: visual.height }, visual },
    ],
  }
}

function pageText(id: string, title: string, placed: Placed[]): string {
  return jsonFile('page', {
    name: id,
    displayName: title,
    displayOption: 'FitToWidth',
    height: Math.max(720, bottomOf(placed.map(({ box }) => box)) + margin),
    width: pageWidth,
  })
}

function reportText(): string {
  return jsonFile('report', {
    themeCollection: {
      customTheme: { name: themeFile, reportVersionAtImport: versions, type: 'RegisteredResources' },
    },
    resourcePackages: [
      {
        name: 'RegisteredResources',
        type: 'RegisteredResources',
        items: [{ name: themeFile, path: themeFile, type: 'CustomTheme' }],
      },
    ],
    settings: {
      useStylableVisualContainerHeader: true,
      exportDataMode: 'AllowSummarizedAndUnderlying',
      defaultDrillFilterOtherVisuals: true,
      allowChangeFilterTypes: true,
      useEnhancedTooltips: true,
    },
  })
}
