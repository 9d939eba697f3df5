import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { generate } from '../src/generate/generate.ts'
import { program, root, type Settings } from './measure.ts'

export interface Fixture {
  /** Scratch space, gone afterwards. */
  folder: string
  file: string
  /** One line: what is measured on. */
  says: string
}

/** Tickets to measure on, in a folder of their own, for as long as `work` takes. */
export async function withTickets(settings: Settings, work: (fixture: Fixture) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-bench-'))
  const stop = (): void => process.exit(130)
  process.once('SIGINT', stop)
  try {
    await work({ folder, ...(await ticketsOf(settings, folder)) })
  } finally {
    process.removeListener('SIGINT', stop)
    await rm(folder, { recursive: true, force: true })
  }
}

async function ticketsOf({ rows, file }: Settings, folder: string): Promise<Pick<Fixture, 'file' | 'says'>> {
  if (file) return { file: resolve(file), says: `${file}, ${megabytes((await stat(file)).size)}` }
  const begun = performance.now()
  const made = await generate('customer-first', { rows, out: folder })
  const seconds = (performance.now() - begun) / 1000
  const { path, bytes } = made.files[0]!
  const speed = Math.round(rows / seconds).toLocaleString('en')
  return {
    file: path,
    says: `${rows.toLocaleString('en')} generated tickets, ${megabytes(bytes)} (made at ${speed} rows/s)`,
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

/** The program as it ships. Without it there is nothing of ours to measure. */
export function assertBuilt(): void {
  if (existsSync(join(root, 'dist/cli.js'))) return
  throw new Error(
    `The program is not built: ${join(root, 'dist/cli.js')} is missing. Run \`npm run build\`; ${program} runs it.`,
  )
}
