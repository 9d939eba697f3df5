import { say } from '../../config/words.ts'
import type { DueBoardContent } from '../tiles/due-board.ts'
import type { TileView } from '../view.ts'
import { type Fragment, type Html, html, safeHref } from './html.ts'
import { renderTable } from './table.ts'
import { type Drawing, tileFrame } from './tile.ts'

/** The board: how many in each state as links, the cases, and a way to the next of them. */
export function renderDueBoard(tile: TileView, drawing: Drawing): Html {
  const { view, words } = drawing
  const content = tile.content as DueBoardContent
  const table = tile.table
    ? renderTable(tile.table, view, words, { quiet: true, className: 'rows' })
    : html`<div class="without"><p>${say(words, 'pages.live.board.none')}</p></div>`
  const unpromised =
    content.unpromised.length > 0
      ? html`<ul class="unpromised">${content.unpromised.map((each) => html`<li>${each}</li>`)}</ul>`
      : ''
  return tileFrame(
    tile,
    drawing,
    html`${renderStates(content.states, say(words, 'pages.live.states'))}${table}${pager(content, drawing)}${unpromised}`,
  )
}

/** States with their counts, one of them chosen: plain links. */
export function renderStates(states: DueBoardContent['states'], label: string): Html {
  return html`<ul class="states" aria-label="${label}">${states.map((each) => html`<li><a class="state" href="${safeHref(each.href)}"${each.current ? html` aria-current="true"` : ''}>${each.label} <b>${each.count}</b></a></li>`)}</ul>`
}

/** A table that is all of its tile. */
export function renderPlainTable(tile: TileView, drawing: Drawing): Html {
  const table = tile.table
    ? renderTable(tile.table, drawing.view, drawing.words, { quiet: true, className: 'rows' })
    : ''
  return tileFrame(tile, drawing, table)
}

function pager({ first, next }: DueBoardContent, { words }: Drawing): Fragment {
  if (!first && !next) return ''
  return html`<nav class="pager" aria-label="${say(words, 'pages.rows.pages')}">${first ? html`<a class="button" href="${safeHref(first)}" rel="first">${say(words, 'pages.rows.first')}</a>` : ''}${next ? html`<a class="button" href="${safeHref(next.href)}" rel="next">${next.label}</a>` : ''}</nav>`
}
