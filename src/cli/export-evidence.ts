import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { productVersion } from '../config/product.ts'
import { RapportError } from '../errors.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Frame, MetricCell } from '../metrics/frame.ts'
import { readLedger } from '../metrics/ledger.ts'
import { metricLabel } from '../metrics/needs.ts'
import type { LeftOut } from '../metrics/number-views.ts'
import type { Query } from '../metrics/query.ts'
import { runQuery } from '../metrics/run.ts'
import { wholeTables } from '../metrics/whole-tables.ts'
import type { OpenVersion, Project } from '../project.ts'
import type { ArchiveFile } from '../surfaces/export/archive.ts'
import type { EvidenceParts } from '../surfaces/export/evidence.ts'
import { fileOf, writePiece } from './export-file.ts'
import { readDictionary } from './export-tables.ts'
import { openModel, viewerOf } from './model.ts'
import { readShared } from './opened.ts'
import { type CommonOptions, repeatable, withData } from './options.ts'
import { printJson, say } from './output.ts'
import { condition } from './query.ts'

interface EvidenceOptions extends CommonOptions {
  metrics?: string[]
  with?: string[]
  /** Commander's reading of `--no-report`. */
  report: boolean
  where?: string[]
  from?: string
  to?: string
}

/** `rapport export evidence`: what somebody needs who does not want to believe a number. */
export function addEvidence(command: Command): void {
  const evidence = command
    .command('evidence <file>')
    .description(
      'One archive: numbers with definition and SQL, data dictionary, checks, loads with hashes, a manifest.',
    )
    .option('--metrics <metric...>', 'these metrics only (default: all that the data can answer)')
    .option('--no-report', 'without the report (PDF, HTML) and the workbook')
    .option('--with <file...>', 'more files that are handed over with it')
  repeatable(evidence, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  withData(evidence)
    .option('--from <day>', 'first day, 2026-01-01')
    .option('--to <day>', 'last day, included')
    .addHelpText('after', '\nExample:\n  $ rapport export evidence evidence.zip --files tickets.csv')
    .action(exportEvidence)
}

async function exportEvidence(out: string, options: EvidenceOptions): Promise<void> {
  const path = await fileOf(out, 'evidence.zip')
  if (!path.endsWith('.zip')) throw noArchive(path)
  const { project, version, context } = await openModel(options)
  try {
    const handed = await Promise.all((options.with ?? []).map(readHanded))
    const files = [...(options.report ? await reportFiles(project, version, options) : []), ...handed]
    const { evidenceOf } = await import('../surfaces/export/evidence.ts')
    const parts = await readEvidence(project, context, { ...scopeOf(options), metrics: options.metrics }, files)
    const { bytes, entries, sums } = evidenceOf(parts)
    await writePiece(path, bytes)
    if (options.json)
      printJson({
        path,
        version: context.version.id,
        bytes: bytes.length,
        sha256sums: sums,
        entries,
        left_out: parts.leftOut,
      })
    else {
      say(`${path}: ${entries.length} files, ${parts.frames.length} numbers.`)
      say(`SHA-256 of its SHA256SUMS: ${sums}`)
    }
  } finally {
    await version.close()
  }
}

function scopeOf({ where, from, to }: EvidenceOptions): Omit<Query, 'metrics'> {
  return {
    ...(where && { where: where.map(condition) }),
    ...((from || to) && { range: { ...(from && { from }), ...(to && { to }) } }),
  }
}

/** What an evidence pack says of a version, for one viewer: every number that is asked for, each by a question of its own, so that its SQL is its own. */
export async function readEvidence(
  project: Pick<Project, 'name' | 'hash'>,
  context: MetricContext,
  { metrics, ...scope }: Omit<Query, 'metrics'> & { metrics?: string[] },
  files: ArchiveFile[],
): Promise<EvidenceParts> {
  const frames: Frame[] = []
  const leftOut: LeftOut[] = []
  for (const id of metrics ?? context.catalogue.metrics.keys()) {
    const frame = await runQuery({ metrics: [id], ...scope }, context)
    const refused = (frame.rows[0]?.[id] as MetricCell | undefined)?.refused
    if (!refused) frames.push(frame)
    else {
      const label = metricLabel(context.catalogue.metrics.get(id)!, context.words, context.catalogue)
      leftOut.push({ metric: id, label, why: refused.message, refused: true })
    }
  }
  const ledger = readLedger(context)
  const [loads, checks, quality] = await Promise.all([ledger.loads(), ledger.checkResults(), ledger.quality()])
  return {
    name: project.name,
    version: context.version,
    product: await productVersion(),
    catalogue: project.hash,
    frames,
    leftOut,
    dictionary: await readDictionary(await wholeTables(context), context),
    loads,
    checks,
    quality,
    files,
    words: context.words,
  }
}

/** The report that suits the source and all pages as a workbook: of the whole data, whatever the scope of the numbers is. */
async function reportFiles(project: Project, version: OpenVersion, options: EvidenceOptions): Promise<ArchiveFile[]> {
  const { writeReport } = await import('./write-report.ts')
  const shared = await readShared(project, version)
  const { files } = await writeReport(['pdf', 'html', 'xlsx'], { shared, viewer: viewerOf(project, options) })
  return files.map(({ format, bytes }) => ({
    path: format === 'xlsx' ? 'workbook.xlsx' : `report.${format}`,
    bytes: typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes,
  }))
}

async function readHanded(path: string): Promise<ArchiveFile> {
  try {
    return { path: `files/${basename(path)}`, bytes: await readFile(path) }
  } catch (error) {
    throw new RapportError(
      {
        code: 'file-unreadable',
        message: `The file ${path} cannot be read: ${(error as Error).message}`,
        where: '--with',
        fix: 'Check the path, and that it is a file that you may read.',
      },
      5,
    )
  }
}

function noArchive(path: string): RapportError {
  return new RapportError(
    {
      code: 'form-unknown',
      message: 'An evidence pack is a ZIP archive.',
      where: path,
      fix: 'Give a file that ends with .zip, or a folder.',
    },
    2,
  )
}
