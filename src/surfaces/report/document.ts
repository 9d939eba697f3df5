import type { Query, RowsQuery } from '../../metrics/query.ts'
import type { Figure, TableView } from '../../pages/view.ts'

/**
 * A report, composed: what is printed, in order, before anybody decides how it looks. HTML, PDF and Markdown are written from this and add
 * no word and no number of their own. Every text is in the reader's language and ready to print.
 */
export interface ReportDocument {
  report: string
  title: string
  /** What the data is called: a file or the project. */
  source: string
  language: string
  /** Locale of numbers and dates. */
  locale: string
  version: string
  /** ISO instant, UTC. */
  as_of: string | null
  zone: string
  /** `As of 31 May 2023, 23:50 (UTC), version ...`, ready to print. */
  origin: string
  sections: Section[]
}

export interface Section {
  id: string
  title: string
  /** Stands behind the text: definitions, quality. */
  appendix?: true
  blocks: Block[]
}

/**
 * Where the numbers of a block come from, so that each can be asked for again: the query (its cells, their intervals and verdicts), the check
 * of a finding or recommendation, or what the bookkeeping of the version says. A block without one has no number but dates and places in
 * the document.
 */
export interface Source {
  /** Where it is on the pages: `overview/csat-by-channel`. */
  tile?: string
  queries?: Query[]
  rows?: RowsQuery
  /** Id of the finding or rule. */
  finding?: string
  /** Ids of all findings and rules that a list or sentence speaks of. */
  findings?: string[]
  facts?: 'version' | 'loads' | 'rejects' | 'checks' | 'columns' | 'readiness' | 'premises'
}

export type Block = { source?: Source } & (
  | { kind: 'paragraph'; text: string; tone?: 'lead' | 'quiet' }
  | { kind: 'heading'; text: string }
  | { kind: 'list'; items: string[]; numbered?: true }
  /** Key numbers in a row. */
  | { kind: 'numbers'; numbers: KeyNumber[] }
  /** Numbered by the writer, with what it says as caption. `note` is what is drawn. */
  | { kind: 'figure'; id: string; title: string; caption: string; note: string; figure: Figure }
  | { kind: 'table'; id: string; title: string; caption: string; table: TableView }
  /** A number or picture that the data cannot give: why, and what would. */
  | { kind: 'refusal'; title: string; why: string; fix: string }
  | { kind: 'finding'; claim: string; sure: string; evidence: string; limits: string[] }
  | { kind: 'recommendation'; number: number; do: string; parts: { label: string; text: string }[] }
  | { kind: 'definition'; term: string; says: string; parts: { label: string; text: string }[] }
)

export type BlockKind = Block['kind']
export type BlockOf<Kind extends BlockKind> = Extract<Block, { kind: Kind }>

/** A number with what makes it believable. */
export interface KeyNumber {
  label: string
  /** `66.7%`, with its unit. */
  value: string
  /** `2,769 of 8,469`, `± 0.05`. */
  facts: string[]
  /** `33.2 points below the target of 99.9%`. */
  standing?: { text: string; tone: 'good' | 'bad' | 'warn' | 'plain' }
  query: Query
}
