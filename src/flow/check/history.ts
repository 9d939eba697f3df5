import { basename } from 'node:path'
import { openLog, readLog } from '../../journal/append-log.ts'
import { sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import type { CheckResult } from './result.ts'

/** What one version was found to be: kept when the version itself is long gone. */
export interface CheckedVersion {
  version: string
  /** When it was built, UTC. */
  at: string
  as_of: string | null
  results: KeptResult[]
  loads: KeptLoad[]
}

export type KeptResult = Pick<
  CheckResult,
  'check' | 'severity' | 'dimension' | 'source' | 'table' | 'subject' | 'found' | 'checked'
>

export interface KeptLoad {
  source: string
  /** The file's name. */
  file: string
  fills: string | null
  records: number
  mapped: number
  rejected: number
  columns: KeptColumn[]
}

/** Of words neither end is kept: a log that stays for years holds nobody's name. */
export interface KeptColumn {
  name: string
  type: string
  missing: number
  distinct: number | null
  lowest: string | null
  highest: string | null
}

/** Columns that are compared: more of a file are looked at by nobody. */
const mostColumns = 300

/** Profiles of the loads of a version that is being built. */
export async function readProfiles(store: Store): Promise<KeptLoad[]> {
  const [loads, columns] = [
    await store.rows(
      sql`SELECT id, source, path, fills, records, mapped, rejected FROM cx.loads ORDER BY source, path, id`,
    ),
    await store.rows(sql`SELECT load, name, type, missing, distinct_values, lowest, highest FROM cx.columns
      WHERE position <= ${mostColumns} ORDER BY load, position`),
  ]
  const text = (value: unknown): string | null => (value == null ? null : String(value))
  const number = (value: unknown): number | null => (value == null ? null : Number(value))
  return loads.map((load) => ({
    source: String(load.source),
    file: basename(String(load.path)),
    fills: text(load.fills),
    records: Number(load.records),
    mapped: Number(load.mapped),
    rejected: Number(load.rejected),
    columns: columns
      .filter((each) => each.load === load.id)
      .map((each) => {
        const ends = ordered.has(String(each.type))
        return {
          name: String(each.name),
          type: String(each.type),
          missing: Number(each.missing ?? 0),
          distinct: number(each.distinct_values),
          lowest: ends ? text(each.lowest) : null,
          highest: ends ? text(each.highest) : null,
        }
      }),
  }))
}

const ordered = new Set(['integer', 'number', 'money', 'seconds', 'timestamp', 'date'])

/** What of the results goes into the log. A file is known by its name: where it lies is nobody's business. */
export function keptResults(results: CheckResult[]): KeptResult[] {
  return results.map(({ check, severity, dimension, source, table, subject, found, checked }) => ({
    ...{ check, severity, dimension, source, table },
    subject: subjectOf(subject),
    ...{ found, checked },
  }))
}

function subjectOf(subject: string | null): string | null {
  return subject?.includes('/') || subject?.includes('\\') ? basename(subject.replaceAll('\\', '/')) : subject
}

/** Adds a version once: a build that is repeated adds nothing. True where it was added. */
export async function keepChecked(folder: string, checked: CheckedVersion): Promise<boolean> {
  const known = await readChecked(folder)
  if (known.some(({ version }) => version === checked.version)) return false
  const log = await openLog(folder)
  try {
    await log.append([JSON.stringify(checked)])
    return true
  } finally {
    await log.close()
  }
}

/** Every version in the order in which they were built, up to one of them where it is among them. Damaged lines are left out. */
export async function readChecked(folder: string, upTo?: string): Promise<CheckedVersion[]> {
  const found: CheckedVersion[] = []
  for await (const lines of readLog(folder))
    for (const { text, damaged } of lines) if (!damaged) found.push(JSON.parse(text) as CheckedVersion)
  // A version with arrivals on top of it is `<id>+<position>`.
  const last = found.findLastIndex(({ version }) => version === upTo?.split('+')[0])
  return last < 0 ? found : found.slice(0, last + 1)
}

/** What became of one finding from version to version. */
export interface CheckTrend {
  /** When it was found for the first time without a version between that was free of it, UTC. */
  since: string
  /** Versions in a row that have it. */
  versions: number
  /** Not in the version before, of which there is one. */
  isNew: boolean
  /** Oldest first; null where the check did not run. */
  counts: { version: string; at: string; found: number | null; checked: number | null }[]
}

/** Versions that a trend shows. */
const mostVersions = 20

/** The trend of a finding in the newest of these versions; null without any. */
export function trendOf(
  finding: Pick<KeptResult, 'check' | 'table' | 'subject' | 'source'>,
  history: readonly CheckedVersion[],
): CheckTrend | null {
  if (history.length === 0) return null
  const key = keyOf(finding)
  const all = history.map(({ version, at, results }) => {
    // Two files of a source may lack the same column: they are one trend.
    const own = results.filter((each) => keyOf(each) === key)
    const sum = (name: 'found' | 'checked'): number | null =>
      own.length === 0 ? null : own.reduce((total, each) => total + each[name], 0)
    return { version, at, found: sum('found'), checked: sum('checked') }
  })
  const free = all.findLastIndex(({ found }) => !found)
  const failing = all.slice(free + 1)
  if (failing.length === 0) return null
  return {
    since: failing[0]!.at,
    versions: failing.length,
    isNew: failing.length === 1 && all.length > 1,
    counts: all.slice(-mostVersions),
  }
}

const keyOf = ({ check, table, subject, source }: Pick<KeptResult, 'check' | 'table' | 'subject' | 'source'>): string =>
  JSON.stringify([check, table, subjectOf(subject), source])
