import { basename } from 'node:path'
import { arrivedOf } from '../../model/load-id.ts'
import { columnNamed } from '../../model/tables.ts'
import { wordsOf } from '../../model/vocabularies.ts'
import { ident, join, literal, raw, sql } from '../../sql/sql.ts'
import type { Row, Store } from '../../store/store.ts'
import type { Check } from './check.ts'
import { findGaps } from './completeness.ts'
import { findContradicted } from './contradicted.ts'
import { findDrift } from './distribution.ts'
import { findDurationUnits } from './duration-unit.ts'
import { findStale } from './freshness.ts'
import { countsOf, countsSql, rowsOf } from './joined.ts'
import type { Judged } from './moment.ts'
import { findDifferences } from './reconcile.ts'
import { findLostReferences } from './references.ts'
import { type CheckResult, durationName, momentName, result } from './result.ts'
import { findRollForward } from './roll-forward.ts'
import { type Drift, driftResults } from './schema-drift.ts'
import { findScientificIds } from './scientific-ids.ts'
import { countBySource, sourcesOf } from './sources.ts'
import { findStoredCounts } from './stored-count.ts'
import { findStoredDurations } from './stored-durations.ts'
import { findRepeats } from './unique.ts'
import { findUnmatchedAmounts } from './unmatched-amounts.ts'
import { findUnreferred } from './unreferred.ts'
import { findOddDays } from './volume.ts'
import { findLongWaits } from './waits.ts'

export type { CheckResult } from './result.ts'

type Of<K extends Check['kind']> = Extract<Check, { kind: K }>

/** Runs every check whose needs are there and fills `cx.check_results` and `cx.check_rows`. `drifts`: what the flow saw change. */
export async function findFaults(
  store: Store,
  checks: Check[],
  present: ReadonlySet<string>,
  judged: Judged,
  drifts: Drift[] = [],
): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of checks) {
    if (check.needs.every((need) => present.has(need))) results.push(...(await resultsOf(store, check, judged, drifts)))
  }
  await attribute(store, results)
  await keepResults(store, results)
  return results
}

/** Rows of a table that one source fills are its own; those of a table of several stay nobody's where the check has not told them apart. */
async function attribute(store: Store, results: CheckResult[]): Promise<void> {
  const known = new Map<string, string[]>()
  for (const result of results) {
    if (result.bySource || result.dimension === null || result.table === null) continue
    const sources = known.get(result.table) ?? (await sourcesOf(store, result.table))
    known.set(result.table, sources)
    const { found, checked } = result
    if (sources.length === 1) result.bySource = [{ source: sources[0]!, found, checked }]
  }
}

async function keepResults(store: Store, results: CheckResult[]): Promise<void> {
  for (let at = 0; at < results.length; at += 100) {
    const rows = results.slice(at, at + 100).map(
      (each) =>
        sql`(${each.check}, ${each.kind}, ${each.severity}, ${each.dimension}, ${each.owner}, ${each.source}, ${each.table}, ${each.subject},
          ${each.found}, ${each.checked}, ${JSON.stringify(each.facts)}, ${each.rows}, ${each.bySource && JSON.stringify(each.bySource)})`,
    )
    await store.run(sql`INSERT INTO cx.check_results
      ("check", kind, severity, dimension, owner, source, "table", subject, found, checked, facts, rows, by_source) VALUES ${join(rows)}`)
  }
}

async function resultsOf(store: Store, check: Check, judged: Judged, drifts: Drift[]): Promise<CheckResult[]> {
  switch (check.kind) {
    case 'completeness':
      return [await findGaps(store, check)]
    case 'unique':
      return [await findRepeats(store, check)]
    case 'freshness':
      return findStale(store, check, judged)
    case 'volume':
      return findOddDays(store, check, judged)
    case 'distribution':
      return findDrift(store, check, judged)
    case 'reconcile':
      return [await findDifferences(store, check)]
    case 'rows':
      return [await findRows(store, check)]
    case 'shared':
      return [await findShared(store, check)]
    case 'duration_named':
      return findDurationNames(store, check)
    case 'constant':
      return findConstants(store, check)
    case 'mostly_missing':
      return findMostlyMissing(store, check)
    case 'unknown_words':
      return findUnknownWords(store, check)
    case 'duration_unit':
      return findDurationUnits(store, check)
    case 'scientific_ids':
      return findScientificIds(store, check)
    case 'references':
      return findLostReferences(store, check)
    case 'stored_count':
      return findStoredCounts(store, check)
    case 'unreferred':
      return [await findUnreferred(store, check)]
    case 'contradicted':
      return [await findContradicted(store, check)]
    case 'roll_forward':
      return [await findRollForward(store, check)]
    case 'stored_durations':
      return findStoredDurations(store, check)
    case 'long_waits':
      return findLongWaits(store, check)
    case 'repeated_keys':
      return findRepeatedKeys(store, check)
    case 'unmatched_amounts':
      return findUnmatchedAmounts(store, check)
    case 'schema_drift':
      return driftResults(check, drifts)
    case 'blank':
      return findLoads(store, check, 'skipped')
    case 'rejected':
      return findLoads(store, check, 'rejected')
  }
}

