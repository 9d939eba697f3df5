import { appendFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { corpusCases } from '../corpus/make.ts'
import {
  cell,
  frame,
  generate,
  json,
  makeFolder,
  outcomeOf,
  problems,
  removeFolder,
  serve,
  start,
  write,
} from './command.ts'

/** What is served stays served: through killed builds, hostile files and second servers. */
const settings = 'name: desk\nsources:\n  - { id: tickets, files: customer_support_tickets.csv }\n'

interface Desk {
  folder: string
  build(): Promise<{ version: string; changed: boolean }>
  ask(): Promise<{ version: string; cases: number }>
  /** One more ticket: the next build has something to do. */
  addTicket(id: number): Promise<void>
}

const folders: string[] = []
afterAll(() => Promise.all(folders.map(removeFolder)))

/** A project of 500 tickets, built. */
async function makeDesk(): Promise<Desk> {
  const folder = await makeFolder()
  folders.push(folder)
  const tickets = await generate({ folder }, '--rows', '500', '--seed', '1', '--dirt', 'none')
  await write(folder, { 'rapport.yaml': settings })
  const build = () => json<{ version: string; changed: boolean }>(['build'], { folder })
  await build()
  return {
    folder,
    build,
    ask: async () => {
      const answer = await frame(['cases'], { folder })
      return { version: answer.version, cases: Number(cell(answer, 'cases').value) }
    },
    addTicket: (id) => {
      const line = `${id},Ada Byron,ada@example.com,36,Female,Loom,2024-01-02,Refund request,Pattern,It frays,Open,,High,Chat,,,`
      return appendFile(tickets, `${line}\n`)
    },
  }
}

/** Starts a build and kills it after a while: with the process that builds for it, or alone, so that the other lives on. */
async function killBuild(folder: string, after: number, together: boolean): Promise<void> {
  const child = start(['build'], { folder })
  const ended = outcomeOf(child)
  await pause(after)
  if (child.exitCode === null) process.kill(together ? -child.pid! : child.pid!, 'SIGKILL')
  await ended
}

test.concurrent('kill -9 at ten moments of a rebuild: the old or the new version answers whole, and the next build publishes', async () => {
  const { folder, addTicket, ask, build } = await makeDesk()
  await addTicket(100_000)
  const begun = performance.now()
  await build()
  const whole = performance.now() - begun
  let known = await ask()
  expect(known.cases).toBe(501)
  for (let round = 1; round <= 10; round++) {
    await addTicket(100_000 + round)
    await killBuild(folder, (whole * round) / 10, round % 3 !== 0)
    const now = await ask()
    if (now.version === known.version) expect(now.cases).toBe(known.cases)
    else expect(now.cases).toBe(501 + round)
    known = now
  }
  await addTicket(200_000)
  expect((await build()).changed).toBe(true)
  expect((await ask()).cases).toBe(512)
  const left = await readdir(join(folder, '.rapport/versions'))
  expect(left.filter((name) => name.includes('building'))).toEqual([])
}, 180_000)

test.concurrent('a hostile file in a project ends with 3, and what is served stays', async () => {
  const { folder, ask } = await makeDesk()
  const before = await ask()
  const hostile = {
    'JSON nested 50,000 levels': 'json-shape',
    'a single line of 50 MB': 'header-line-too-long',
    'a zip bomb in a sheet': 'unpacks-too-large',
  }
  for (const [name, code] of Object.entries(hostile)) {
    const file = await corpusCases()
      .find((each) => each.name === name)!
      .write(join(folder, 'hostile'))
    await write(folder, { 'rapport.yaml': `${settings}  - { id: hostile, files: ${file} }\n` })
    expect(await problems(['build'], 3, { folder })).toMatchObject([{ code }])
  }
  await write(folder, { 'rapport.yaml': `${settings}  - { id: hostile, files: hostile/* }\n` })
  const all = await problems(['build'], 3, { folder })
  expect(all.map(({ code }) => code).sort()).toEqual(Object.values(hostile).sort())
  expect(await ask()).toEqual(before)
})

test.concurrent('one server a data folder, questions and builds beside it, and it is free again after kill -9', async () => {
  const { folder, addTicket, ask, build } = await makeDesk()
  const server = await serve(['serve'], { folder })
  const [refused, one, two] = await Promise.all([
    problems(['serve', '--port', '0', '--no-open'], 1, { folder }),
    ask(),
    ask(),
  ])
  expect(refused).toMatchObject([{ code: 'server-running' }])
  expect(refused[0]?.message).toContain(`process ${server.child.pid} at ${server.url}`)
  expect(one).toEqual(two)
  await addTicket(300_000)
  const { version } = await build()
  await pause(1100)
  expect(await server.get('api/health')).toEqual({ status: 'ok', version })
  await server.stop('SIGKILL')
  const next = await serve(['serve'], { folder })
  expect(await next.get('api/health')).toEqual({ status: 'ok', version })
  await next.stop()
})
