import { SaxesParser } from 'saxes'
import { RapportError } from '../../errors.ts'

export interface XmlHandlers {
  open?: (name: string, attributes: Record<string, string>) => void
  text?: (text: string) => void
  close?: (name: string) => void
  /** Called between chunks: for work that may wait. */
  between?: () => Promise<void>
}

const DEEPEST = 64

/** Streams XML through handlers. Names come without their prefix. No DOCTYPE, no entities of its own, no deep nesting. */
export async function parseXml(chunks: AsyncIterable<Buffer>, where: string, handlers: XmlHandlers): Promise<void> {
  const parser = new SaxesParser({ xmlns: false, position: false })
  let depth = 0
  parser.on('doctype', () => {
    throw refused('xml-doctype', `${where} declares a DOCTYPE, which workbooks never do and attacks often do.`, where)
  })
  parser.on('error', (error) => {
    throw refused('xlsx-damaged', `${where} is not well-formed XML: ${error.message.replace(/^[\d:]+ /, '')}`, where)
  })
  parser.on('opentag', (tag) => {
    if (++depth > DEEPEST) throw refused('xlsx-damaged', `${where} nests deeper than ${DEEPEST} levels.`, where)
    handlers.open?.(local(tag.name), tag.attributes as Record<string, string>)
  })
  if (handlers.text) parser.on('text', handlers.text)
  parser.on('closetag', (tag) => {
    depth--
    handlers.close?.(local(tag.name))
  })
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of chunks) {
    parser.write(decoder.decode(chunk, { stream: true }))
    await handlers.between?.()
  }
  parser.close()
}

function local(name: string): string {
  const colon = name.indexOf(':')
  return colon === -1 ? name : name.slice(colon + 1)
}

function refused(code: string, message: string, where: string): RapportError {
  return new RapportError({ code, message, where, fix: 'Open the workbook in Excel and save it again, or export CSV.' })
}