async function findRows(store: Store, check: Of<'rows'>): Promise<CheckResult> {
  const rows = rowsOf(store, check.table)
  const where = rows.sql(check.where)
  const of = check.of ? rows.sql(check.of) : 'TRUE'
  const counts = countsSql(rows, check.counts, where)
  const { sums, ...counted } = await countBySource(store, {
    rows,
    table: check.table,
    found: raw(where),
    of: raw(of),
    counts,
  })
  return result(check, {
    table: check.table,
    ...counted,
    facts: countsOf(sums, check.counts),
    rows: check.of ? `(${check.whereText})` : check.whereText,
  })
}

/** Values of a column that belong to rows with several values of another: one e-mail, several names. */
async function findShared(store: Store, check: Of<'shared'>): Promise<CheckResult> {
  const table = ident('cx', check.table)
  const column = ident(check.column)
  await store.run(
    sql`CREATE OR REPLACE TEMP TABLE repeated AS SELECT ${column} AS value, count(*) AS rows FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1 HAVING count(*) > 1`,
  )
  await store.run(sql`CREATE OR REPLACE TEMP TABLE shared AS SELECT ${column} AS value, count(*) AS rows FROM ${table}
    WHERE ${column} IN (SELECT value FROM repeated) GROUP BY 1 HAVING count(DISTINCT lower(CAST(${ident(check.distinct)} AS VARCHAR))) > 1`)
  await store.run(
    sql`INSERT INTO cx.check_rows SELECT ${check.id}, id FROM ${table} WHERE ${column} IN (SELECT value FROM shared)`,
  )
  const [row] = await store.rows(
    sql`SELECT (SELECT count(*) FROM shared) AS found,
      count(${column}) - (SELECT coalesce(sum(rows - 1), 0) FROM repeated) AS checked FROM ${table}`,
  )
  return result(check, {
    table: check.table,
    subject: check.column,
    found: Number(row?.found),
    checked: Number(row?.checked),
  })
}

/** A column named like a duration that holds moments: its mean "in hours" is the clock time since the first day, and no duration. */
async function findDurationNames(store: Store, check: Check): Promise<CheckResult[]> {
  const columns = await store.rows(
    sql`SELECT l.source, c.name, c.lowest, c.mean, c.fills FROM cx.columns c JOIN cx.loads l ON l.id = c.load
      WHERE c.type = 'timestamp' ORDER BY c.load, c.position`,
  )
  return columns
    .filter((row) => durationName.test(String(row.name)) && !momentName.test(String(row.name)) && row.mean !== null)
    .map((row) =>
      result(check, {
        source: String(row.source),
        subject: String(row.name),
        found: 1,
        checked: 1,
        facts: {
          column: String(row.name),
          model: firstFill(row),
          first_day: String(row.lowest).slice(0, 10),
          mean: String(row.mean),
          hours: hoursSinceFirstDay(row),
        },
      }),
    )
}

function firstFill(row: Row): string | null {
  const fills = JSON.parse(String(row.fills ?? '[]')) as { column: string }[]
  return fills[0]?.column ?? null
}

