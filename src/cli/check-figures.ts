import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { packageRoot } from '../config/product.ts'
import { readWords } from '../config/read-words.ts'
import { say } from '../config/words.ts'
import { type Problem, RapportError } from '../errors.ts'
import { splitRows } from '../flow/sources/rows.ts'
import { lintFigures } from '../metrics/aggregate-lint.ts'
import { missingColumns, recordsOfTable } from '../metrics/figure-table.ts'
import { type FigureRecord, figureColumns, readFigures } from '../metrics/figures.ts'
import { coloured, printData, printJson } from './output.ts'

const marks = { error: ['red', '✗'], warning: ['yellow', '!'] } as const

/** `rapport check --figures FILE...`: figures that somebody published, held against each other. Needs no data and no project. */
export async function checkFigures(paths: string[], options: { json?: boolean; lang?: string }): Promise<void> {
  const language = await readWords([join(packageRoot(), 'catalog/words')], options.lang ?? 'en', [])
  const problems: Problem[] = []
  const records = await Promise.all(paths.map((path) => recordsOf(path, paths.length > 1 ? basename(path) : '')))
  const figures = readFigures(records.flat(), problems)
  if (problems.length > 0) throw new RapportError(problems, 3)
  const findings = lintFigures(figures, language)
  if (options.json) printJson({ figures: figures.length, findings })
  else if (findings.length === 0) printData(say(language, 'say.metrics.figures.none', { count: figures.length }))
  else
    for (const { severity, where, message, fix } of findings)
      printData(`${coloured(marks[severity][0], marks[severity][1], process.stdout)} ${where}: ${message}\n  ${fix}`)
  if (findings.some(({ severity }) => severity === 'error')) process.exitCode = 3
}

async function recordsOf(path: string, surface: string): Promise<FigureRecord[]> {
  const text = (await readFile(path, 'utf8').catch((error: unknown) => unreadable(path, error))).replace(/^\uFEFF/, '')
  return /^\s*[[{]/.test(text) ? jsonRecords(text, path) : csvRecords(text, path, surface)
}

function unreadable(path: string, error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error)
  throw new RapportError(
    { code: 'file-unreadable', message: `${path} cannot be read: ${reason}.`, where: path, fix: 'Check the path.' },
    5,
  )
}

function csvRecords(text: string, path: string, surface: string): FigureRecord[] {
  const [line = ''] = text.split(/\r\n|\n|\r/, 1)
  const delimiter = [';', '\t', ','].find((each) => line.includes(each)) ?? ','
  const [head, ...rows] = splitRows(text, { delimiter, quote: '"', backslash: false }, 100_000)
  const columns = (head?.cells ?? []).map((name) => name.trim())
  const records = recordsOfTable({
    columns,
    rows: rows
      .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
      .map(({ cells, line: at }) => ({ cells, where: `${basename(path)}:${at}` })),
    surface,
  })
  return records ?? refuseColumns(columns, `${path}:1`)
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
  if (!Array.isArray(list)) return refuseColumns([], path)
  const records = list.filter((each) => each !== null && typeof each === 'object')
  return records.map((each, index) => ({
    values: each as Record<string, unknown>,
    where: `${basename(path)} [${index}]`,
  }))
}

function refuseColumns(columns: string[], where: string): never {
  throw new RapportError(
    {
      code: 'figures-columns',
      message: `A table of figures needs the columns metric, group and value; here ${missingColumns(columns).join(', ')} is missing.`,
      where,
      fix: `Columns that are read: ${figureColumns.join(', ')}. An empty group is the overall value. Or one group a row: its name in the first column, one metric in each other one, with the unit in the heading.`,
    },
    3,
  )
}
