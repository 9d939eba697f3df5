import { styleText } from 'node:util'
import { type ExitCode, formatProblem, type Problem, problemsOf, RapportError } from '../errors.ts'

/** Standard output is data, standard error is talk. */
export function printData(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

export function printJson(value: unknown): void {
  printData(JSON.stringify(value, null, 2))
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

type Style = Parameters<typeof styleText>[0]

/** Colour only for a terminal that wants it (`NO_COLOR`, `TERM=dumb` and pipes get plain text). */
export function coloured(style: Style, text: string, stream: NodeJS.WriteStream = process.stderr): string {
  const wanted = process.env.FORCE_COLOR ? true : stream.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
  return wanted ? styleText(style, text, { validateStream: false }) : text
}

export function sayProblem(problem: Problem): void {
  const [first = '', ...rest] = formatProblem(problem).split('\n')
  say(`${coloured('red', '✗')} ${first}${rest.map((line) => `\n${coloured('dim', line)}`).join('')}`)
}

/** Prints what was thrown, in the shape that the caller asked for, and says how the process ends. */
export function report(error: unknown, json: boolean): ExitCode {
  const problems = problemsOf(error)
  if (json) printJson({ problems })
  else for (const problem of problems) sayProblem(problem)
  if (process.env.RAPPORT_DEBUG && error instanceof Error) say(error.stack ?? '')
  return error instanceof RapportError ? error.exitCode : 1
}

/** A table in plain text: first columns left, numbers right. */
export function textTable(header: string[], rows: string[][], numeric: boolean[]): string {
  const widths = header.map((name, index) => Math.max(name.length, ...rows.map((row) => (row[index] ?? '').length)))
  const line = (cells: string[]): string =>
    cells
      .map((cell, index) => (numeric[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [line(header), rule, ...rows.map(line)].join('\n')
}
