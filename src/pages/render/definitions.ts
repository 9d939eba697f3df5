import { say } from '../../config/words.ts'
import type { DefinitionFamily, DefinitionItem, DefinitionsContent } from '../tiles/definitions.ts'
import type { TileView } from '../view.ts'
import { type Fragment, type Html, html } from './html.ts'
import type { Drawing } from './tile.ts'

/** The catalogue: one KPI a section, its variants side by side. */
export function renderDefinitions(tile: TileView, drawing: Drawing): Html {
  const { groups } = tile.content as DefinitionsContent
  const index = html`<nav class="index" aria-label="${say(drawing.words, 'pages.definitions.index')}">${groups.map((group) => html`<p><b>${group.label}</b> ${group.families.map((family, i) => html`${i > 0 ? ' · ' : ''}<a href="#definition-${family.items[0]?.id ?? family.id}">${family.label}</a>`)}</p>`)}</nav>`
  return html`<div data-tile="${tile.id}">${index}${groups.map(
    (group) =>
      html`<h2 class="group">${group.label}</h2>${group.families.map((family) => renderFamily(family, drawing))}`,
  )}</div>`
}

function renderFamily(family: DefinitionFamily, drawing: Drawing): Html {
  const items = family.items.map((item) => renderItem(item, family, drawing))
  return html`<section class="tile family"><header class="tile-head"><h3>${family.label}</h3><p class="reading">${family.question}</p></header><div class="variants">${items}</div></section>
`
}

function renderItem(item: DefinitionItem, family: DefinitionFamily, { words }: Drawing): Html {
  const name =
    item.variant === ''
      ? say(words, 'pages.definitions.default')
      : item.label === family.label
        ? item.variant
        : item.label
  const value = item.value
    ? html`<p class="variant-value">${item.value}${item.n ? html`<span class="soft small"> ${say(words, 'pages.n', { n: item.n })}</span>` : ''}</p>`
    : ''
  const missing: Fragment =
    item.missing.length > 0
      ? html`<p class="missing-note">${say(words, 'pages.definitions.missing', { fields: item.missing.join(', ') })}</p>`
      : ''
  return html`<article class="variant${item.missing.length > 0 ? ' refused' : ''}" id="definition-${item.id}"><h4>${name}</h4>${value}<p>${item.definition}</p>${missing}<dl class="pairs">${item.facts.map((fact) => html`<div><dt>${fact.label}</dt><dd>${fact.text}</dd></div>`)}</dl><p class="soft small"><code>${item.id}</code> · ${item.defined_at}</p></article>`
}
