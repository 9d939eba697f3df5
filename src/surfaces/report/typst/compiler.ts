import { join } from 'node:path'
import type { NodeCompiler, NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler'
import { RapportError } from '../../../errors.ts'
import { paperFolder, readFonts } from './files.ts'

/** What a template of `paper/` reads: files by name, beside it. */
export type PaperFiles = ReadonlyMap<string, string>

/** A document, set: its pages as one file or as a picture. */
export interface Typeset {
  pages: number
  pdf(): Uint8Array
  /** One picture, with letters as outlines. */
  svg(): string
  /** Elements of a kind as the compiler sees them: `heading`, `table`. */
  query(selector: string): unknown
}

/**
 * Sets a template with the data that it reads. Text of the data is data to Typst, never source: no mark of it can become markup.
 */
export async function typeset(template: string, files: PaperFiles): Promise<Typeset> {
  const compiler = await openCompiler()
  for (const [name, content] of files) compiler.mapShadow(join(paperFolder, name), Buffer.from(content))
  const result = compiler.compile({ mainFilePath: join(paperFolder, template) })
  const document = result.result
  if (!document) {
    const [fault] = compiler.fetchDiagnostics(result.takeDiagnostics() ?? result.takeError()!) as { message?: string }[]
    throw refused(fault?.message ?? 'no reason is known')
  }
  return {
    pages: document.numOfPages,
    pdf: () => pdfOf(compiler, document),
    svg: () => compiler.plainSvg(document),
    query: (selector) => compiler.query(document, { selector }),
  }
}

/** By the standard of accessible documents (PDF/UA-1); a letter that no font of this machine has would break it, and is printed all the same. */
function pdfOf(compiler: NodeCompiler, document: NodeTypstDocument): Uint8Array {
  try {
    return compiler.pdf(document, { pdfStandard: 'ua-1' })
  } catch {
    return compiler.pdf(document, {})
  }
}

/** The one place that loads the native part of Typst. */
async function openCompiler(): Promise<NodeCompiler> {
  const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler').catch((error: unknown) => {
    throw new RapportError({
      code: 'typst-missing',
      message: `Typst, which sets the PDF, is not there for this machine (${process.platform} ${process.arch}): ${firstLine(error)}`,
      where: '@myriaddreamin/typst-ts-node-compiler',
      fix: 'Install Rapport anew with its optional packages (npm install --include=optional), or take --format html or md.',
    })
  })
  return NodeCompiler.create({ workspace: paperFolder, fontArgs: [{ fontBlobs: readFonts() }] })
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}

function refused(message: string): RapportError {
  return new RapportError({
    code: 'typeset-failed',
    message: `What was to be printed could not be set: ${message}.`,
    where: paperFolder,
    fix: 'This is a fault of Rapport. Report it with the command that you ran; a report can be written with --format md meanwhile.',
  })
}
