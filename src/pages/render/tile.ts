import { formatP } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Verdict } from '../../metrics/frame.ts'
import type { Figure, PageView, TileView } from '../view.ts'
import { type Fragment, type Html, html, safeHref, trusted } from './html.ts'
import { icon } from './icons.ts'
import { renderTable } from './table.ts'

export interface Drawing {
  view: PageView
  words: Words
}

/** The frame of every tile: title, the line that reads it, the picture, the foot with ways further. */
export function tileFrame(tile: TileView, { view, words }: Drawing, body: Fragment, kind = tile.kind): Html {
  return html`<section class="tile w${tile.width} tile-${kind}" id="tile-${tile.id}" data-tile="${tile.id}"${tile.refresh ? html` data-refresh="${tile.refresh}"` : ''} aria-labelledby="title-${tile.id}">
<header class="tile-head"><h2 id="title-${tile.id}">${tile.title}</h2>${readingOf(tile, words)}</header>
${body}${footOf(tile, { view, words })}</section>
`
}

function readingOf(tile: TileView, words: Words): Fragment {
  if (tile.verdict)
    return html`${verdictBadge(tile.verdict, words, tile.kind === 'breakdown')}${tile.caution ? html`<p class="reading">${icon('swap')} ${tile.caution}</p>` : ''}`
  // The breakdown's own sentence is the headline of its page.
  return tile.reading && tile.kind !== 'breakdown' ? html`<p class="reading">${tile.reading}</p>` : ''
}

/** Is it real? Shape and word say it, colour only repeats it. The whole sentence stands in the tip, or already above. */
function verdictBadge(verdict: Verdict, words: Words, said: boolean): Html {
  const kind = verdict.real === null ? 'few' : verdict.real ? 'real' : 'none'
  const short =
    kind === 'few'
      ? verdict.sentence
      : say(words, `pages.verdict.${verdict.test === 'trend' ? 'trend.' : ''}${kind}`, {
          p: formatP(verdict.p ?? 1, words),
          q: formatP(verdict.q ?? 1, words),
          // A small p that is not believed: the correction says why.
          size: (verdict.p ?? 1) < 0.05 ? verdict.family.size : 0,
        })
  const badge = html`<p class="badge badge-${kind}" title="${verdict.sentence}">${icon(kind)} ${short}</p>`
  return html`${badge}${(kind === 'real' || verdict.test === 'trend') && !said ? html`<p class="reading">${verdict.sentence}</p>` : ''}`
}

/** The drawing for a desk and the one for a phone; style.css shows one of them. */
export function renderFigure(figure: Figure): Html {
  const narrow = figure.narrow ? html`<div class="narrow">${trusted(figure.narrow)}</div>` : ''
  return html`<figure class="figure" data-figure="${figure.chart}" tabindex="0" aria-label="${figure.label}"><div class="${figure.narrow ? 'wide' : 'any'}">${trusted(figure.svg)}</div>${narrow}</figure>`
}

function footOf(tile: TileView, drawing: Drawing): Fragment {
  const ways = waysOf(tile, drawing)
  if (!tile.foot && ways.length === 0) return ''
  const panels = panelsOf(tile, drawing)
  return html`<footer class="tile-foot"><p>${tile.foot ?? ''}</p>${ways.length > 0 ? html`<ul class="ways">${ways.map((way) => html`<li>${way}</li>`)}</ul>` : ''}</footer>${panels}`
}

/** Each works without a script: a popover of the page, a file, a link. `data-action` and `data-metric` let the browser do better. */
function waysOf(tile: TileView, { words }: Drawing): Html[] {
  const ways: Html[] = []
  if (hasTablePanel(tile))
    ways.push(
      html`<button type="button" class="way" popovertarget="table-${tile.id}" data-action="table" data-of="${tile.id}">${say(words, 'pages.way.table')}</button>`,
    )
  if (tile.csv) ways.push(html`<a class="way" href="${safeHref(tile.csv)}" download>CSV</a>`)
  if (sqlOf(tile).length > 0)
    ways.push(
      html`<button type="button" class="way" popovertarget="sql-${tile.id}" data-action="sql" data-of="${tile.id}">SQL</button>`,
    )
  const metric = tile.frame?.query.metrics[0]
  if (metric && tile.kind !== 'kpi')
    ways.push(
      html`<a class="way" href="/definitions#definition-${metric}" data-metric="${metric}">${say(words, 'pages.way.definition')}</a>`,
    )
  for (const link of tile.links ?? []) ways.push(html`<a class="way" href="${safeHref(link.href)}">${link.label}</a>`)
  return ways
}

/** The breakdown has its table on the page. */
function hasTablePanel(tile: TileView): boolean {
  return tile.table !== undefined && tile.figure !== undefined && tile.kind !== 'breakdown'
}

function sqlOf(tile: TileView): string[] {
  if (tile.kind === 'kpi') return []
  return [...new Set(Object.values(tile.frame?.metrics ?? {}).map((each) => each.sql))].filter(Boolean)
}

function panelsOf(tile: TileView, { view, words }: Drawing): Fragment {
  const close = (id: string) =>
    html`<button type="button" class="panel-close" popovertarget="${id}" popovertargetaction="hide" aria-label="${say(words, 'pages.close')}">×</button>`
  const table =
    tile.table && hasTablePanel(tile)
      ? html`<div popover id="table-${tile.id}" class="panel">${close(`table-${tile.id}`)}${renderTable(tile.table, view, words)}</div>`
      : ''
  const sql = sqlOf(tile)
  const statements =
    sql.length > 0
      ? html`<div popover id="sql-${tile.id}" class="panel">${close(`sql-${tile.id}`)}<h3>SQL · ${tile.title}</h3>${sql.map((each) => html`<pre class="sql" tabindex="0">${each}</pre>`)}</div>`
      : ''
  return html`${table}${statements}`
}
