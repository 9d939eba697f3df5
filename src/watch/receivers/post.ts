import { type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { RapportError } from '../../errors.ts'
import type { Answer } from '../outbox.ts'
import { checkAddress, type Resolve } from './address.ts'

/** What is posted to a receiver. */
export interface Post {
  url: string
  headers: Record<string, string>
  body: string
}

export interface PostOptions {
  allowPrivate: boolean
  resolve?: Resolve
  /** Milliseconds for all of it. */
  timeout?: number
  /** Statuses after which the same body is not tried again. */
  never?: readonly number[]
}

const mostRead = 4096

/** Posts to the address that was checked, follows nothing, and says in words what went wrong. */
export async function post({ url, headers, body }: Post, options: PostOptions): Promise<Answer> {
  const target = targetOf(url, options.allowPrivate)
  const checked = await checkAddress(target.hostname, options)
  const secure = target.protocol === 'https:'
  const settings: RequestOptions = {
    method: 'POST',
    protocol: target.protocol,
    hostname: target.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: target.port || (secure ? 443 : 80),
    path: `${target.pathname}${target.search}`,
    headers: { 'User-Agent': 'Rapport', ...headers, 'Content-Length': Buffer.byteLength(body) },
    agent: false,
    signal: AbortSignal.timeout(options.timeout ?? 15_000),
    // Node asks for one address or for a list of them; either way it gets the one that was checked.
    lookup: (_host, { all }, found) =>
      all ? found(null, [checked] as never, checked.family) : found(null, checked.address, checked.family),
  }
  const { status, retryAfter, text } = await exchange(secure ? requestHttps : requestHttp, settings, body)
  if (status >= 200 && status < 300) return { ok: true }
  return {
    ok: false,
    says: `HTTP ${status}${text ? `: ${text}` : ''}`,
    ...(retryAfter !== undefined && { retry_after: retryAfter }),
    ...(status === 410 && { gone: true as const }),
    ...(options.never?.includes(status) && { never: true as const }),
  }
}

function targetOf(url: string, allowPrivate: boolean): URL {
  const target = URL.canParse(url) ? new URL(url) : null
  const secure = target?.protocol === 'https:' || (allowPrivate && target?.protocol === 'http:')
  if (target && secure && !target.username && !target.password) return target
  // The address may hold a token: it is not repeated.
  throw new RapportError(
    {
      code: 'address-refused',
      message: target
        ? 'The address of the receiver is not https, or it has a name before an @.'
        : 'The address of the receiver does not read.',
      fix: 'Write https://host/path; http only with "allow_private: true".',
    },
    2,
  )
}

interface Exchanged {
  status: number
  retryAfter?: number
  text: string
}

function exchange(open: typeof requestHttps, settings: RequestOptions, body: string): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    const request = open(settings, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (text.length < mostRead) text += chunk
        else response.destroy()
      })
      response.on('error', () => {})
      response.on('close', () =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: secondsIn(response.headers['retry-after']),
          text: text
            .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
            .trim()
            .slice(0, 200),
        }),
      )
    })
    request.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.name === 'AbortError' || error.name === 'TimeoutError' ? new Error('no answer in time') : error),
    )
    request.end(body)
  })
}

/** Seconds, or a date. */
function secondsIn(header: string | undefined): number | undefined {
  if (!header) return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000)
}
