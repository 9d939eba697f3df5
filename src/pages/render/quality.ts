import { say } from '../../config/words.ts'
import type { QualityContent, QualityPart } from '../tiles/quality.ts'
import type { TileView } from '../view.ts'
import { type Html, html } from './html.ts'
import { type Drawing, tileFrame } from './tile.ts'

/** The score, that of each source, and the lines that they are the sum of. */
export function renderQuality(tile: TileView, drawing: Drawing): Html {
  const { score, sentence, sources, parts, sum } = tile.content as QualityContent
  const { words } = drawing
  const numeric = ['found', 'checked', 'share', 'weight', 'points', 'lost'] as const
  const many = sources.length > 1
  const list = many
    ? html`<ul class="reasons">${sources.map((each) => html`<li><b>${each.score}</b> ${each.source}</li>`)}</ul>`
    : ''
  const heads = numeric.map((head) => html`<th scope="col" class="numeric">${say(words, `pages.quality.${head}`)}</th>`)
  const table = html`<div class="scroll" tabindex="0" role="group" aria-label="${tile.title}"><table class="quality"><thead><tr><th scope="col">${say(words, 'pages.quality.check')}</th>${heads}</tr></thead>${parts.map((part) => partRows(part, numeric))}<tfoot><tr><th scope="row">${say(words, 'pages.quality.sum')}</th><td class="numeric" colspan="5">${sum.points}</td><td class="numeric">${sum.lost}</td></tr></tfoot></table></div>`
  return tileFrame(
    tile,
    drawing,
    html`<p class="score"><b>${score}</b> <span class="soft">${say(words, 'pages.quality.of')}</span></p>${list}<details><summary>${say(words, 'pages.quality.arithmetic')}</summary><p class="soft small">${sentence}</p>${table}</details>`,
  )
}

function partRows(
  part: QualityPart,
  numeric: readonly ('found' | 'checked' | 'share' | 'weight' | 'points' | 'lost')[],
): Html {
  return html`<tbody><tr><th scope="rowgroup" colspan="7">${part.label} <span class="soft">${part.score}</span></th></tr>${part.lines.map(
    (line) =>
      html`<tr><td><code>${line.check}</code> <span class="soft small">${line.severity}</span></td>${numeric.map((name) => html`<td class="numeric">${line[name]}</td>`)}</tr>`,
  )}</tbody>`
}
