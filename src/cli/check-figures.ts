import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { packageRoot } from '../config/product.ts'
import { readWords } from '../config/read-words.ts'
import { say } from '../config/words.ts'
import { type Problem, RapportError } from '../errors.ts'
import { splitRows } from '../flow/sources/rows.ts'
import { lintFigures } from '../metrics/aggregate-lint.ts'
import { type FigureRecord, figureColumns, readFigures } from '../metrics/figures.ts'
import { coloured, printData, printJson } from './output.ts'

const marks = { error: ['red', '✗'], warning: ['yellow', '!'] } as const

/** `rapport check --figures FILE`: figures that somebody published, held against each other. Needs no data and no project. */
export async function checkFigures(path: string, options: { json?: boolean; lang?: string }): Promise<void> {
  const language = await readWords([join(packageRoot(), 'catalog/words')], options.lang ?? 'en', [])
  const problems: Problem[] = []
  const figures = readFigures(await recordsOf(path), problems)
  if (problems.length > 0) throw new RapportError(problems, 3)
  const findings = lintFigures(figures, language)
  if (options.json) printJson({ figures: figures.length, findings })
  else if (findings.length === 0) printData(say(language, 'say.metrics.figures.none', { count: figures.length }))
  else
    for (const { severity, where, message, fix } of findings)
      printData(`${coloured(marks[severity][0], marks[severity][1], process.stdout)} ${where}: ${message}\n  ${fix}`)
  if (findings.some(({ severity }) => severity === 'error')) process.exitCode = 3
}

async function recordsOf(path: string): Promise<FigureRecord[]> {
  const text = (await readFile(path, 'utf8').catch((error: unknown) => unreadable(path, error))).replace(/^\uFEFF/, '')
  return /^\s*[[{]/.test(text) ? jsonRecords(text, path) : csvRecords(text, path)
}

function unreadable(path: string, error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error)
  throw new RapportError(
    { code: 'file-unreadable', message: `${path} cannot be read: ${reason}.`, where: path, fix: 'Check the path.' },
    5,
  )
}

function csvRecords(text: string, path: string): FigureRecord[] {
  const [line = ''] = text.split(/\r\n|\n|\r/, 1)
  const delimiter = [';', '\t', ','].find((each) => line.includes(each)) ?? ','
  const [head, ...rows] = splitRows(text, { delimiter, quote: '"', backslash: false }, 100_000)
  const columns = (head?.cells ?? []).map((name) => name.trim().toLowerCase())
  needColumns(columns, `${path}:1`)
  return rows
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ cells, line: at }) => ({
      values: Object.fromEntries(columns.map((name, index) => [name, cells[index]])),
      where: `${basename(path)}:${at}`,
    }))
}

function jsonRecords(text: string, path: string): FigureRecord[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    throw new RapportError(
      {
        code: 'json-unreadable',
        message: `${path} is not JSON: ${(error as Error).message}.`,
        where: path,
        fix: 'Write a list of objects, or {"figures": [...]}.',
      },
      3,
    )
  }
  const list = Array.isArray(parsed) ? parsed : (parsed as { figures?: unknown }).figures
  if (!Array.isArray(list)) needColumns([], path)
  const records = (list as unknown[]).filter((each) => each !== null && typeof each === 'object')
  return records.map((each, index) => ({
    values: each as Record<string, unknown>,
    where: `${basename(path)} [${index}]`,
  }))
}

function needColumns(columns: string[], where: string): void {
  const missing = ['metric', 'group', 'value'].filter((each) => !columns.includes(each))
  if (missing.length === 0) return
  throw new RapportError(
    {
      code: 'figures-columns',
      message: `A table of figures needs the columns metric, group and value; here ${missing.join(', ')} is missing.`,
      where,
      fix: `Columns that are read: ${figureColumns.join(', ')}. An empty group is the overall value.`,
    },
    3,
  )
}
