import { say } from '../../config/words.ts'
import type { CaseClock } from '../tiles/case-clocks.ts'
import { type Html, html } from './html.ts'
import type { Drawing } from './tile.ts'

/** The strips of a case: a bar of counted and left-out intervals, its total, and every interval with its rule. */
export function renderClocks(clocks: CaseClock[], drawing: Drawing): Html {
  return html`${clocks.map((clock) => renderClock(clock, drawing))}`
}

function renderClock({ id, label, total, clock, parts }: CaseClock, { words }: Drawing): Html {
  const counted = say(words, 'pages.case.clock.counted')
  const left = say(words, 'pages.case.clock.left')
  return html`<section class="clock"><h3>${label} <b>${total}</b> <span class="soft small">${clock}</span></h3>${bar(parts, `${label}: ${total}`)}
<details><summary>${say(words, 'pages.case.clock.parts', { count: parts.length })}</summary><table class="rows" id="clock-${id}"><thead><tr><th scope="col">${say(words, 'pages.case.clock.from')}</th><th scope="col">${say(words, 'pages.case.clock.to')}</th><th scope="col">${say(words, 'pages.case.clock.length')}</th><th scope="col">${say(words, 'pages.case.clock.rule')}</th></tr></thead><tbody>${parts.map((part) => html`<tr><td>${part.from}</td><td>${part.to}</td><td class="num">${part.length}</td><td>${part.counted ? counted : left}: ${part.rule}</td></tr>`)}</tbody></table></details></section>`
}

/** Drawn and not styled, since widths come from data: pages allow no inline styles. */
function bar(parts: CaseClock['parts'], label: string): Html {
  let x = 0
  const rects = parts.map(({ share, counted }) => {
    const rect = html`<rect x="${(x * 1000).toFixed(2)}" y="${counted ? 0 : 4}" width="${(share * 1000).toFixed(2)}" height="${counted ? 12 : 4}" class="${counted ? 'counted' : 'left-out'}"/>`
    x += share
    return rect
  })
  return html`<svg class="clock-strip" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label="${label}">${rects}</svg>`
}
