import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { RapportError } from '../errors.ts'
import { versionFile } from '../flow/publish/publish.ts'
import type { MetricContext } from '../metrics/context.ts'
import { capital } from '../metrics/definition.ts'
import { readLedger } from '../metrics/ledger.ts'
import { columnWords, rowWords } from '../metrics/model-words.ts'
import { type LeftOut, numberViews } from '../metrics/number-views.ts'
import { countFilled, defused, maskedColumns, type WholeTable, wholeTables } from '../metrics/whole-tables.ts'
import type { Project } from '../project.ts'
import { type CopyOut, openCopyOut } from '../store/copy-out.ts'
import { type Dictionary, dictionaryFiles, dictionaryOf } from '../surfaces/export/dictionary.ts'
import { fileOf, writePiece } from './export-file.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { printJson, say } from './output.ts'

interface TablesOptions extends CommonOptions {
  tables?: string[]
  defuse?: boolean
}

/** `rapport export parquet`, `csv` and `duckdb`: the model itself. */
export function addTables(command: Command): void {
  addForm(command, 'parquet <dir>', 'The tables of the model as Parquet files, with a data dictionary.')
    .addHelpText('after', '\nExample:\n  $ rapport export parquet out --files tickets.csv --tables cases surveys')
    .action((out, options) => exportFiles(out, options, 'parquet'))
  addForm(command, 'csv <dir>', 'The tables of the model as CSV files, with a data dictionary.')
    .option('--defuse', 'for spreadsheets: put an apostrophe before text that one would take for a formula')
    .addHelpText('after', '\nExample:\n  $ rapport export csv out --files tickets.csv')
    .action((out, options) => exportFiles(out, options, 'csv'))
  addForm(
    command,
    'duckdb <file>',
    'The tables of the model and a view a metric as a DuckDB file, with a data dictionary.',
  )
    .addHelpText('after', '\nExample:\n  $ rapport export duckdb model.duckdb --files tickets.csv')
    .action(exportDatabase)
}

function addForm(command: Command, usage: string, says: string): Command {
  return withData(
    command
      .command(usage)
      .description(`${says} Personal data is masked.`)
      .option('--tables <table...>', 'these tables only (default: all that hold rows)'),
  )
}

async function exportFiles(out: string, options: TablesOptions, form: 'parquet' | 'csv'): Promise<void> {
  await withTables(options, async ({ context, tables, copies }) => {
    const folder = resolve(out)
    for (const table of tables) {
      const select = form === 'csv' && options.defuse ? defused(table, context) : table.select
      await copies[form](select, join(folder, fileName(table, form)))
    }
    const dictionary = await readDictionary(tables, context)
    await writeFiles(folder, dictionaryFiles(dictionary, context.words))
    tell(folder, options, context, tables, { files: tables.map((table) => fileName(table, form)) })
  })
}

const fileName = ({ table }: WholeTable, form: string): string => `${table.name}.${form}`

async function exportDatabase(out: string, options: TablesOptions): Promise<void> {
  const path = await fileOf(out, 'rapport.duckdb')
  if (basename(path, extname(path)) === schema) throw ambiguous(path)
  await withTables(options, async ({ context, tables, copies }) => {
    const dictionary = await readDictionary(tables, context)
    const { views, leftOut } = numberViews(context, {
      tables: new Set(tables.map(({ table }) => table.name)),
      masked: maskedColumns(context),
    })
    await copies.database(path, {
      schema,
      tables: tables.map(({ table, select }) => ({
        name: table.name,
        select,
        says: capital(rowWords(table, context.words)),
        columns: table.columns.map(({ name, ...column }) => ({
          name,
          says: columnWords(table, { name, ...column }, context.words),
        })),
      })),
      views: views.map(({ name, select, says }) => ({ name, select, says })),
    })
    const stem = basename(path, extname(path))
    const files = Object.entries(dictionaryFiles(dictionary, context.words))
    await writeFiles(dirname(path), Object.fromEntries(files.map(([name, text]) => [`${stem}.${name}`, text])))
    tell(path, options, context, tables, { views: views.length, left_out: leftOut })
  })
}

/** As in the version's own file, so that the SQL of a number runs in it as it is shown. */
const schema = 'cx'

function ambiguous(path: string): RapportError {
  return new RapportError(
    {
      code: 'name-ambiguous',
      message: `A database called ${schema} with a schema called ${schema} leaves open which of them "${schema}.cases" means.`,
      where: path,
      fix: 'Give the file another name, such as model.duckdb.',
    },
    2,
  )
}

interface Opened {
  context: MetricContext
  tables: WholeTable[]
  copies: CopyOut
}

async function withTables(options: TablesOptions, write: (opened: Opened) => Promise<void>): Promise<void> {
  const { project, version, context } = await openModel(options)
  try {
    const tables = await wholeTables(
      context,
      options.tables?.flatMap((names) => names.split(',')),
    )
    const copies = await openCopies(project, version.facts.id)
    try {
      await write({ context, tables, copies })
    } finally {
      await copies.close()
    }
  } finally {
    await version.close()
  }
}

/** A published version, open to be copied. */
export function openCopies({ data }: Project, version: string): Promise<CopyOut> {
  return openCopyOut({ file: versionFile(data, version), alias: `v${version}`, temporary: data.temporary })
}

/** What the tables and columns mean, how far they are filled, and from what. */
export async function readDictionary(tables: WholeTable[], context: MetricContext): Promise<Dictionary> {
  const ledger = readLedger(context)
  const [columns, loads] = await Promise.all([ledger.columns(), ledger.loads()])
  const filled = []
  for (const table of tables) filled.push({ table, filled: await countFilled(table, context) })
  return dictionaryOf({ version: context.version, tables: filled, columns, loads, words: context.words })
}

async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writePiece(join(folder, name), text)
}

function tell(
  path: string,
  options: TablesOptions,
  context: MetricContext,
  tables: WholeTable[],
  more: { files?: string[]; views?: number; left_out?: LeftOut[] },
): void {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  if (options.json) {
    const counts = Object.fromEntries(tables.map(({ table, rows: own }) => [table.name, own]))
    printJson({ path, version: context.version.id, rows: counts, ...more })
    return
  }
  say(`${path}: ${tables.length} tables with ${rows} rows, and the data dictionary.`)
  if (context.viewer.personalData !== 'show') say('Personal data is masked; --show-personal writes it.')
  if (more.views !== undefined) say(`${more.views} metrics are views, metric_<id>.`)
  sayLeftOut(more.left_out ?? [])
}

/** What could not be handed out is told, each with its reason; what the data cannot answer is counted, as no format could carry it. */
export function sayLeftOut(leftOut: LeftOut[]): void {
  for (const { metric, why } of leftOut.filter(({ refused }) => !refused)) say(`· ${metric}: ${why}`)
  const refused = leftOut.filter((each) => each.refused).length
  if (refused > 0) say(`· ${refused} metrics need fields that the data lack; --json lists them with what is missing.`)
}
