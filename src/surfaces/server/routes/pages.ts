import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type PageLink, startOf } from '../../../pages/links.ts'
import type { PageView } from '../../../pages/view.ts'
import type { Assets } from '../assets.ts'
import { drawAnswer, drawDocument } from '../draw.ts'
import { refuse } from '../problem.ts'
import { type Env, rememberChoices } from '../request.ts'

/** Pages as HTML, complete with their pictures, and as JSON for navigation in place. */
export function pageRoutes(app: OpenAPIHono<Env>, { assets, startPage }: { assets: Assets; startPage?: string }): void {
  const html = async (c: Context<Env>, id: string, key?: string) => {
    const { view, pages } = await viewFor(c, id, key)
    rememberChoices(c)
    return c.html(drawDocument(c, view, pages, assets))
  }
  const json = async (c: Context<Env>, id: string, key?: string) => {
    const { view } = await viewFor(c, id, key)
    return c.json(drawAnswer(c, view))
  }
  app.get('/', async (c) => {
    const pages = await c.var.doors.pages(c.var.viewer)
    const first = startOf(pages, startPage)
    if (!first) throw refuse('no-pages', 'This source has no page.', 'Check catalog/pages.', 5)
    return c.redirect(`/${first.id}${new URL(c.req.url).search}`)
  })
  app.get('/api/pages', async (c) => c.json(await c.var.doors.pages(c.var.viewer)))
  app.get('/api/pages/:page', (c) => json(c, c.req.param('page')))
  app.get('/api/pages/:page/:key', (c) => json(c, c.req.param('page'), c.req.param('key')))
  app.get('/cases/:id', (c) => c.redirect(`/case/${encodeURIComponent(c.req.param('id'))}`))
  app.get('/:page', (c) => html(c, c.req.param('page')))
  app.get('/:page/:key', (c) => html(c, c.req.param('page'), c.req.param('key')))
}

/** `/case/17` is the page `case` about the thing `17`: the page gets it as its parameter `id`. */
async function viewFor(c: Context<Env>, id: string, key?: string): Promise<{ view: PageView; pages: PageLink[] }> {
  const { doors, viewer, queue } = c.var
  const parameters = new URL(c.req.url).searchParams
  if (key !== undefined) parameters.set('id', key)
  const pages = await doors.pages(viewer)
  const view = await queue(() => doors.page(id, parameters, viewer))
  return { view, pages }
}
