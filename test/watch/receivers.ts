import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Heard {
  headers: IncomingHttpHeaders
  body: string
}

/** A receiver on this machine that keeps what it hears and answers as it is told. */
export interface LocalReceiver {
  url: string
  heard: Heard[]
  /** Statuses of the answers to come, then 200; 0 never answers. */
  answers: { status: number; headers?: Record<string, string> }[]
  close(): Promise<void>
}

export async function localReceiver(): Promise<LocalReceiver> {
  const heard: Heard[] = []
  const answers: LocalReceiver['answers'] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += String(chunk)
    })
    request.on('end', () => {
      heard.push({ headers: request.headers, body })
      const answer = answers.shift() ?? { status: 200 }
      if (answer.status === 0) return
      response.writeHead(answer.status, answer.headers)
      response.end(answer.status === 200 ? 'ok' : 'no\u0007 thanks')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook/T0?token=t`,
    heard,
    answers,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
