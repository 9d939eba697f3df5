import { say, type Words } from '../../config/words.ts'
import type { PageView, TableCell, TableView } from '../view.ts'
import { type Html, html, safeHref } from './html.ts'
import { hrefFiltered } from './links.ts'

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
export function renderTable(table: TableView, view: PageView, words: Words, options: TableOptions = {}): Html {
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
  view: PageView,
): Html {
  const text = column?.numeric && column.prose ? beforeItsInterval(cell.text) : cell.text
  const body = cell.href
    ? html`<a href="${safeHref(cell.href)}">${text}</a>`
    : cell.filter
      ? html`<a class="plain" href="${hrefFiltered(view, cell.filter)}" data-filter="${cell.filter}">${text}</a>`
      : html`${text}`
  const tip = !column?.prose && cell.text.length > longest ? html` title="${cell.text}"` : ''
  const classes = [column?.numeric && 'numeric', column?.prose && 'prose'].filter(Boolean).join(' ')
  const look = classes ? html` class="${classes}"` : ''
  return first ? html`<th scope="row"${look}${tip}>${body}</th>` : html`<td${look}${tip}>${body}</td>`
}

/** An estimate breaks at its interval and nowhere else. */
function beforeItsInterval(text: string): string {
  const at = text.indexOf('(')
  return at < 0 ? text : text.slice(0, at) + text.slice(at).replaceAll(' ', '\u00a0').replaceAll('–', '\u2060–\u2060')
}
