import { beforeAll, describe, expect, test } from 'vitest'
import type { Words } from '../../../src/config/words.ts'
import type { MetricCatalogue } from '../../../src/metrics/context.ts'
import type { Page } from '../../../src/pages/spec.ts'
import { pageTitle, tileTitle } from '../../../src/pages/tiles/title.ts'
import { hasNumbers } from '../../../src/surfaces/powerbi/asked.ts'
import { projectFiles } from '../../../src/surfaces/powerbi/project-files.ts'
import { type ReportPage, writeReport } from '../../../src/surfaces/powerbi/report-pages.ts'
import type { SemanticModel } from '../../../src/surfaces/powerbi/semantic-model.ts'
import { cataloguePages, wordsOf } from '../../pages/fixtures.ts'
import { hasSchemas, schemaFaults } from './fabric-schemas.ts'
import { smallModel, starModel, wholeCatalogue, wholeModel } from './models.ts'

/** Every page of the catalogue, over a model that has a hand-made few of its metrics, and over one that has them all. */
let catalogue: MetricCatalogue
let pages: Page[]
let english: Words
let french: Words
/** Over all metrics, in English: most tests read it. */
let whole: Map<string, string>

const titled = (page: Page, words: Words): ReportPage => ({
  page,
  title: pageTitle(page, words),
  tiles: page.tiles.map((tile) => ({
    tile,
    title: tileTitle(tile, { page, words } as never),
    ...(tile.kind === 'kpi' && { subtitle: 'Target 90 %' }),
    ...(tile.kind === 'findings' && { sentences: ['Chat is lower, 3.08 beside 3.31.', 'Nothing else differs.'] }),
  })),
})

const written = (model: SemanticModel, words: Words) =>
  writeReport(
    model,
    pages.map((page) => titled(page, words)),
    { words, catalogue, asOf: '2026-11-26' },
  )

beforeAll(async () => {
  ;[catalogue, english, french] = await Promise.all([wholeCatalogue(), wordsOf('en'), wordsOf('fr')])
  pages = (await cataloguePages()).pages.sort((a, b) => a.order - b.order)
  whole = written(wholeModel(catalogue), english)
})

interface PageFile {
  name: string
  displayName: string
  height: number
  width: number
}

interface Reference {
  Expression: { SourceRef: { Entity: string } }
  Property: string
}

interface Projection {
  field: { Measure?: Reference; Column?: Reference }
  queryRef: string
  active?: boolean
}

interface VisualFile {
  name: string
  position: { x: number; y: number; z: number; width: number; height: number; tabOrder: number }
  visual: {
    visualType: string
    query?: {
      queryState: Record<string, { projections: Projection[] }>
      sortDefinition?: { sort: { field: Projection['field']; direction: string }[] }
    }
    objects?: Record<string, { properties: Record<string, unknown> }[]>
    visualContainerObjects: Record<string, { properties: Record<string, unknown> }[]>
  }
}

/** The pages of a written report, read back from its files. */
function read(files: Map<string, string>): { page: PageFile; visuals: VisualFile[] }[] {
  const paths = [...files.keys()]
  return paths
    .filter((path) => path.endsWith('/page.json'))
    .map((path) => {
      const folder = path.replace(/page\.json$/, 'visuals/')
      return {
        page: JSON.parse(files.get(path) ?? ''),
        visuals: paths
          .filter((each) => each.startsWith(folder))
          .map((each) => JSON.parse(files.get(each) ?? '') as VisualFile),
      }
    })
}

const fieldsOf = ({ visual }: VisualFile): Projection[] =>
  Object.values(visual.query?.queryState ?? {}).flatMap((each) => each.projections)

/** What a page says in its textboxes. */
const saidOn = (visuals: VisualFile[]): string =>
  visuals
    .filter(({ visual }) => visual.visualType === 'textbox')
    .map(({ visual }) => JSON.stringify(visual.objects))
    .join('\n')

const models = (): [string, SemanticModel][] => [
  ['a few', smallModel()],
  ['a star', starModel()],
  ['all', wholeModel(catalogue)],
]

