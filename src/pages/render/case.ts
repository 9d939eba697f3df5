import { say } from '../../config/words.ts'
import type { CaseContent, CaseField } from '../tiles/case.ts'
import type { TileView } from '../view.ts'
import { renderClocks } from './case-clocks.ts'
import { type Fragment, type Html, html, safeHref } from './html.ts'
import { icon } from './icons.ts'
import type { Drawing } from './tile.ts'

/** One case: what it is, when things happened, who asked, what they said, and the record it came from. */
export function renderCase(tile: TileView, drawing: Drawing): Html {
  const content = tile.content as CaseContent
  return html`<div class="case" data-tile="${tile.id}"><div class="stack w7">${block('about', drawing, facts(content.fields))}
${content.texts.map((text) => part(text.label, html`<p class="said">${text.text}</p>`))}
${content.record ? block('record', drawing, record(content.record, drawing)) : ''}</div>
<div class="stack w5">${block('times', drawing, times(content, drawing))}
${content.clocks ? html`${block('clocks', drawing, renderClocks(content.clocks, drawing))}\n` : ''}${content.survey ? block('survey', drawing, survey(content.survey)) : ''}
${content.customer ? block('customer', drawing, customer(content.customer, drawing)) : ''}</div></div>
`
}

function block(id: string, { words }: Drawing, body: Fragment): Html {
  return part(say(words, `pages.case.${id}`), body)
}

function part(title: string, body: Fragment): Html {
  return html`<section class="tile"><header class="tile-head"><h2>${title}</h2></header>${body}</section>`
}

function facts(fields: CaseField[]): Html {
  return html`<dl class="pairs">${fields.map((field) => html`<div><dt>${field.label}</dt><dd>${field.text}</dd></div>`)}</dl>`
}

function times(content: CaseContent, { words }: Drawing): Html {
  if (content.times.length === 0) return html`<p class="soft">${say(words, 'pages.case.no-times')}</p>`
  return html`<ol class="times">${content.times.map((each) => html`<li class="${each.wrong ? 'wrong' : ''}"><span>${each.label}</span><time>${each.text}</time>${each.wrong ? html`<p class="tone-warn small">${icon('warning')} ${each.wrong}</p>` : ''}</li>`)}</ol>`
}

function customer(found: NonNullable<CaseContent['customer']>, { words }: Drawing): Html {
  const others =
    found.others === null
      ? ''
      : found.others.length > 0
        ? html`<h3>${say(words, 'pages.case.others')}</h3><ul class="others">${found.others.map((each) => html`<li><a href="${safeHref(each.href)}">${each.text}</a> <span class="soft">${each.about}</span></li>`)}</ul>`
        : html`<p class="soft small">${say(words, 'pages.case.no-others')}</p>`
  const name = found.href
    ? html`<a href="${safeHref(found.href)}" title="${say(words, 'pages.journey.title')}">${found.name}</a>`
    : found.name
  return html`<p class="person">${name}</p>${facts(found.fields)}${others}`
}

function survey(found: NonNullable<CaseContent['survey']>): Html {
  return html`<p class="kpi-value">${found.score}<span class="kpi-unit"> ${found.scale}</span></p>${found.comment ? html`<p class="said">${found.comment}</p>` : ''}`
}

function record(found: NonNullable<CaseContent['record']>, { words }: Drawing): Html {
  const place = say(words, found.line ? 'pages.case.place-line' : 'pages.case.place', {
    file: found.file,
    record: found.record,
    line: found.line,
  })
  const values =
    found.values.length > 0
      ? html`<details><summary>${say(words, 'pages.case.raw')}</summary><dl class="pairs">${found.values.map((each) => html`<div><dt>${each.name}</dt><dd>${each.value}</dd></div>`)}</dl></details>`
      : ''
  return html`<p>${place}</p>${values}`
}
