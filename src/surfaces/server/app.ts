import { randomUUID } from 'node:crypto'
import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { routePath } from 'hono/route'
import { type Problem, RapportError } from '../../errors.ts'
import type { Viewer } from '../../metrics/query.ts'
import type { Assets } from './assets.ts'
import { jsonOnly, limitBody } from './body.ts'
import type { Doors } from './doors.ts'
import { drawRefusal } from './draw.ts'
import { localOnly, secureHeaders } from './guard.ts'
import type { IntakeDoor } from './intake/door.ts'
import type { LiveFeed } from './live.ts'
import { answerProblem, type Refusal, refusalOf } from './problem.ts'
import { createQueue, type QueueLimits } from './queue.ts'
import { type Env, languageOf } from './request.ts'
import { aboutRoutes } from './routes/about.ts'
import { assetRoutes } from './routes/assets.ts'
import { catalogueRoutes } from './routes/catalogue.ts'
import { feedbackRoutes } from './routes/feedback.ts'
import { intakeRoutes } from './routes/intake.ts'
import { liveRoutes } from './routes/live.ts'
import { pageRoutes } from './routes/pages.ts'
import { queryRoutes } from './routes/query.ts'
import { rowsRoutes } from './routes/rows.ts'

export interface AppOptions {
  /** Asked once a request: a newer version is seen by the next one. */
  current(): Doors | Promise<Doors>
  assets: Assets
  /** Port that the server answers on, once known. */
  port(): number
  /** Who asks; the language is each request's own. */
  viewer: Viewer
  /** Id of the page that opens first, where the source has it; else the first of the sidebar. */
  startPage?: string
  limits?: QueueLimits
  /** What sources send by themselves; without it nothing is taken. */
  intake?: IntakeDoor
  /** Says when what is shown changes. */
  live?: LiveFeed
  /** One line a failed request. Neither values nor addresses with values are in it. */
  log?(line: string): void
}

/** The whole of HTTP: one route is one call to a door, for one viewer. */
export function createApp(options: AppOptions): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw malformed(result.error.issues)
    },
  })
  app.onError((error, c) => answerError(error, c, options))
  app.notFound((c) => answerError(unknownPath(), c, options))
  app.use(secureHeaders())
  if (options.intake) intakeRoutes(app, options.intake, options.port)
  app.use(localOnly(options.port), limitBody())
  assetRoutes(app, options.assets)
  app.use('/api/*', jsonOnly())
  if (options.live) liveRoutes(app, options.live)
  app.use(withDoors(options))
  aboutRoutes(app)
  queryRoutes(app)
  rowsRoutes(app)
  catalogueRoutes(app)
  feedbackRoutes(app)
  pageRoutes(app, options)
  return app
}

/** Hands a route the doors of the newest version, its viewer and the queue. */
function withDoors(options: AppOptions) {
  const queue = createQueue(options.limits)
  return async (c: Context<Env>, next: () => Promise<void>) => {
    const doors = await options.current()
    const language = languageOf(c, doors.languages, options.viewer.language)
    c.set('doors', doors)
    c.set('viewer', { ...options.viewer, language })
    c.set('queue', queue)
    c.set('letGo', () => doors.release?.())
    try {
      await next()
    } finally {
      c.var.letGo()
    }
  }
}

function malformed(issues: z.core.$ZodIssue[]): RapportError {
  const problems = issues.slice(0, 20).map((issue): Problem => {
    const where = issue.path.join('.')
    return {
      code: 'query-malformed',
      message: `${where || 'The query'}: ${issue.message}.`,
      where,
      fix: 'See /openapi.json for the form of a query.',
    }
  })
  return new RapportError(problems, 2)
}

function unknownPath(): RapportError {
  const problem = { code: 'page-unknown', message: 'There is no such page.', fix: 'Choose one from the sidebar.' }
  return new RapportError(problem, 5)
}

/** People get a page in the same shell, programs a problem. */
async function answerError(thrown: unknown, c: Context<Env>, options: AppOptions): Promise<Response> {
  const error = thrown instanceof z.ZodError ? malformed(thrown.issues) : thrown
  const id = randomUUID().slice(0, 8)
  const refusal = refusalOf(error, id)
  options.log?.(
    `${id} ${c.req.method} ${routePath(c)} ${refusal.status} ${refusal.problems[0]?.code}${traceOf(error, refusal)}`,
  )
  const forPeople = c.req.method === 'GET' && !/^\/(api|assets)\//.test(c.req.path) && wantsPage(c)
  return forPeople && c.var.doors
    ? c.html(await drawRefusal(c, refusal, options.assets), refusal.status)
    : answerProblem(c, refusal)
}

function wantsPage(c: Context): boolean {
  return c.req.header('accept')?.includes('text/html') ?? false
}

/** Where it failed, without the message: that may quote a value. */
function traceOf(error: unknown, { status }: Refusal): string {
  if (status !== 500 || !(error instanceof Error)) return ''
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6)
  return ` ${error.name}\n${frames.join('\n')}`
}
