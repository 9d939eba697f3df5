import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { csvOfFrame } from '../../../metrics/csv.ts'
import type { RowsQuery } from '../../../metrics/query.ts'
import type { RowsPage } from '../../../metrics/rows.ts'
import type { Env } from '../request.ts'
import { answers, rowsAnswerSchema, rowsSchema } from '../schemas.ts'
import { streamText } from '../stream.ts'
import { readRowsQuery } from '../text.ts'
import { frameFor, queryOf } from './query.ts'

const asked = createRoute({
  method: 'post',
  path: '/api/rows',
  summary: 'The rows behind a number',
  request: { body: { required: true, content: { 'application/json': { schema: rowsSchema } } } },
  responses: answers(rowsAnswerSchema, 'One page of rows'),
})

/** Rows as JSON page by page, rows and numbers as CSV. */
export function rowsRoutes(app: OpenAPIHono<Env>): void {
  app.openapi(asked, async (c) => c.json(await pageOfRows(c, c.req.valid('json')), 200))
  app.get('/api/rows', async (c) => c.json(await pageOfRows(c, rowsOf(c))))

  app.get('/api/query.csv', async (c) => {
    const frame = await frameFor(c, queryOf(c))
    return download(c, frame.query.metrics.join('_'), csvOfFrame(frame))
  })

  app.get('/api/rows.csv', (c) => {
    const query = { ...rowsOf(c), limit: undefined, cursor: undefined }
    return download(c, query.table, c.var.doors.csv(query, c.var.viewer))
  })
}

function rowsOf(c: Context): RowsQuery {
  return rowsSchema.parse(readRowsQuery(new URL(c.req.url).searchParams))
}

function pageOfRows(c: Context<Env>, query: RowsQuery): Promise<RowsPage> {
  return c.var.queue(() => c.var.doors.rows(query, c.var.viewer))
}

/** A file to save, sent as it is read; it keeps its version until the last line is out. `?bom=1` is for Excel. */
async function download(
  c: Context<Env>,
  name: string,
  lines: Iterable<string> | AsyncIterable<string>,
): Promise<Response> {
  const { letGo, queue } = c.var
  c.set('letGo', () => {})
  const file = name.replaceAll(/[^\w-]+/g, '_').slice(0, 80)
  try {
    const body = await streamText(lines, {
      start: c.req.query('bom') === '1' ? '\uFEFF' : '',
      turn: queue,
      done: letGo,
    })
    return c.body(body, 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="rapport_${file}.csv"`,
    })
  } catch (error) {
    letGo()
    throw error
  }
}
