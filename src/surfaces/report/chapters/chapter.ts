import { labelOf, say, type Words } from '../../../config/words.ts'
import type { Chapter, Report } from '../../../pages/report-spec.ts'
import type { PageServices } from '../../../pages/services.ts'
import type { Page } from '../../../pages/spec.ts'

/** What every chapter is composed with. */
export interface ChapterContext {
  report: Report
  pages: ReadonlyMap<string, Page>
  services: PageServices
  words: Words
}

/** The report's own title of a chapter, else the usual one of its kind. */
export function chapterTitle({ id, kind, title }: Chapter, { report, words }: ChapterContext): string {
  const usual = kind === 'tiles' ? id : say(words, `report.chapter.${kind}`)
  return labelOf(words, `reports.${report.report}.${id}.title`, title ?? usual)
}
