import { formatDate } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Problem } from '../../errors.ts'
import type { PageLink } from '../links.ts'
import type { PageView } from '../view.ts'
import { type Aboard, aboardData, themeSwitch } from './alone.ts'
import { contentHtml } from './content.ts'
import { type Fragment, type Html, html, jsonText, safeHref } from './html.ts'
import { icon } from './icons.ts'
import { hrefToPage, hrefWith } from './links.ts'
import { keptFields } from './rows.ts'

/** What stands around a page. */
export interface Shell {
  words: Words
  /** The sidebar: only pages that exist. */
  links: PageLink[]
  /** What the data is called: a file or the project. */
  source: string
  languages: string[]
  theme: 'system' | 'light' | 'dark'
  /** Addresses of the browser's files: style sheet, module, and what is worth asking for early. */
  assets: { style: string; script?: string; preload?: string[] }
  /** Set for a page that no server stands behind: what would ask one is left out. */
  still?: Still
}

/** A page kept as it was drawn. */
export interface Still {
  /** What it is: of which version, and that nothing in it changes. */
  note: string
  /** What its head says before all else: what it may load. */
  head: Html
  /** Where the same page stands in another language. */
  languageHref(language: string): string
}

/** A whole document: drawn, readable and usable before any script runs. */
export function renderPage(view: PageView, shell: Shell): string {
  const { words } = shell
  const data = shell.still
    ? aboardData(aboardOf(view, words))
    : html`<script type="application/json" id="view">${jsonText(browserView(view))}</script>`
  const note = shell.still ? html`<p class="snapshot">${shell.still.note}</p>` : ''
  return document_({
    shell,
    language: view.language,
    title: `${view.title} · ${say(words, 'pages.product')}`,
    theme: view.parameters.theme ?? shell.theme,
    body: html`${sidebar(view, shell)}
<div class="page"><header class="bar"><div id="chips">${chips(view, words)}</div><div id="toolbar">${toolbar(view, shell)}</div></header>
<main id="content" tabindex="-1">${note}${contentHtml(view, words)}</main></div>
${data}`,
  }).html
}

/** A page that could not be: what is wrong and what to do, in the same house. */
export function renderProblems(problems: Problem[], title: string, shell: Shell): string {
  const items = problems.map(
    (each) =>
      html`<section class="tile w12"><h2>${each.message}</h2>${each.where ? html`<p class="soft">${each.where}</p>` : ''}<p>${each.fix ?? ''}</p></section>`,
  )
  return document_({
    shell,
    language: shell.words.language,
    title: `${title} · ${say(shell.words, 'pages.product')}`,
    theme: shell.theme,
    body: html`${sidebar(null, shell)}<div class="page"><main id="content" tabindex="-1"><div class="head"><h1>${title}</h1></div><div class="grid">${items}</div></main></div>`,
  }).html
}

/** The view as the browser needs it: the drawings stand in the page already. */
export function browserView(view: PageView): PageView {
  return {
    ...view,
    tiles: view.tiles.map((tile) =>
      tile.figure ? { ...tile, figure: { ...tile.figure, svg: '', narrow: '' } } : tile,
    ),
  }
}

function aboardOf({ tiles }: PageView, { locale }: Words): Aboard {
  const figures = tiles.flatMap(({ id, figure }) =>
    figure ? [[id, { option: figure.option, height: figure.height }] as const] : [],
  )
  return { locale, figures: Object.fromEntries(figures) }
}

interface Parts {
  shell: Shell
  language: string
  title: string
  theme: string
  body: Html
}

function document_({ shell, language, title, theme, body }: Parts): Html {
  const { assets, words, still } = shell
  const preload = (assets.preload ?? []).map((href) =>
    href.endsWith('.woff2')
      ? html`<link rel="preload" href="${href}" as="font" type="font/woff2" crossorigin>`
      : html`<link rel="modulepreload" href="${href}">`,
  )
  return html`<!doctype html>
<html lang="${language}" data-theme="${theme}">
<head><meta charset="utf-8">${still?.head ?? ''}<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title>${preload}<link rel="stylesheet" href="${assets.style}">${assets.script ? scriptTag(assets.script, still) : ''}</head>
<body><a class="skip" href="#content">${say(words, 'pages.skip')}</a>
${body}
<div id="status" aria-live="polite"></div></body></html>
`
}

/** A module does not load from the disk. */
function scriptTag(address: string, still: Still | undefined): Html {
  return still ? html`<script defer src="${address}"></script>` : html`<script type="module" src="${address}"></script>`
}

const groups = ['measure', 'understand', 'decide', 'trust'] as const

