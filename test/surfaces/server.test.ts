import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { RapportError } from '../../src/errors.ts'
import { type RunningServer, startServer } from '../../src/surfaces/server/server.ts'
import { fakeAssets, fakeDoors, fakeServer, fakeViewer } from './fake.ts'

const running: RunningServer[] = []
const nothing = () => ({ queries: [], rows: [], pages: [], released: 0 })

afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})

async function start(port?: number): Promise<RunningServer> {
  const doors = fakeDoors(nothing())
  const server = await startServer({ current: () => doors, assets: fakeAssets, viewer: fakeViewer, port })
  running.push(server)
  return server
}

test('a taken port that was asked for is a problem; without one the next port is tried', async () => {
  const first = await start()
  const second = await start()
  expect(second.port).toBeGreaterThan(first.port)
  expect(first.url).toBe(`http://127.0.0.1:${first.port}/`)
  const refused = await start(first.port).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(RapportError)
  expect((refused as RapportError).problems[0]).toMatchObject({ code: 'port-taken', where: '--port' })
  expect((await fetch(`${second.url}api/health`)).status).toBe(200)
})

/** As written, without what a client library would tidy up first. */
function rawGet(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`),
    )
    let answer = ''
    socket.on('data', (data) => {
      answer += String(data)
    })
    socket.on('end', () => resolve(answer))
    socket.on('error', reject)
  })
}

test('raw dots in the path lead nowhere', async () => {
  const { port } = await start()
  for (const path of [
    '/assets/../../package.json',
    '/../../../etc/passwd',
    '/assets/..%2f..%2fpackage.json',
    '//etc/passwd',
  ]) {
    const answer = await rawGet(port, path)
    expect(answer).toMatch(/^HTTP\/1.1 40[04]/)
    expect(answer).not.toMatch(/root:|"dependencies"/)
  }
})

test('the start page is the first page, with what the address says', async () => {
  const { ask } = fakeServer()
  const answer = await ask('/?channel=chat')
  expect(answer.status).toBe(302)
  expect(answer.headers.get('location')).toBe('/overview?channel=chat')
})

test('a demo opens on the page that it names, where the source has it', async () => {
  const pages = ['overview', 'insights'].map((id) => ({ id, title: id, group: 'measure' }))
  const doors = { ...fakeDoors(nothing()), pages: () => pages }
  const landing = async (startPage?: string) => {
    const server = await startServer({ current: () => doors, assets: fakeAssets, viewer: fakeViewer, startPage })
    running.push(server)
    return (await fetch(server.url, { redirect: 'manual' })).headers.get('location')
  }
  expect(await landing('insights')).toBe('/insights')
  expect(await landing('elsewhere')).toBe('/overview')
  expect(await landing()).toBe('/overview')
})

test('a page gets its parameters, its key and the language of the viewer', async () => {
  const { ask, asked } = fakeServer()
  await ask('/overview?channel=chat&lang=fr')
  await ask('/case/17', { headers: { cookie: 'rapport-language=fr' } })
  await ask('/overview', { headers: { 'accept-language': 'de-DE,fr;q=0.8' } })
  await ask('/overview?lang=xx')
  expect(asked.pages).toEqual([
    { id: 'overview', parameters: 'channel=chat&lang=fr', language: 'fr' },
    { id: 'case', parameters: 'id=17', language: 'fr' },
    { id: 'overview', parameters: '', language: 'fr' },
    { id: 'overview', parameters: 'lang=xx', language: 'en' },
  ])
  expect(asked.released).toBe(4)
})

test('the same question by body and by address', async () => {
  const { ask, post, asked } = fakeServer()
  const query = {
    metrics: ['csat_mean', 'nps'],
    by: ['channel'],
    where: [
      { dimension: 'channel', op: 'in', values: ['chat', 'email'] },
      { dimension: 'market', op: 'not_in', values: ['DE'] },
      { dimension: 'team', op: 'is_null', values: [] },
    ],
    range: { from: '2026-01-01', to: '2026-01-31' },
    grain: 'month',
    order: { by: 'csat_mean', descending: true },
    limit: 5,
  }
  expect((await post('/api/query', query)).status).toBe(200)
  const text =
    '/api/query?metrics=csat_mean,nps&by=channel&where=channel%3Dchat,email&where=market!%3DDE&where=team%3D' +
    '&from=2026-01-01&to=2026-01-31&grain=month&order=-csat_mean&limit=5'
  expect((await ask(text)).status).toBe(200)
  expect(asked.queries[1]).toEqual(asked.queries[0])
  expect((await ask('/api/query?metrics=a&where=nonsense')).status).toBe(400)
  expect((await ask('/api/query?metrics=a&limit=x')).status).toBe(400)
})

test('rows as one streamed file, without a cell that a spreadsheet would run', async () => {
  const { ask, asked } = fakeServer()
  const answer = await ask('/api/rows.csv?table=cases&columns=id,subject&bom=1')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="rapport_cases.csv"')
  const bytes = new Uint8Array(await answer.arrayBuffer())
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  expect(new TextDecoder().decode(bytes)).toBe("id,subject\r\n1,'=1+1\r\n")
  expect(asked.rows).toEqual([{ table: 'cases', columns: ['id', 'subject'] }])
  expect(asked.released).toBe(1)
})

test('a list that is refused is refused before the file starts', async () => {
  const { ask, asked } = fakeServer({
    // biome-ignore lint/correctness/useYield: it fails before its first line.
    csv: async function* () {
      throw new RapportError({ code: 'table-unknown', message: 'There is no table "x".' }, 2)
    },
  })
  const answer = await ask('/api/rows.csv?table=x')
  expect(answer.status).toBe(400)
  expect(asked.released).toBe(1)
})

test('a frame as a file: negative numbers stay numbers', async () => {
  const { ask } = fakeServer()
  const answer = await ask('/api/query.csv?metrics=csat_mean&by=channel')
  expect(await answer.text()).toBe("channel,Satisfaction,Satisfaction (n)\r\n'=chat,-3.08,674\r\n")
})

test('files of the browser may be kept for ever, answers never', async () => {
  const { ask } = fakeServer()
  expect((await ask('/assets/main-A.js')).headers.get('cache-control')).toContain('immutable')
  expect((await ask('/api/version')).headers.get('cache-control')).toBe('no-store')
  expect((await ask('/overview')).headers.get('cache-control')).toBe('no-store')
})

test('people get an error page in the shell, programs a problem', async () => {
  const { ask } = fakeServer()
  const page = await ask('/nothing', { headers: { accept: 'text/html' } })
  expect(page.status).toBe(404)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(await page.text()).toContain('There is no such page.')
  const problem = await ask('/api/pages/nothing')
  expect(problem.status).toBe(404)
  expect(await problem.json()).toMatchObject({ status: 404, code: 'page-unknown', fix: 'Choose another.' })
})

test('the document of the API names what can be posted', async () => {
  const { ask } = fakeServer()
  const document = (await (await ask('/openapi.json')).json()) as { openapi: string; paths: Record<string, object> }
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/query', '/api/rows']))
})
