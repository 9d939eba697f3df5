import { say } from '../../config/words.ts'
import type { FeedbackContent, FeedbackItem } from '../tiles/feedback.ts'
import type { TileView } from '../view.ts'
import { renderStates } from './due-board.ts'
import { type Fragment, type Html, html, safeHref } from './html.ts'
import { renderTable } from './table.ts'
import { type Drawing, tileFrame } from './tile.ts'

/** Counts at the top, then the comments of each group; every status is changed by a form that needs no script. */
export function renderFeedback(tile: TileView, drawing: Drawing): Html {
  const { view, words } = drawing
  const content = tile.content as FeedbackContent
  const groupings =
    content.groupings.length > 1 ? renderStates(content.groupings, say(words, 'pages.feedback.groupings')) : ''
  const table = tile.table ? renderTable(tile.table, view, words, { quiet: true, className: 'rows' }) : ''
  const groups = content.groups.map(
    (group) => html`<section class="comments"><h3>${group.title}</h3>${way(group.all)}
<ul>${group.items.map((item) => renderItem(item, content, drawing))}</ul></section>`,
  )
  const nothing =
    content.groups.length === 0 ? html`<div class="without"><p>${say(words, 'pages.feedback.none.here')}</p></div>` : ''
  const unkept = content.unkept ? html`<p class="soft">${content.unkept}</p>` : ''
  return tileFrame(
    tile,
    drawing,
    html`${groupings}${renderStates(content.states, say(words, 'pages.feedback.statuses'))}${table}${unkept}${groups}${nothing}${pager(content, drawing)}`,
  )
}

function way(link: FeedbackContent['next']): Fragment {
  return link ? html`<p class="small"><a href="${safeHref(link.href)}">${link.label}</a></p>` : ''
}

function renderItem(item: FeedbackItem, { choices }: FeedbackContent, drawing: Drawing): Html {
  const facts = item.facts.map((each) => html`<span>${each}</span>`)
  const links = item.links.map((each) => html`<a href="${safeHref(each.href)}">${each.label}</a>`)
  const decided =
    item.note || item.changed
      ? html`<p class="soft small">${[item.note, item.changed && `(${item.changed})`].filter(Boolean).join(' ')}</p>`
      : ''
  return html`<li class="comment" id="comment-${item.id}"><blockquote>${item.text}</blockquote><p class="facts soft"><span class="status status-${item.status}">${item.statusLabel}</span>${facts}${links}</p>${decided}${form(item, choices, drawing)}</li>`
}

function form(item: FeedbackItem, choices: FeedbackContent['choices'], { view, words }: Drawing): Fragment {
  if (!item.action) return ''
  const back = `${view.path}${view.query ? `?${view.query}` : ''}`
  const options = choices.map(
    ({ value, label }) =>
      html`<option value="${value}"${value === item.status ? html` selected` : ''}>${label}</option>`,
  )
  const field = (name: string, value: string) =>
    html`<label>${say(words, `pages.feedback.form.${name}`)}<input type="text" name="${name}" value="${value}" maxlength="500"></label>`
  return html`<details class="change-status"><summary>${say(words, 'pages.feedback.form.change')}<span class="visually-hidden">: ${item.text.slice(0, 60)}</span></summary><form method="post" action="${safeHref(item.action)}"><input type="hidden" name="back" value="${back}"><label>${say(words, 'pages.feedback.form.status')}<select name="status">${options}</select></label>${field('note', item.note)}${field('by', '')}<button class="button primary" type="submit">${say(words, 'pages.feedback.form.save')}</button></form></details>`
}

function pager({ first, next }: FeedbackContent, { words }: Drawing): Fragment {
  if (!first && !next) return ''
  return html`<nav class="pager" aria-label="${say(words, 'pages.rows.pages')}">${first ? html`<a class="button" href="${safeHref(first)}" rel="first">${say(words, 'pages.rows.first')}</a>` : ''}${next ? html`<a class="button" href="${safeHref(next.href)}" rel="next">${next.label}</a>` : ''}</nav>`
}
