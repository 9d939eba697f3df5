import { say, type Words } from '../../../config/words.ts'
import type { Block, BlockOf, KeyNumber, ReportDocument, Section } from '../document.ts'
import { type Colours, coloursOf } from './colours.ts'
import type { PaperFiles } from './compiler.ts'
import { drawingFor } from './drawing.ts'
import { layTable, type PaperTable } from './table.ts'
import { breakable, together } from './text.ts'

/** A block as `paper/report.typ` reads it: figures and tables are numbered and laid out, pictures are files beside it. */
type PaperBlock =
  | Exclude<Block, { kind: 'figure' | 'table' | 'numbers' | 'definition' }>
  | { kind: 'numbers'; numbers: Omit<KeyNumber, 'query'>[] }
  | ({ kind: 'figure'; label: string; note: string } & Titled & Picture)
  | ({ kind: 'table'; label: string; more: string } & Titled & PaperTable)
  | { kind: 'definitions'; definitions: Omit<BlockOf<'definition'>, 'kind' | 'source'>[] }

interface Titled {
  title: string
  caption: string
}

/** Points of a drawing that its heading and caption still stand beside on one page. */
const mostHeight = 520

/** `width` in points. */
interface Picture {
  alt: string
  file: string
  width: number
}

interface PaperChapter {
  /** `3`; `B` of an appendix. */
  number: string
  title: string
  appendix: boolean
  blocks: PaperBlock[]
}

/** What is counted while blocks are set one after another. */
interface Setting {
  words: Words
  colours: Colours
  files: Map<string, string>
  figures: number
  tables: number
}

/** Points of a pixel that a chart was drawn in: its letters are then as large as small text. */
const pixel = 0.72

/** What the template of reports reads: the document as data, and its pictures. */
export function paperOf(document: ReportDocument, words: Words): PaperFiles {
  const files = new Map<string, string>()
  const setting: Setting = { words, colours: coloursOf('light'), files, figures: 0, tables: 0 }
  // The chapter whose text opens a report stands on its title page.
  const opens = document.sections[0]?.id === 'summary'
  const opening = opens ? document.sections.slice(0, 1).map((section) => chapterOf('', section, setting)) : []
  const chapters = withNumbers(document.sections.slice(opening.length)).map(([number, section]) =>
    chapterOf(number, section, setting),
  )
  const data = {
    named: { title: document.title, description: `${document.source} · ${document.origin}` },
    title: breakable(document.title),
    source: breakable(document.source),
    origin: document.origin,
    language: document.language,
    date: dateOf(document.as_of),
    colours: setting.colours,
    contents: say(words, 'report.paper.contents'),
    opening: opening[0] ?? null,
    chapters,
  }
  return files.set(
    'data.json',
    JSON.stringify(data, (_, value) => (typeof value === 'string' ? together(value) : value)),
  )
}

function chapterOf(number: string, { title, appendix, blocks }: Section, setting: Setting): PaperChapter {
  return {
    number,
    title,
    appendix: appendix ?? false,
    blocks: grouped(blocks).map((block) => paperBlock(block, setting)),
  }
}

/** Chapters count 1, 2, 3; what stands behind the text A, B, C. */
function withNumbers(sections: readonly Section[]): [string, Section][] {
  let chapters = 0
  let appendices = 0
  return sections.map((section) => [
    section.appendix ? String.fromCharCode(65 + (appendices++ % 26)) : String(++chapters),
    section,
  ])
}

type Grouped = Exclude<Block, { kind: 'definition' }> | { kind: 'definitions'; definitions: BlockOf<'definition'>[] }

/** Definitions that follow each other stand in columns. */
function grouped(blocks: readonly Block[]): Grouped[] {
  const groups: Grouped[] = []
  for (const block of blocks) {
    const last = groups.at(-1)
    if (block.kind !== 'definition') groups.push(block)
    else if (last?.kind === 'definitions') last.definitions.push(block)
    else groups.push({ kind: 'definitions', definitions: [block] })
  }
  return groups
}

function paperBlock({ source: _, ...block }: Grouped & { source?: unknown }, setting: Setting): PaperBlock {
  switch (block.kind) {
    case 'figure':
      return figureOf(block, setting)
    case 'table':
      return tableOf(block, setting)
    case 'numbers':
      return { kind: 'numbers', numbers: block.numbers.map(({ query: __, ...number }) => number) }
    case 'definitions':
      return {
        kind: 'definitions',
        definitions: block.definitions.map(({ term, says, parts }) => ({ term, says, parts })),
      }
    default:
      return block
  }
}

function figureOf({ title, caption, note, figure }: BlockOf<'figure'>, setting: Setting): PaperBlock {
  const number = ++setting.figures
  const { svg, width, height } = drawingFor(figure.svg, setting.colours)
  const file = `figure-${number}.svg`
  setting.files.set(file, svg)
  return {
    kind: 'figure',
    label: say(setting.words, 'report.paper.figure', { number }),
    ...{ title, caption, note, file },
    alt: figure.label || title,
    // A drawing as high as a page leaves no room for the heading above it.
    width: Math.min(width * pixel, (mostHeight * width) / height),
  }
}

function tableOf({ title, caption, table }: BlockOf<'table'>, setting: Setting): PaperBlock {
  return {
    kind: 'table',
    label: say(setting.words, 'report.paper.table', { number: ++setting.tables }),
    ...{ title, caption },
    more: table.more ? say(setting.words, 'report.paper.more', { count: table.more }) : '',
    ...layTable(table),
  }
}

/** Of the data, never of the clock: the same version gives the same bytes. */
function dateOf(instant: string | null): number[] | null {
  if (instant === null) return null
  const [year, month, day, hour, minute, second] = instant.split(/\D/).map(Number)
  return [year, month, day, hour, minute, second].map((part) => part ?? 0)
}
