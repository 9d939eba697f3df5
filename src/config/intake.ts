import { z } from 'zod'
import { duration } from './promise.ts'
import { secretSchema } from './secret.ts'

/** How the sender of a source proves who it is. */
export const proofs = ['none', 'token', 'standard', 'whatsapp', 'zendesk'] as const

/** What a source sends to a running server by itself: `POST /intake/<source>`. */
export const intakeSchema = z
  .strictObject({
    verify: z
      .enum(proofs)
      .default('none')
      .describe(
        'How the sender proves who it is: token (Authorization: Bearer), standard (Standard Webhooks), whatsapp (X-Hub-Signature-256), zendesk. none takes what this machine itself sends.',
      ),
    secret: secretSchema.optional(),
    challenge: secretSchema
      .optional()
      .describe('Of whatsapp: the verify token that was given when the webhook was set up.'),
    expected: duration.optional().describe('So long without anything new, and the source counts as silent: "15 min".'),
  })
  .superRefine((intake, context) => {
    if (intake.verify !== 'none' && !intake.secret)
      context.addIssue({
        code: 'custom',
        path: ['secret'],
        message: `verify: ${intake.verify} needs a secret: env:NAME or file:PATH`,
      })
    if (intake.verify === 'none' && intake.secret)
      context.addIssue({ code: 'custom', path: ['verify'], message: 'a secret proves nothing without verify' })
    if (intake.challenge && intake.verify !== 'whatsapp')
      context.addIssue({ code: 'custom', path: ['challenge'], message: 'only WhatsApp asks for a challenge' })
  })

export type IntakeSetting = z.infer<typeof intakeSchema>
