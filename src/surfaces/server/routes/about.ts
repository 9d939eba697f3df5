import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Env } from '../request.ts'
import type { VersionAnswer, WordsAnswer } from '../wire.ts'

/** Written in by the build. */
const product = process.env.RAPPORT_VERSION ?? 'development'

/** Is it alive, which data does it show, and the words of the browser's own controls. */
export function aboutRoutes(app: OpenAPIHono<Env>): void {
  app.get('/api/health', (c) => c.json({ status: 'ok', version: c.var.doors.version.id }))

  app.get('/api/version', (c) => {
    const { version, source, languages } = c.var.doors
    const data = { id: version.id, as_of: version.as_of, zone: version.zone, source }
    return c.json({ product: 'rapport', version: product, data, languages } satisfies VersionAnswer)
  })

  app.get('/api/words', (c) => {
    const words = c.var.doors.words(c.var.viewer.language)
    const all = Object.entries({ ...words.fallback, ...words.messages })
    const messages = Object.fromEntries(all.filter(([id]) => id.startsWith('web.')))
    c.header('Cache-Control', 'no-cache')
    return c.json({ language: words.language, locale: words.locale, messages } satisfies WordsAnswer)
  })

  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Rapport', version: product, description: 'Numbers that carry their definition. See docs/api.md.' },
  })
}
