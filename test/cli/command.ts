import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Problem } from '../../src/errors.ts'
import type { Frame, MetricCell } from '../../src/metrics/frame.ts'

const root = join(import.meta.dirname, '../..')
const program = join(root, 'bin/rapport.cjs')
if (!existsSync(join(root, 'dist/cli.js')))
  throw new Error('These tests run the built command and dist/cli.js is missing: run "npm run build" first.')

/** The published file of 8,469 tickets, where it was put beside the repository. */
export const published = join(root, '../shared/data/customer-first/customer_support_tickets.csv')

export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
}

/** Where a command runs: its folder is also its home, so that nothing of this machine is read or written. */
export interface RunOptions {
  folder: string
}

/** The command as a user types it, with nobody at the keyboard. */
export function start(args: string[], { folder }: RunOptions): ChildProcess {
  const { FORCE_COLOR: _, ...own } = process.env
  // A group of its own: a build runs in a child, and killing the group finds both.
  return spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...own, XDG_CACHE_HOME: join(folder, 'cache'), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
}

export function run(args: string[], options: RunOptions): Promise<Outcome> {
  return outcomeOf(start(args, options))
}

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const said = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => {
    said.stdout += String(chunk)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    said.stderr += String(chunk)
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })))
}

/** Runs with `--json`, expects an exit code, and answers what stdout says: JSON and nothing else. */
export async function json<T>(args: string[], options: RunOptions & { code?: number }): Promise<T> {
  const { code, stdout, stderr } = await run([...args, '--json'], options)
  const told = `rapport ${args.join(' ')} ended with ${code}\n${stdout.slice(0, 2000)}\n${stderr}`
  if (code !== (options.code ?? 0)) throw new Error(told)
  try {
    return JSON.parse(stdout) as T
  } catch {
    throw new Error(`stdout is not JSON: ${told}`)
  }
}

export function frame(args: string[], options: RunOptions): Promise<Frame> {
  return json<Frame>(['query', ...args], options)
}

/** A failure's problems, each of which says what is wrong in a sentence and what to do. */
export async function problems(args: string[], code: number, options: RunOptions): Promise<Problem[]> {
  const answer = await json<{ problems: Problem[] }>(args, { ...options, code })
  for (const problem of answer.problems)
    if (!problem.code || !problem.message || !problem.fix) throw new Error(`half a problem: ${JSON.stringify(problem)}`)
  return answer.problems
}

export function cell(answer: Frame, metric: string, row = 0): MetricCell {
  return answer.rows[row]?.[metric] as MetricCell
}

/** Rows as `{chat: 3.08}`: one dimension, one metric. */
export function valuesBy(answer: Frame, dimension: string, metric: string): Record<string, number | null> {
  return Object.fromEntries(answer.rows.map((row) => [String(row[dimension]), (row[metric] as MetricCell).value]))
}

export interface Server {
  url: string
  child: ChildProcess
  get<T>(path: string): Promise<T>
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** A command that serves, once it says where. */
export async function serve(args: string[], options: RunOptions): Promise<Server> {
  const child = start([...args, '--port', '0', '--no-open', '--json'], options)
  const ended = outcomeOf(child)
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += String(chunk)
      const found = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0]
      if (found) resolve(found)
    })
    ended.then(({ code, stdout, stderr }) => reject(new Error(`ended with ${code}: ${stdout}${stderr}`)))
  })
  return {
    url,
    child,
    get: async <T>(path: string) => (await (await fetch(new URL(path, url))).json()) as T,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal)
      await ended
    },
  }
}

/** A folder of its own under the system's temporary one. */
export async function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'rapport-cli-'))
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Files by path, written below a folder. */
export async function write(folder: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

/** Generated tickets, `tickets.csv` in the folder. */
export async function generate(options: RunOptions, ...args: string[]): Promise<string> {
  await json(['generate', 'customer-first', '--out', '.', ...args], options)
  return join(options.folder, 'customer_support_tickets.csv')
}
