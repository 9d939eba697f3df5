import { expect, test } from 'vitest'
import { depthOf } from '../../src/surfaces/server/body.ts'
import { fakeServer } from './fake.ts'

const hosts: [string, number][] = [
  ['127.0.0.1:4600', 200],
  ['localhost:4600', 200],
  ['LOCALHOST:4600', 200],
  ['[::1]:4600', 200],
  ['evil.example:4600', 403],
  ['127.0.0.1', 403],
  ['127.0.0.1:80', 403],
  ['localhost:4601', 403],
  ['0.0.0.0:4600', 403],
  ['localhost.evil.example:4600', 403],
  ['127.0.0.1:4600.evil.example', 403],
  ['2130706433:4600', 403],
  ['', 403],
]

test.each(hosts)('Host %s is answered with %i', async (host, status) => {
  const { ask } = fakeServer()
  for (const path of ['/api/health', '/overview', '/openapi.json'])
    expect((await ask(path, { headers: { host } })).status).toBe(status)
})

const origins: [string | undefined, number][] = [
  [undefined, 200],
  ['http://127.0.0.1:4600', 200],
  ['http://localhost:4600', 200],
  ['null', 403],
  ['http://evil.example', 403],
  ['https://127.0.0.1:4600', 403],
  ['http://127.0.0.1:4601', 403],
  ['http://127.0.0.1:4600.evil.example', 403],
]

test.each(origins)('POST from Origin %s is answered with %i', async (origin, status) => {
  const { post, asked } = fakeServer()
  const answer = await post('/api/query', { metrics: ['csat_mean'] }, origin === undefined ? {} : { origin })
  expect(answer.status).toBe(status)
  expect(asked.queries).toHaveLength(status === 200 ? 1 : 0)
})

test('another site may link to a page, but neither read the API nor post', async () => {
  const { ask, post } = fakeServer()
  const cross = { 'sec-fetch-site': 'cross-site' }
  expect((await ask('/overview', { headers: { ...cross, 'sec-fetch-mode': 'navigate' } })).status).toBe(200)
  expect((await ask('/api/health', { headers: { ...cross, 'sec-fetch-mode': 'cors' } })).status).toBe(403)
  expect((await post('/api/query', { metrics: ['a'] }, { ...cross, 'sec-fetch-mode': 'navigate' })).status).toBe(403)
})

test('every answer carries the headers, refusals and files too', async () => {
  const { ask } = fakeServer()
  for (const path of ['/overview', '/api/health', '/assets/main-A.js', '/assets/none.js', '/nowhere/at/all']) {
    const { headers } = await ask(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
  }
  const refused = await ask('/overview', { headers: { host: 'evil.example' } })
  expect(refused.headers.get('content-security-policy')).toContain("default-src 'none'")
})

/** 200 ways to write a way out of a folder. */
function traversals(): string[] {
  const ups = ['..', '%2e%2e', '%2E.', '.%2e', '%252e%252e', '..%00', '....', '%c0%ae%c0%ae', '..;', '\\..']
  const slashes = ['/', '%2f', '%5c', '\\', '%252f']
  const targets = ['package.json', 'etc/passwd', 'manifest.json', 'cli.js']
  return ups.flatMap((up) => slashes.flatMap((slash) => targets.map((target) => `${up}${slash}${up}${slash}${target}`)))
}

test('200 encodings of a path out of the folder find no file', async () => {
  const paths = traversals()
  expect(paths).toHaveLength(200)
  const { app } = fakeServer()
  for (const path of paths) {
    const url = `http://127.0.0.1:4600/assets/${path}`
    const answer = await app.request(url, { headers: { host: '127.0.0.1:4600' } })
    expect([400, 404], path).toContain(answer.status)
    expect(await answer.text()).not.toMatch(/root:|"dependencies"/)
  }
})

test('a body is JSON, small and flat', async () => {
  const { post, asked } = fakeServer()
  const deep = `{"metrics":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  const cases: [string, Record<string, string>, number, string][] = [
    [deep, {}, 400, 'body-too-deep'],
    [`{"metrics":["${'a'.repeat(300_000)}"]}`, {}, 413, 'body-too-large'],
    ['metrics=a', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'body-not-json'],
    ['{"metrics":["a"]}', { 'content-type': 'text/plain' }, 415, 'body-not-json'],
    ['{"metrics":', {}, 400, 'body-malformed'],
    ['{"metrics":[]}', {}, 400, 'query-malformed'],
    ['{"metrics":["a"],"sql":"select 1"}', {}, 400, 'query-malformed'],
    ['{"metrics":["a"],"where":[{"dimension":"a","op":"like","values":[]}]}', {}, 400, 'query-malformed'],
  ]
  for (const [body, headers, status, code] of cases) {
    const answer = await post('/api/query', body, headers)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code])
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  }
  expect(asked.queries).toHaveLength(0)
})

test('brackets inside of a string do not nest', () => {
  expect(depthOf('{"a":"[[[[\\"[["}')).toBe(1)
  expect(depthOf('[[{"a":[1]}]]')).toBe(4)
})

test('what nobody foresaw says nothing of the data, neither in the answer nor in the log', async () => {
  const canary = 'canary.person@example.org'
  const { ask, log } = fakeServer({
    query: async () => {
      throw new Error(`Binder Error: no such value ${canary}`)
    },
  })
  const answer = await ask(`/api/query?metrics=a&where=email=${canary}`)
  expect(answer.status).toBe(500)
  const text = await answer.text()
  expect(text).not.toContain(canary)
  await ask(`/${canary}`)
  await ask(`/api/dimensions/${canary}/values`)
  expect(log.length).toBeGreaterThan(0)
  expect(log.join('\n')).not.toContain(canary)
  const id = /\((\w{8})\)/.exec(text)?.[1]
  expect(log.some((line) => line.startsWith(`${id} GET /api/query 500 unexpected`))).toBe(true)
})

test('too much work is refused at once, slow work after the deadline, and the place comes back', async () => {
  let fail = (_error: Error) => {}
  const slow = new Promise<never>((_, reject) => {
    fail = reject
  })
  const { ask, asked } = fakeServer({ query: () => slow }, { running: 1, waiting: 1, deadline: 300 })
  const answers = await Promise.all(['a', 'b', 'c'].map((metric) => ask(`/api/query?metrics=${metric}`)))
  expect(answers.map((answer) => answer.status).sort()).toEqual([503, 504, 504])
  expect(answers.find((answer) => answer.status === 503)?.headers.get('retry-after')).toBe('1')
  expect((await ask('/api/query?metrics=d')).status, 'the slow one still holds its place').toBe(504)
  fail(new Error('late'))
  await new Promise((resolve) => setTimeout(resolve, 10))
  expect((await ask('/api/query?metrics=e')).status, 'the place is free again').toBe(500)
  expect(asked.released).toBe(5)
})
