import { hasWord, say } from '../config/words.ts'
import { type Dialect, operate } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
import { textOf } from '../store/cell.ts'
import type { Cell, Row } from '../store/store.ts'
import type { MetricContext } from './context.ts'
import { fieldLabel, listed, metricLabel } from './needs.ts'
import { type QualityScore, type ScoreResult, scoreOf } from './quality-score.ts'
import { rowsBy } from './rows.ts'

/** What a check found, in words. */
export interface CheckFinding {
  check: string
  severity: 'error' | 'warning' | 'note'
  kind: string
  /** Its part in the quality score, where it has one. */
  dimension: string | null
  /** Who is told of it. */
  owner: string | null
  source: string | null
  table: string | null
  subject: string | null
  found: number
  checked: number | null
  facts: Record<string, Cell>
  /** Expression or kept ids behind it: the rows can be listed. */
  rows: string | null
  sentence: string
  /** What it means for the numbers; empty where it means nothing for them. */
  effect: string
}

const json = <T>(value: unknown, otherwise: T): T => (typeof value === 'string' ? (JSON.parse(value) as T) : otherwise)

/** The book of one version: what came in, what was set aside, what the checks found. Personal data masked by viewer. */
export function readLedger(context: MetricContext) {
  return {
    loads: () => readLoads(context),
    columns: () => readColumns(context),
    rejects: (limit: number) => readRejects(context, limit),
    checkResults: () => readCheckFindings(context),
    quality: () => readQuality(context),
    rowsBy: (table: string, column: string, value: string, columns?: string[]) =>
      rowsBy({ table, columns }, column, value, context),
  }
}

async function readLoads({ store }: MetricContext) {
  const rows = await store.rows(sql`SELECT * FROM cx.loads ORDER BY path, id`)
  return rows.map((row) => ({
    id: String(row.id),
    source: String(row.source),
    path: String(row.path),
    hash: String(row.hash),
    form: String(row.form),
    encoding: textOf(row.encoding),
    pack: textOf(row.pack),
    fills: textOf(row.fills),
    landed_at: textOf(row.landed_at),
    ...countsOf(row, ['bytes', 'records', 'mapped', 'rejected', 'duplicate', 'superseded', 'skipped']),
  }))
}

function countsOf<K extends string>(row: Row, names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, Number(row[name] ?? 0)])) as Record<K, number>
}

async function readColumns(context: MetricContext) {
  const rows = await context.store.rows(
    sql`SELECT c.* FROM cx.columns c JOIN cx.loads l ON l.id = c.load ORDER BY l.path, c.load, c.position`,
  )
  return rows.map((row) => {
    const hidden =
      context.viewer.personalData !== 'show' && ['direct_id', 'free_text'].includes(String(row.sensitivity))
    return {
      load: String(row.load),
      name: String(row.name),
      type: String(row.type),
      ...countsOf(row, ['position', 'missing']),
      distinct_values: row.distinct_values === null ? null : Number(row.distinct_values),
      distinct_exact: row.distinct_exact !== false,
      lowest: hidden ? null : textOf(row.lowest),
      highest: hidden ? null : textOf(row.highest),
      mean: textOf(row.mean),
      top: hidden ? [] : json<{ value: string; count: number }[]>(row.top, []),
      shape: json<number[]>(row.shape, []),
      sensitivity: String(row.sensitivity),
      fills: json<{ column: string; expression: string; place: string; failed: number }[]>(row.fills, []).map(
        ({ place, ...fill }) => ({ ...fill, where: place }),
      ),
    }
  })
}

async function readRejects(context: MetricContext, limit: number) {
  const { store } = context
  const [[counted], reasons, sample] = await Promise.all([
    store.rows(sql`SELECT count(*) AS n FROM cx.rejects`),
    store.rows(
      sql`SELECT reason, scope, "column", count(*) AS n FROM cx.rejects GROUP BY ALL ORDER BY n DESC, reason, "column" LIMIT 50`,
    ),
    store.rows(
      sql`SELECT load, record, line, scope, "column", reason, message, ${rawOf(context)} AS raw FROM cx.rejects ORDER BY load, record, "column" LIMIT ${limit}`,
    ),
  ])
  return {
    total: Number(counted?.n ?? 0),
    reasons: reasons.map((row) => ({
      reason: String(row.reason),
      scope: String(row.scope),
      column: textOf(row.column),
      count: Number(row.n),
    })),
    sample: sample.map((row) => ({
      load: String(row.load),
      record: row.record === null ? null : Number(row.record),
      line: row.line === null ? null : Number(row.line),
      scope: String(row.scope),
      column: textOf(row.column),
      reason: String(row.reason),
      message: String(row.message),
      raw: textOf(row.raw),
    })),
  }
}

