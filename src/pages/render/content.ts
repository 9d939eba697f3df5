import { say, type Words } from '../../config/words.ts'
import { originOf } from '../origin.ts'
import type { PageView, TileView } from '../view.ts'
import { renderActions, renderDecisions, renderPlaybook } from './actions.ts'
import { renderBreakdown } from './breakdown.ts'
import { renderCase } from './case.ts'
import { renderLoads, renderProfile, renderReadiness, renderRejects } from './data.ts'
import { renderDefinitions } from './definitions.ts'
import { renderDueBoard, renderPlainTable } from './due-board.ts'
import { renderFeedback } from './feedback.ts'
import { type Fragment, type Html, html } from './html.ts'
import { renderInsights } from './insights.ts'
import { renderJourney } from './journey.ts'
import { renderKpi } from './kpi.ts'
import { renderFindings, renderNothing, renderWithout } from './lists.ts'
import { renderQuality } from './quality.ts'
import { renderRows } from './rows.ts'
import { renderTable } from './table.ts'
import { type Drawing, renderFigure, tileFrame } from './tile.ts'

/** The main part of a page: what a change of filters replaces. */
export function renderContent(view: PageView, words: Words): string {
  return contentHtml(view, words).html
}

export function contentHtml(view: PageView, words: Words): Html {
  const drawing = { view, words }
  return html`<div class="head"><h1>${titleOf(view)}</h1>${view.headline ? html`<p class="headline">${view.headline}</p>` : ''}</div>
${notices(view, words)}${groupsOf(view.tiles).map((group) => renderGroup(group, drawing))}
<p class="origin">${originOf(view, words)}</p>
`
}

function titleOf(view: PageView): string {
  const content = view.tiles.find((each) => each.kind === 'case')?.content as { key?: string } | undefined
  return content?.key ? `${view.title} ${content.key}` : view.title
}

function notices(view: PageView, words: Words): Fragment {
  if (view.notices.length === 0) return ''
  return html`<div class="notices" role="status">${view.notices.map((each) => html`<details class="notice" open><summary>${each.message}</summary><p>${each.fix ?? ''} <a href="${view.path}">${say(words, 'pages.notice.clean')}</a></p></details>`)}</div>`
}

/** Cards of numbers in a row of their own, other tiles on the grid of twelve. */
function groupsOf(tiles: TileView[]): TileView[][] {
  const groups: TileView[][] = []
  for (const tile of tiles) {
    const last = groups.at(-1)
    if (last && (last[0]?.kind === 'kpi') === (tile.kind === 'kpi')) last.push(tile)
    else groups.push([tile])
  }
  return groups
}

function renderGroup(group: TileView[], drawing: Drawing): Html {
  const name = group[0]?.kind === 'kpi' ? 'kpis' : 'grid'
  return html`<div class="${name}">${group.map((tile) => renderTile(tile, drawing))}</div>
`
}

function renderTile(tile: TileView, drawing: Drawing): Html {
  if (tile.kind === 'kpi') return renderKpi(tile, drawing)
  if (tile.kind === 'breakdown' && tile.content) return renderBreakdown(tile, drawing)
  if (tile.kind === 'rows' && tile.content) return renderRows(tile, drawing)
  if (tile.kind === 'nothing') return renderNothing(tile)
  if (tile.state !== 'ok') return renderWithout(tile, drawing)
  return (renderers[tile.kind] ?? renderChartTile)(tile, drawing)
}

const renderers: Record<string, (tile: TileView, drawing: Drawing) => Html> = {
  findings: renderFindings,
  quality: renderQuality,
  actions: renderActions,
  playbook: renderPlaybook,
  decisions: renderDecisions,
  readiness: renderReadiness,
  profile: renderProfile,
  loads: renderLoads,
  rejects: renderRejects,
  case: renderCase,
  due_board: renderDueBoard,
  due_risks: renderPlainTable,
  feedback: renderFeedback,
  now: renderPlainTable,
  insights: renderInsights,
  journey: renderJourney,
  definitions: renderDefinitions,
}

/** A chart, or a tile that is a table (lineage). */
function renderChartTile(tile: TileView, drawing: Drawing): Html {
  const table =
    tile.table && !tile.figure
      ? renderTable(tile.table, drawing.view, drawing.words, { quiet: true, className: 'rows' })
      : ''
  return tileFrame(tile, drawing, html`${tile.figure ? renderFigure(tile.figure) : ''}${table}`)
}
