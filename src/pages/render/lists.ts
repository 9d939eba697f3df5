import { say } from '../../config/words.ts'
import type { FindingItem, FindingsContent } from '../tiles/findings.ts'
import type { TileView } from '../view.ts'
import { bars } from './bars.ts'
import { type Fragment, type Html, html, safeHref } from './html.ts'
import { type Drawing, tileFrame } from './tile.ts'

/** What the data cannot be trusted with: a mark whose shape says how bad, a sentence, a way to the rows. */
export function renderFindings(tile: TileView, drawing: Drawing): Html {
  const content = tile.content as FindingsContent | undefined
  if (!content) return tileFrame(tile, drawing, '')
  const items = content.items.map(
    (item) =>
      html`<li class="item" id="check-${item.id}"><span class="severity severity-${item.severity}" role="img" aria-label="${item.mark}"></span><p>${item.sentence} <span class="soft">${item.effect}</span></p><a href="${safeHref(item.href)}">${item.link}<span class="visually-hidden">: ${item.sentence}</span></a>${pastOf(item, drawing)}</li>`,
  )
  const more = content.more
    ? html`<p class="small"><a href="${safeHref(content.more.href)}">${content.more.text}</a></p>`
    : ''
  return tileFrame(tile, drawing, html`<ul class="items">${items}</ul>${more}`)
}

/** Who is told of it, since when it is found, and the counts of the last versions. */
function pastOf({ owner, trend }: FindingItem, { words }: Drawing): Fragment {
  if (!trend) return owner ? html`<p class="past soft small">${owner}</p>` : ''
  const rows = trend.rows.map(
    ({ version, at, found, checked }) =>
      html`<tr><td>${at}</td><td><code>${version}</code></td><td class="numeric">${found}</td><td class="numeric">${checked}</td></tr>`,
  )
  const heads = (['at', 'version', 'found', 'checked'] as const).map(
    (head) =>
      html`<th scope="col"${head === 'found' || head === 'checked' ? html` class="numeric"` : ''}>${say(words, `pages.trend.${head}`)}</th>`,
  )
  return html`<details class="past small"><summary>${trend.isNew ? html`<span class="tag">${trend.text}</span>` : html`<span class="soft">${trend.text}</span>`} ${bars(trend.bars, trend.label)} <span class="soft">${owner ?? ''}</span></summary><div class="scroll" tabindex="0" role="group" aria-label="${trend.label}"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div></details>`
}

/** A whole page without a number: what took it away, each with a way back. */
export function renderNothing(tile: TileView): Html {
  const links = tile.links?.map((link) => html`<li><a href="${safeHref(link.href)}">${link.label}</a></li>`)
  return html`<section class="tile w12 refused nothing" id="tile-${tile.id}" data-tile="${tile.id}" aria-labelledby="title-${tile.id}"><h2 id="title-${tile.id}" class="refused-title">${tile.title}</h2>${tile.reading ? html`<p>${tile.reading}</p>` : ''}<ul>${links ?? ''}</ul></section>
`
}

/** A tile without a picture: refused, empty, failed. It says why and the way out; never a blank, a zero or an error colour. */
export function renderWithout(tile: TileView, drawing: Drawing): Html {
  const { words } = drawing
  const text =
    tile.problem?.message ??
    (tile.reading ? '' : say(words, drawing.view.filters.length > 0 ? 'pages.empty.filtered' : 'pages.empty'))
  const fix = tile.problem?.fix ?? ''
  const clear =
    text && tile.state === 'empty' && drawing.view.filters.length > 0
      ? html` <a href="${safeHref(drawing.view.path)}">${say(words, 'pages.filter.clear')}</a>`
      : ''
  const box = html`<div class="without without-${tile.state}"><p>${text}</p>${fix || clear ? html`<p class="soft">${fix}${clear}</p>` : ''}</div>`
  return tileFrame(tile, drawing, text || fix ? box : '')
}
