import type { TableView } from '../../pages/view.ts'
import type { Block, ReportDocument } from './document.ts'

/** A report as text: for a wiki, a pull request, a diff. Pictures are left out; their tables stand. */
export function reportMarkdown(document: ReportDocument): string {
  const parts = [`# ${line(document.title)}`, `${line(document.source)} · ${line(document.origin)}`]
  const colon = document.language === 'fr' ? '\u00a0: ' : ': '
  for (const { title, blocks } of document.sections)
    parts.push(`## ${line(title)}`, ...blocks.flatMap((block, place) => blockText(block, blocks[place - 1], colon)))
  return `${parts.filter((each) => each !== '').join('\n\n')}\n`
}

function blockText(block: Block, before: Block | undefined, colon: string): string[] {
  switch (block.kind) {
    case 'paragraph':
      return [line(block.text)]
    case 'heading':
      return [`### ${line(block.text)}`]
    case 'list':
      return [block.items.map((each, index) => `${block.numbered ? `${index + 1}.` : '-'} ${line(each)}`).join('\n')]
    case 'numbers':
      return [
        block.numbers
          .map(({ label, value, facts, standing }) => {
            const more = [...facts, ...(standing ? [standing.text] : [])].map(line).join('; ')
            return `- **${line(label)}**${colon}${line(value)}${more ? ` (${more})` : ''}`
          })
          .join('\n'),
      ]
    case 'figure':
      return [`**${line(block.title)}**`, line(block.caption)]
    case 'table':
      // The table of a picture needs no second title.
      return before?.kind === 'figure' && before.id === block.id
        ? [tableText(block.table)]
        : [`**${line(block.title)}**`, line(block.caption), tableText(block.table)]
    case 'refusal':
      return [`**${line(block.title)}**${colon}${line(block.why)} ${line(block.fix)}`]
    case 'finding':
      return [
        `**${line(block.claim)}** ${line(block.sure)}`,
        line(block.evidence),
        block.limits.map((each) => `- ${line(each)}`).join('\n'),
      ]
    case 'recommendation':
      return [`${block.number}. **${line(block.do)}**`, parts(block.parts, colon)]
    case 'definition':
      return [`**${line(block.term)}**${colon}${line(block.says)}`, parts(block.parts, colon)]
  }
}

function parts(all: { label: string; text: string }[], colon: string): string {
  return all.map(({ label, text }) => `- ${line(label)}${colon}${line(text)}`).join('\n')
}

function tableText({ columns, rows, more }: TableView): string {
  const cells = (texts: string[]): string => `| ${texts.map((each) => cell(each)).join(' | ')} |`
  return [
    cells(columns.map(({ label }) => label)),
    `|${columns.map(({ numeric }) => (numeric ? ' ---: ' : ' --- ')).join('|')}|`,
    ...rows.map((row) => cells(row.map(({ text }) => text))),
    ...(more ? [cells([`+ ${more}`, ...columns.slice(1).map(() => '')])] : []),
  ].join('\n')
}

/** Text of the data is hostile: no mark of it may become markup. */
function line(text: string): string {
  return text
    .replace(/[^\S\u00a0\u202f]+/g, ' ')
    .replace(/[\\`*_[\]<>#|~]/g, '\\$&')
    .trim()
}

function cell(text: string): string {
  return line(text) || ' '
}
