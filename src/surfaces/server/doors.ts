import type { Words } from '../../config/words.ts'
import type { FeedbackMark } from '../../insights/feedback-log.ts'
import type { MetricCatalogue, VersionFacts } from '../../metrics/context.ts'
import type { Frame } from '../../metrics/frame.ts'
import type { Query, RowsQuery, Viewer } from '../../metrics/query.ts'
import type { RowsPage } from '../../metrics/rows.ts'
import type { PageLink } from '../../pages/links.ts'
import type { PageView } from '../../pages/view.ts'
import type { ValueEntry } from './wire.ts'

/** A new status of a comment, with a note and who says so. */
export type FeedbackChange = Omit<FeedbackMark, 'survey' | 'at'>

/**
 * All that the server calls. One value stands for one published version; `current()` of the server's options is asked
 * once a request, so that a request sees one version only and the next one sees a newer version.
 */
export interface Doors {
  version: VersionFacts
  /** What the data is called: file names or the project's name. */
  source: string
  catalogue: MetricCatalogue
  /** Languages that have words, `en` first. */
  languages: string[]
  words(language: string): Words
  /** Pages of this source in sidebar order. */
  pages(viewer: Viewer): PageLink[] | Promise<PageLink[]>
  page(id: string, parameters: URLSearchParams, viewer: Viewer): Promise<PageView>
  query(query: Query, viewer: Viewer): Promise<Frame>
  rows(query: RowsQuery, viewer: Viewer): Promise<RowsPage>
  /** The same rows, all of them, as lines of a file: `csvOfRows`. */
  csv(query: RowsQuery, viewer: Viewer): AsyncIterable<string>
  values(dimension: string, search: string, viewer: Viewer): Promise<ValueEntry[]>
  /** Keeps what was decided about a comment, by the id of its survey; not there where no project keeps it. */
  markFeedback?(survey: string, change: FeedbackChange, viewer: Viewer): Promise<void>
  /** Lets go of the version: called once for each time that these doors were handed out. */
  release?(): void
}
