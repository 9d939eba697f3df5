import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { RowsQuery } from '../../../metrics/query.ts'
import { frameLines, rowLines } from '../csv.ts'
import type { RowsPage } from '../doors.ts'
import type { Env } from '../request.ts'
import { answers, rowsAnswerSchema, rowsSchema } from '../schemas.ts'
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
    return download(c, `rapport_${frame.query.metrics.join('_')}`, frameLines(frame))
  })

  app.get('/api/rows.csv', async (c) => {
    const query = { ...rowsOf(c), limit: 500, cursor: undefined }
    // The first page before the answer starts: what is refused is refused with a status, not in the middle of a file.
    const first = await pageOfRows(c, query)
    return download(c, `rapport_${query.table}`, allRows(c, query, first))
  })
}

function rowsOf(c: Context): RowsQuery {
  return rowsSchema.parse(readRowsQuery(new URL(c.req.url).searchParams))
}

function pageOfRows(c: Context<Env>, query: RowsQuery): Promise<RowsPage> {
  return c.var.queue(() => c.var.doors.rows(query, c.var.viewer))
}

async function* allRows(c: Context<Env>, query: RowsQuery, first: RowsPage): AsyncGenerator<string> {
  yield* rowLines(first, true)
  for (let cursor = first.next; cursor; ) {
    const page = await pageOfRows(c, { ...query, cursor })
    yield* rowLines(page, false)
    cursor = page.next
  }
}

/** A file to save, sent as it is read. Keeps its version until the last line is out. `?bom=1` is for Excel. */
function download(c: Context<Env>, name: string, lines: Iterable<string> | AsyncIterable<string>): Response {
  const letGo = c.var.letGo
  c.set('letGo', () => {})
  const bom = c.req.query('bom') === '1' ? '\uFEFF' : ''
  const file = name.replaceAll(/[^\w-]+/g, '_').slice(0, 80)
  return c.body(streamOf(lines, bom, letGo), 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${file}.csv"`,
  })
}

function streamOf(
  lines: Iterable<string> | AsyncIterable<string>,
  bom: string,
  done: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const iterator = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]()
  let start = bom
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await iterator.next()
        if (next.done) {
          controller.close()
          done()
          return
        }
        controller.enqueue(encoder.encode(start + next.value))
        start = ''
      } catch (error) {
        done()
        controller.error(error)
      }
    },
    async cancel() {
      await iterator.return?.()
      done()
    },
  })
}
