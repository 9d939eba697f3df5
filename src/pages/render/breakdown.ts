import { say } from '../../config/words.ts'
import type { BreakdownContent } from '../tiles/breakdown.ts'
import type { Choice, TileView } from '../view.ts'
import { type Fragment, type Html, html } from './html.ts'
import { keptFields } from './rows.ts'
import { renderTable } from './table.ts'
import { type Drawing, renderFigure, tileFrame } from './tile.ts'

/** Any number by anything: a form that works without a script, the picture, the table below it. */
export function renderBreakdown(tile: TileView, drawing: Drawing): Html {
  const { view, words } = drawing
  const table = tile.table ? renderTable(tile.table, view, words, { quiet: true }) : ''
  const body: Fragment =
    tile.state === 'ok'
      ? html`${tile.figure ? renderFigure(tile.figure) : ''}${table}`
      : html`<div class="without without-${tile.state}"><p>${tile.problem?.message ?? say(words, view.filters.length > 0 ? 'pages.empty.filtered' : 'pages.empty')}</p><p class="soft">${tile.problem?.fix ?? ''}</p></div>`
  return html`${form(tile.content as BreakdownContent, drawing)}${tileFrame(tile, drawing, body)}`
}

function form(content: BreakdownContent, { view, words }: Drawing): Html {
  const { chosen } = content
  const none = { value: '', label: say(words, 'pages.breakdown.nothing') }
  const label = (id: string) => say(words, `pages.breakdown.${id}`)
  return html`<form class="controls" method="get" action="${view.path}">${keptFields(view, ['m', 'by', 'grain', 'share', 'cursor'])}
${select('m', label('metric'), content.metrics, chosen.metric)}
${select('by', label('by'), [none, ...content.dimensions], chosen.by[0] ?? '')}
${select('by', label('and'), [none, ...content.dimensions], chosen.by[1] ?? '')}
${content.grains.length > 0 ? select('grain', label('grain'), [none, ...content.grains], chosen.grain) : ''}
${content.shares.length > 0 ? select('share', label('share'), [none, ...content.shares], chosen.share) : ''}
<button class="button primary" type="submit">${label('show')}</button></form>
`
}

function select(name: string, label: string, choices: Choice[], value: string): Html {
  const groups = [...new Set(choices.map((each) => each.group))]
  const option = (each: Choice) =>
    html`<option value="${each.value}"${each.value === value ? html` selected` : ''}>${each.label}</option>`
  const body = groups.map((group) => {
    const members = choices.filter((each) => each.group === group).map(option)
    return group ? html`<optgroup label="${group}">${members}</optgroup>` : members
  })
  return html`<label><span>${label}</span><select class="button" name="${name}">${body}</select></label>`
}
