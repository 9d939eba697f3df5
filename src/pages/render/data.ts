import { say } from '../../config/words.ts'
import type { LoadsContent } from '../tiles/loads.ts'
import type { ProfileColumn, ProfileContent } from '../tiles/profile.ts'
import type { ReadinessContent, ReadinessField } from '../tiles/readiness.ts'
import type { RejectsContent } from '../tiles/rejects.ts'
import type { TileView } from '../view.ts'
import { bars } from './bars.ts'
import { type Fragment, type Html, html } from './html.ts'
import { icon } from './icons.ts'
import { renderTable } from './table.ts'
import { type Drawing, tileFrame } from './tile.ts'

/** Missing fields and the KPIs that each would give. */
export function renderReadiness(tile: TileView, drawing: Drawing): Html {
  const { fields, rest } = tile.content as ReadinessContent
  const more = rest ? html`<details><summary>${rest.text}</summary>${fieldList(rest.fields)}</details>` : ''
  return tileFrame(tile, drawing, html`${fieldList(fields)}${more}`)
}

function fieldList(fields: ReadinessField[]): Html {
  return html`<ul class="fields">${fields.map(
    (field) =>
      html`<li class="field" id="field-${field.id}"><h3>${field.label}</h3><p class="field-count">${field.count}</p><p class="soft">${field.unlocks.join(' · ')} ${field.more}</p><code>${field.id}</code></li>`,
  )}</ul>`
}

/** Every column of every file. */
export function renderProfile(tile: TileView, drawing: Drawing): Html {
  const { words } = drawing
  const heads = ['name', 'missing', 'distinct', 'distribution', 'values', 'fills'] as const
  const files = (tile.content as ProfileContent).files.map(
    (file) =>
      html`<h3 class="file">${file.path}</h3><div class="scroll" tabindex="0" role="group" aria-label="${file.path}"><table class="profile"><thead><tr>${heads.map((head) => html`<th scope="col"${head === 'missing' || head === 'distinct' ? html` class="numeric"` : ''}>${say(words, `pages.profile.${head}`)}</th>`)}</tr></thead><tbody>${file.columns.map((column) => columnRow(column, drawing))}</tbody></table></div>`,
  )
  return tileFrame(tile, drawing, files)
}

function columnRow(column: ProfileColumn, { words }: Drawing): Html {
  const personal = column.personal ? html` <span class="tag">${column.personal}</span>` : ''
  const values = column.masked
    ? html`<span class="soft">${say(words, 'pages.masked')}</span>`
    : html`${column.range || column.examples.map(clip).join(' · ')}`
  const changes =
    column.changes.length > 0
      ? html`<tr class="changes"><td colspan="6" class="soft small">${column.changes.join(' · ')}</td></tr>`
      : ''
  return html`<tr><th scope="row">${column.name}${personal}<p class="soft small">${column.type}</p></th><td class="numeric">${missingBar(column)}</td><td class="numeric">${column.distinct}</td><td>${columnSpark(column)}</td><td class="examples"${column.masked ? '' : html` title="${column.examples.map(clip).join(' · ')}"`}>${values}</td><td>${column.fills.map((each) => html`<code>${each}</code> `)}</td></tr>${changes}`
}

function clip(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 32 ? `${line.slice(0, 31)}…` : line
}

function missingBar(column: ProfileColumn): Html {
  const width = `${Math.round(column.missing.share * 1000) / 10}%`
  const bar =
    column.missing.share > 0
      ? html`<svg class="missing" aria-hidden="true" width="36" height="5"><rect class="meter-track" width="100%" height="5" rx="2"/><rect class="meter-missing" width="${width}" height="5" rx="2"/></svg>`
      : ''
  return html`${bar}${column.missing.text}`
}

function columnSpark({ spark }: ProfileColumn): Fragment {
  if (!spark) return ''
  return bars(spark.values, spark.label)
}

/** What came in: the sum is shown, so that anyone can check that nothing was lost. */
export function renderLoads(tile: TileView, drawing: Drawing): Html {
  const { loads } = tile.content as LoadsContent
  const { words } = drawing
  const items = loads.map(
    (load) =>
      html`<li class="load"><div><h3>${load.path}</h3><p class="soft small">${load.detail}</p><p class="small"><code title="sha256 ${load.hash}">${load.hash.slice(0, 12)}</code></p></div><p class="equation"><span class="term"><b>${load.records}</b> ${say(words, 'pages.loads.records')}</span> ${load.parts.map((part, i) => html`<span class="sign">${i === 0 ? '=' : '+'}</span> <span class="term${part.zero ? ' zero' : ''}"><b>${part.count}</b> ${part.label}</span> `)}</p><p class="small ${load.balanced ? 'tone-good' : 'tone-bad'}">${icon(load.balanced ? 'check' : 'cross')} ${load.verdict}</p>${load.change ? html`<p class="small soft">${load.change}</p>` : ''}</li>`,
  )
  return tileFrame(tile, drawing, html`<ul class="loads">${items}</ul>`)
}

/** What was set aside, by reason, and a sample with its place in the file. */
export function renderRejects(tile: TileView, drawing: Drawing): Html {
  const { reasons } = tile.content as RejectsContent
  const list = html`<ul class="reasons">${reasons.map((each) => html`<li><b>${each.count}</b> ${each.text}</li>`)}</ul>`
  const table = tile.table ? renderTable(tile.table, drawing.view, drawing.words) : ''
  return tileFrame(tile, drawing, html`${list}${table}`)
}
