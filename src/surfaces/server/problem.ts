import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { type Problem, RapportError } from '../../errors.ts'

/** Statuses that do not follow from how a command would end. */
const statusOfCode: Record<string, ContentfulStatusCode> = {
  'host-refused': 403,
  'origin-refused': 403,
  'method-unknown': 405,
  'body-too-large': 413,
  'body-too-deep': 400,
  'body-not-json': 415,
  'intake-form': 415,
  'intake-busy': 429,
  'intake-unwritten': 503,
  'disk-full': 507,
  'proof-missing': 401,
  'proof-wrong': 401,
  'proof-stale': 401,
  'body-not-form': 415,
  busy: 503,
  'listeners-many': 503,
  'took-too-long': 504,
}

/** After how many seconds it is worth another try. */
const secondsToWait: Record<number, string> = { 429: '2', 503: '1', 507: '60' }

/** How a command would have ended, as HTTP says it. */
const statusOfExit: Record<number, ContentfulStatusCode> = { 1: 400, 2: 400, 3: 422, 4: 409, 5: 404 }

/** One refused request: the problems, and the status that the first one deserves. */
export interface Refusal {
  status: ContentfulStatusCode
  problems: Problem[]
}

/** Any thrown value as a refusal. What nobody foresaw is a 500 without its text: it may hold a value of the data. */
export function refusalOf(error: unknown, id: string): Refusal {
  if (error instanceof HTTPException && error.status < 500) return { status: error.status, problems: [notUnderstood] }
  if (!(error instanceof RapportError)) return { status: 500, problems: [unforeseen(id)] }
  const first = error.problems[0]
  return {
    status: (first && statusOfCode[first.code]) ?? statusOfExit[error.exitCode] ?? 500,
    problems: error.problems,
  }
}

const notUnderstood: Problem = {
  code: 'request-malformed',
  message: 'The request cannot be read.',
  fix: 'See /openapi.json for what can be asked, and how.',
}

function unforeseen(id: string): Problem {
  return {
    code: 'unexpected',
    message: `The server failed on this request (${id}).`,
    fix: 'Try again. If it fails again, look for this number in the log and report it.',
  }
}

/** `application/problem+json`: the first problem, and all of them when there are several. */
export function answerProblem(c: Context, { status, problems }: Refusal): Response {
  const [first] = problems
  const body = problems.length > 1 ? { ...first, problems } : first
  const wait = secondsToWait[status]
  if (wait) c.header('Retry-After', wait)
  c.header('Cache-Control', 'no-store')
  return c.body(JSON.stringify({ status, ...body }), status, { 'Content-Type': 'application/problem+json' })
}

/** A refusal to throw from a route or a guard. */
export function refuse(code: string, message: string, fix: string, exitCode: 1 | 2 | 5 = 2): RapportError {
  return new RapportError({ code, message, fix }, exitCode)
}
