import { say, type Words } from '../../../config/words.ts'
import { stillDrawing } from '../../../pages/render/alone.ts'
import { type Fragment, type Html, html } from '../../../pages/render/html.ts'
import { icon } from '../../../pages/render/icons.ts'
import { renderTable } from '../../../pages/render/table.ts'
import type { TableView } from '../../../pages/view.ts'
import type { Block, BlockOf, KeyNumber } from '../document.ts'
import { type Exhibit, metricsOf, type Numbered, type Part } from './numbering.ts'

/** What blocks are drawn with. */
export interface Press {
  words: Words
  definitions: Numbered['definitions']
}

/** Rows that a table may have under its figure before it is folded. */
const openRows = 12

/** One part of a chapter as HTML. `depth`: the level of heading that an entry in it may have. */
export function renderPart(part: Part, press: Press, depth: 3 | 4): Html {
  switch (part.kind) {
    case 'figure':
      return figure(part, press)
    case 'table':
      return tableExhibit(part, press)
    case 'recommendations':
      return html`<ol class="recommendations">${part.blocks.map((each) => recommendation(each, depth))}</ol>
`
    case 'definitions':
      return html`<dl class="definitions">${part.blocks.map(
        ({ block, anchor }) =>
          html`<div class="definition" id="${anchor}"><dt>${block.term}</dt><dd><p>${block.says}</p>${pairs(block.parts)}</dd></div>`,
      )}</dl>
`
    case 'block':
      return plain(part.block, press, depth)
  }
}

function plain(block: Extract<Part, { kind: 'block' }>['block'], press: Press, depth: 3 | 4): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p class="text${block.tone ? ` text-${block.tone}` : ''}">${block.text}</p>
`
    case 'heading':
      return html`<h3>${block.text}</h3>
`
    case 'list': {
      const items = block.items.map((each) => html`<li>${each}</li>`)
      return block.numbered
        ? html`<ol class="list numbered">${items}</ol>
`
        : html`<ul class="list">${items}</ul>
`
    }
    case 'numbers':
      return html`<dl class="numbers">${block.numbers.map((each) => keyNumber(each, press))}</dl>
`
    case 'refusal':
      return html`<div class="refusal"><p class="refusal-title"><span class="refusal-mark">${say(press.words, 'report.html.refused')}</span> ${block.title}</p><p>${block.why}</p>${block.fix ? html`<p class="soft">${block.fix}</p>` : ''}</div>
`
    case 'finding':
      return finding(block, press, depth)
  }
}

function keyNumber({ label, value, facts, standing, query }: KeyNumber, { definitions }: Press): Html {
  const place = definitions.get(query.metrics[0] ?? '')
  const name = place ? html`<a href="#${place.anchor}">${label}</a>` : html`${label}`
  const where = standing
    ? html`<p class="standing tone-${standing.tone}">${toneMark(standing.tone)}${standing.text}</p>`
    : ''
  const rests = facts.map((each) => html`<p class="fact">${each}</p>`)
  const more = standing || facts.length > 0 ? html`<dd>${where}${rests}</dd>` : ''
  return html`<div class="number"><dt>${name}</dt><dd class="value">${value}</dd>${more}</div>`
}

/** Good and bad by shape, not by colour alone. */
function toneMark(tone: NonNullable<KeyNumber['standing']>['tone']): Fragment {
  if (tone === 'good') return html`${icon('check')} `
  if (tone === 'bad') return html`${icon('cross')} `
  return tone === 'warn' ? html`${icon('warning')} ` : ''
}

function figure({ block, exhibit, table }: Extract<Part, { kind: 'figure' }>, press: Press): Html {
  const { svg, narrow, chart } = block.figure
  const caption = `${exhibit.anchor}-caption`
  const small = narrow ? html`<div class="narrow">${stillDrawing(narrow)}</div>` : ''
  return html`<div class="exhibit" id="${exhibit.anchor}" data-tile="${exhibit.anchor}"><figure class="plate">${captionOf(block, exhibit, caption, press)}
