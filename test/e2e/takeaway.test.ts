import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violationsOf } from './axe.ts'
import { openBrowser } from './browser.ts'

const root = join(import.meta.dirname, '../..')
const program = join(root, 'bin/rapport.cjs')
const types: Record<string, string> = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript' }
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

let folder: string
let server: Server
let host: string
let browser: Browser

beforeAll(async () => {
  if (!existsSync(join(root, 'dist/alone/script.js'))) execFileSync(process.execPath, [join(root, 'scripts/build.mjs')])
  folder = await mkdtemp(join(tmpdir(), 'rapport-takeaway-'))
  const generated = ['customer-first', '--rows', '300', '--seed', '7', '--out', folder]
  run('generate', ...generated)
  run('export', 'site', join(folder, 'site'), '--files', join(folder, 'customer_support_tickets.csv'))
  server = createServer((request, response) => {
    const path = join(folder, 'site', new URL(request.url ?? '/', 'http://any').pathname)
    readFile(path.endsWith('/') ? `${path}index.html` : path).then(
      (content) => response.setHeader('Content-Type', types[extname(path)] ?? 'text/html').end(content),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  server?.close()
  await rm(folder, { recursive: true, force: true })
})

function run(...words: string[]): void {
  execFileSync(process.execPath, [program, ...words], {
    env: { ...process.env, XDG_CACHE_HOME: folder },
    stdio: 'pipe',
  })
}

/** A page that remembers what was said against it, and what it asked for beyond what it may. */
async function visit(address: string, allowed: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(allowed) && !url.startsWith('data:')) complaints.push(`asked ${url}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`)
  })
  await page.goto(address)
  return { page, complaints }
}

/** A drawing under the pointer is drawn anew, alive, and says what its marks are. */
async function comesToLife(page: Page): Promise<void> {
  const figure = page.locator('[data-figure]').first()
  await figure.scrollIntoViewIfNeeded()
  await figure.hover()
  await figure.locator('.live svg').waitFor()
  await figure.focus()
  await page.keyboard.press('ArrowDown')
  await page.locator('.tip:not([hidden])').waitFor()
  expect(await page.locator('#announce').textContent()).not.toBe('')
}

describe('a site of files', () => {
  test('opens, comes to life, changes theme and language, and asks nobody else', async () => {
    const { page, complaints } = await visit(host, host)
    await page.waitForURL('**/en/overview.html')
    expect(await page.locator('.snapshot').textContent()).toContain('A snapshot as of')
    await comesToLife(page)
    const before = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    await page.locator('#theme').click()
    expect(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')).not.toBe(before)
    await page.locator('.way[popovertarget^="table-"]').first().click()
    await page.locator('.panel:popover-open table').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('nav a[href="data.html"]').click()
    await page.waitForURL('**/en/data.html')
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    await page.locator('a[hreflang="fr"]').click()
    await page.waitForURL('**/fr/data.html')
    await page.locator('nav a[href="report.html"]').click()
    await page.locator('.title h1').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test.each([
    ['en/overview.html', 'light'],
    ['fr/actions.html', 'dark'],
  ] as const)('axe finds nothing serious on %s in the %s theme', async (path, colorScheme) => {
    const { page, complaints } = await visit(host + path, host, { colorScheme })
    expect(complaints).toEqual([])
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  })

  test('opens from the disk', async () => {
    const site = pathToFileURL(join(folder, 'site/')).href
    const { page, complaints } = await visit(`${site}en/overview.html`, site)
    await comesToLife(page)
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe('a report in one file', () => {
  const path = () => join(folder, 'site/en/report.html')
  const address = () => pathToFileURL(path()).href

  test('opens from the disk, comes to life and asks for nothing', async () => {
    const { page, complaints } = await visit(address(), address())
    await comesToLife(page)
    await page.locator('.contents li a').last().click()
    await page.locator('.contents li:last-child a[aria-current]').waitFor()
    expect(complaints).toEqual([])
    expect((await stat(path())).size).toBeLessThan(1.5e6)
    await page.context().close()
  })

  test.each(['light', 'dark'] as const)('axe finds nothing serious in the %s theme', async (colorScheme) => {
    const { page } = await visit(address(), address(), { colorScheme })
    expect(await violationsOf(page)).toEqual([])
    await page.context().close()
  })

  test('is as wide as a phone, with its contents folded', async () => {
    const { page, complaints } = await visit(address(), address(), phone)
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(await page.locator('.contents li a').first().isVisible()).toBe(false)
    await page.locator('.contents summary').click()
    await page.locator('.contents li a').last().click()
    expect(await page.locator('.contents details').getAttribute('open')).toBeNull()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('is whole without a script: drawings, tables, contents', async () => {
    const { page } = await visit(address(), address(), { javaScriptEnabled: false })
    expect(await page.locator('.contents li a').first().isVisible()).toBe(true)
    expect(await page.locator('[data-figure] svg.drawing:visible').count()).toBeGreaterThan(2)
    expect(await page.locator('#theme').isVisible()).toBe(false)
    await page.context().close()
  })

  test('is printed on white, with every folded table open', async () => {
    const { page } = await visit(address(), address(), { colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print' })
    expect(await page.evaluate<string>('getComputedStyle(document.body).color')).toBe('rgb(28, 31, 35)')
    await page.evaluate('dispatchEvent(new Event("beforeprint"))')
    expect(await page.locator('main details:not([open])').count()).toBe(0)
    await page.context().close()
  })
})
