import { say } from '../../config/words.ts'
import type { ActionsContent, PlaybookContent, PlaybookItem } from '../tiles/actions.ts'
import type { DecisionsContent } from '../tiles/decisions.ts'
import type { TileView } from '../view.ts'
import { type Html, html, safeHref } from './html.ts'
import { type Drawing, tileFrame } from './tile.ts'

/** What to do next, in order. */
export function renderActions(tile: TileView, drawing: Drawing): Html {
  const content = tile.content as ActionsContent | undefined
  if (!content) return tileFrame(tile, drawing, '')
  const items = content.items.map(
    (item, i) =>
      html`<li class="item"><span class="rank" aria-hidden="true">${i + 1}</span><p>${item.what} <span class="soft">${item.why}</span></p><a href="${safeHref(item.href)}">${item.link}<span class="visually-hidden">: ${item.what}</span></a></li>`,
  )
  return tileFrame(tile, drawing, html`<ol class="items">${items}</ol>`)
}

/** Every recommendation by concern; what stays silent is folded, with the reason. */
export function renderPlaybook(tile: TileView, drawing: Drawing): Html {
  const { concerns, silent, order } = tile.content as PlaybookContent
  const more = say(drawing.words, 'pages.actions.evidence.rest')
  const groups = concerns.map(
    ({ label, items }) =>
      html`<section class="concern"><h3>${label}</h3><ul class="recommendations">${items.map((each) => itemHtml(each, more))}</ul></section>`,
  )
  const rest = silent
    ? html`<details class="silent"><summary>${silent.title}</summary>${silent.groups.map(
        (group) =>
          html`<h4>${group.label}</h4><ul>${group.items.map((each) => html`<li>${each.what} <span class="soft">${each.why}</span></li>`)}</ul>`,
      )}</details>`
    : ''
  return tileFrame(tile, drawing, html`${groups}${rest}<p class="soft small">${order}</p>`)
}

/** What was decided, and the effect that was measured since. */
export function renderDecisions(tile: TileView, drawing: Drawing): Html {
  const { items } = tile.content as DecisionsContent
  const list = items.map(
    ({ what, decided, effect, limits, note }) =>
      html`<li class="recommendation"><h4>${what}</h4><p class="small">${decided}${note ? html` <span class="soft">${note}</span>` : ''}</p>${effect ? html`<p class="effect">${effect} <span class="soft">${limits}</span></p>` : ''}</li>`,
  )
  return tileFrame(tile, drawing, html`<ul>${list}</ul>`)
}

function itemHtml(item: PlaybookItem, more: string): Html {
  const way = item.way
    ? html`<a href="${safeHref(item.way.href)}">${item.way.label}<span class="visually-hidden">: ${item.what}</span></a>`
    : ''
  return html`<li class="recommendation" id="action-${item.id}"><h4>${item.what}</h4><p class="soft small place">${item.place} ${way}</p><dl>${item.parts.map(
    ({ label, text, rest, quiet }) =>
      html`<dt>${label}</dt><dd${quiet ? html` class="soft"` : ''}>${text}${rest ? html`<details><summary class="soft">${more}</summary>${rest}</details>` : ''}</dd>`,
  )}</dl><p class="small decide"><span class="soft">${item.decide}</span> <code class="command">${item.command}</code></p></li>`
}
