import { z } from 'zod'
import { checked } from '../config/check.ts'
import { doubledParts } from '../config/doubles.ts'
import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import { didYouMean } from '../metrics/nearest.ts'
import { type Page, type Tile, tileSchema } from './spec.ts'

const id = z.string().regex(/^[a-z][a-z0-9_-]*$/, 'an id is lower case letters, digits, - and _')

/** `overview.csat-by-channel` is a tile of that page; `overview.*` all of them. */
const taken = z.string().regex(/^[a-z][a-z0-9_-]*\.(\*|[a-z][a-z0-9_-]*)$/, 'write page.tile, or page.* for all tiles')

const common = {
  id,
  /** English; other languages by `reports.<report>.<chapter>.title`. Without one: the usual title of its kind. */
  title: z.string().min(1).optional(),
}

const tilesChapter = z.strictObject({
  ...common,
  kind: z.literal('tiles'),
  title: z.string().min(1),
  tiles: z.array(z.union([taken, tileSchema])).min(1),
})

/** Chapters whose text is composed from what is known of the data. */
const composed = <Kind extends string>(kind: Kind) => z.strictObject({ ...common, kind: z.literal(kind) })

const chapterSchema = z.discriminatedUnion('kind', [
  tilesChapter,
  /** What is here and what matters, on the first page: the sentence of a page, its key numbers, the surest findings. */
  z.strictObject({
    ...common,
    kind: z.literal('summary'),
    page: id.default('overview'),
    limit: z.number().int().min(1).max(12).default(4),
  }),
  /** What moved between the last whole period and the one before, and why. */
  z.strictObject({
    ...common,
    kind: z.literal('moved'),
    metrics: z.array(z.string().min(1)).min(1),
    grain: z.enum(['week', 'month', 'quarter']).default('month'),
  }),
  /** What is real, with evidence and limits. */
  z.strictObject({ ...common, kind: z.literal('findings'), limit: z.number().int().min(1).max(50).default(5) }),
  /** What the playbook recommends. `about`: what the data lack, or how the service runs. */
  z.strictObject({
    ...common,
    kind: z.literal('actions'),
    about: z.enum(['all', 'data', 'operations']).default('all'),
    limit: z.number().int().min(1).max(100).default(10),
  }),
  composed('conclusion'),
  composed('quality'),
  composed('assumptions'),
  composed('definitions'),
])

/** A report as an analyst writes it: `catalog/reports/*.yaml`. */
export const reportSchema = z.strictObject({
  report: id,
  /** Id of a report that this one takes the place of, on purpose. */
  replaces: id.optional(),
  title: z.string().min(1),
  /** The lowest that a source can fill is its report when none is named. */
  order: z.number().int().default(100),
  /** Only where this model table has rows. */
  table: id.optional(),
  /** Only where these model columns hold values. */
  needs: z.array(z.string().min(1)).default([]),
  /** Only where the records came by one of these packs. */
  packs: z.array(id).optional(),
  chapters: z.array(chapterSchema).min(1),
})

export type Report = z.infer<typeof reportSchema>
export type Chapter = Report['chapters'][number]
export type ChapterKind = Chapter['kind']
export type ChapterOf<Kind extends ChapterKind> = Extract<Chapter, { kind: Kind }>

/** A YAML document as a report; `null` when it does not fit, with every fault and its line in `problems`. */
export function parseReport(document: Document, problems: Problem[]): Report | null {
  const report = checked(reportSchema as z.ZodType<Report>, document.value, document, problems)
  if (report) problems.push(...doubledParts('chapter', report.chapters, 'chapters', document))
  return report
}

/** Tiles of one page, or of the report itself, that stand next to each other in a chapter. */
export interface Taken {
  page: Page
  tiles: Tile[]
}

/** The tiles of a chapter in their order; those that it takes from a page are that page's, with its titles and words. */
export function takenTiles(
  { report, title }: Report,
  chapter: ChapterOf<'tiles'>,
  pages: ReadonlyMap<string, Page>,
): Taken[] {
  const own: Page = {
    ...{ page: report, title, order: 0, start: false, needs: [], filters: [], dates: false },
    ...{ headline: { says: 'page' }, tiles: [] },
  }
  const parts: Taken[] = []
  for (const each of chapter.tiles) {
    const [name, tile] = typeof each === 'string' ? each.split('.') : []
    const page = name === undefined ? own : pages.get(name)
    if (!page) continue
    const tiles = typeof each !== 'string' ? [each] : page.tiles.filter(({ id }) => tile === '*' || tile === id)
    const last = parts.at(-1)
    if (last?.page === page) last.tiles.push(...tiles)
    else parts.push({ page, tiles: [...tiles] })
  }
  return parts
}

/** Pages and tiles that a report takes and nobody defines. */
export function takenFaults(report: Report, document: Document, pages: ReadonlyMap<string, Page>): Problem[] {
  const named: Problem[] = pages.has(report.report)
    ? [
        {
          code: 'report-named-as-page',
          message: `"${report.report}" is the name of a page.`,
          where: document.where(['report']),
          fix: 'Give the report another name: titles of its own tiles are found by it.',
        },
      ]
    : []
  const unknown = report.chapters.flatMap((chapter, place): Problem[] => {
    if (chapter.kind === 'summary' && !pages.has(chapter.page))
      return [
        {
          code: 'page-unknown',
          message: `There is no page "${chapter.page}".`,
          where: document.where(['chapters', place, 'page']),
          fix: didYouMean(chapter.page, pages.keys(), 'Look into catalog/pages/.'),
        },
      ]
    if (chapter.kind !== 'tiles') return []
    return chapter.tiles.flatMap((each, index): Problem[] => {
      if (typeof each !== 'string') return []
      const [name = '', tile = ''] = each.split('.')
      const page = pages.get(name)
      if (page && (tile === '*' || page.tiles.some(({ id }) => id === tile))) return []
      return [
        {
          code: 'tile-unknown',
          message: page ? `The page "${name}" has no tile "${tile}".` : `There is no page "${name}".`,
          where: document.where(['chapters', place, 'tiles', index]),
          fix: didYouMean(
            page ? tile : name,
            page ? page.tiles.map(({ id }) => id) : pages.keys(),
            'Look into catalog/pages/.',
          ),
        },
      ]
    })
  })
  return [...named, ...unknown]
}