describe.skipIf(!hasSchemas)('by the published schemas', () => {
  test('every JSON file of the report and of the project is as they ask', () => {
    const faults = schemaFaults()
    const found: string[] = []
    let checked = 0
    for (const [, model] of models())
      for (const words of [english, french])
        for (const [path, text] of [...written(model, words), ...projectFiles(model.name)]) {
          if (path === '.gitignore' || path.includes('/StaticResources/')) continue
          checked += 1
          found.push(...faults(path, text))
        }
    expect(found).toEqual([])
    expect(checked).toBeGreaterThan(500)
  })

  test('a fault is found', () => {
    const faults = schemaFaults()
    const [path, text] = [...written(smallModel(), english)].find(([each]) => each.endsWith('/visual.json')) ?? ['', '']
    expect(faults(path, text.replace('"visualType"', '"visualKind"'))).not.toEqual([])
  })
})

test('every table, measure and column that a visual names is in the model, is what it is called, and is not hidden', () => {
  for (const [, model] of models()) {
    const measures = new Set(model.tables.flatMap((each) => each.measures.map(({ name }) => `${each.name}.${name}`)))
    const columns = new Set(
      model.tables.flatMap((each) =>
        each.columns.filter(({ hidden }) => !hidden).map(({ name }) => `${each.name}.${name}`),
      ),
    )
    const asked = read(written(model, english)).flatMap(({ visuals }) => visuals)
    const fields = asked.flatMap((each) => [
      ...fieldsOf(each).map(({ field }) => field),
      ...(each.visual.query?.sortDefinition?.sort ?? []).map(({ field }) => field),
    ])
    const named = (of: Reference) => `${of.Expression.SourceRef.Entity}.${of.Property}`
    expect(fields.length).toBeGreaterThan(15)
    expect(fields.flatMap(({ Measure }) => (Measure && !measures.has(named(Measure)) ? [named(Measure)] : []))).toEqual(
      [],
    )
    expect(fields.flatMap(({ Column }) => (Column && !columns.has(named(Column)) ? [named(Column)] : []))).toEqual([])
  }
})

test('no field stands twice in a visual, and what a visual is sorted by is in it', () => {
  for (const { visuals } of read(whole))
    for (const each of visuals) {
      const names = fieldsOf(each).map(({ queryRef }) => queryRef)
      expect([each.name, new Set(names).size]).toEqual([each.name, names.length])
      const shown = fieldsOf(each).map(({ field }) => JSON.stringify(field))
      for (const { field } of each.visual.query?.sortDefinition?.sort ?? [])
        expect(shown).toContain(JSON.stringify(field))
    }
})

test('a measure is never active, nor is anything in a list', () => {
  for (const { visuals } of read(whole))
    for (const each of visuals) {
      const list = ['tableEx', 'multiRowCard'].includes(each.visual.visualType)
      for (const { field, active } of fieldsOf(each)) expect(active === true).toBe(!list && field.Column !== undefined)
    }
})

test('ids are unique, word characters of at most 50, and the names of their folders', () => {
  const files = whole
  const found = read(files).flatMap(({ page, visuals }) => [page.name, ...visuals.map(({ name }) => name)])
  expect(new Set(found).size).toBe(found.length)
  for (const name of found) expect(name).toMatch(/^\w{1,50}$/)
  for (const [path, text] of files)
    if (/\/(page|visual)\.json$/.test(path)) expect(path.split('/').at(-2)).toBe(JSON.parse(text).name)
})

test('no visual covers another or leaves its page', () => {
  for (const [, model] of models())
    for (const { page, visuals } of read(written(model, english))) {
      const boxes = visuals.map(({ position }) => position)
      for (const [i, a] of boxes.entries()) {
        const inside =
          a.x >= 0 && a.y >= 0 && a.x + a.width <= page.width && a.y + a.height <= page.height && a.width > 60
        expect([page.displayName, i, inside]).toEqual([page.displayName, i, true])
        for (const [j, b] of boxes.entries()) {
          if (j <= i) continue
          const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
          expect([page.displayName, i, j, apart]).toEqual([page.displayName, i, j, true])
        }
      }
    }
})

