import { type ChildProcess, spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { generate } from '../src/generate/generate.ts'
import { contact } from '../test/cli/kill-rounds.ts'
import { assertBuilt } from './fixture.ts'
import { answerOf, markdownTable, median, ms, program, ratio, readSettings, report } from './measure.ts'

/**
 * Signed arrivals, one a request, against a server that reads a body and sends it back: how many a second, and how long the slowest of a
 * hundred waits, alone and while pages are read. Then how long an arrival takes from its acknowledgement to the number on a page.
 * Sender and server share the machine; the reference is measured in turn in the same run.
 */
const connections = 64
const seconds = 8
const secret = randomBytes(32)
const agent = new Agent({ keepAlive: true, maxSockets: connections + 8 })
/** Ids of one run are those of no other. */
const run = randomBytes(4).toString('hex')
let sent = 0

interface Measured {
  perSecond: number
  p50: number
  p99: number
  failed: number
}

await report(async () => {
  const settings = readSettings({ rows: 100_000, pairs: 3 })
  assertBuilt()
  const folder = await mkdtemp(join(tmpdir(), 'rapport-intake-'))
  const stops: (() => void)[] = []
  try {
    const echo = await startEcho()
    stops.push(echo.stop)
    const ours = await startOurs(folder, settings.rows)
    stops.push(ours.stop)
    const paced = await whileRead(ours.url, () => steady(ours, 100, 20))
    const rounds: Record<'echo' | 'alone' | 'read', Measured>[] = []
    for (let pair = 0; pair < settings.pairs; pair++) {
      rounds.push({
        echo: await load(echo.url),
        alone: await load(ours.intake),
        read: await whileRead(ours.url, () => load(ours.intake)),
      })
      process.stderr.write(`pair ${pair + 1} of ${settings.pairs}\n`)
      await caughtUp(ours.url)
    }
    console.log(
      `## intake\n\n${connections} connections, ${seconds} s a round, ${settings.pairs} rounds; signed; base of ${settings.rows.toLocaleString('en')} cases.\n`,
    )
    const line = (name: string, of: (round: (typeof rounds)[number]) => Measured): string[] => {
      const all = rounds.map(of)
      const beside = (value: (measured: Measured) => number): string =>
        ratio(median(rounds.map((round) => value(of(round)) / value(round.echo))))
      return [
        name,
        Math.round(median(all.map(({ perSecond }) => perSecond))).toLocaleString('en'),
        ms(median(all.map(({ p50 }) => p50))),
        ms(median(all.map(({ p99 }) => p99))),
        beside(({ perSecond }) => perSecond),
        beside(({ p99 }) => p99),
        String(all.reduce((sum, { failed }) => sum + failed, 0)),
      ]
    }
    const header = ['', 'requests/s', 'p50, ms', 'p99, ms', 'rate / echo', 'p99 / echo', 'not 2xx']
    console.log(
      markdownTable(header, [
        line('echo', ({ echo }) => echo),
        line('intake', ({ alone }) => alone),
        line('intake, pages read', ({ read }) => read),
      ]),
    )
    console.log(
      `\nFrom the acknowledgement of an arrival to the number of a page that counts it, with ${paced.rate} arrivals/s and pages read: median ${ms(paced.median)} ms, p95 ${ms(paced.p95)} ms, slowest of ${paced.tries} ${ms(paced.slowest)} ms. Acknowledgement: p99 ${ms(paced.p99)} ms.`,
    )
  } finally {
    for (const stop of stops) stop()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
})

/** A bare server in a process of its own. */
async function startEcho(): Promise<{ url: string; stop(): void }> {
  const text = `const { createServer } = require('node:http')
    const server = createServer((asked, answer) => {
      const chunks = []
      asked.on('data', (chunk) => chunks.push(chunk))
      asked.on('end', () => answer.end(Buffer.concat(chunks)))
    })
    server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port + '/'))`
  const child = spawn(process.execPath, ['-e', text], { stdio: ['ignore', 'pipe', 'inherit'] })
  return { url: await urlOf(child), stop: () => void child.kill('SIGKILL') }
}

async function startOurs(folder: string, rows: number) {
  await mkdir(join(folder, 'exports'), { recursive: true })
  await generate('experience', { rows, out: join(folder, 'exports') })
  await writeFile(
    join(folder, 'rapport.yaml'),
    'sources:\n  - id: shop\n    files: exports\n    pack: experience\n    intake: { verify: standard, secret: env:BENCH_SECRET }\n',
  )
  const environment = { BENCH_SECRET: `whsec_${secret.toString('base64')}` }
  await answerOf([program, 'build', '--project', folder], environment)
  const child = spawn(process.execPath, [program, 'serve', '--project', folder, '--port', '0', '--no-open', '--json'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await urlOf(child)
  return { url, intake: `${url}intake/shop`, stop: () => void child.kill('SIGKILL') }
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0]
      if (found) resolve(found)
    })
    child.on('close', (code) => reject(new Error(`The server ended with ${code}: ${said}`)))
  })
}

