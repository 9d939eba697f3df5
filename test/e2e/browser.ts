import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const system = [
  process.env.RAPPORT_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path))

/** A headless Chromium: the system's where there is one, else the one that comes as a package. */
export async function openBrowser(): Promise<Browser> {
  if (system) return chromium.launch({ executablePath: system, args: ['--no-sandbox'] })
  // Makes the package unpack its own system libraries, which a bare container lacks.
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs20.x'
  const { default: packaged } = await import('@sparticuz/chromium')
  // Its own list is made for a function service: one process, no web security. A test wants a browser as people have it.
  const args = ['--no-sandbox', '--use-angle=swiftshader', '--disable-dev-shm-usage', '--font-render-hinting=none']
  return chromium.launch({ executablePath: await packaged.executablePath(), args })
}
