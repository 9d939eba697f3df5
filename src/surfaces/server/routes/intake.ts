import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { RapportError } from '../../../errors.ts'
import { answerOf, type IntakeForm, readArrivals, type SentArrival } from '../intake/arrivals.ts'
import type { IntakeDoor, IntakeSource } from '../intake/door.ts'
import { sourceOf } from '../intake/guard.ts'
import { answerChallenge, type Doubt, doubtBody, doubtHeaders, type Signed } from '../intake/proof.ts'
import { createReader } from '../intake/read-body.ts'
import { refuse } from '../problem.ts'
import type { Env } from '../request.ts'
import { problemSchema } from '../schemas.ts'
import type { IntakeAnswer } from '../wire.ts'

/** Of one object or a short list; of lines and tables, and of WhatsApp, which sends up to three. */
const [mostBytes, mostBulkBytes] = [1 << 20, 8 << 20]
/** Of one body: a longer one would hold the journal for everybody else. */
const mostRecords = 50_000
const forms: Record<string, IntakeForm> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'text/csv': 'csv',
}

/**
 * `POST /intake/<source>`: what a source sends by itself, answered when it is on the disk. It neither opens the version nor waits for those
 * who ask: it stands before both, with guards of its own.
 */
export function intakeRoutes(app: OpenAPIHono<Env>, door: IntakeDoor, port: () => number): void {
  const withBody = createReader()
  const now = door.now ?? Date.now
  app.get('/intake/:source', (c) => c.text(challenged(c, sourceOf(c, door, port()))))
  app.post('/intake/:source', async (c) => {
    const source = sourceOf(c, door, port())
    const signed = { header: (name: string) => c.req.header(name), now: now() }
    believe(c, doubtHeaders(source, signed))
    const form = formOf(c, source)
    const limit = form === 'json' && source.verify !== 'whatsapp' ? mostBytes : mostBulkBytes
    return withBody(c.req.raw, limit, async (body) => {
      believe(c, doubtBody(source, signed, body))
      const arrivals = readArrivals(source, { body, form, sent: deliveryOf(source, signed) })
      return c.json(await keep(door, arrivals), 200)
    })
  })
  app.all('/intake/:source', (c) => {
    sourceOf(c, door, port())
    c.header('Allow', 'POST')
    throw refuse('method-unknown', 'Arrivals are posted.', 'Send them with POST.')
  })
  document(app)
}

function challenged(c: Context, source: IntakeSource): string {
  const answer = answerChallenge(source, (name) => c.req.query(name))
  if (answer !== null) return answer
  if (source.verify === 'whatsapp') throw unproved('wrong')
  c.header('Allow', 'POST')
  throw refuse('method-unknown', 'Arrivals are posted.', 'Send them with POST.')
}

function believe(c: Context, doubt: Doubt | null): void {
  if (!doubt) return
  c.header('WWW-Authenticate', 'Bearer')
  throw unproved(doubt)
}

function formOf(c: Context, source: IntakeSource): IntakeForm {
  const encoding = c.req.header('content-encoding')
  if (encoding !== undefined && encoding !== 'identity')
    throw refuse('intake-form', 'The body is packed.', 'Send it without Content-Encoding.')
  const form = forms[c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '']
  if (form && (form !== 'csv' || source.surveys)) return form
  const fix = `Send application/json or application/x-ndjson${source.surveys ? ', or text/csv' : ''}.`
  throw refuse('intake-form', 'The body is of a kind that is not taken here.', fix)
}

/**
 * The sender's own id of a delivery. Only one that is proved along with the rest counts: by another, whoever repeats a signed body could call
 * it a new one.
 */
function deliveryOf({ verify }: IntakeSource, { header }: Signed): string | undefined {
  if (verify === 'standard') return header('webhook-id')
  return verify === 'none' || verify === 'token' || verify === 'owner' ? header('idempotency-key') : undefined
}

/** Answers when all of it is on the disk. A body in which nothing could be read is refused, and kept all the same. */
async function keep(door: IntakeDoor, arrivals: SentArrival[]): Promise<IntakeAnswer> {
  if (arrivals.length === 0) throw refuse('intake-empty', 'The body holds no records.', 'Send at least one.')
  if (arrivals.length > mostRecords)
    throw refuse('body-too-large', `The body holds more than ${mostRecords} records.`, 'Send fewer records at once.')
  const kept = await append(door, arrivals)
  const answer = answerOf(arrivals, kept)
  if (kept.some(({ duplicate }) => !duplicate)) door.onKept?.(answer.position)
  if (answer.kept + answer.duplicates === 0) throw new RapportError(answer.problems!, 2)
  return answer
}

/** Where the journal stands is nothing that a sender is told. */
async function append({ journal }: IntakeDoor, arrivals: SentArrival[]) {
  try {
    return await journal.append(arrivals.map(({ source, key, body }) => ({ source, key, body })))
  } catch (error) {
    const [problem] = error instanceof RapportError ? error.problems : []
    const { code, message, fix } = problem ?? {}
    if (code === 'busy') throw refuse('intake-busy', message!, fix!)
    if (code === 'disk-full') throw refuse(code, message!, fix!)
    if (code === 'journal-unwritable')
      throw refuse('intake-unwritten', 'The journal cannot be written.', 'See that its folder can be written to.')
    throw error
  }
}

const doubts: Record<Doubt, [message: string, fix: string]> = {
  missing: ['The sender does not say who it is.', 'Send the headers that docs/intake.md shows for this source.'],
  wrong: [
    'The sender is not who it says it is.',
    'Check that both sides have the same secret, and that nothing changes the body on its way.',
  ],
  stale: [
    'It was signed more than five minutes ago, or in the future.',
    'Sign it anew, and check the clocks of both machines.',
  ],
}

function unproved(doubt: Doubt): RapportError {
  return refuse(`proof-${doubt}`, ...doubts[doubt])
}

const answerSchema = z.custom<IntakeAnswer>().openapi('Intake', {
  type: 'object',
  description: 'How many records are kept, known already, and unreadable; the position of the last in the journal.',
})

/** Described, not checked: a body is counted and measured before any parser sees it. */
function document(app: OpenAPIHono<Env>): void {
  const record = z.object({}).loose()
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/intake/{source}',
    summary: 'What a source sends by itself',
    description: 'Answered when it is on the disk. Forms, proofs and keys: docs/intake.md.',
    request: {
      params: z.object({ source: z.string() }),
      body: {
        required: true,
        content: {
          'application/json': { schema: z.union([record, z.array(record)]) },
          'application/x-ndjson': { schema: z.string() },
          'text/csv': { schema: z.string() },
        },
      },
    },
    responses: {
      200: { description: 'On the disk', content: { 'application/json': { schema: answerSchema } } },
      default: { description: 'Refused', content: { 'application/problem+json': { schema: problemSchema } } },
    },
  })
}
