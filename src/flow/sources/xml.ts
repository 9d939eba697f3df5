import { SaxesParser } from 'saxes'
import { RapportError } from '../../errors.ts'

export interface XmlHandlers {
  /** `line` is where the tag ends, from 1; 0 where the document is read without lines. */
  open?: (name: string, attributes: Record<string, string>, line: number) => void
  text?: (text: string) => void
  close?: (name: string) => void
  /** Called between chunks: for work that may wait. */
  between?: () => Promise<void>
}

/** What is read: for what is said where it cannot be. */
export interface XmlKind {
  /** Code of what is not well-formed. */
  damaged: string
  /** Several of them: `workbooks`. */
  kinds: string
  fix: string
  /** Count lines, to name them in what is refused: a text document, not a part of an archive. */
  lines: boolean
  /** Encoding that the document states; bytes that are none of it are refused. Without one UTF-8, with signs for what is none. */
  encoding?: string
}

const workbook: XmlKind = {
  damaged: 'xlsx-damaged',
  kinds: 'workbooks',
  fix: 'Open the workbook in Excel and save it again, or export CSV.',
  lines: false,
}

const DEEPEST = 64
/** Text that a parser may hold back in one tag or one value: more is no document that people write. */
const LONGEST = 16 << 20
/** Pieces in which a document is handed to the parser, so that what it holds back is noticed. */
const PIECE = 64 << 10

/** Streams XML through handlers. Names come without their prefix. No DOCTYPE, no entities of its own, no deep nesting, no endless tag. */
export async function parseXml(
  chunks: AsyncIterable<Buffer>,
  where: string,
  handlers: XmlHandlers,
  kind: XmlKind = workbook,
): Promise<void> {
  const parser = new SaxesParser({ xmlns: false, position: kind.lines })
  const place = (): string => (kind.lines ? `${where}:${parser.line}` : where)
  const refuse = (code: string, says: string): RapportError =>
    new RapportError({ code, message: `${where} ${says}`, where: place(), fix: kind.fix })
  let depth = 0
  let held = 0
  parser.on('doctype', () => {
    throw refuse('xml-doctype', `declares a DOCTYPE, which ${kind.kinds} never do and attacks often do.`)
  })
  parser.on('error', (error) => {
    throw refuse(kind.damaged, `is not well-formed XML: ${error.message.replace(/^[\d:]+ /, '')}`)
  })
  parser.on('opentag', (tag) => {
    held = 0
    if (++depth > DEEPEST) throw refuse(kind.damaged, `nests deeper than ${DEEPEST} levels.`)
    handlers.open?.(local(tag.name), tag.attributes as Record<string, string>, kind.lines ? parser.line : 0)
  })
  if (handlers.text) parser.on('text', handlers.text)
  parser.on('closetag', (tag) => {
    held = 0
    depth--
    handlers.close?.(local(tag.name))
  })
  const decoder = new TextDecoder(kind.encoding ?? 'utf-8', { fatal: kind.encoding !== undefined })
  const decode = (chunk?: Buffer): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
    } catch {
      throw refuse('encoding-differs', `says that it is written in ${kind.encoding}, but its bytes are not.`)
    }
  }
  const write = (text: string): void => {
    for (let at = 0; at < text.length; at += PIECE) {
      const piece = text.slice(at, at + PIECE)
      held += piece.length
      parser.write(piece)
      if (held > LONGEST) throw refuse(kind.damaged, `has a tag, a value or a text longer than ${LONGEST >> 20} MB.`)
    }
  }
  for await (const chunk of chunks) {
    write(decode(chunk))
    await handlers.between?.()
  }
  write(decode())
  parser.close()
}

function local(name: string): string {
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(colon + 1)
}
