import { labelOf, say, type Words } from '../../../config/words.ts'
import type { Gathered } from '../../../insights/gather.ts'
import type { Playbook } from '../../../insights/playbook.ts'
import type { Query } from '../../../metrics/query.ts'
import { noParameters } from '../../../pages/parameters.ts'
import type { Chapter, Report } from '../../../pages/report-spec.ts'
import type { PageServices } from '../../../pages/services.ts'
import type { Page } from '../../../pages/spec.ts'
import type { TileContext } from '../../../pages/tiles/tile.ts'
import type { Section } from '../document.ts'

/** What every chapter is composed with. */
export interface ChapterContext {
  report: Report
  pages: ReadonlyMap<string, Page>
  services: PageServices
  words: Words
  /** What was composed before this chapter: a later one speaks of it. */
  before: readonly Section[]
  /** Findings of every question, all of them: a report waits. */
  gathered(): Promise<Gathered>
  /** What the playbook recommends on all of the data. */
  playbook(): Promise<Playbook>
}

/** The report's own title of a chapter, else the usual one of its kind. */
export function chapterTitle({ id, kind, title }: Chapter, { report, words }: ChapterContext): string {
  const usual = kind === 'tiles' ? id : say(words, `report.chapter.${kind}`)
  return labelOf(words, `reports.${report.report}.${id}.title`, title ?? usual)
}

/** A page of the report itself, for what is asked in the way of tiles. */
export function ownPage({ report, title }: Report): Page {
  return {
    ...{ page: report, title, order: 0, start: false, needs: [], filters: [], dates: false },
    ...{ headline: { says: 'page' }, tiles: [] },
  }
}

/** The context of a tile that stands on no page, or on one of them: all data, no filter. */
export function tileContext({ services, words, report }: ChapterContext, page: Page = ownPage(report)): TileContext {
  return { page, path: `/${page.page}`, parameters: noParameters(), scope: {}, services, words }
}

/** The same services, and a list of the queries that are asked of them: the source of what is then said. */
export function recorded(services: PageServices): { services: PageServices; asked: Query[] } {
  const asked: Query[] = []
  const runQuery = (query: Query) => {
    if (!asked.some((each) => JSON.stringify(each) === JSON.stringify(query))) asked.push(query)
    return services.runQuery(query)
  }
  return { services: { ...services, runQuery }, asked }
}

/** `“A”, “B”, and “C”`, quoted as the language does. */
export function quoted(titles: readonly string[], words: Words): string {
  return new Intl.ListFormat(words.locale, { type: 'conjunction' }).format(
    titles.map((title) => say(words, 'report.quoted', { title })),
  )
}
