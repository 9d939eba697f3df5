import { say } from '../../config/words.ts'
import type { JourneyContent, JourneyLine } from '../tiles/journey.ts'
import type { TileView } from '../view.ts'
import { type Fragment, type Html, html, safeHref } from './html.ts'
import { keptFields } from './rows.ts'
import { renderTable } from './table.ts'
import { type Drawing, tileFrame } from './tile.ts'

/** A customer in order of time, or the customers to choose from. Each line that belongs to a case leads to it. */
export function renderJourney(tile: TileView, drawing: Drawing): Html {
  const { view, words } = drawing
  const content = tile.content as JourneyContent
  const nothing = content.nothing ? html`<div class="without"><p>${content.nothing}</p></div>` : ''
  const found = content.found ? renderTable(content.found, view, words, { quiet: true, className: 'rows' }) : ''
  // The opening sentence of the page says the reading already.
  return tileFrame(
    { ...tile, reading: undefined },
    drawing,
    html`${searchForm(content, drawing)}${person(content.customer, drawing)}${nothing}${found}${timeline(content.lines, drawing)}`,
  )
}

function searchForm(content: JourneyContent, { view, words }: Drawing): Html {
  const label = say(words, 'pages.journey.search')
  return html`<form class="search" method="get" action="${content.path}" role="search">${keptFields(view, ['search', 'cursor'])}<input class="search-input" type="search" name="search" value="${content.search}" aria-label="${label}" placeholder="${label}"><button class="button" type="submit">${say(words, 'pages.rows.find')}</button></form>`
}

function person(customer: JourneyContent['customer'], _drawing: Drawing): Fragment {
  if (!customer) return ''
  const fields = customer.fields.map((field) => html`<div><dt>${field.label}</dt><dd>${field.text}</dd></div>`)
  return html`<p class="person">${customer.name}</p><dl class="pairs">${fields}</dl>${customer.records ? html`<p class="soft small">${customer.records}</p>` : ''}`
}

function timeline(lines: JourneyLine[], { words }: Drawing): Fragment {
  if (lines.length === 0) return ''
  return html`<ol class="times journey" aria-label="${say(words, 'pages.journey.timeline')}">${lines.map(line)}</ol>`
}

function line({ text, time, about, href, dated, gap }: JourneyLine): Html {
  const what = href ? html`<a href="${safeHref(href)}">${text}</a>` : html`<span>${text}</span>`
  return html`${gap ? html`<li class="gap">${gap}</li>` : ''}<li class="${dated ? '' : 'undated'}">${what}<time>${time}</time>${about ? html`<p class="soft small">${about}</p>` : ''}</li>`
}
