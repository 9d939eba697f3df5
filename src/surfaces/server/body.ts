import type { MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { refuse } from './problem.ts'

const bytes = 256 * 1024
/** Far more than any query nests, far less than what exhausts a stack. */
const depth = 64

/** Size first, before anything is held in memory. */
export function limitBody(): MiddlewareHandler {
  return bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw refuse('body-too-large', `The body is larger than ${bytes / 1024} KB.`, 'Ask with fewer values.')
    },
  })
}

/** Only JSON, and only so deep: checked on the text, before a parser sees it. */
export function jsonOnly(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'POST') {
      const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
      if (type !== 'application/json')
        throw refuse('body-not-json', 'The body is not JSON.', 'Send it with "Content-Type: application/json".')
      const text = await c.req.text()
      if (depthOf(text) > depth)
        throw refuse('body-too-deep', `The body nests deeper than ${depth} levels.`, 'Send a flat query.')
      if (!isJson(text)) throw refuse('body-malformed', 'The body is not whole JSON.', 'Check its quotes and brackets.')
    }
    await next()
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The deepest nesting of brackets outside of strings. */
export function depthOf(text: string): number {
  let level = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (inString) {
      if (code === 92) at++
      else if (code === 34) inString = false
    } else if (code === 34) inString = true
    else if (code === 91 || code === 123) deepest = Math.max(deepest, ++level)
    else if (code === 93 || code === 125) level--
  }
  return deepest
}
