import { z } from 'zod'

const units = { s: 1, min: 60, h: 3600, d: 86_400 } as const

/** A length of time as a person writes it, in seconds. */
export const duration = z
  .string()
  .regex(/^\d+(\.\d+)? ?(s|min|h|d)$/, 'a number with s, min, h or d, such as 120 s, 4 h or 1.5 d')
  .transform(secondsOf)
  .refine((seconds) => seconds > 0, 'is no time: nothing can be done in it')
  .describe('A number with s, min, h or d: "120 s", "24 h".')

/** One policy: what is promised, to whom, by which clock, and who says so. An absent condition fits every row. */
export const promiseSchema = z.strictObject({
  metric: z
    .enum(['wait', 'first_reply', 'resolution'])
    .describe('wait: until a call or chat is answered; first_reply: until the first answer; resolution: until solved.'),
  channel: z.string().optional(),
  priority: z.string().optional().describe('Priority when the promise began to hold.'),
  market: z.string().optional(),
  value: duration,
  clock: z
    .enum(['calendar', 'business'])
    .default('calendar')
    .describe('business: the value is opening time, by the schedule that holds for the row.'),
  source: z.string().min(1).describe('Who promised it, and where that stands.'),
})

/** A promise with its value in seconds. */
export type PromiseRule = z.infer<typeof promiseSchema>

function secondsOf(text: string): number {
  const [, number = '', unit = 's'] = /^([\d.]+) ?([a-z]+)$/.exec(text) ?? []
  return Math.round(Number(number) * units[unit as keyof typeof units])
}
