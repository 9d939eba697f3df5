import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Assets } from '../assets.ts'
import { refuse } from '../problem.ts'
import type { Env } from '../request.ts'

/** Files of the browser by name. The name has a hash of the content in it, so it may be kept for ever. */
export function assetRoutes(app: OpenAPIHono<Env>, assets: Assets): void {
  app.get('/assets/:name', (c) => {
    const asset = assets.files.get(c.req.param('name'))
    if (!asset)
      throw refuse('file-unknown', 'There is no such file.', 'Reload the page: Rapport may have been updated.', 5)
    return c.body(asset.content, 200, {
      'Content-Type': asset.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
    })
  })
}