/** A whole record may hold names: it is shown to those who may see them, a single value with contacts masked. */
function rawOf(context: MetricContext): Sql {
  return raw(context.viewer.personalData === 'show' ? 'raw' : shownRejectSql(context.store.dialect))
}

/** What of a rejected record or value is shown to who may not see personal data. */
export function shownRejectSql(dialect: Dialect): string {
  return `CASE WHEN scope = 'value' THEN ${operate(dialect, 'mask_contacts', 'raw')} END`
}

const severities = ['error', 'warning', 'note']

/** What the checks found, worst first; a check that found nothing is left out. */
export async function readCheckFindings(context: MetricContext): Promise<CheckFinding[]> {
  const rows = await context.store.rows(sql`SELECT * FROM cx.check_results WHERE found > 0`)
  return worstFirst(rows.map((row) => findingOf(row, context)))
}

/** Everything that was checked, without a sentence: also what was found to be right. */
export async function readCheckResults({ store }: MetricContext) {
  const rows = await store.rows(sql`SELECT * FROM cx.check_results`)
  return rows.map(({ by_source, facts: _, rows: __, ...row }) => ({
    ...row,
    ...countsOf(row, ['found', 'checked']),
    by_source: json<{ source: string; found: number; checked: number }[] | null>(by_source, null),
  }))
}

function worstFirst(findings: CheckFinding[]): CheckFinding[] {
  const rank = (finding: CheckFinding): number => severities.indexOf(finding.severity)
  return findings.sort(
    (a, b) => rank(a) - rank(b) || b.found / (b.checked ?? 1) - a.found / (a.checked ?? 1) || b.found - a.found,
  )
}

/** How good the data are, in all and of each source of which anything is known. */
export interface Quality {
  whole: QualityScore | null
  sources: { source: string; quality: QualityScore }[]
}

export async function readQuality({ store }: MetricContext): Promise<Quality> {
  const rows = await store.rows(
    sql`SELECT "check", severity, dimension, found, checked, by_source FROM cx.check_results WHERE dimension IS NOT NULL AND checked > 0`,
  )
  const results = rows.map((row) => ({
    check: String(row.check),
    severity: String(row.severity) as ScoreResult['severity'],
    dimension: String(row.dimension),
    ...countsOf(row, ['found', 'checked']),
    parts: json<{ source: string; found: number; checked: number }[]>(row.by_source, []),
  }))
  const names = [...new Set(results.flatMap(({ parts }) => parts.map(({ source }) => source)))].toSorted()
  const sources = names.flatMap((source) => {
    const own = results.flatMap(({ parts, ...result }) =>
      parts.filter((part) => part.source === source).map(({ found, checked }) => ({ ...result, found, checked })),
    )
    const quality = scoreOf(own)
    return quality ? [{ source, quality }] : []
  })
  return { whole: scoreOf(results.map(({ parts: _, ...result }) => result)), sources }
}

function findingOf(row: Row, context: MetricContext): CheckFinding {
  const { words } = context
  const check = String(row.check)
  const facts = json<Record<string, Cell>>(row.facts, {})
  const counts = { found: Number(row.found), checked: Number(row.checked) }
  const values = {
    ...{ table: textOf(row.table), check, subject: textOf(row.subject) },
    ...facts,
    ...lostIn(facts, context),
    ...counts,
  }
  const sentence = (id: string): string => (hasWord(words, id) ? say(words, id, values) : '')
  return {
    check,
    severity: String(row.severity) as CheckFinding['severity'],
    kind: String(row.kind),
    dimension: textOf(row.dimension),
    owner: textOf(row.owner),
    source: textOf(row.source),
    table: textOf(row.table),
    subject: textOf(row.subject),
    found: Number(row.found),
    checked: row.checked === null ? null : Number(row.checked),
    facts,
    rows: row.table === null ? null : (textOf(row.rows) ?? 'kept'),
    sentence: sentence(`checks.${check}`) || sentence(`checks.kind.${row.kind}`) || say(words, 'checks.other', values),
    effect: sentence(`checks.${check}.effect`),
  }
}

/** Metrics that a fault takes something away from, by id in its facts, in the reader's words. */
function lostIn({ lost, empty }: Record<string, Cell>, { words, catalogue }: MetricContext): Record<string, Cell> {
  if (typeof lost !== 'string') return {}
  const metrics = lost.split(',').flatMap((id) => catalogue.metrics.get(id) ?? [])
  if (metrics.length === 0) return { lost_labels: 'none', lost_count: 0 }
  const labels = [...new Set(metrics.map((metric) => metricLabel(metric, words, catalogue)))]
  return {
    lost_labels: listed(labels, words),
    lost_count: labels.length,
    empty: empty === null ? null : fieldLabel(String(empty), words),
  }
}
