import { basename } from 'node:path'
import { formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Frame, MetricCard, MetricCell } from '../../metrics/frame.ts'
import type { Quality } from '../../metrics/ledger.ts'
import type { LeftOut } from '../../metrics/number-views.ts'
import type { CheckFact, LoadFact } from '../../pages/services.ts'
import { type ArchiveFile, archiveOf, sha256 } from './archive.ts'
import { type Dictionary, dictionaryFiles } from './dictionary.ts'

/** All that an evidence pack is made of: plain values, read by one viewer from one version. */
export interface EvidenceParts {
  name: string
  version: { id: string; as_of: string | null; zone: string }
  /** Version of the product. */
  product: string
  /** Hash of settings, catalogue and product: part of the version's id. */
  catalogue: string
  /** One frame a metric, each with its own SQL. */
  frames: Frame[]
  /** Metrics that the data cannot answer, and why. */
  leftOut: LeftOut[]
  dictionary: Dictionary
  loads: LoadFact[]
  checks: CheckFact[]
  quality: Quality
  /** What is handed over with it: report, workbook, pictures. */
  files: ArchiveFile[]
  words: Words
}

/** One archive with what was said, what it means, how it was computed and from what, and a hash of each file. The same parts give the same bytes. */
export function evidenceOf(parts: EvidenceParts): { bytes: Uint8Array; entries: string[]; sums: string } {
  const { words, version } = parts
  const texts: Record<string, string> = {
    'README.md': readmeOf(parts),
    'checks.json': json(parts.checks.map((check) => withoutPaths(check, parts.loads))),
    'definitions.json': json(parts.frames.flatMap(cardsOf)),
    'definitions.md': definitionsMarkdown(parts),
    'loads.json': json(parts.loads.map(reconciled)),
    'quality.json': json(parts.quality),
    ...dictionaryFiles(parts.dictionary, words),
    ...Object.fromEntries(parts.frames.flatMap(filesOfFrame)),
  }
  const named = Object.entries(texts).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }))
  const files = [...parts.files, ...named].sort((a, b) => (a.path < b.path ? -1 : 1))
  const manifest = { path: 'MANIFEST.json', bytes: new TextEncoder().encode(manifestOf(parts, files)) }
  const hashed = [...files, manifest].sort((a, b) => (a.path < b.path ? -1 : 1))
  const sums = hashed.map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`).join('')
  const all = [...hashed, { path: 'SHA256SUMS', bytes: new TextEncoder().encode(sums) }]
  return {
    bytes: archiveOf(all, version.as_of),
    entries: all.map(({ path }) => path),
    sums: sha256(new TextEncoder().encode(sums)),
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const cardsOf = (frame: Frame): MetricCard[] => Object.values(frame.metrics)

/** `csat_percent:zendesk` as a file of every system. */
const fileName = (id: string): string => id.replaceAll(':', '.')

/** The frame's own SQL, and the frame as every surface read it. */
function filesOfFrame(frame: Frame): [string, string][] {
  return cardsOf(frame).flatMap(({ id, label, definition, sql }): [string, string][] => {
    const head = [`${label} (${id})`, definition].map((line) => `-- ${line.replaceAll(/\s+/g, ' ')}`)
    const { metrics: _, ...answer } = frame
    return [
      [`sql/${fileName(id)}.sql`, `${head.join('\n')}\n${sql};\n`],
      [`frames/${fileName(id)}.json`, json(answer)],
    ]
  })
}

/** A file of a load by its name: where it lay is nobody's business. */
function reconciled({ path, hash, landed_at: _, id: __, ...load }: LoadFact) {
  const { records, mapped, rejected, duplicate, superseded, skipped } = load
  const settled = mapped + rejected + duplicate + superseded + skipped
  return { file: basename(path), sha256: hash, ...load, unaccounted: records - settled }
}

function withoutPaths(check: CheckFact, loads: LoadFact[]): CheckFact {
  const subject = loads.some(({ path }) => path === check.subject) ? basename(check.subject!) : check.subject
  return { ...check, subject }
}

function manifestOf({ name, version, product, catalogue, leftOut }: EvidenceParts, files: ArchiveFile[]): string {
  return json({
    name,
    product: `Rapport ${product}`,
    version: version.id,
    as_of: version.as_of,
    zone: version.zone,
    catalogue,
    entries: files.map(({ path, bytes }) => ({ path, bytes: bytes.length, sha256: sha256(bytes) })),
    not_answered: leftOut.map(({ metric, why }) => ({ metric, why })),
  })
}

const facts = [
  'numerator',
  'denominator',
  'population',
  'time_basis',
  'clock',
  'unit',
  'additivity',
  'interval',
] as const

function definitionsMarkdown({ frames, words }: EvidenceParts): string {
  const parts = frames.flatMap((frame) => cardsOf(frame).map((card) => definitionOf(card, frame, words)))
  return `# ${say(words, 'say.exports.evidence.definitions')}\n\n${parts.join('\n\n')}\n`
}

