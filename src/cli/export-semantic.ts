import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { MetricContext } from '../metrics/context.ts'
import type { LeftOut } from '../metrics/number-views.ts'
import { maskedColumns, type WholeTable, wholeTables } from '../metrics/whole-tables.ts'
import type { DbtSpec } from '../surfaces/export/dbt.ts'
import { fileOf, writePiece } from './export-file.ts'
import { sayLeftOut } from './export-tables.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { printJson, say } from './output.ts'

interface DbtOptions extends CommonOptions {
  dbtSpec: DbtSpec
}

/** `rapport export dbt` and `rapport export ossie`: the definitions, for other tools to compute by. */
export function addDefinitions(command: Command): void {
  const dbt = command
    .command('dbt <dir>')
    .description('Metrics as a dbt package for MetricFlow, over the exported tables; what it cannot carry is told.')
    .addOption(
      new Option('--dbt-spec <spec>', 'latest (dbt Core 1.12 and newer) or legacy (up to 1.11)')
        .choices(['latest', 'legacy'])
        .default('latest'),
    )
  withData(dbt)
    .addHelpText('after', '\nExample:\n  $ rapport export dbt dbt-rapport --files tickets.csv')
    .action(exportDbt)
  const ossie = command
    .command('ossie <file>')
    .description('Metrics as an Apache Ossie semantic model (YAML, draft 0.2.0); what it cannot carry is told.')
  withData(ossie)
    .addHelpText('after', '\nExample:\n  $ rapport export ossie metrics.ossie.yaml --files tickets.csv')
    .action(exportOssie)
}

async function exportDbt(out: string, options: DbtOptions): Promise<void> {
  const { dbtOf } = await import('../surfaces/export/dbt.ts')
  await withDefinitions(options, async (tables, masked, context) => {
    const { files, metrics, leftOut } = dbtOf(tables, masked, context, options.dbtSpec)
    const folder = resolve(out)
    for (const [name, text] of Object.entries(files)) await writePiece(join(folder, name), text)
    return { path: folder, metrics, leftOut }
  })
}

async function exportOssie(out: string, options: CommonOptions): Promise<void> {
  const { ossieOf } = await import('../surfaces/export/ossie.ts')
  await withDefinitions(options, async (tables, masked, context) => {
    const { text, metrics, leftOut } = ossieOf(tables, masked, context)
    const path = await fileOf(out, 'rapport.ossie.yaml')
    await writePiece(path, text)
    return { path, metrics, leftOut }
  })
}

type Written = { path: string; metrics: string[]; leftOut: LeftOut[] }

async function withDefinitions(
  options: CommonOptions,
  write: (tables: WholeTable[], masked: ReadonlySet<string>, context: MetricContext) => Promise<Written>,
): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const { path, metrics, leftOut } = await write(await wholeTables(context), maskedColumns(context), context)
    if (options.json) printJson({ path, version: context.version.id, metrics, left_out: leftOut })
    else {
      say(`${path}: ${metrics.length} metrics.`)
      sayLeftOut(leftOut)
    }
  } finally {
    await version.close()
  }
}