test('the reading order is that of the page', () => {
  for (const { visuals } of read(whole))
    expect(visuals.map(({ position }) => position.tabOrder)).toEqual(visuals.map((_, i) => (i + 1) * 1000))
})

test('written twice, it is the same bytes; another language has the same ids', () => {
  const model = wholeModel(catalogue)
  expect([...written(model, english)].join('\n') === [...whole].join('\n')).toBe(true)
  expect([...written(model, french).keys()]).toEqual([...whole.keys()])
})

test('paths stay short of what Windows allows', () => {
  const paths = [...whole.keys(), ...projectFiles('Rapport').keys()]
  const folder = 'C:\\Users\\someone\\Documents\\Reports\\2026-11\\export'
  expect(Math.max(...paths.map((path) => folder.length + 1 + path.length))).toBeLessThan(200)
})

test('in French, what we say is French', () => {
  const texts = [...written(smallModel(), french)].map(([, text]) => text).join('\n')
  expect(texts).toContain("'Vue d’ensemble'".slice(1, -1))
  expect(texts).toContain('Ce qui n’est pas ici')
  expect(texts).toContain('Données jusqu’au 26 nov. 2026')
  expect(texts).not.toMatch(/What is not here|Data until|powerbi\.report\./)
})

describe('of a star', () => {
  const pageOf = (title: string) => {
    const found = read(written(starModel(), english)).find(({ page }) => page.displayName === title)
    if (!found) throw new Error(`There is no page ${title}.`)
    return found.visuals
  }
  const rolesOf = (visuals: VisualFile[], type: string) =>
    visuals
      .filter(({ visual }) => visual.visualType === type)
      .map(({ visual }) =>
        Object.entries(visual.query?.queryState ?? {}).map(
          ([role, { projections }]) => `${role} ${projections.map(({ queryRef }) => queryRef).join()}`,
        ),
      )

  test('a split is the column that shows its dimension, a period the one that names its grain', () => {
    const overview = pageOf('Overview')
    expect(rolesOf(overview, 'clusteredBarChart')).toEqual([
      ['Category Channel.Channel', 'Y Survey answers.Satisfaction score'],
    ])
    expect(rolesOf(overview, 'lineChart')).toEqual([['Category Date.Week from', 'Y Survey answers.Satisfaction score']])
    expect(rolesOf(pageOf('Promises'), 'lineChart')).toEqual([
      ['Category Date.Month', 'Y Contacts.Service level', 'Series Channel.Channel'],
    ])
  })

  test('where a mean has no count of its own, a metric that counts the same rows is drawn', () => {
    expect(rolesOf(pageOf('Overview'), 'clusteredColumnChart')).toEqual([
      ['Category Score.Score', 'Y Survey answers.Answers to satisfaction surveys'],
    ])
  })

  test('hours are of the moment that a measure asks for by name', () => {
    expect(rolesOf(pageOf('Promises'), 'pivotTable')).toEqual([
      ['Rows Hour of day.Hour of day', 'Columns Date.Weekday', 'Values Contacts.Service level'],
    ])
  })

  test('a filter by which a number is blank is named below it', () => {
    const page = pages.find((each) => each.page === 'overview')
    if (!page) throw new Error('There is no overview.')
    const tiles: Page['tiles'] = ['touchpoints', 'csat_mean'].map((metric) => ({
      id: metric,
      kind: 'kpi',
      metric,
      width: 3,
      spark: 'none',
      when_refused: 'hide',
    }))
    const filters = ['score', 'hour', 'channel']
    const [first] = read(
      writeReport(starModel(), [{ ...titled({ ...page, tiles, filters }, english) }], {
        words: english,
        catalogue,
        asOf: null,
      }),
    )
    const cards = first?.visuals.filter(({ visual }) => visual.visualType === 'card') ?? []
    expect(cards.map((each) => JSON.stringify(each.visual.visualContainerObjects.subTitle))).toEqual([
      expect.stringContaining("'Target 90 % · Empty while filtered by: Score'"),
      expect.stringContaining("'Target 90 % · Empty while filtered by: Hour of day'"),
    ])
  })
})

