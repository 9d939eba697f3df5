import { say } from '../../config/words.ts'
import { printCondition } from '../parameters.ts'
import type { RowsContent } from '../tiles/rows.ts'
import type { TileView } from '../view.ts'
import { type Fragment, type Html, html, safeHref } from './html.ts'
import { parametersOf } from './links.ts'
import { renderTable } from './table.ts'
import { type Drawing, tileFrame } from './tile.ts'

/** A list of rows: searched, sorted and turned by plain links and one form. */
export function renderRows(tile: TileView, drawing: Drawing): Html {
  const { view, words } = drawing
  const content = tile.content as RowsContent
  const about = content.about
    ? html`<p class="chip-line"><span class="chip"><span class="chip-text">${content.about.text}</span><a class="chip-remove" href="${safeHref(content.about.href)}" aria-label="${say(words, 'pages.filter.remove', { filter: content.about.text })}">×</a></span></p>`
    : ''
  const table = tile.table
    ? renderTable({ ...tile.table, more: 0 }, view, words, { sorts: content.sorts, quiet: true, className: 'rows' })
    : html`<div class="without"><p>${say(words, content.search ? 'pages.empty.search' : view.filters.length > 0 ? 'pages.empty.filtered' : 'pages.empty', { search: content.search })}</p></div>`
  return tileFrame(
    { ...tile, reading: content.total },
    drawing,
    html`${searchForm(content, drawing)}${about}${table}${pager(content, drawing)}`,
  )
}

function searchForm(content: RowsContent, { view, words }: Drawing): Html {
  return html`<form class="search" method="get" action="${view.path}" role="search">${keptFields(view, ['search', 'cursor'])}<input class="search-input" type="search" name="search" value="${content.search}" aria-label="${say(words, 'pages.rows.search')}" placeholder="${say(words, 'pages.rows.search')}"><button class="button" type="submit">${say(words, 'pages.rows.find')}</button></form>`
}

/** What the address says already, as hidden fields of a form that changes one thing. */
export function keptFields(view: Drawing['view'], without: string[]): Fragment {
  const { where } = parametersOf(view)
  const fields = Object.entries(view.parameters).filter(([name]) => !without.includes(name) && name !== 'id')
  return html`${where.map((each) => html`<input type="hidden" name="where" value="${printCondition(each)}">`)}${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`
}

function pager(content: RowsContent, { words }: Drawing): Fragment {
  if (!content.first && !content.next) return ''
  const first = content.first
    ? html`<a class="button" href="${safeHref(content.first)}" rel="first">${say(words, 'pages.rows.first')}</a>`
    : ''
  const next = content.next
    ? html`<a class="button" href="${safeHref(content.next)}" rel="next">${say(words, 'pages.rows.next')}</a>`
    : ''
  return html`<nav class="pager" aria-label="${say(words, 'pages.rows.pages')}">${first}${next}</nav>`
}
