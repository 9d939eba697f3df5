import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { feedbackStatuses } from '../../../insights/feedback-log.ts'
import { refuse } from '../problem.ts'
import type { Env } from '../request.ts'

const words = z
  .string()
  .max(500)
  .transform((text) => text.trim())
  .optional()

const changeSchema = z.strictObject({
  status: z.enum(feedbackStatuses),
  note: words,
  by: words,
  back: z.string().max(4000).optional(),
})

/** The form of a comment: a new status, and back to the page that it was sent from. */
export function feedbackRoutes(app: OpenAPIHono<Env>): void {
  app.post('/feedback/:id', async (c) => {
    const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
    if (type !== 'application/x-www-form-urlencoded')
      throw refuse('body-not-form', 'The body is not a form.', 'Send it from the page Feedback.')
    const { doors, viewer, queue } = c.var
    const mark = doors.markFeedback
    if (!mark)
      throw refuse(
        'project-needed',
        'A status needs a project to be kept in: these files were named directly.',
        'Write a project with "rapport init DIR --from FILE..." and serve that.',
      )
    const id = c.req.param('id')
    const { status, note, by, back } = changeSchema.parse(Object.fromEntries(new URLSearchParams(await c.req.text())))
    await queue(() => mark(id, { status, ...(note && { note }), ...(by && { by }) }, viewer))
    return c.redirect(`${backTo(back)}#comment-${encodeURIComponent(id)}`, 303)
  })
}

/** To the page alone, whatever the form says. */
function backTo(back: string | undefined): string {
  return back && /^\/feedback(\?[\x21\x24-\x7e]*)?$/.test(back) ? back : '/feedback'
}
