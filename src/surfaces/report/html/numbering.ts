import type { Block, BlockOf, ReportDocument, Section } from '../document.ts'

/** What a figure or table is called where it stands: `figure-3`; a table of a figure's own numbers has the figure's number. */
export interface Exhibit {
  kind: 'figure' | 'table' | 'data'
  number: number
  anchor: string
}

/** A chapter with its number, `2` or `B` (none of what opens the report), and its blocks as they stand together. */
export interface NumberedSection {
  section: Section
  number: string
  anchor: string
  parts: Part[]
}

/** A figure has its table with it; entries of one list stand in one list. */
export type Part =
  | { kind: 'block'; block: Exclude<Block, BlockOf<'figure' | 'table' | 'recommendation' | 'definition'>> }
  | { kind: 'figure'; block: BlockOf<'figure'>; exhibit: Exhibit; table?: BlockOf<'table'> }
  | { kind: 'table'; block: BlockOf<'table'>; exhibit: Exhibit }
  | { kind: 'recommendations'; blocks: BlockOf<'recommendation'>[] }
  | { kind: 'definitions'; blocks: { block: BlockOf<'definition'>; anchor: string }[] }

export interface Numbered {
  sections: NumberedSection[]
  /** Where the definition of a metric stands. */
  definitions: ReadonlyMap<string, { anchor: string; term: string }>
}

/** Chapters, figures and tables get their numbers, definitions a place to link to. */
export function numberReport({ sections }: ReportDocument): Numbered {
  const counts = { figure: 0, table: 0, definition: 0, chapter: 0, appendix: 0 }
  const definitions = new Map<string, { anchor: string; term: string }>()
  const numbered = sections.map((section, place): NumberedSection => {
    // As on paper: what opens a report is no chapter of it.
    const opens = place === 0 && section.id === 'summary'
    const number = opens ? '' : section.appendix ? letterOf(counts.appendix++) : String(++counts.chapter)
    const anchor = `chapter-${opens ? section.id : number.toLowerCase()}`
    return { section, number, anchor, parts: partsOf(section, counts, definitions) }
  })
  return { sections: numbered, definitions }
}

function partsOf(
  { blocks }: Section,
  counts: { figure: number; table: number; definition: number },
  definitions: Map<string, { anchor: string; term: string }>,
): Part[] {
  const parts: Part[] = []
  for (const block of blocks) {
    const last = parts.at(-1)
    if (block.kind === 'figure') {
      const number = ++counts.figure
      parts.push({ kind: 'figure', block, exhibit: { kind: 'figure', number, anchor: `figure-${number}` } })
    } else if (block.kind === 'table') {
      // The writer of the document says it once: a table under its figure has no caption of its own.
      if (last?.kind === 'figure' && !last.table && last.block.id === block.id && block.caption === '')
        last.table = block
      else {
        const number = ++counts.table
        parts.push({ kind: 'table', block, exhibit: { kind: 'table', number, anchor: `table-${number}` } })
      }
    } else if (block.kind === 'recommendation') {
      if (last?.kind === 'recommendations') last.blocks.push(block)
      else parts.push({ kind: 'recommendations', blocks: [block] })
    } else if (block.kind === 'definition') {
      const anchor = `definition-${++counts.definition}`
      const [metric, ...variants] = metricsOf(block)
      if (metric !== undefined) definitions.set(metric, { anchor, term: block.term })
      for (const variant of variants)
        if (!definitions.has(variant)) definitions.set(variant, { anchor, term: block.term })
      if (last?.kind === 'definitions') last.blocks.push({ block, anchor })
      else parts.push({ kind: 'definitions', blocks: [{ block, anchor }] })
    } else parts.push({ kind: 'block', block })
  }
  return parts
}

/** Metrics that the numbers of a block are of. */
export function metricsOf({ source }: Block): string[] {
  return [...new Set((source?.queries ?? []).flatMap(({ metrics }) => metrics))]
}

/** `A` to `Z`, then `AA`. */
function letterOf(place: number): string {
  const letter = String.fromCharCode(65 + (place % 26))
  return place < 26 ? letter : letterOf(Math.floor(place / 26) - 1) + letter
}
