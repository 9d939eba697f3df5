import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Query } from '../../../metrics/query.ts'
import type { Env } from '../request.ts'
import { answers, frameSchema, querySchema } from '../schemas.ts'
import { readQuery } from '../text.ts'

const asked = createRoute({
  method: 'post',
  path: '/api/query',
  summary: 'Numbers, with what makes them believable',
  request: { body: { required: true, content: { 'application/json': { schema: querySchema } } } },
  responses: answers(frameSchema, 'The answer'),
})

/** `POST /api/query` with a query as JSON, `GET /api/query?metrics=...` with the same words as on the command line. */
export function queryRoutes(app: OpenAPIHono<Env>): void {
  app.openapi(asked, async (c) => c.json(await frameFor(c, c.req.valid('json')), 200))
  app.get('/api/query', async (c) => c.json(await frameFor(c, queryOf(c))))
}

export function queryOf(c: Context): Query {
  return querySchema.parse(readQuery(new URL(c.req.url).searchParams))
}

export function frameFor(c: Context<Env>, query: Query) {
  return c.var.queue(() => c.var.doors.query(query, c.var.viewer))
}
