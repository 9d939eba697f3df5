import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import { RapportError } from '../../errors.ts'
import { type AppOptions, createApp } from './app.ts'
import { type Assets, readAssets } from './assets.ts'

export interface ServerOptions extends Omit<AppOptions, 'assets' | 'port'> {
  /** Exactly this port; without it the first free one from 4600. */
  port?: number
  assets?: Assets
}

export interface RunningServer {
  url: string
  port: number
  /** Finishes what is being answered, for at most two seconds. */
  close(): Promise<void>
}

const firstPort = 4600
const tries = 100
const address = '127.0.0.1'

/** Serves the pages and the API on this machine only. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  let port = 0
  const app = createApp({ ...options, assets: options.assets ?? readAssets(), port: () => port })
  const server = createAdaptorServer({ fetch: app.fetch, hostname: address })
  port = options.port === undefined ? await firstFree(server) : await listen(server, options.port)
  // By number: another program may hold the same port of `localhost` on IPv6.
  return { url: `http://${address}:${port}/`, port, close: () => close(server) }
}

async function firstFree(server: ServerType): Promise<number> {
  for (let port = firstPort; port < firstPort + tries; port++) {
    try {
      return await listen(server, port)
    } catch (error) {
      if (!(error instanceof RapportError) || error.problems[0]?.code !== 'port-taken') throw error
    }
  }
  throw new RapportError({
    code: 'port-taken',
    message: `Every port from ${firstPort} to ${firstPort + tries - 1} is taken.`,
    fix: 'Stop a server, or choose a port with --port.',
  })
}

/** The port that it got: with 0 the system chooses. */
function listen(server: ServerType, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(listenProblem(error, port))
    server.once('error', failed)
    server.listen(port, address, () => {
      server.off('error', failed)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function listenProblem(error: NodeJS.ErrnoException, port: number): unknown {
  if (error.code === 'EADDRINUSE')
    return new RapportError({
      code: 'port-taken',
      message: `Port ${port} is taken by another program.`,
      where: '--port',
      fix: 'Choose another port, or leave --port out to get a free one.',
    })
  if (error.code === 'EACCES')
    return new RapportError({
      code: 'port-refused',
      message: `The system does not let this user listen on port ${port}.`,
      where: '--port',
      fix: 'Choose a port above 1023.',
    })
  return error
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), 2000)
    server.close(() => {
      clearTimeout(force)
      resolve()
    })
    if ('closeIdleConnections' in server) server.closeIdleConnections()
  })
}
