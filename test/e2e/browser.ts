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
  const args = packaged.args.filter((argument) => !argument.startsWith('--headless'))
  return chromium.launch({ executablePath: await packaged.executablePath(), args: [...args, '--no-sandbox'] })
}
