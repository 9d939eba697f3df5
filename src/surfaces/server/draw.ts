import type { Context } from 'hono'
import { say } from '../../config/words.ts'
import type { PageLink } from '../../pages/links.ts'
import { renderContent } from '../../pages/render/content.ts'
import { browserView, renderPage, renderProblems, type Shell } from '../../pages/render/page.ts'
import type { PageView } from '../../pages/view.ts'
import type { Assets } from './assets.ts'
import type { Refusal } from './problem.ts'
import { type Env, themeOf } from './request.ts'
import type { PageAnswer } from './wire.ts'

/** What stands around a page for this request: its viewer's words and theme, the pages there are, the browser's files. */
function shellOf(c: Context<Env>, links: PageLink[], assets: Assets): Shell {
  const { doors, viewer } = c.var
  const address = (name: string) => `/assets/${name}`
  return {
    words: doors.words(viewer.language),
    links,
    source: doors.source,
    languages: doors.languages,
    theme: themeOf(c),
    assets: { style: address(assets.style), script: address(assets.script), preload: assets.preload.map(address) },
  }
}

/** A page as a document of its own. */
export function drawDocument(c: Context<Env>, view: PageView, links: PageLink[], assets: Assets): string {
  return renderPage(view, shellOf(c, links, assets))
}

/** The same page for navigation in place. */
export function drawAnswer(c: Context<Env>, view: PageView): PageAnswer {
  const words = c.var.doors.words(c.var.viewer.language)
  const title = `${view.title} · ${say(words, 'pages.product')}`
  return { view: browserView(view), html: renderContent(view, words), title }
}

/** What went wrong, in the same house. */
export async function drawRefusal(c: Context<Env>, { problems }: Refusal, assets: Assets): Promise<string> {
  const links = await Promise.resolve(c.var.doors.pages(c.var.viewer)).catch(() => [])
  const shell = shellOf(c, links, assets)
  return renderProblems(problems, say(shell.words, 'web.error.title'), shell)
}
