import { request } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import type { LiveFeed, LiveState } from '../../src/surfaces/server/live.ts'
import { type RunningServer, startServer } from '../../src/surfaces/server/server.ts'
import { fakeAssets, fakeViewer } from './fake.ts'

const running: RunningServer[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})

const state = (id: string): LiveState => ({
  id,
  as_of: '2026-01-31T00:00:00Z',
  position: 3,
  received_at: null,
  waiting: 0,
  problem: null,
  sources: [],
})

function fakeFeed() {
  const listeners = new Set<(now: LiveState | null) => void>()
  const feed: LiveFeed = {
    state: () => state('v1'),
    subscribe: (listener) => {
      listeners.add(listener)
      listener(state('v1'))
      return () => listeners.delete(listener)
    },
  }
  const tell = (now: LiveState | null): void => {
    for (const listener of [...listeners]) listener(now)
  }
  return { feed, listeners, tell }
}

async function start(feed: LiveFeed): Promise<RunningServer> {
  const server = await startServer({
    current: () => {
      throw new Error('Nobody who only listens holds a version.')
    },
    live: feed,
    assets: fakeAssets,
    viewer: fakeViewer,
    port: 0,
  })
  running.push(server)
  return server
}

async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  const decoder = new TextDecoder()
  for (let all = ''; ; ) {
    const { value, done } = await reader.read()
    all += decoder.decode(value)
    if (done || all.includes(text)) return all
  }
}

test('who listens is told each version, and holds none of them', async () => {
  const { feed, tell } = fakeFeed()
  const { url } = await start(feed)
  const answer = await fetch(`${url}api/live`)
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const reader = answer.body!.getReader()
  expect(await readUntil(reader, '"id":"v1"')).toMatch(/^retry: 2000\n\nevent: version\nid: v1\ndata: \{"id":"v1"/)
  tell(state('v1+4'))
  expect(await readUntil(reader, 'v1+4')).toContain('event: version\nid: v1+4\ndata: ')
  tell(null)
  expect((await reader.read()).done).toBe(true)
})

test('who goes away is forgotten, and makes room', async () => {
  const { feed, listeners } = fakeFeed()
  const { url } = await start(feed)
  const leaving = new AbortController()
  await Promise.all(Array.from({ length: 100 }, () => fetch(`${url}api/live`, { signal: leaving.signal })))
  expect(listeners.size).toBe(100)
  const refused = await fetch(`${url}api/live`)
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({ code: 'listeners-many' })
  leaving.abort()
  await expect.poll(() => listeners.size).toBe(0)
  const again = await fetch(`${url}api/live`)
  expect(again.status).toBe(200)
  await again.body?.cancel()
})

test('another site, and another name for this machine, hear nothing', async () => {
  const { feed, listeners } = fakeFeed()
  const { url, port } = await start(feed)
  const cross = await fetch(`${url}api/live`, { headers: { 'sec-fetch-site': 'cross-site' } })
  expect(cross.status).toBe(403)
  const status = await new Promise((resolve) =>
    request({ port, path: '/api/live', headers: { host: 'elsewhere.example' } }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    }).end(),
  )
  expect(status).toBe(403)
  expect(listeners.size).toBe(0)
})
