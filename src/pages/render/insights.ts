import { say } from '../../config/words.ts'
import type { InsightGroup, InsightItem, InsightsContent } from '../tiles/insights.ts'
import type { TileView } from '../view.ts'
import { type Fragment, type Html, html, safeHref } from './html.ts'
import { type Drawing, tileFrame } from './tile.ts'

/** Claims by question; what each rests on and what it cannot say unfolds below it. */
export function renderInsights(tile: TileView, drawing: Drawing): Html {
  const content = tile.content as InsightsContent | undefined
  if (!content) return tileFrame(tile, drawing, '')
  return tileFrame(
    tile,
    drawing,
    html`${content.pending ? html`<p class="soft working">${content.pending}</p>` : ''}${content.groups.map((group) => renderGroup(group, drawing))}${renderSilent(content, drawing)}`,
  )
}

function renderGroup({ kind, title, items, more, page }: InsightGroup, drawing: Drawing): Html {
  const way = page
    ? html`<a href="${safeHref(page.href)}">${page.label}<span class="visually-hidden">: ${title}</span></a>`
    : ''
  const rest =
    more > 0 ? html`<p class="quiet small">${say(drawing.words, 'say.insights.more', { count: more })}</p>` : ''
  return html`<section class="insights" aria-labelledby="insights-${kind}"><div class="insights-head"><h3 id="insights-${kind}">${title}</h3>${way}</div><ul class="items">${items.map((item) => renderItem(item, drawing))}</ul>${rest}</section>`
}

function renderItem({ id, claim, evidence, sure, limits, check }: InsightItem, { words }: Drawing): Html {
  const way = check
    ? html`<p><a href="${safeHref(check.href)}">${check.label}<span class="visually-hidden">: ${claim}</span></a></p>`
    : ''
  return html`<li class="insight" id="finding-${id}"><p class="insight-claim">${claim}</p><details><summary>${sure}</summary><p>${evidence}</p>${limits.length > 0 ? html`<p class="soft">${say(words, 'say.insights.limits')}</p><ul class="limits">${limits.map((each) => html`<li>${each}</li>`)}</ul>` : ''}${way}</details></li>`
}

function renderSilent({ silent, unanswered }: InsightsContent, { words }: Drawing): Fragment {
  const none = silent ? html`<p class="soft">${silent}</p>` : ''
  if (unanswered.length === 0) return none
  const rows = unanswered.map(
    ({ title, why, fields }) =>
      html`<li><b>${title}</b> ${why}${fields ? html` <span class="soft">${say(words, 'say.insights.fields', { fields })}</span>` : ''}</li>`,
  )
  return html`${none}<details class="unanswered"><summary>${say(words, 'say.insights.unanswered', { count: unanswered.length })}</summary><ul class="limits">${rows}</ul></details>`
}
