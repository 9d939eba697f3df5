import type { Problem } from '../../errors.ts'
import type { Content } from './content.ts'
import type { Sniffed } from './dialect.ts'
import type { Encoding } from './encoding.ts'
import type { Header } from './header.ts'

/** What a CSV is, before the choice between reading it in place and rewriting it. */
export interface CsvPlan {
  content: Content
  encoding: Encoding
  bom: number
  sniffed: Sniffed
  header: Header
  notes: Problem[]
}