function arrival(): { id: string; headers: Record<string, string>; body: string } {
  const id = `${run}-${++sent}`
  const body = JSON.stringify({
    ...contact,
    case_id: `L${id}`,
    customer_id: `C${String(sent % 5000).padStart(7, '0')}`,
    created_at: '2024-06-01 10:00:00',
  })
  const at = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64')
  const headers = { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` }
  return { id, headers, body }
}

function post(url: string): Promise<boolean> {
  const { headers, body } = arrival()
  return new Promise((resolve) => {
    const asked = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
      },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve((answer.statusCode ?? 500) < 300))
      },
    )
    asked.on('error', () => resolve(false))
    asked.end(body)
  })
}

/** Each connection sends the next request when it has its answer. */
async function load(url: string): Promise<Measured> {
  const times: number[] = []
  let failed = 0
  const end = performance.now() + seconds * 1000
  const connection = async (): Promise<void> => {
    while (performance.now() < end) {
      const begun = performance.now()
      if (!(await post(url))) failed++
      times.push(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  times.sort((a, b) => a - b)
  return {
    perSecond: times.length / seconds,
    p50: times[times.length >> 1] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
    failed,
  }
}

/** Two people, each of whom opens a page a second. */
async function whileRead<T>(url: string, work: () => Promise<T>): Promise<T> {
  let over = false
  const reader = async (page: string): Promise<void> => {
    while (!over) {
      await fetch(new URL(page, url)).then((answer) => answer.text())
      await pause(1000)
    }
  }
  const readers = [reader('/overview'), reader('/cases')]
  const result = await work()
  over = true
  await Promise.all(readers)
  return result
}

async function casesOn(url: string): Promise<number> {
  const answer = await fetch(new URL('/api/query?metrics=cases', url))
  const frame = (await answer.json()) as { rows: { cases: { value: number } }[] }
  return frame.rows[0]?.cases.value ?? 0
}

/** Until the pages count everything that was sent. */
async function caughtUp(url: string): Promise<void> {
  let last = -1
  for (let same = 0, tries = 0; same < 5 && tries < 600; tries++) {
    const count = await casesOn(url)
    same = count === last ? same + 1 : 0
    last = count
    await pause(200)
  }
}

/** At a steady rate, one of its arrivals now and then is followed until a page counts it. */
async function steady(ours: { url: string; intake: string }, rate: number, tries: number) {
  const times: number[] = []
  let counted = 0
  let over = false
  const before = await casesOn(ours.url)
  const sender = (async () => {
    while (!over) {
      const begun = performance.now()
      if (await post(ours.intake)) counted++
      times.push(performance.now() - begun)
      await pause(Math.max(0, 1000 / rate - (performance.now() - begun)))
    }
  })()
  const waits: number[] = []
  for (let n = 0; n < tries; n++) {
    await pause(300)
    const target = before + counted
    const begun = performance.now()
    while ((await casesOn(ours.url)) < target) await pause(100)
    waits.push(performance.now() - begun)
  }
  over = true
  await sender
  times.sort((a, b) => a - b)
  waits.sort((a, b) => a - b)
  return {
    rate,
    tries,
    median: median(waits),
    p95: waits[Math.ceil(waits.length * 0.95) - 1] ?? 0,
    slowest: waits.at(-1) ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
  }
}
