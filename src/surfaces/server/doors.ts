import type { Words } from '../../config/words.ts'
import type { MetricCatalogue, VersionFacts } from '../../metrics/context.ts'
import type { Frame } from '../../metrics/frame.ts'
import type { Query, RowsQuery, Viewer } from '../../metrics/query.ts'
import type { PageView, TableView } from '../../pages/view.ts'

/** One value of a dimension, with how many rows have it. */
export interface DimensionValue {
  value: string | number | boolean | null
  label: string
  count: number
}

/** A page of rows, as the rows door gives it. */
export interface RowsPage {
  table: TableView
  /** Cursor of the next page; null on the last. */
  next: string | null
  total: number
}

/** An entry of the sidebar. */
export interface PageLink {
  id: string
  title: string
  /** One of the four groups: measure, understand, decide, trust. */
  group: string
  /** A quiet count beside the name. */
  count?: string
  tone?: 'warn' | 'bad'
}

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
  /** Pages of this source in sidebar order; the first is the start page. */
  pages(viewer: Viewer): PageLink[] | Promise<PageLink[]>
  page(id: string, parameters: URLSearchParams, viewer: Viewer): Promise<PageView>
  query(query: Query, viewer: Viewer): Promise<Frame>
  rows(query: RowsQuery, viewer: Viewer): Promise<RowsPage>
  values(dimension: string, search: string, viewer: Viewer): Promise<DimensionValue[]>
  /** Lets go of the version: called once for each time that these doors were handed out. */
  release?(): void
}
