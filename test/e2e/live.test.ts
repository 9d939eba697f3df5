import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { flowOrder } from '../../src/cli/build-child.ts'
import { intakeDoor } from '../../src/cli/intake-door.ts'
import { type Live, startLive } from '../../src/cli/live.ts'
import { liveWorld } from '../../src/cli/live-world.ts'
import { buildVersion } from '../../src/flow/flow.ts'
import { buildLive } from '../../src/flow/live.ts'
import { type Journal, openJournal } from '../../src/journal/journal.ts'
import { readProject } from '../../src/project.ts'
import { type RunningServer, startServer } from '../../src/surfaces/server/server.ts'
import { openBrowser } from './browser.ts'

let folder: string
let journal: Journal
let live: Live
let server: RunningServer
let browser: Browser
let page: Page
let looking: ReturnType<typeof setInterval>

function ticket(id: number, status: string): string {
  const day = String(1 + (id % 20)).padStart(2, '0')
  return JSON.stringify({
    id,
    url: `https://demo.example/api/v2/tickets/${id}.json`,
    via: { channel: id % 3 === 0 ? 'chat' : 'email' },
    created_at: `2026-01-${day}T08:00:00Z`,
    updated_at: `2026-01-${day}T09:00:00Z`,
    subject: 'Parcel',
    description: 'Where is it?',
    priority: 'normal',
    status,
    requester_id: 400 + (id % 7),
    submitter_id: 400 + (id % 7),
    assignee_id: 511,
    group_id: 211,
    satisfaction_rating: { score: id % 2 === 0 ? 'good' : 'bad' },
    comments: [],
  })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-live-page-'))
  const lines = Array.from({ length: 200 }, (_, at) => ticket(1000 + at, at % 3 === 0 ? 'open' : 'solved'))
  await writeFile(join(folder, 'tickets.ndjson'), `${lines.join('\n')}\n`)
  await writeFile(
    join(folder, 'rapport.yaml'),
    'name: Desk\nsources:\n  - id: support\n    files: tickets.ndjson\n    pack: zendesk\n    intake: { expected: 15 min }\n  - id: shop\n    pack: zendesk\n    intake: { expected: 1 s }\n',
  )
  const order = await flowOrder({ project: { directory: folder }, guess: true })
  await buildVersion(order)
  const project = await readProject({ directory: folder })
  journal = await openJournal(project.data.journal)
  const world = await liveWorld(project, { project: folder }, journal)
  live = await startLive({ ...world, worker: { build: (task) => buildLive({ ...order, ...task }), stop: () => {} } })
  looking = setInterval(() => void live.step(), 50)
  server = await startServer({
    current: live.take,
    live,
    viewer: { personalData: 'mask', language: 'en' },
    port: 0,
    intake: await intakeDoor(project, journal),
  })
  browser = await openBrowser()
  page = await browser.newPage()
}, 60_000)

afterAll(async () => {
  await browser?.close()
  clearInterval(looking)
  await live?.close()
  await server?.close()
  await journal?.close()
  await rm(folder, { recursive: true, force: true })
})

