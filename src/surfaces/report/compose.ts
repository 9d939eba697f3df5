import { formatDate } from '../../config/format.ts'
import { labelOf, say } from '../../config/words.ts'
import type { Chapter, Report } from '../../pages/report-spec.ts'
import type { PageServices } from '../../pages/services.ts'
import { type ChapterContext, chapterTitle } from './chapters/chapter.ts'
import { composeTiles } from './chapters/tiles.ts'
import type { Block, ReportDocument, Section } from './document.ts'

/** The door: a report and the doors of a version -> all that is printed, in order. Chapters with nothing to say are left out. */
export async function composeReport(report: Report, source: string, services: PageServices): Promise<ReportDocument> {
  const context: ChapterContext = { report, services, words: services.words, pages: pagesById(services) }
  const sections: Section[] = []
  // One after another: a later chapter concludes from what the earlier ones say.
  for (const chapter of report.chapters) {
    const blocks = await blocksOf(chapter, context, sections)
    if (blocks.length === 0) continue
    const appendix = chapter.kind === 'definitions' || chapter.kind === 'quality' || chapter.kind === 'assumptions'
    sections.push({
      id: chapter.id,
      title: chapterTitle(chapter, context),
      ...(appendix && { appendix: true as const }),
      blocks,
    })
  }
  const { version, words } = services
  return {
    report: report.report,
    title: labelOf(words, `reports.${report.report}.title`, report.title),
    source,
    language: words.language,
    locale: words.locale,
    version: version.id,
    as_of: version.as_of,
    zone: version.zone,
    origin: say(words, 'pages.origin', {
      as_of: version.as_of
        ? formatDate(version.as_of, words, { dateStyle: 'medium', timeStyle: 'short', timeZone: version.zone })
        : 'none',
      zone: version.zone,
      version: version.id,
    }),
    sections,
  }
}

function pagesById({ pages }: PageServices): ChapterContext['pages'] {
  return new Map(pages.map((page) => [page.page, page]))
}

async function blocksOf(chapter: Chapter, context: ChapterContext, _before: readonly Section[]): Promise<Block[]> {
  switch (chapter.kind) {
    case 'tiles':
      return composeTiles(chapter, context)
    default:
      return []
  }
}