describe('of a model with a few metrics', () => {
  const overview = () => {
    const found = read(written(smallModel(), english)).find(({ page }) => page.displayName === 'Overview')
    if (!found) throw new Error('There is no overview.')
    return found
  }
  const titleOf = ({ visual }: VisualFile) =>
    JSON.stringify(visual.visualContainerObjects.title?.[0]?.properties.text ?? '').replace(
      /.*"Value":"'(.*)'".*/,
      '$1',
    )
  const byTitle = (title: string) => overview().visuals.find((each) => titleOf(each) === title)

  test('each tile is the picture that it is for', () => {
    const shown = overview().visuals.map((each) => [each.visual.visualType, titleOf(each)])
    expect(shown).toEqual(
      expect.arrayContaining([
        ['card', 'Cases'],
        ['clusteredBarChart', 'Satisfaction by channel'],
        ['clusteredColumnChart', 'Ratings given'],
        ['lineChart', 'Cases over time'],
        ['pivotTable', 'Do channels carry different priorities?'],
      ]),
    )
  })

  test('ratings given are counted, not averaged', () => {
    const bars = byTitle('Ratings given')
    expect(bars?.visual.query?.queryState.Y?.projections.map(({ queryRef }) => queryRef)).toEqual(['Cases.Answers'])
  })

  test('weeks are weeks, not days or months', () => {
    const line = byTitle('Cases over time')
    expect(line?.visual.query?.queryState.Category?.projections.map(({ queryRef }) => queryRef)).toEqual(['Date.Week'])
  })

  test('a link is shown by the name that it leads to', () => {
    const teams = read(written(smallModel(), english)).find(({ page }) => page.displayName === 'Teams')
    const fields = teams?.visuals.flatMap(fieldsOf).map(({ queryRef }) => queryRef)
    expect(fields).toContain('Teams.Team')
    expect(fields?.join()).not.toContain('Team key')
  })

  test('there are slicers for the dates and for each filter that the model has, and no other', () => {
    const slicers = overview().visuals.filter(({ visual }) => visual.visualType === 'slicer')
    expect(slicers.flatMap(fieldsOf).map(({ queryRef }) => queryRef)).toEqual([
      'Date.Date',
      'Cases.Channel',
      'Cases.Priority',
      'Teams.Team',
    ])
    expect(JSON.stringify(slicers[0]?.visual.objects)).toContain("'Between'")
  })

  test('a quote in a text is text', () => {
    const model = smallModel()
    const page = pages.find((each) => each.page === 'overview')
    const tile = page?.tiles.find((each) => each.id === 'csat_mean')
    if (!page || !tile) throw new Error('There is no such tile.')
    const files = writeReport(model, [{ page, title: "L'aperçu", tiles: [{ tile, title: 'L\'avis <b>"x"</b>' }] }], {
      words: english,
      catalogue,
      asOf: null,
    })
    const card = read(files)[0]?.visuals.find(({ visual }) => visual.visualType === 'card')
    expect(card?.visual.visualContainerObjects.title?.[0]?.properties.text).toEqual({
      expr: { Literal: { Value: "'L''avis <b>\"x\"</b>'" } },
    })
  })

  test('what is not in the model is on no page, and the last one says why, once', () => {
    const found = read(written(smallModel(), english))
    expect(overview().visuals.map(titleOf)).not.toContain('Backlog over time')
    const last = found.at(-1)
    expect(last?.page.displayName).toBe('What is not here')
    const said = saidOn(last?.visuals ?? [])
    expect(said.split('Backlog: It needs every row until a day.').length).toBe(2)
    expect(said).toMatch(/; Reply rate; [^"]*: No measure of the model stands for this\./)
    expect(said).toContain(
      'Type: No column of the model splits these numbers by it. (Overview: Cases by type; Satisfaction by type)',
    )
    expect(said).toContain('Overview: Do next')
  })

  test('what was found is on its page, with the day', () => {
    const said = saidOn(overview().visuals)
    expect(said).toContain('Chat is lower, 3.08 beside 3.31.')
    expect(said).toContain('until Nov 26, 2026')
  })

  test('a page of which nothing can be shown is left out', () => {
    const shown = read(written(smallModel(), english)).map(({ page }) => page.displayName)
    expect(shown).not.toContain('Executive summary')
    expect(shown).toContain('Digital engagement')
  })
})

test('parts are put on top of each other where their sum means something, else side by side', () => {
  const page = pages.find((each) => each.page === 'overview')
  if (!page) throw new Error('There is no overview.')
  const split = (metric: string): Page['tiles'][number] => ({
    id: metric,
    kind: 'chart',
    chart: 'bars',
    width: 6,
    when_refused: 'hide',
    query: { metrics: [metric], by: ['channel', 'priority'] },
    encode: {},
  })
  const tiles = [split('cases'), split('resolution_rate')]
  const [first] = read(
    writeReport(smallModel(), [titled({ ...page, tiles }, english)], { words: english, catalogue, asOf: null }),
  )
  const shown = first?.visuals.filter(({ visual }) => visual.query?.queryState.Series) ?? []
  expect(shown.map(({ visual }) => visual.visualType)).toEqual(['barChart', 'clusteredBarChart'])
})

test('a row is filled when what stood beside it is not there', () => {
  const page = pages.find((each) => each.page === 'digital')
  if (!page) throw new Error('There is no such page.')
  const [first] = read(
    writeReport(smallModel(), [titled(page, english)], { words: english, catalogue, asOf: '2026-11-26' }),
  )
  const rows = new Map<number, number>()
  for (const { position, visual } of first?.visuals ?? [])
    if (visual.visualType.endsWith('Chart'))
      rows.set(position.y, Math.max(rows.get(position.y) ?? 0, position.x + position.width))
  expect([...rows.values()]).toEqual([1264, 1264])
})

test('a split from a table that no filter leads from is not drawn, and a filter that does not reach a number is named there', () => {
  const page = pages.find((each) => each.page === 'digital')
  if (!page) throw new Error('There is no such page.')
  const mixed: Page = {
    ...page,
    filters: ['channel', 'device'],
    tiles: [
      { id: 'a', kind: 'kpi', metric: 'sessions', width: 3, spark: 'none', when_refused: 'hide' },
      { id: 'b', kind: 'kpi', metric: 'cases', width: 3, spark: 'none', when_refused: 'hide' },
      {
        id: 'c',
        kind: 'chart',
        chart: 'bars',
        width: 12,
        when_refused: 'hide',
        query: { metrics: ['cases'], by: ['device'] },
        encode: {},
      },
    ],
  }
  const [first] = read(
    writeReport(smallModel(), [titled(mixed, english)], { words: english, catalogue, asOf: '2026-11-26' }),
  )
  const cards = first?.visuals.filter(({ visual }) => visual.visualType === 'card') ?? []
  expect(cards.map((each) => JSON.stringify(each.visual.visualContainerObjects.subTitle))).toEqual([
    expect.stringContaining('Target 90 % · Does not know these filters: Channel'),
    expect.stringContaining('Does not know these filters: Device'),
  ])
  expect(first?.visuals.map(({ visual }) => visual.visualType)).not.toContain('clusteredBarChart')
})

test('pages without a tile of numbers need not be resolved', () => {
  const none = pages.filter((page) => !hasNumbers(page)).map(({ page }) => page)
  expect(none).toEqual(expect.arrayContaining(['actions', 'cases', 'data', 'live', 'process']))
  expect(none).not.toContain('overview')
})

test('over all metrics, the pages of every demo have their pictures', () => {
  const found = read(whole)
  const types = new Map<string, number>()
  for (const { visuals } of found)
    for (const { visual } of visuals) types.set(visual.visualType, (types.get(visual.visualType) ?? 0) + 1)
  expect([...types.keys()].sort()).toEqual([
    'card',
    'clusteredBarChart',
    'clusteredColumnChart',
    'columnChart',
    'donutChart',
    'funnel',
    'gauge',
    'hundredPercentStackedColumnChart',
    'lineChart',
    'multiRowCard',
    'pivotTable',
    'scatterChart',
    'slicer',
    'tableEx',
    'textbox',
  ])
  expect(found.length).toBeGreaterThan(12)
})
