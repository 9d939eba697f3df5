import { Cron } from 'croner'
import { z } from 'zod'
import { zoneSchema } from './zone.ts'

/** What can run by itself. */
export const runKinds = ['build', 'check', 'alerts', 'report'] as const

/** What a report may be sent as. */
export const sentFormats = ['pdf', 'html', 'xlsx', 'md'] as const

/** Something that `rapport serve` does at set times. */
export const runSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and dashes, such as nightly'),
    when: z
      .string()
      .refine(isPattern, { message: 'is no cron expression such as "0 6 * * 1-5": minute, hour, day, month, weekday' })
      .describe('A cron expression of five fields: minute, hour, day of the month, month, weekday.'),
    zone: zoneSchema.optional().describe('Time zone of the expression; the reporting zone without it.'),
    do: z
      .enum(runKinds)
      .describe(
        'build: takes in what is new; check: what the checks find; alerts: one evaluation; report: a page to receivers.',
      ),
    page: z.string().optional().describe('Of a report: id of the page; overview without it.'),
    report: z
      .string()
      .optional()
      .describe(
        'Of a report: id of a whole report (rapport report NAME); with `formats` alone, the one that suits the source.',
      ),
    formats: z
      .array(z.enum(sentFormats))
      .default([])
      .describe('Of a report: written to the data folder and attached to e-mails; without any, the message alone.'),
    receivers: z
      .array(z.string())
      .default([])
      .describe('Of a report: who gets it. Of the others: who hears when it fails.'),
  })
  .superRefine((run, context) => {
    if (run.do === 'report' && run.receivers.length === 0)
      context.addIssue({ code: 'custom', path: ['receivers'], message: 'a report without a receiver reaches nobody' })
    if (run.page !== undefined && run.do !== 'report')
      context.addIssue({ code: 'custom', path: ['page'], message: `do: ${run.do} shows no page` })
    if ((run.report !== undefined || run.formats.length > 0) && run.do !== 'report')
      context.addIssue({ code: 'custom', path: ['report'], message: `do: ${run.do} writes no report` })
    if (run.report !== undefined && run.formats.length === 0)
      context.addIssue({ code: 'custom', path: ['formats'], message: 'a report of its own needs a format: [pdf]' })
  })

export type RunSetting = z.infer<typeof runSchema>

function isPattern(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false
  try {
    new Cron(text, { paused: true }).stop()
    return true
  } catch {
    return false
  }
}