function definitionOf(card: MetricCard, frame: Frame, words: Words): string {
  const cell = frame.rows[0]?.[card.id] as MetricCell | undefined
  const told = facts.flatMap((fact) => (card[fact] ? [[fact, factText(card, fact, words)] as const] : []))
  const others = card.variants.filter(({ id }) => id !== card.id)
  return [
    `## ${card.label} (\`${card.id}\`)`,
    '',
    card.definition,
    '',
    `* ${say(words, 'say.exports.evidence.value', { value: valueText(cell, card, words) })}`,
    ...told.map(([fact, text]) => `* ${say(words, `say.exports.evidence.fact.${fact}`, { text })}`),
    ...(others.length > 0
      ? [
          `* ${say(words, 'say.exports.evidence.variants', { list: others.map(({ id, label }) => `${label} (\`${id}\`)`).join(', ') })}`,
        ]
      : []),
    `* ${say(words, 'say.exports.evidence.sql', { file: `sql/${fileName(card.id)}.sql`, place: card.defined_at })}`,
  ].join('\n')
}

function factText(card: MetricCard, fact: (typeof facts)[number], words: Words): string {
  return fact === 'clock' ? say(words, `values.clock.${card.clock}`) : String(card[fact])
}

function valueText(cell: MetricCell | undefined, { unit }: MetricCard, words: Words): string {
  const value = formatValue(cell?.value, unit, words)
  const bounds =
    cell?.low !== undefined && cell.high !== undefined
      ? ` (${formatValue(cell.low, unit, words)} … ${formatValue(cell.high, unit, words)})`
      : ''
  return `${value}${bounds}, n = ${formatValue(cell?.n ?? null, 'count', words)}`
}

function readmeOf({ name, version, product, catalogue, files, words }: EvidenceParts): string {
  const line = (id: string): string => `* ${say(words, `say.exports.evidence.readme.${id}`)}`
  return [
    `# ${say(words, 'say.exports.evidence.readme.title', { name })}`,
    '',
    say(words, 'say.exports.evidence.readme.facts', {
      product,
      version: version.id,
      as_of: version.as_of ?? '–',
      zone: version.zone,
      catalogue,
    }),
    '',
    `## ${say(words, 'say.exports.evidence.readme.inside')}`,
    '',
    ...files.map(({ path }) => `* \`${path}\``),
    ...['definitions', 'sql', 'frames', 'dictionary', 'checks', 'loads', 'manifest'].map(line),
    '',
    `## ${say(words, 'say.exports.evidence.readme.verify')}`,
    '',
    '```sh',
    'sha256sum -c SHA256SUMS',
    '```',
    '',
    say(words, 'say.exports.evidence.readme.how'),
    '',
    say(words, 'say.exports.evidence.readme.limits'),
    '',
  ].join('\n')
}
