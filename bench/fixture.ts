import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
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
export function withTickets(settings: Settings, work: (fixture: Fixture) => Promise<void>): Promise<void> {
  return withFiles('customer-first', settings, ({ files, ...rest }) => work({ ...rest, file: files[0]! }))
}

/** The files of a generator, or those of `--file`: one, or all of a folder. */
export async function withFiles(
  name: string,
  settings: Settings,
  work: (fixture: Omit<Fixture, 'file'> & { files: string[] }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-bench-'))
  const stop = (): void => process.exit(130)
  process.once('SIGINT', stop)
  try {
    await work({ folder, ...(await filesOf(name, settings, folder)) })
  } finally {
    process.removeListener('SIGINT', stop)
    await rm(folder, { recursive: true, force: true })
  }
}

async function filesOf(
  name: string,
  { rows, file }: Settings,
  folder: string,
): Promise<{ files: string[]; says: string }> {
  if (file) {
    const files = await filesIn(resolve(file))
    const sizes = await Promise.all(files.map(async (each) => (await stat(each)).size))
    return { files, says: `${file}, ${megabytes(sizes.reduce((sum, size) => sum + size, 0))}` }
  }
  const begun = performance.now()
  const { files } = await generate(name, { rows, out: join(folder, 'files') })
  const seconds = (performance.now() - begun) / 1000
  const bytes = files.reduce((sum, each) => sum + each.bytes, 0)
  const speed = Math.round(rows / seconds).toLocaleString('en')
  return {
    files: files.map(({ path }) => path),
    says: `${rows.toLocaleString('en')} generated tickets (${name}), ${megabytes(bytes)} (made at ${speed} rows/s)`,
  }
}

async function filesIn(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const names = await readdir(path)
  return names.filter((name) => !name.startsWith('.')).map((name) => join(path, name))
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`

/** The program as it ships. Without it there is nothing of ours to measure. */
export function assertBuilt(): void {
  if (existsSync(join(root, 'dist/cli.js'))) return
  throw new Error(
    `The program is not built: ${join(root, 'dist/cli.js')} is missing. Run \`npm run build\`; ${program} runs it.`,
  )
}