/** As docs/intake.md says; what is answered is on the disk. */
async function send(source: string, body: string): Promise<void> {
  const answer = await fetch(`${server.url}intake/${source}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  })
  expect(await answer.json()).toEqual({ kept: 1, duplicates: 0, rejected: 0, position: journal.position })
}

const casesTile = '[data-tile="cases"]'
const cases = () => page.locator(`${casesTile} .kpi-value`).textContent()

/** Milliseconds from the acknowledgement until the page counts so many cases. */
async function shownAfter(count: number): Promise<number> {
  const begun = performance.now()
  await expect.poll(cases, { timeout: 15_000, interval: 20 }).toBe(String(count))
  return Math.round(performance.now() - begun)
}

async function answersIn(): Promise<number> {
  const begun = performance.now()
  await (await fetch(`${server.url}api/pages/overview`)).text()
  return Math.round(performance.now() - begun)
}

/** Tiles by id as the server draws them now. */
const drawTiles = `fetch('/api/pages/overview').then((answer) => answer.json()).then(({ html }) => {
  const made = document.createElement('template')
  made.innerHTML = html
  return Object.fromEntries([...made.content.querySelectorAll('section[data-tile]')].map((tile) => [tile.dataset.tile, tile.outerHTML]))
})`
const swapped = `[...document.querySelectorAll('section[data-tile]')].filter((tile) => !tile.wasThere).map((tile) => tile.dataset.tile)`

/** What one answer of the page takes on a quiet machine, in milliseconds: one that is busy with other things is slower in all. */
const quietAnswer = 165

test('what was sent is on the page within two seconds of its acknowledgement, and nothing else of the page moves', async () => {
  await page.goto(`${server.url}overview`)
  await page.locator('#toolbar button').first().waitFor()
  expect(await cases()).toBe('200')
  // Both sources have sent something; the code of the worker is loaded with the first.
  await send('shop', ticket(5000, 'open'))
  await send('support', ticket(5001, 'open'))
  await shownAfter(202)
  // A second later shop is silent, which is said above the tiles: from then on nothing has a reason to move.
  await page.locator('.silence').waitFor()
  await page.locator('[data-tile="next"] a').first().focus()
  await page.evaluate(
    `scrollTo(0, 300); document.querySelectorAll('section[data-tile]').forEach((tile) => { tile.wasThere = true })`,
  )
  const before = await page.evaluate<Record<string, string>>(drawTiles)
  const times: number[] = []
  for (const id of [5002, 5003]) {
    await send('support', ticket(id, 'solved'))
    times.push(await shownAfter(id - 4799))
  }
  const slower = Math.max(1, Math.min(await answersIn(), await answersIn(), await answersIn()) / quietAnswer)
  expect(Math.min(...times), `${times.join(' ')}, ${slower} times as slow as a quiet machine`).toBeLessThan(
    2000 * slower,
  )
  const after = await page.evaluate<Record<string, string>>(drawTiles)
  const changed = await page.evaluate<string[]>(swapped)
  expect(changed).toContain('cases')
  expect(changed).not.toContain('next')
  expect(changed.filter((id) => before[id] === after[id])).toEqual([])
  expect(await page.evaluate('scrollY')).toBe(300)
  expect(await page.evaluate(`document.activeElement.closest('[data-tile]')?.dataset.tile`)).toBe('next')
  await expect.poll(() => page.locator('nav.side a[href^="/cases"] .count').textContent()).toBe('204')
  expect(await page.locator('.origin').textContent()).toContain(`+${journal.position}`)
})

test('a replaced ticket counts once, and waits while something lies over the page', async () => {
  await page.keyboard.press('?')
  await page.locator('dialog[open]').waitFor()
  await send('support', ticket(5005, 'open'))
  await expect.poll(() => live.state().position, { timeout: 10_000 }).toBe(journal.position)
  await page.waitForTimeout(100)
  expect(await cases()).toBe('204')
  await page.keyboard.press('Escape')
  await shownAfter(205)
  await send('support', ticket(5005, 'solved'))
  await expect.poll(() => page.locator(casesTile).textContent(), { timeout: 10_000 }).toContain('136 solved')
  expect(await cases()).toBe('205')
})

test('each tile says how old its newest arrival is, and which source is silent', async () => {
  const ages = page.locator('section[data-tile] > .age')
  expect(await ages.count()).toBe(await page.locator('section[data-tile]').count())
  expect(await ages.first().textContent()).toMatch(/^Newest arrival \d+\ss\sago; shop is silent$/)
  expect(await ages.first().getAttribute('class')).toContain('stale')
  expect(await page.locator('.silence').textContent()).toMatch(
    /Nothing has come from “shop” for \d+\ss; something was expected every 1\ss/,
  )
})
