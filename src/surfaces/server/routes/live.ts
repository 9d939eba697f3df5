import type { OpenAPIHono } from '@hono/zod-openapi'
import type { LiveFeed, LiveState } from '../live.ts'
import { refuse } from '../problem.ts'
import type { Env } from '../request.ts'

const mostListeners = 100
/** A line that means nothing keeps what stands between from closing the connection. */
const heartbeat = 15_000

/** `GET /api/live`: an event for each version that is shown, as long as somebody listens. It holds no version and no place in the queue. */
export function liveRoutes(app: OpenAPIHono<Env>, feed: LiveFeed): void {
  let listening = 0
  app.get('/api/live', (c) => {
    if (listening >= mostListeners)
      throw refuse('listeners-many', 'Too many pages listen already.', 'Close some, or reload this page now and then.')
    listening++
    const encoder = new TextEncoder()
    let end = (): void => {}
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const write = (text: string): void => {
          // Whoever reads nothing for so long gets nothing more: the newest state is all that counts.
          if ((controller.desiredSize ?? 1) > -64) controller.enqueue(encoder.encode(text))
        }
        const timer = setInterval(() => write(': \n\n'), heartbeat)
        let stop = (): void => {}
        let over = false
        end = () => {
          if (over) return
          over = true
          clearInterval(timer)
          stop()
          listening--
        }
        write('retry: 2000\n\n')
        stop = feed.subscribe((state) => {
          if (state) return write(eventOf(state))
          end()
          controller.close()
        })
        c.req.raw.signal.addEventListener('abort', () => {
          if (over) return
          end()
          controller.close()
        })
      },
      cancel: () => end(),
    })
    return c.body(body, 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    })
  })
}

const eventOf = (state: LiveState): string => `event: version\nid: ${state.id}\ndata: ${JSON.stringify(state)}\n\n`
