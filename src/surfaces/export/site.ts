import { formatDate } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { csvOfFrame } from '../../metrics/csv.ts'
import { type PageLink, startOf } from '../../pages/links.ts'
import { themeScript } from '../../pages/render/alone.ts'
import { html } from '../../pages/render/html.ts'
import { renderPage } from '../../pages/render/page.ts'
import { inlineScript, policyMeta } from '../../pages/render/policy.ts'
import type { PageView, TileView } from '../../pages/view.ts'
import type { SiteFiles } from './site-files.ts'
import { idsIn, stillLinks } from './still-links.ts'

/** What a site is written from: the doors of one version, each for one language. */
export interface SiteSource {
  /** What the data is called. */
  source: string
  /** The first is where `index.html` leads. */
  languages: string[]
  words(language: string): Words
  pages(language: string): Promise<PageLink[]>
  page(id: string, language: string): Promise<PageView>
  /** The page that opens first, where it is among them. */
  startPage?: string
  /** A report in one file, listed beside the pages. */
  report?(language: string): Promise<{ title: string; html: string }>
}

export interface SiteFile {
  /** With `/`, from the folder of the site. */
  path: string
  content: string | Iterable<string>
}

/** Pages that are a question to the server: whose journey, which split. */
const asking: ReadonlySet<string> = new Set(['journey', 'breakdown', 'case'])
/** The report stands under this name beside the pages. */
const reportPage = 'report'

/**
 * All pages in every language as files that link to each other, as the server draws them: any file server can host them, and they open from
 * the disk. Pages about this very moment and pages that ask whose journey or which split are left out. Same version, same bytes.
 */
export async function* siteOf(source: SiteSource, files: SiteFiles): AsyncGenerator<SiteFile> {
  yield { path: `assets/${files.style.name}`, content: files.style.content }
  yield { path: `assets/${files.script.name}`, content: files.script.content }
  const starts = new Map<string, string>()
  for (const language of source.languages) {
    const { links, views, report } = await readPages(language, source)
    const start = startOf(links, source.startPage)
    if (!start) continue
    starts.set(language, start.id)
    const binding = { language, links, source, files }
    const drawn = views.map((view) => ({ id: view.id, page: drawPage(view, binding) }))
    const pages = new Map([[reportPage, new Set<string>()], ...drawn.map(({ id, page }) => [id, idsIn(page)] as const)])
    const places = { pages, start: start.id, root: '../' }
    for (const { id, page } of drawn) yield { path: `${language}/${id}.html`, content: stillLinks(page, places) }
    for (const view of views) yield* tileFiles(view, language)
    if (report) yield { path: `${language}/${reportPage}.html`, content: report }
  }
  yield { path: 'index.html', content: indexPage(starts, source, files) }
}

interface Pages {
  /** What the sidebar lists. */
  links: PageLink[]
  views: PageView[]
  report?: string
}

async function readPages(language: string, source: SiteSource): Promise<Pages> {
  const links: PageLink[] = []
  const views: PageView[] = []
  for (const link of await source.pages(language)) {
    if (link.start === false) continue
    const view = await settledView(link.id, language, source)
    if (view.tiles.length === 0 || view.tiles.some(({ kind }) => asking.has(kind))) continue
    links.push(link)
    views.push(view)
  }
  const report = await source.report?.(language)
  if (!report || links.length === 0) return { links, views }
  const listed = { id: reportPage, title: report.title, group: 'decide', start: false as const }
  return { links: [...links, listed], views, report: report.html }
}

/** Some answers take longer than a viewer wants to wait; a file waits until all are there. */
async function settledView(id: string, language: string, source: SiteSource): Promise<PageView> {
  for (;;) {
    const view = await source.page(id, language)
    const seconds = view.tiles.flatMap(({ refresh }) => refresh ?? [])
    if (seconds.length === 0) return view
    await new Promise((resolve) => setTimeout(resolve, Math.min(...seconds, 1) * 1000))
  }
}

interface Binding {
  language: string
  links: PageLink[]
  source: SiteSource
  files: SiteFiles
}

/** As the server draws it, with the server's addresses. */
function drawPage(view: PageView, { language, links, source, files }: Binding): string {
  const words = source.words(language)
  const tiles = view.tiles.map((tile) => ({ ...tile, csv: csvPath(tile, view, language) }))
  const early = inlineScript(themeScript)
  const policy = policyMeta({
    'style-src': ["'self'"],
    'script-src': ["'self'", early.source],
    'font-src': ['data:'],
    'img-src': ["'self'", 'data:'],
  })
  return renderPage(
    { ...view, tiles },
    {
      words,
      links,
      source: source.source,
      languages: source.languages,
      theme: 'system',
      assets: { style: `/assets/${files.style.name}`, script: `/assets/${files.script.name}` },
      still: {
        note: noteOf(view, words),
        head: html`${policy}${early.tag}`,
        languageHref: (other) => `../${other}/${view.id}.html`,
      },
    },
  )
}

function* tileFiles(view: PageView, language: string): Generator<SiteFile> {
  for (const tile of view.tiles) {
    const path = csvPath(tile, view, language)
    if (path && tile.frame) yield { path: path.slice(1), content: csvOfFrame(tile.frame) }
  }
}

/** Numbers of a tile as a file; a card has no way to one, and rows are a matter of `rapport export csv`. */
function csvPath({ id, kind, csv, frame }: TileView, view: PageView, language: string): string | undefined {
  if (!csv || !frame || kind === 'kpi') return undefined
  return `/files/${language}/${view.id}.${id.replace(/[^\w-]/g, '_')}.csv`
}

function noteOf({ as_of, zone, version }: PageView, words: Words): string {
  return say(words, 'site.note', {
    as_of: as_of ? formatDate(as_of, words, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }) : 'none',
    zone,
    version,
  })
}

/** Leads on by itself; the links are for who comes with another language. */
function indexPage(starts: ReadonlyMap<string, string>, { source, words }: SiteSource, { style }: SiteFiles): string {
  const [[first = 'en', start] = []] = starts
  const target = start === undefined ? '' : `${first}/${start}.html`
  const links = [...starts].map(
    ([language, page]) =>
      html`<li><a class="button" lang="${language}" hreflang="${language}" href="${language}/${page}.html">${say(words(language), 'site.open')} (${language.toUpperCase()})</a></li>`,
  )
  const title = say(words(first), 'site.title', { source })
  const refresh = target ? html`<meta http-equiv="refresh" content="0; url=${target}">` : ''
  return html`<!doctype html>
<html lang="${first}">
<head><meta charset="utf-8">${policyMeta({ 'style-src': ["'self'"], 'font-src': ['data:'] })}${refresh}<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><link rel="stylesheet" href="assets/${style.name}"></head>
<body class="entrance"><main><h1>${title}</h1><ul>${links}</ul></main></body></html>
`.html
}
