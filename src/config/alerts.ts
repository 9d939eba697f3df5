import { z } from 'zod'
import { duration } from './promise.ts'
import { secretSchema } from './secret.ts'
import { zoneSchema } from './zone.ts'

const id = z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and dashes, such as chat-acceptance')

/** An address that holds no secret may stand in the settings; one with a token in it is a secret itself. */
const address = z
  .union([
    secretSchema,
    z
      .string()
      .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s?#@]*)?$/, 'env:NAME, file:PATH or https://host/path without a token'),
  ])
  .describe('Where to send to: env:NAME or file:PATH, or https://host/path where nothing in it is secret.')

const reached = {
  id,
  allow_private: z
    .boolean()
    .default(false)
    .describe('Addresses of this machine and of private networks, and http. Refused otherwise.'),
}

/** Who hears of alerts, and how. */
const receiverSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...reached, kind: z.literal('slack'), url: secretSchema.describe('The incoming webhook.') }),
  z.strictObject({
    ...reached,
    kind: z.literal('teams'),
    url: secretSchema.describe('The address of the workflow "When a Teams webhook request is received".'),
  }),
  z.strictObject({
    ...reached,
    kind: z.literal('webhook'),
    url: address,
    secret: secretSchema.describe('The signing key, whsec_ and base64 (Standard Webhooks).'),
    previous_secret: secretSchema.optional().describe('While the key is being changed: signed with both.'),
  }),
  z.strictObject({
    ...reached,
    kind: z.literal('pagerduty'),
    key: secretSchema.describe('The integration key of the Events API v2.'),
    url: address.default('https://events.pagerduty.com/v2/enqueue'),
  }),
  z.strictObject({
    ...reached,
    kind: z.literal('email'),
    host: z.string().min(1).describe('The SMTP server.'),
    port: z.number().int().min(1).max(65_535).default(587),
    tls: z
      .enum(['starttls', 'tls', 'none'])
      .default('starttls')
      .describe(
        'starttls is demanded, not tried; tls from the first byte (port 465); none only inside a network of yours.',
      ),
    user: z.string().optional(),
    password: secretSchema.optional(),
    from: z.string().min(3).describe('"Rapport <alerts@example.com>".'),
    to: z.union([z.string().min(3), z.array(z.string().min(3)).min(1)]),
  }),
  z.strictObject({ id, kind: z.literal('file'), path: z.string().min(1).describe('One JSON object a line is added.') }),
])

export type Receiver = z.infer<typeof receiverSchema>

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 20:00')

const quietSchema = z
  .strictObject({
    zone: zoneSchema.optional().describe('IANA zone; that of the project by default.'),
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
      .min(1)
      .optional()
      .describe('On which it begins; every day by default.'),
    from: time,
    to: time,
  })
  .describe(
    'What comes up meanwhile is held back and sent as one message afterwards. Past midnight where to is before from.',
  )

export type Quiet = z.infer<typeof quietSchema>

const common = {
  id,
  replaces: id.optional().describe('Id of an alert that this one takes the place of, on purpose.'),
  title: z.string().min(1).optional(),
  receivers: z.array(id).default([]).describe('Ids of receivers. Without any, the state is shown and nobody is told.'),
  owner: z.string().min(1).optional().describe('Who sees to it.'),
  severity: z.enum(['info', 'warning', 'error', 'critical']).default('warning'),
  repeat: duration.default(24 * 3600).describe('Told again while it lasts, after so long.'),
  quiet: quietSchema.optional(),
  group: z
    .boolean()
    .default(true)
    .describe('Into one message with what else is told the same receiver at that moment.'),
  for: z.number().int().min(1).max(100).default(1).describe('So many evaluations in a row, each of new data.'),
}
const where = z
  .array(z.string().min(1))
  .default([])
  .describe('Conditions as on the command line: channel=chat,email  market!=DE. Joined by "and".')
const stale = duration.optional().describe('Newest event older than this: the state is "stale", not "ok".')

const thresholdSchema = z
  .strictObject({
    ...common,
    kind: z.literal('threshold'),
    metric: z.string(),
    by: z.string().optional().describe('One state for each value of this dimension.'),
    where,
    last: duration.optional().describe('Of what lies so far back from the newest event: "1 h". All data by default.'),
    below: z.number().optional(),
    above: z.number().optional(),
    clear: z.number().optional().describe('Over again only from here on; the limit itself by default.'),
    minimum: z.number().int().min(1).default(1).describe('Fewer rows than this are no data.'),
    certain: z
      .boolean()
      .default(true)
      .describe('Only when the interval leaves the limit out; false: by the value alone.'),
    stale,
  })
  .superRefine(({ below, above, clear }, context) => {
    const add = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if ((below === undefined) === (above === undefined)) add('below', 'say either below or above')
    if (clear === undefined) return
    if (below !== undefined && clear < below) add('clear', 'lies on the wrong side of below: it would never rest')
    if (above !== undefined && clear > above) add('clear', 'lies on the wrong side of above: it would never rest')
  })

const alertSchema = z.discriminatedUnion('kind', [
  thresholdSchema,
  z.strictObject({
    ...common,
    kind: z.literal('breach'),
    within: duration.describe('Open cases whose promise runs out within this time.'),
    above: z.number().int().min(0).default(0),
    where,
    stale,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('anomaly'),
    metric: z.string(),
    grain: z.enum(['day', 'week', 'month']).default('day'),
    by: z.string().optional().describe('One series for each value of this dimension.'),
    side: z.enum(['low', 'high', 'both']).default('both'),
    where,
    stale,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('check'),
    checks: z
      .union([z.enum(['error', 'warning', 'note']), z.array(z.string().min(1)).min(1)])
      .default('error')
      .describe('Ids of checks, or all that are at least that bad.'),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('silent'),
    source: z.string().optional().describe('Id of a source; every one by default.'),
    after: duration,
    of: z
      .enum(['arrival', 'event'])
      .default('arrival')
      .describe('The newest thing that came in, or the newest moment in it.'),
    schedule: z.string().optional().describe('Name of a schedule: only its open hours count.'),
  }),
])

/** When somebody is to be told. */
export type AlertRule = z.infer<typeof alertSchema>
export type AlertOf<Kind extends AlertRule['kind']> = Extract<AlertRule, { kind: Kind }>

export const receiversSchema = z.array(receiverSchema)
export const alertsSchema = z.array(alertSchema)

/** `catalog/alerts/*.yaml`. */
export const alertsFileSchema = z.strictObject({ alerts: alertsSchema })
