import { say, type Words } from '../../config/words.ts'
import type { TableCell, TableView } from '../view.ts'
import { type Html, html, safeHref } from './html.ts'
import { type Address, hrefFiltered } from './links.ts'

export interface TableOptions {
  /** Links in the column heads. */
  sorts?: Record<string, { href: string; direction: 'ascending' | 'descending' | null }>
  /** Hide the caption where a title above says the same. */
  quiet?: boolean
  className?: string
}

/** Characters that a cell shows on one line before style.css cuts it; the whole text then stands in its tip. */
const longest = 26

/** A head of more letters may break: it is longer than the figures below it. */
const longHead = 12

/** A table that scrolls inside its own box. Figures stand right, in the unit that the head says. */
export function renderTable(table: TableView, view: Address, words: Words, options: TableOptions = {}): Html {
  const head = table.columns.map((column) => {
    const sort = options.sorts?.[column.id]
    const arrow = sort?.direction === 'descending' ? ' ↓' : sort?.direction === 'ascending' ? ' ↑' : ''
    const label = sort
      ? html`<a href="${safeHref(sort.href)}">${column.label}<span aria-hidden="true">${arrow}</span></a>`
      : html`${column.label}`
    const aria = sort?.direction ? html` aria-sort="${sort.direction}"` : ''
    const long = column.label.length > longHead ? ' long' : ''
    return html`<th scope="col"${column.numeric ? html` class="numeric${long}"` : ''}${aria}>${label}</th>`
  })
  const rows = table.rows.map(
    (row) => html`<tr>${row.map((cell, i) => renderCell(cell, i === 0, table.columns[i], view))}</tr>`,
  )
  const more = table.more
    ? html`<p class="quiet small">${say(words, 'pages.table.more', { count: table.more })}</p>`
    : ''
  return html`<div class="scroll ${options.className ?? ''}" tabindex="0" role="group" aria-label="${table.caption}"><table><caption class="${options.quiet ? 'visually-hidden' : ''}">${table.caption}</caption><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>${more}`
}

function renderCell(
  cell: TableCell,
  first: boolean,
  column: TableView['columns'][number] | undefined,
  view: Address,
): Html {
  const text = column?.numeric && column.prose ? beforeItsInterval(cell.text) : cell.text
  const drawn = cell.bar ? barOf(cell.bar) : cell.strip ? stripOf(cell.strip) : ''
  const body = cell.href
    ? html`<a href="${safeHref(cell.href)}">${text}</a>`
    : cell.filter
      ? html`<a class="plain" href="${hrefFiltered(view, cell.filter)}" data-filter="${cell.filter}">${text}</a>`
      : html`${text}`
  const tip = !column?.prose && cell.text.length > longest ? html` title="${cell.text}"` : ''
  const classes = [column?.numeric && 'numeric', column?.prose && 'prose', cell.tone && `tone-${cell.tone}`]
    .filter(Boolean)
    .join(' ')
  const look = classes ? html` class="${classes}"` : ''
  return first ? html`<th scope="row"${look}${tip}>${body}${drawn}</th>` : html`<td${look}${tip}>${body}${drawn}</td>`
}

const percent = (part: number) => `${Math.round(Math.min(1, Math.max(0, part)) * 1000) / 10}%`

/** Says in length what the text beside it says in words. */
function barOf({ share, tone }: NonNullable<TableCell['bar']>): Html {
  return html`<svg class="cell-bar cell-${tone}" aria-hidden="true" width="100%" height="4"><rect class="cell-track" x="0" y="0" width="100%" height="4" rx="2"/><rect class="cell-fill" x="0" y="0" width="${percent(share)}" height="4" rx="2"/></svg>`
}

/** The range of earlier weeks as a band with a tick at their share, and over it the share of now with its interval. */
function stripOf({ value, low, high, tone, usual, label }: NonNullable<TableCell['strip']>): Html {
  const band =
    usual && usual.low !== null && usual.high !== null
      ? html`<rect class="strip-band" x="${percent(usual.low)}" y="2" width="${percent(Math.max(0.006, usual.high - usual.low))}" height="14" rx="2"/>`
      : ''
  const tick = usual
    ? html`<rect class="strip-usual" x="${percent(usual.mean)}" y="1" width="2" height="16" transform="translate(-1 0)"/>`
    : ''
  return html`<svg class="strip cell-${tone}" role="img" aria-label="${label}" width="100%" height="18"><line class="strip-axis" x1="0" x2="100%" y1="9" y2="9"/>${band}${tick}<rect class="strip-interval" x="${percent(low)}" y="7.5" width="${percent(Math.max(0.004, high - low))}" height="3" rx="1.5"/><circle class="strip-dot" cx="${percent(value)}" cy="9" r="4"/></svg>`
}

/** An estimate breaks at its interval and nowhere else. */
function beforeItsInterval(text: string): string {
  const at = text.indexOf('(')
  return at < 0 ? text : text.slice(0, at) + text.slice(at).replaceAll(' ', '\u00a0').replaceAll('–', '\u2060–\u2060')
}