function sidebar(view: PageView | null, { words, links, source }: Shell): Html {
  const lists = groups.map((group) => {
    const members = links.filter((each) => each.group === group)
    if (members.length === 0) return ''
    const name =
      group === 'measure' ? '' : html`<p class="nav-group" id="nav-${group}">${say(words, `pages.group.${group}`)}</p>`
    return html`${name}<ul${group === 'measure' ? '' : html` aria-labelledby="nav-${group}"`}>${members.map((link) => navLink(link, view))}</ul>`
  })
  return html`<nav class="side" aria-label="${say(words, 'pages.navigation')}"><div class="brand"><a class="plain" href="/" data-title="${say(words, 'pages.product')}">${logo()}<b>${say(words, 'pages.product')}</b></a><p title="${source}">${source}</p></div>${lists}</nav>`
}

function navLink(link: PageLink, view: PageView | null): Html {
  const path = `/${link.id}`
  const current = view && (view.id === link.id || (view.id === 'case' && link.id === 'cases'))
  const count = link.count ? html`<span class="count${link.tone ? ` tone-${link.tone}` : ''}">${link.count}</span>` : ''
  return html`<li><a href="${view ? hrefToPage(view, path) : path}"${current ? html` aria-current="page"` : ''}><span>${link.title}</span>${count}</a></li>`
}

function logo(): Html {
  return html`<svg class="logo" aria-hidden="true" width="20" height="20" viewBox="0 0 20 20"><circle cx="7.2" cy="10" r="5.2"/><circle cx="12.8" cy="10" r="5.2"/></svg>`
}

/** Active filters, each with a link that takes it away. The browser puts its own in the same place. */
function chips(view: PageView, words: Words): Fragment {
  if (view.filters.length === 0) return ''
  return html`<ul class="chips" aria-label="${say(words, 'pages.filters')}">${view.filters.map((filter) => html`<li class="chip${filter.op === 'not_in' || filter.op === 'not_null' ? ' chip-excludes' : ''}"><span class="chip-text">${filter.label}</span><a class="chip-remove" href="${safeHref(filter.without)}" aria-label="${say(words, 'pages.filter.remove', { filter: filter.label })}">×</a></li>`)}</ul><a class="link-button" href="${hrefWith(view, { where: [] })}">${say(words, 'pages.filter.clear')}</a>`
}

/** Plain HTML that does what the islands do: it stands until they are there, and stays where scripts do not run. */
function toolbar(view: PageView, shell: Shell): Html {
  const { words } = shell
  if (shell.still) return html`${languages(view, shell)}${stillTheme(words)}`
  return html`${view.choices.dates ? dates(view, words) : ''}${languages(view, shell)}${themes(view, shell)}`
}

function dates(view: PageView, words: Words): Html {
  const { from, to } = view.parameters
  const day = (iso: string | undefined) => (iso ? formatDate(iso, words) : '…')
  const label = from || to ? `${day(from)} – ${day(to)}` : say(words, 'pages.dates.all')
  return html`<details class="menu"><summary class="button">${label} ${icon('down')}</summary><form class="menu-body dates-form" method="get" action="${view.path}">${keptFields(view, ['from', 'to'])}<label>${say(words, 'pages.dates.from')}<input type="date" name="from" value="${from ?? ''}"></label><label>${say(words, 'pages.dates.to')}<input type="date" name="to" value="${to ?? ''}"></label><button class="button primary" type="submit">${say(words, 'pages.dates.apply')}</button></form></details>`
}

function languages(view: PageView, { languages: all, still }: Shell): Fragment {
  const hrefOf = (each: string) => still?.languageHref(each) ?? hrefWith(view, { plain: { lang: each } })
  return all
    .filter((each) => each !== view.language)
    .map(
      (each) =>
        html`<a class="button" href="${hrefOf(each)}" hreflang="${each}" lang="${each}">${each.toUpperCase()}</a>`,
    )
}

function themes(view: PageView, { words, theme }: Shell): Html {
  const next = (view.parameters.theme ?? theme) === 'dark' ? 'light' : 'dark'
  const label = say(words, `pages.theme.${next}`)
  return html`<a class="button" href="${hrefWith(view, { plain: { theme: next } })}" title="${label}" aria-label="${label}">${icon('theme')}</a>`
}

/** Only a script can change the theme where nothing is asked of a server. */
function stillTheme(words: Words): Html {
  const labels = { light: say(words, 'pages.theme.light'), dark: say(words, 'pages.theme.dark') }
  return themeSwitch(labels, icon('theme'))
}
