import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** The checkout: the bundles of the benchmarks lie in dist/bench. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
export const program = join(root, 'bin/rapport.cjs')

/** What every benchmark can be told. */
export interface Settings {
  rows: number
  pairs: number
  /** A file to measure with, instead of a generated one. */
  file?: string
}

export function readSettings(defaults: { rows: number; pairs: number }): Settings {
  const { values } = parseArgs({
    options: { rows: { type: 'string' }, pairs: { type: 'string' }, file: { type: 'string' } },
  })
  return {
    rows: count('--rows', values.rows, defaults.rows),
    pairs: count('--pairs', values.pairs, defaults.pairs),
    file: values.file,
  }
}

function count(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const value = Number(text.replaceAll('_', ''))
  if (Number.isInteger(value) && value > 0) return value
  throw new Error(`${option} ${text} is no whole number above 0. Give one, such as ${otherwise}.`)
}

/** Runs a benchmark; what stops it is said in words. */
export async function report(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

export interface Ended {
  milliseconds: number
  code: number | null
  stdout: string
  stderr: string
}

/** A fresh process, timed from its start to its end. */
export function runProcess(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const begun = performance.now()
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ milliseconds: performance.now() - begun, code, stdout, stderr }))
  })
}

/** As `runProcess`; an end that is no answer stops the benchmark with what the process said. */
export async function answerOf(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const ended = await runProcess(args, environment)
  // 3: data failed a check. The answer is there all the same.
  if (ended.code === 0 || ended.code === 3) return ended
  const said = ended.stderr.trim() || ended.stdout.trim().slice(0, 2000)
  throw new Error(`node ${args.join(' ')} ended with ${ended.code}.\n${said}`)
}

export interface Pairs {
  reference: number[]
  ours: number[]
}

/** A and B in turn, the first of each pair alternating, so that a busy minute or a warm cache helps neither. */
export async function interleave(
  name: string,
  pairs: number,
  reference: (pair: number) => Promise<number>,
  ours: (pair: number) => Promise<number>,
): Promise<Pairs> {
  const taken: Pairs = { reference: [], ours: [] }
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0
    if (first) taken.reference.push(await reference(pair))
    taken.ours.push(await ours(pair))
    if (!first) taken.reference.push(await reference(pair))
    process.stderr.write(`${name}: pair ${pair + 1} of ${pairs}\n`)
  }
  return taken
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
    : (sorted[Math.floor(middle)] ?? 0)
}

/** The median of the pairs' own ratios, with the smallest and the largest. */
export function ratios({ reference, ours }: Pairs): { middle: number; low: number; high: number } {
  const each = ours.map((value, index) => value / (reference[index] ?? Number.NaN))
  return { middle: median(each), low: Math.min(...each), high: Math.max(...each) }
}

export function markdownTable(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  const rule = header.map((_, index) => (index === 0 ? '---' : '--:'))
  return [line(header), line(rule), ...rows.map(line)].join('\n')
}

/** One row of a comparison: both medians, and the ratio that counts. */
export function comparison(name: string, pairs: Pairs): string[] {
  const { middle, low, high } = ratios(pairs)
  return [name, ms(median(pairs.reference)), ms(median(pairs.ours)), ratio(middle), `${ratio(low)}–${ratio(high)}`]
}

export const comparisonHeader = ['', 'reference, ms', 'ours, ms', 'ours / reference', 'range']

export const ms = (value: number): string => (value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en'))
export const ratio = (value: number): string => (value < 0.1 ? `1/${Math.round(1 / value)}` : value.toFixed(2))