function hoursSinceFirstDay(row: Row): number {
  const moment = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`)
  return (moment(String(row.mean)) - moment(`${String(row.lowest).slice(0, 10)} 00:00:00`)) / 3_600_000
}

/** What came between two builds is too little, and too often another part, for a column of it to say anything by itself. */
const ofFiles = (rows: Row[]): Row[] =>
  rows.filter(({ id, form }) => !arrivedOf({ id: String(id), form: String(form) }))

async function findConstants(store: Store, check: Check): Promise<CheckResult[]> {
  const columns =
    await store.rows(sql`SELECT l.id, l.form, l.source, c.name, c.lowest FROM cx.columns c JOIN cx.loads l ON l.id = c.load
    WHERE c.distinct_values = 1 AND l.mapped > 1 ORDER BY c.load, c.position`)
  return ofFiles(columns).map((row) =>
    result(check, {
      source: String(row.source),
      subject: String(row.name),
      found: 1,
      checked: 1,
      facts: { column: String(row.name), value: row.lowest === null ? null : String(row.lowest) },
    }),
  )
}

async function findMostlyMissing(store: Store, check: Check): Promise<CheckResult[]> {
  const columns =
    await store.rows(sql`SELECT l.id, l.form, l.source, c.name, c.missing, l.mapped FROM cx.columns c JOIN cx.loads l ON l.id = c.load
    WHERE c.missing > 0.5 * l.mapped ORDER BY c.missing DESC, c.position`)
  return ofFiles(columns).map((row) =>
    result(check, {
      source: String(row.source),
      subject: String(row.name),
      found: Number(row.missing),
      checked: Number(row.mapped),
      facts: { column: String(row.name) },
    }),
  )
}

/** Words of a closed list that no pack translates. They stay as the source wrote them. */
async function findUnknownWords(store: Store, check: Check): Promise<CheckResult[]> {
  const filled = await store.rows(
    sql`SELECT DISTINCT json_extract_string(f.value, '$.column') AS filled FROM cx.columns c, json_each(c.fills) f`,
  )
  const results: CheckResult[] = []
  for (const row of filled) {
    const [table = '', name = ''] = String(row.filled).split('.')
    const known = columnNamed(table, name)?.vocabulary
    if (known) results.push(...(await unknownIn(store, check, table, name, known)))
  }
  return results
}

async function unknownIn(
  store: Store,
  check: Check,
  table: string,
  name: string,
  vocabulary: string,
): Promise<CheckResult[]> {
  const column = ident(name)
  // Written out, the list is compared once a word of the column's dictionary, not once a row.
  const strange = sql`${column} NOT IN (${raw(wordsOf(vocabulary).map(literal).join(', '))})`
  const [row] = await store.rows(sql`SELECT count(*) FILTER (WHERE ${strange}) AS found, count(${column}) AS checked,
      any_value(${column}) FILTER (WHERE ${strange}) AS example FROM ${ident('cx', table)}`)
  return [
    result(check, {
      table,
      subject: name,
      found: Number(row?.found ?? 0),
      checked: Number(row?.checked ?? 0),
      facts: { column: `${table}.${name}`, example: row?.example == null ? null : String(row.example) },
    }),
  ]
}

async function findLoads(store: Store, check: Check, count: 'skipped' | 'rejected'): Promise<CheckResult[]> {
  const loads = await store.rows(
    sql`SELECT id, path, source, records, ${ident(count)} AS found FROM cx.loads ORDER BY id`,
  )
  return loads.map((row) => {
    const [source, counted] = [String(row.source), { found: Number(row.found), checked: Number(row.records) }]
    return result(check, {
      ...counted,
      source,
      subject: String(row.path),
      facts: { file: basename(String(row.path)) },
      bySource: [{ source, ...counted }],
    })
  })
}

/** How the number of a case is called, and from so many records a number on they are rather its events. */
const caseKey =
  '\\b(ticket|case|incident|issue|conversation|chat|request|enquiry|dossier)s?\\b.*\\b(id|no|nr|number|key|num[eé]ro)\\b'
const recordsACase = 1.5

/** Files read as lists of cases in which the number of the case repeats: each row is an event, and was counted as a case. */
async function findRepeatedKeys(store: Store, check: Check): Promise<CheckResult[]> {
  const columns = await store.rows(sql`SELECT l.source, l.path, l.mapped, c.name, c.distinct_values AS cases
    FROM cx.columns c JOIN cx.loads l ON l.id = c.load
    WHERE l.fills = 'cases' AND coalesce(json_array_length(c.fills), 0) = 0 AND c.distinct_values > 1
      AND l.mapped - coalesce(c.missing, 0) >= ${recordsACase} * c.distinct_values
      AND regexp_matches(regexp_replace(lower(c.name), '[_.-]+', ' ', 'g'), ${caseKey})
    ORDER BY l.path, c.position`)
  return columns.map((row) =>
    result(check, {
      source: String(row.source),
      subject: String(row.name),
      found: Number(row.mapped) - Number(row.cases),
      checked: Number(row.mapped),
      facts: { file: basename(String(row.path)), column: String(row.name), cases: Number(row.cases) },
    }),
  )
}
