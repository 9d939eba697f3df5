import { say } from '../../config/words.ts'
import type { KpiContent, RefusedContent } from '../tiles/kpi.ts'
import type { TileView } from '../view.ts'
import { type Fragment, type Html, html, safeHref } from './html.ts'
import { icon } from './icons.ts'
import { hrefFiltered } from './links.ts'
import type { Drawing } from './tile.ts'

/** A number's own card: value, place against the target, what it rests on. A number that cannot be known says why. */
export function renderKpi(tile: TileView, drawing: Drawing): Html {
  if (tile.state === 'refused') return refusedCard(tile, tile.content as RefusedContent, drawing)
  if (tile.state === 'error' || !tile.content)
    return card(
      tile,
      '',
      html`<p class="kpi-value kpi-none">–</p><p class="kpi-note">${tile.problem?.message ?? say(drawing.words, 'pages.empty.kpi')}</p>`,
    )
  const content = tile.content as KpiContent
  return card(
    tile,
    '',
    html`<p class="kpi-value"${content.exact ? html` title="${content.exact}"` : ''}>${content.value}${content.exact ? html`<span class="visually-hidden"> (${content.exact})</span>` : ''}${content.suffix ? html`<span class="kpi-unit">${content.suffix}</span>` : ''}</p>
${meter(content)}${spark(content)}${notes(content, drawing)}`,
  )
}

function card(tile: TileView, extra: string, body: Html): Html {
  const metric = tile.query?.metrics[0] ?? ''
  return html`<section class="tile kpi ${extra}" id="tile-${tile.id}" data-tile="${tile.id}" aria-labelledby="title-${tile.id}"><h2 id="title-${tile.id}" class="kpi-name"><a class="plain" href="/definitions#definition-${metric}" data-metric="${metric}">${tile.title}</a></h2>
${body}</section>
`
}

function refusedCard(tile: TileView, content: RefusedContent, { words }: Drawing): Html {
  const way = content.href
    ? html`<a href="${safeHref(content.href)}">${say(words, 'pages.refused.way')} ${icon('right')}</a>`
    : ''
  return card(
    tile,
    'refused',
    html`<p class="refused-title">${content.title}</p><p class="kpi-note">${content.reason} ${content.unlocks}</p><p class="kpi-note">${way}</p>`,
  )
}

function notes(content: KpiContent, { view }: Drawing): Fragment {
  const target = content.target
  const lines: Html[] = []
  if (content.change) lines.push(html`<p class="kpi-note">${marked(content.change)}</p>`)
  if (target) lines.push(html`<p class="kpi-note" title="${target.source}">${marked(target)}</p>`)
  if (content.parts)
    lines.push(
      html`<p class="kpi-note">${content.parts.map((part, i) => html`${i > 0 ? ' · ' : ''}<a class="plain" href="${hrefFiltered(view, part.filter)}" data-filter="${part.filter}">${part.text}</a>`)}</p>`,
    )
  const way = content.explain ? [html`<a href="${safeHref(content.explain.href)}">${content.explain.label}</a>`] : []
  const facts = [...content.facts, ...way]
  if (facts.length > 0)
    lines.push(html`<p class="kpi-note">${facts.map((each, i) => html`${i > 0 ? ' · ' : ''}${each}`)}</p>`)
  return lines
}

function marked({
  tone,
  arrow,
  gap,
  text,
}: NonNullable<KpiContent['target']> | NonNullable<KpiContent['change']>): Html {
  return html`<b class="tone-${tone}">${icon(arrow === 'none' ? 'equal' : arrow)} ${gap}</b> ${text}`
}

const percent = (part: number) => `${Math.round(part * 10000) / 100}%`

/** A track with the value on it and the target as a tick. Percent coordinates keep the shapes round at every width. */
function meter({ meter: found }: KpiContent): Fragment {
  if (!found) return ''
  const { kind, value, low, high, target } = found
  const fill =
    kind === 'share' ? html`<rect class="meter-fill" x="0" y="5" width="${percent(value)}" height="5" rx="2.5"/>` : ''
  const interval =
    low !== undefined && high !== undefined && kind === 'point'
      ? html`<rect class="meter-interval" x="${percent(low)}" y="5" width="${percent(Math.max(0.004, high - low))}" height="5" rx="2"/>`
      : ''
  const dot = kind === 'point' ? html`<circle class="meter-fill" cx="${percent(value)}" cy="7.5" r="4"/>` : ''
  const tick =
    target === undefined
      ? ''
      : html`<rect class="meter-target" x="${percent(target)}" y="1" width="2" height="13" transform="translate(-1 0)"/>`
  return html`<svg class="meter" role="img" aria-label="${found.label}" width="100%" height="15"><rect class="meter-track" x="0" y="5" width="100%" height="5" rx="2.5"/>${fill}${interval}${dot}${tick}</svg>`
}

/** A line of full periods; a gap in time is a gap. */
function spark({ spark: found }: KpiContent): Fragment {
  if (!found) return ''
  const known = found.values.filter((each) => each !== null)
  const low = Math.min(0, ...known)
  const span = Math.max(...known) - low || 1
  const place = (value: number, i: number) =>
    `${Math.round((i / Math.max(1, found.values.length - 1)) * 1000) / 10} ${Math.round((28 - ((value - low) / span) * 26) * 10) / 10}`
  let pen = false
  const path = found.values
    .map((value, i) => {
      const step = value === null ? '' : `${pen ? 'L' : 'M'}${place(value, i)}`
      pen = value !== null
      return step
    })
    .join('')
  return html`<svg class="spark" role="img" aria-label="${found.label}" viewBox="0 0 100 30" preserveAspectRatio="none" width="100%" height="30"><path d="${path}" vector-effect="non-scaling-stroke"/></svg>`
}