<div class="figure" data-figure="${chart}" tabindex="0" role="group" aria-labelledby="${caption}"><div class="${narrow ? 'wide' : 'any'}">${stillDrawing(svg)}</div>${small}</div>
${noteOf(block.note, block, press)}</figure>${table ? dataOf(table.table, exhibit.number, press) : ''}</div>
`
}

function tableExhibit({ block, exhibit }: Extract<Part, { kind: 'table' }>, press: Press): Html {
  return html`<figure class="exhibit exhibit-table" id="${exhibit.anchor}">${captionOf(block, exhibit, `${exhibit.anchor}-caption`, press)}
${tableHtml(block.table, press)}${noteOf('', block, press)}</figure>
`
}

function captionOf(
  { title, caption }: BlockOf<'figure' | 'table'>,
  { kind, number }: Exhibit,
  id: string,
  { words }: Press,
): Html {
  const says = caption ? html`<p class="caption">${caption}</p>` : ''
  return html`<figcaption id="${id}"><p class="exhibit-title"><span class="exhibit-number">${say(words, `report.html.${kind}`, { number })}</span> ${title}</p>${says}</figcaption>`
}

/** What is drawn, and where its numbers are defined. */
function noteOf(note: string, block: Block, { words, definitions }: Press): Fragment {
  const places = metricsOf(block).flatMap((metric) => definitions.get(metric) ?? [])
  const links = places.map(({ anchor, term }, i) => html`${i > 0 ? ', ' : ' '}<a href="#${anchor}">${term}</a>`)
  if (!note && links.length === 0) return ''
  const defined =
    links.length > 0
      ? html`<span class="defined">${say(words, 'report.html.definitions', { count: links.length })}${links}</span>`
      : ''
  return html`<p class="note">${note}${note && defined ? ' · ' : ''}${defined}</p>`
}

/** The numbers of a figure: in sight where they are few, folded where they are many. */
function dataOf(table: TableView, number: number, press: Press): Html {
  const title = say(press.words, 'report.html.data', { number })
  if (table.rows.length <= openRows) return html`<div class="data">${tableHtml(table, press)}</div>`
  const count = table.rows.length + (table.more ?? 0)
  return html`<details class="data"><summary>${say(press.words, 'report.html.folded', { title, count })}</summary>${tableHtml(table, press)}</details>`
}

/** On the pages a cell may lead somewhere; here there is nowhere to go. */
function tableHtml(table: TableView, { words }: Press): Html {
  const rows = table.rows.map((row) => row.map(({ href: _, filter: __, ...cell }) => cell))
  return renderTable({ ...table, rows }, { path: '', query: '' }, words, { quiet: true })
}

function finding({ claim, sure, evidence, limits }: BlockOf<'finding'>, { words }: Press, depth: 3 | 4): Html {
  const bounds =
    limits.length > 0
      ? html`<p class="label">${say(words, 'report.html.limits')}</p><ul class="list limits">${limits.map((each) => html`<li>${each}</li>`)}</ul>`
      : ''
  const rests = evidence ? html`<p class="label">${say(words, 'report.html.evidence')}</p><p>${evidence}</p>` : ''
  return html`<article class="finding">${heading(claim, depth, 'claim')}${sure ? html`<p class="sure">${sure}</p>` : ''}${rests}${bounds}</article>
`
}

function recommendation({ number, do: what, parts }: BlockOf<'recommendation'>, depth: 3 | 4): Html {
  return html`<li class="recommendation" value="${number}"><span class="rank" aria-hidden="true">${number}</span><div>${heading(what, depth, 'do')}${pairs(parts)}</div></li>
`
}

function heading(text: string, depth: 3 | 4, className: string): Html {
  return depth === 3 ? html`<h3 class="${className}">${text}</h3>` : html`<h4 class="${className}">${text}</h4>`
}

function pairs(parts: { label: string; text: string }[]): Fragment {
  if (parts.length === 0) return ''
  return html`<dl class="pairs">${parts.map(({ label, text }) => html`<div><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>`
}
