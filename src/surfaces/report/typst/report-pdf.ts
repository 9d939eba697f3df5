import type { Words } from '../../../config/words.ts'
import type { ReportDocument } from '../document.ts'
import { type Typeset, typeset } from './compiler.ts'
import { paperOf } from './paper.ts'

/** A report, set for paper: A4, tagged, with contents and bookmarks. */
export function setReport(document: ReportDocument, words: Words): Promise<Typeset> {
  return typeset('report.typ', paperOf(document, words))
}

/** A report as a PDF. The same document gives the same bytes. */
export async function reportPdf(document: ReportDocument, words: Words): Promise<Uint8Array> {
  return (await setReport(document, words)).pdf()
}
