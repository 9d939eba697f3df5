import { z } from 'zod'
import type { Problem } from '../errors.ts'
import { accountsSchema } from './accounts.ts'
import { alertsSchema, receiversSchema } from './alerts.ts'
import { checked } from './check.ts'
import { intakeSchema } from './intake.ts'
import { holidaysSchema, scheduleSchema } from './opening-hours.ts'
import { duration, promiseSchema } from './promise.ts'
import { runSchema } from './runs.ts'
import { withSurveys } from './surveys.ts'
import type { Document } from './yaml.ts'
import { zoneSchema } from './zone.ts'

const sourceSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and dashes, such as support-tickets'),
  files: z
    .union([z.string(), z.array(z.string()).min(1)])
    .default([])
    .describe('Needless where the source has an intake.'),
  intake: intakeSchema.optional().describe('What the source sends by itself while `rapport serve` runs.'),
  pack: z.string().optional(),
  zone: zoneSchema.optional(),
  date_order: z
    .enum(['d/m/y', 'm/d/y', 'y/m/d'])
    .optional()
    .describe('Of a chat that a phone exported: how its dates are written, where the file does not decide.'),
})

/** How the messages of chats become conversations. */
const chatsSchema = z.strictObject({
  gap: duration
    .default(24 * 3600)
    .describe('So long without a message, and the next one begins a new conversation: "24 h".'),
  business: z
    .array(z.string().min(1))
    .default([])
    .describe('Names under which the business writes in chats that a phone exported.'),
})

const targetSchema = z.strictObject({
  metric: z.string(),
  value: z.number(),
  source: z.string().min(1),
  channel: z.string().optional(),
  priority: z.string().optional(),
})

/** What stands in `rapport.yaml`. */
export const settingsSchema = z.strictObject({
  name: z.string().optional(),
  sources: z.array(sourceSchema).min(1),
  /** Files of amounts by customer, of any system: they join what the sources know of the same customers. */
  accounts: z.array(accountsSchema).default([]),
  zone: zoneSchema.default('UTC'),
  language: z.string().default('en'),
  personal_data: z.enum(['mask', 'show']).default('mask'),
  keep_versions: z.number().int().min(1).max(50).default(3),
  targets: z.array(targetSchema).default([]),
  /** What was promised; goes before the promises that the catalogue has. */
  sla: z.array(promiseSchema).default([]),
  schedules: z.array(scheduleSchema(zoneSchema)).default([]),
  holidays: holidaysSchema.default([]),
  chats: chatsSchema.prefault({}),
  /** What a server does at set times. */
  runs: z.array(runSchema).default([]),
  intake: z
    .strictObject({
      hosts: z
        .array(z.string().regex(/^[a-z0-9.-]+(:\d+)?$/, 'a name such as hooks.example.org'))
        .default([])
        .describe('Public names under which sources that verify their sender may be reached, and nothing else.'),
    })
    .optional(),
  receivers: receiversSchema.default([]).describe('Who hears of alerts, and how.'),
  alerts: alertsSchema.default([]).describe('When somebody is to be told; as in catalog/alerts/.'),
  public_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where people reach the pages: what messages link to. The address on this machine by default.'),
})

export type Settings = z.infer<typeof settingsSchema>

/** `rapport.yaml` -> settings with defaults; every fault at once, each with its line. */
export function readSettings(document: Document, problems: Problem[]): Settings | null {
  const settings = checked(settingsSchema, document.value ?? {}, document, problems)
  if (!settings) return null
  const seen = new Map<string, (string | number)[]>()
  const named = [
    ...settings.sources.map(({ id }, index) => ({ id, path: ['sources', index] })),
    ...settings.accounts.map(({ id }, index) => ({ id, path: ['accounts', index] })),
  ]
  for (const { id, path } of named) {
    const first = seen.get(id)
    if (first === undefined) seen.set(id, path)
    else
      problems.push({
        code: 'source-twice',
        message: `Two sources are called "${id}": ${document.where(first)} and ${document.where(path)}.`,
        where: document.where([...path, 'id']),
        fix: 'Give each source an id of its own.',
      })
  }
  for (const [index, { id, files, intake }] of settings.sources.entries()) {
    if (files.length > 0 || intake) continue
    problems.push({
      code: 'source-empty',
      message: `The source "${id}" names no files, and nothing can be sent to it.`,
      where: document.where(['sources', index]),
      fix: 'Give it `files:`, or `intake:` for what it sends by itself.',
    })
  }
  problems.push(...runFaults(settings, document))
  for (const [index, { source }] of settings.accounts.entries()) {
    if (source === undefined || settings.sources.some(({ id }) => id === source)) continue
    problems.push({
      code: 'accounts-source-unknown',
      message: `There is no source "${source}" whose customers the amounts could be of.`,
      where: document.where(['accounts', index, 'source']),
      fix: `Use one of: ${settings.sources.map(({ id }) => id).join(', ')}.`,
    })
  }
  return { ...settings, sources: withSurveys(settings) }
}

/** Runs that nobody could tell apart, or that would tell nobody. */
function runFaults({ runs, receivers }: Settings, document: Document): Problem[] {
  const kinds = new Map<string, string>(receivers.map(({ id, kind }) => [id, kind]))
  return runs.flatMap((run, index) => {
    const fault = (code: string, message: string, fix: string): Problem => ({
      ...{ code, message, fix },
      where: document.where(['runs', index]),
    })
    const twice = runs.findIndex(({ id }) => id === run.id) < index
    return [
      ...(twice ? [fault('run-twice', `Two runs are called "${run.id}".`, 'Give each run an id of its own.')] : []),
      ...run.receivers.flatMap((id) => {
        const kind = kinds.get(id)
        if (kind === undefined)
          return [
            fault(
              'receiver-unknown',
              `The run "${run.id}" names the receiver "${id}", which is not there.`,
              'Write it under receivers: of rapport.yaml.',
            ),
          ]
        if (kind === 'pagerduty' && run.do === 'report')
          return [
            fault(
              'receiver-unfit',
              `A report is no incident: PagerDuty cannot take "${run.id}".`,
              'Send it by e-mail, to a chat or to a webhook.',
            ),
          ]
        return []
      }),
    ]
  })
}
