import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'

const root = join(import.meta.dirname, '../..')
const program = join(root, 'bin/rapport.cjs')

/** The built product on generated data, and a browser: what a user has after `rapport open`. */
export interface Product {
  url: string
  browser: Browser
  /** What was opened, and where its model is kept. */
  files: string[]
  cache: string
  /** A page that remembers what the console and the content policy said against it. */
  visit(path: string, options?: BrowserContextOptions): Promise<{ page: Page; complaints: string[] }>
  close(): Promise<void>
}

/** Cases of one support team, in one file. */
const tickets = ['customer-first', '--rows', '3000', '--seed', '7', '--columns', 'recommended']

/** `generated`: what `rapport generate` is told. All files that it writes are opened together. */
export async function openProduct(generated = tickets): Promise<Product> {
  if (!existsSync(join(root, 'dist/cli.js'))) execFileSync(process.execPath, [join(root, 'scripts/build.mjs')])
  const folder = await mkdtemp(join(tmpdir(), 'rapport-e2e-'))
  execFileSync(process.execPath, [program, 'generate', ...generated, '--out', folder])
  const files = (await readdir(folder)).filter((name) => name.endsWith('.csv')).map((name) => join(folder, name))
  const [server, browser] = await Promise.all([startServer(files, folder), openBrowser()])
  return {
    url: server.url,
    browser,
    files,
    cache: folder,
    visit: (path, options) => visit(browser, server.url, path, options),
    close: async () => {
      await browser.close()
      server.child.kill('SIGKILL')
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function startServer(files: string[], cache: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [program, 'open', ...files, '--no-open', '--port', '0', '--json'], {
    env: { ...process.env, XDG_CACHE_HOME: cache },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    const listen = (data: Buffer) => {
      said += String(data)
      const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0]
      if (url) resolve({ child, url })
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', (code) => reject(new Error(`rapport open ended with ${code}:\n${said}`)))
  })
}

async function visit(browser: Browser, url: string, path: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(`asked ${request.url()}`)
  })
  await page.goto(new URL(path, url).href)
  await page.locator('#toolbar [aria-label="Language"], #toolbar [aria-label="Langue"]').waitFor()
  return { page, complaints }
}
