import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { literal, raw, type Sql, sql } from '../sql/sql.ts'
import { type BucketSums, placeOf } from '../stats/bucket-regression.ts'
import { findThreshold, type Threshold } from '../stats/threshold.ts'
import type { Row, Store } from '../store/store.ts'
import { delayBin, delayEdges } from './delay-bins.ts'
import { type SurveyFeature, type SurveyKind, type SurveyRows, surveyRows } from './survey-rows.ts'

/** Groups of customers that are compared with each other: enough for a variance, few enough for one pass. */
export const buckets = 50
/** Rows that a group needs before anything is said of it. */
export const fewestRows = 50
/** Answers below which no model is tried. */
export const fewestAnswers = 200
/** Answers that odds are estimated from; of more, those of so many customers by lot. */
const mostForOdds = 100_000
const mostLevels = 30
/** Levels of a category that the model tells apart. */
const mostInModel = 6
/** Scores are counted on so many steps between the ends of their scale. */
const steps = 20

export interface FeatureFacts extends SurveyFeature {
  known: number
  /** Mean on the scale of the model. */
  mean: number
  quarter: number
  median: number
  high: number
  /** Rows above 0. */
  positive: number
  /** Variance on the scale of the model. */
  variance: number
  /** Of an unevenness: mean of 1 / (2 (k - 1)) over the replies k that it is from. */
  looseness: number
  /** Of an unevenness: what its variance has of measuring, for each unit of looseness. */
  noise: number
}

export interface RankCell {
  feature: string
  by: string
  value: string
  n: number
  rho: number
}

export interface DelayBin {
  /** Seconds; the last bin has no end. */
  from: number
  to: number | null
  x: number
  n: number
  sum: number
  squares: number
  top: number
  bottom: number
}

/** A column of the linear model. Columns of a group stand or fall together. */
export interface ModelColumn {
  name: string
  group: string
  /** Value of a category. */
  level?: string
  /** Only where it takes the place of what differs by segment. */
  model: 'main' | 'shape' | 'segments'
  sql: string
  flag: boolean
  /** Allowed for and not tested: how well the feature is known. */
  aside?: boolean
  /** Rows in which a flag is set. */
  n?: number
}

/** A factor of the odds: 0, 1 or not known. */
export interface OddsFactor {
  id: string
  kind: 'factor' | 'control'
  /** Value of a category; without one the factor is a feature. */
  levels: string[]
}

export interface OddsCell {
  bucket: number
  codes: number[]
  n: number
  top: number
  bottom: number
}

/** Counts of scores by bucket for one value of a field, and for all its other values. */
export interface LevelCounts {
  field: string
  level: string
  n: number
  group: number[][]
  rest: number[][]
}

/** What the store says about what goes with a score: sums and counts, whatever the number of surveys. */
export interface DriverEvidence {
  kind: SurveyKind
  scale: { min: number; max: number }
  answered: number
  offered: number | null
  /** Mean and variance of the score on 0-1. */
  mean: number
  variance: number
  top: number
  bottom: number
  features: FeatureFacts[]
  dimensions: string[]
  correlations: RankCell[]
  delay: { feature: string; bins: DelayBin[]; threshold: Threshold | null; at: number | null } | null
  columns: ModelColumn[]
  sums: BucketSums
  odds: { factors: OddsFactor[]; cells: OddsCell[]; rows: number }
  levels: LevelCounts[]
}

/** A question about scores that has no answer, and what would give one. */
export interface NoDrivers {
  lacks: 'scores' | 'answers' | 'same'
  answered: number
}

/** What goes with the scores of a kind of survey, in a handful of passes over rows that are put together once. */
export async function readDrivers(
  context: Pick<MetricContext, 'store' | 'version'>,
  kind: SurveyKind = 'csat',
): Promise<DriverEvidence | NoDrivers> {
  const rows = surveyRows(context, kind)
  if (!rows) return { lacks: 'scores', answered: 0 }
  const { store } = context
  const kept = await store.hold(keptRows(store, rows))
  try {
    const offered = await countOffered(context, kind)
    return await evidenceOf(store, kept.name, rows, { kind, offered })
  } finally {
    await kept.release()
  }
}

/** Rows with their lot: which bucket their customer is in, and whether the odds see them. */
export function keptRows(store: Store, { statement, features, dimensions }: SurveyRows): Sql {
  const lot = `CAST(${operate(store.dialect, 'row_hash', '"customer_key"')} % ${buckets * 1000} AS INTEGER)`
  const columns = [
    ...features.flatMap(({ id }) => (id === 'spread' ? [id, 'replies'] : [id])),
    ...dimensions.map((id) => `of_${id}`),
  ].map((each) => `"${each}"`)
  return sql`SELECT ${raw(`${lot} AS "lot", ${lot} % ${buckets} AS "bucket", "y", CAST(round("y" * ${steps}) AS INTEGER) AS "step", "top", "bottom"${columns.map((each) => `, ${each}`).join('')}`)}
FROM (${statement}) AS "answers"`
}

async function countOffered(
  { store, version: { present } }: Pick<MetricContext, 'store' | 'version'>,
  kind: SurveyKind,
): Promise<number | null> {
  if (!present.has('surveys.offered_at')) return null
  const [row] = await store.rows(sql`SELECT count(*) AS "n" FROM cx."surveys" WHERE "kind" = ${kind}`)
  return Number(row?.n ?? 0)
}

/** All that is counted from rows that are kept in a table. */
export async function evidenceOf(
  store: Store,
  table: string,
  rows: Pick<SurveyRows, 'features' | 'dimensions' | 'scale'>,
  about: { kind: SurveyKind; offered: number | null },
): Promise<DriverEvidence | NoDrivers> {
  const read: Reader = { table, read: (text) => store.rows(raw(text)) }
  const summary = await readSummary(read, rows.features, store)
  if (summary.answered < fewestAnswers) return { lacks: 'answers', answered: summary.answered }
  if (!(summary.variance > 0)) return { lacks: 'same', answered: summary.answered }
  const { features } = summary
  const levels = await readLevels(read, rows.dimensions, features, summary.answered)
  const correlations = await readCorrelations(read, features, levels)
  const delay = await readDelay(read, features)
  const columns = modelColumns(features, delay, levels, summary.answered)
  const sums = await readSums(read, columns)
  const odds = await readOdds(read, features, delay, levels, summary.answered)
  return {
    ...about,
    ...summary,
    scale: rows.scale,
    dimensions: rows.dimensions,
    correlations,
    delay,
    columns,
    sums,
    odds,
    levels,
  }
}

/** The kept rows, and what asks about them. */
interface Reader {
  table: string
  read: (text: string) => Promise<Row[]>
}

const logged = (column: string) => `ln(1 + "${column}")`

/** A feature on the scale that the model has it on. */
const scaled = ({ id, kind }: SurveyFeature): string => (kind === 'delay' || id === 'contacts' ? logged(id) : `"${id}"`)

/** The same, held between the fences of a box plot: a handful of odd rows must not decide about a slope. */
function fenced(each: FeatureFacts): string {
  const { kind, id, quarter, high } = each
  const scale = (value: number) => (kind === 'delay' || id === 'contacts' ? Math.log(1 + value) : value)
  const [low, up] = [scale(quarter), scale(high)]
  const reach = 1.5 * (up - low)
  return `least(greatest(${scaled(each)}, ${low - reach}), ${up + reach})`
}

const looseness = `1 / (2 * ("replies" - 1))`

/**
 * A deviation from few replies is a loose measure of how uneven a service is, which would make its effect look smaller than it is: it is
 * drawn towards the mean by as much as its number of replies asks for. Source: R. J. Carroll et al., Measurement Error in Nonlinear
 * Models, 2nd ed. (2006), ch. 4 (regression calibration).
 */
function calibrated(each: FeatureFacts): string {
  const { kind, mean, variance, noise } = each
  if (kind !== 'spread') return `${fenced(each)} - ${mean}`
  const own = Math.max(variance - noise * each.looseness, variance / 4)
  return `(${fenced(each)} - ${mean}) * ${own} / (${own} + ${noise} * ${looseness})`
}

/** Rows that have to speak against it before the variance of independent normal draws is believed by half only. */
const believed = 500

/** Means over the rows whose deviation is known: `sl` is that of the deviation times its looseness. */
type LooseMeans = Record<(typeof looseMeans)[number], number>
const looseMeans = ['s', 'ss', 'l', 'll', 'lll', 'sl', 'ssl', 'sll'] as const

/**
 * How loose deviations are. Of k independent normal draws it is s² / (2 (k - 1)), but replies that take turns, or have heavy tails, keep to
 * no such law: what counts is by how much deviations from few replies differ more among each other than those from many, which is the
 * slope of their squared residuals on their looseness. With few rows it is the law, with many what they show.
 */
export function noiseOf(n: number, { s, ss, l, ll, lll, sl, ssl, sll }: LooseMeans): number {
  const law = ss
  const spread = ll - l * l
  if (!(spread > 1e-9)) return law
  const slope = (sl - s * l) / spread
  const start = s - slope * l
  // Mean of (s - start - slope l)² and of the same times l.
  const squares = ss - 2 * (start * s + slope * sl) + start ** 2 + 2 * start * slope * l + slope ** 2 * ll
  const bySize = ssl - 2 * (start * sl + slope * sll) + start ** 2 * l + 2 * start * slope * ll + slope ** 2 * lll
  const shown = Math.min(Math.max((bySize - squares * l) / spread, 0), 3 * law)
  return (n * shown + believed * law) / (n + believed)
}

type Summary = Pick<DriverEvidence, 'answered' | 'mean' | 'variance' | 'top' | 'bottom' | 'features'>

async function readSummary({ table, read }: Reader, features: SurveyFeature[], store: Store): Promise<Summary> {
  const quantile = (id: string, p: number) => operate(store.dialect, 'quantile', `"${id}"`, String(p))
  const parts = features.flatMap((each, i) => [
    `count("${each.id}") AS "k${i}"`,
    `avg(${scaled(each)}) AS "m${i}"`,
    `var_pop(${scaled(each)}) AS "v${i}"`,
    ...(each.kind === 'spread'
      ? looseMeans.map(
          (name) =>
            `avg(${[...name].map((letter) => (letter === 's' ? `"${each.id}"` : `CASE WHEN "${each.id}" IS NOT NULL THEN ${looseness} END`)).join(' * ')}) AS "${name}${i}"`,
        )
      : []),
    `sum(CASE WHEN "${each.id}" > 0 THEN 1 ELSE 0 END) AS "p${i}"`,
    ...[0.25, 0.5, 0.75].map((p, at) => `${quantile(each.id, p)} AS "q${i}_${at}"`),
  ])
  const [row = {}] = await read(
    `SELECT ${['count(*) AS "n"', 'avg("y") AS "mean"', 'var_pop("y") AS "variance"', 'sum("top") AS "top"', 'sum("bottom") AS "bottom"', ...parts].join(', ')} FROM ${table}`,
  )
  const number = (key: string) => Number(row[key] ?? 0)
  const facts = features.map((each, i) => ({
    ...each,
    known: number(`k${i}`),
    mean: number(`m${i}`),
    positive: number(`p${i}`),
    variance: number(`v${i}`),
    looseness: number(`l${i}`),
    noise:
      each.kind === 'spread'
        ? noiseOf(
            number(`k${i}`),
            Object.fromEntries(looseMeans.map((name) => [name, number(`${name}${i}`)])) as LooseMeans,
          )
        : 0,
    quarter: number(`q${i}_0`),
    median: number(`q${i}_1`),
    high: number(`q${i}_2`),
  }))
  return {
    answered: number('n'),
    mean: number('mean'),
    variance: number('variance'),
    top: number('top'),
    bottom: number('bottom'),
    features: facts.filter(isVaried),
  }
}

/** Enough rows on both sides; otherwise nothing can be said of it. */
function isVaried({ kind, id, known, positive, quarter, high }: FeatureFacts): boolean {
  if (known < 2 * fewestRows) return false
  if (kind === 'flag' || (kind === 'count' && id !== 'contacts'))
    return positive >= fewestRows && known - positive >= fewestRows
  return high > quarter
}

/** Quarters of what is measured, and whether or not of what is counted. */
function levelOf({ id, kind, quarter, high }: FeatureFacts): string {
  const column = `"${id}"`
  if (kind === 'flag' || (kind === 'count' && id !== 'contacts'))
    return `CASE WHEN ${column} > 0 THEN 'yes' WHEN ${column} IS NOT NULL THEN 'no' END`
  return `CASE WHEN ${column} <= ${quarter} THEN 'low' WHEN ${column} > ${high} THEN 'high' WHEN ${column} IS NOT NULL THEN 'middle' END`
}

async function readLevels(
  { table, read }: Reader,
  dimensions: string[],
  features: FeatureFacts[],
  answered: number,
): Promise<LevelCounts[]> {
  const fields = [
    ...dimensions.map((id) => {
      const column = `"of_${id}"`
      const often = `(SELECT ${column} AS "v" FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1 HAVING count(*) >= ${fewestRows} ORDER BY count(*) DESC, 1 LIMIT ${mostLevels})`
      return {
        field: id,
        from: `(SELECT "bucket", "step", coalesce("often"."v", '') AS "v" FROM ${table} AS "r" LEFT JOIN ${often} AS "often" ON "often"."v" = "r".${column} WHERE ${column} IS NOT NULL)`,
      }
    }),
    ...features.map((each) => ({
      field: each.id,
      from: `(SELECT "bucket", "step", ${levelOf(each)} AS "v" FROM ${table} WHERE "${each.id}" IS NOT NULL)`,
    })),
  ]
  if (fields.length === 0) return []
  const found = await read(
    fields
      .map(
        ({ field, from }) =>
          `SELECT ${literal(field)} AS "f", "v", "bucket", "step", count(*) AS "n" FROM ${from} AS "l" GROUP BY 2, 3, 4`,
      )
      .join(' UNION ALL '),
  )
  const grid = () => Array.from({ length: buckets }, () => new Array<number>(steps + 1).fill(0))
  const byField = new Map<string, { all: number[][]; own: Map<string, number[][]> }>()
  for (const row of found) {
    const field = byField.get(String(row.f)) ?? { all: grid(), own: new Map<string, number[][]>() }
    byField.set(String(row.f), field)
    const counts = field.own.get(String(row.v)) ?? grid()
    field.own.set(String(row.v), counts)
    for (const each of [field.all, counts]) each[Number(row.bucket)]![Number(row.step)]! += Number(row.n)
  }
  return [...byField]
    .flatMap(([field, { all, own }]) =>
      [...own].flatMap(([level, group]) => {
        const rest = all.map((row, b) => row.map((each, step) => each - group[b]![step]!))
        const n = sumOf(group)
        const tried = level !== '' && level !== 'middle' && !(level === 'no' && own.has('yes'))
        return tried && n >= fewestRows && sumOf(rest) >= fewestRows && n < answered
          ? [{ field, level, n, group, rest }]
          : []
      }),
    )
    .toSorted((a, b) => (a.field === b.field ? b.n - a.n || (a.level < b.level ? -1 : 1) : 0))
}

const sumOf = (grid: number[][]): number => grid.reduce((sum, row) => sum + row.reduce((own, each) => own + each, 0), 0)

const ranked = new Set(['wait', 'reply', 'resolution', 'handling', 'transfers', 'reopens'])
/** Values of a dimension that the matrix has columns for. */
const mostColumns = 8

/**
 * Rank correlations over all surveys and by channel and market. Delays are told apart to a thousandth of their logarithm, so that equal
 * ones are counted together before they are put in order.
 */
async function readCorrelations(
  { table, read }: Reader,
  features: FeatureFacts[],
  levels: LevelCounts[],
): Promise<RankCell[]> {
  const chosen = features.filter(({ id }) => ranked.has(id))
  if (chosen.length === 0) return []
  const splits = ['channel', 'market'].flatMap((by) => {
    const values = levels.filter(({ field }) => field === by).slice(0, mostColumns)
    return values.length > 1 ? [{ by, values: values.map(({ level }) => level) }] : []
  })
  const long = chosen
    .map(
      ({ id, kind }) =>
        `SELECT '${id}' AS "f"${splits.map(({ by }) => `, "of_${by}"`).join('')}, ${kind === 'delay' ? `CAST(round(1000 * ${logged(id)}) AS INTEGER)` : `CAST("${id}" AS INTEGER)`} AS "x", "step" FROM ${table} WHERE "${id}" IS NOT NULL`,
    )
    .join(' UNION ALL ')
  const counted = [
    `SELECT "f", '' AS "b", '' AS "v", "x", "step", count(*) AS "n" FROM "long" GROUP BY 1, 4, 5`,
    ...splits.map(
      ({ by, values }) =>
        `SELECT "f", '${by}', "of_${by}", "x", "step", count(*) FROM "long" WHERE "of_${by}" IN (${values.map(literal).join(', ')}) GROUP BY 1, 3, 4, 5`,
    ),
  ].join(' UNION ALL ')
  const rank = (column: string) =>
    `SELECT "f", "b", "v", "${column}", sum(sum("n")) OVER (PARTITION BY "f", "b", "v" ORDER BY "${column}") - (sum("n") - 1) / 2.0 - (sum(sum("n")) OVER (PARTITION BY "f", "b", "v") + 1) / 2.0 AS "r" FROM "counted" GROUP BY 1, 2, 3, 4`
  const found =
    await read(`WITH "long" AS (${long}), "counted" AS (${counted}), "xs" AS (${rank('x')}), "ys" AS (${rank('step')})
SELECT "c"."f", "c"."b", "c"."v", sum("c"."n") AS "n", sum("c"."n" * "xs"."r" * "ys"."r") / NULLIF(sqrt(sum("c"."n" * "xs"."r" * "xs"."r")) * sqrt(sum("c"."n" * "ys"."r" * "ys"."r")), 0) AS "rho"
FROM "counted" AS "c" JOIN "xs" USING ("f", "b", "v", "x") JOIN "ys" USING ("f", "b", "v", "step") GROUP BY 1, 2, 3`)
  const order = (cell: RankCell) => {
    const at = splits
      .flatMap(({ by, values }) => values.map((value) => `${by}.${value}`))
      .indexOf(`${cell.by}.${cell.value}`)
    return chosen.findIndex(({ id }) => id === cell.feature) * 1000 + at + 1
  }
  return found
    .map((row) => ({
      feature: String(row.f),
      by: String(row.b),
      value: String(row.v),
      n: Number(row.n),
      rho: row.rho === null ? Number.NaN : Number(row.rho),
    }))
    .filter(({ n, rho }) => n >= fewestRows && Number.isFinite(rho))
    .toSorted((a, b) => order(a) - order(b))
}

/** The delay that customers meet first: of it a threshold is looked for. */
async function readDelay({ table, read }: Reader, features: FeatureFacts[]): Promise<DriverEvidence['delay']> {
  const chosen = ['reply', 'wait', 'resolution', 'handling'].flatMap((id) =>
    features.filter((each) => each.id === id),
  )[0]
  if (!chosen) return null
  const column = `"${chosen.id}"`
  const found = await read(
    `SELECT ${delayBin(column)} AS "bin", count(*) AS "n", avg(${logged(chosen.id)}) AS "x", sum("y") AS "sum", sum("y" * "y") AS "squares", sum("top") AS "top", sum("bottom") AS "bottom" FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY 1`,
  )
  const bins = found.map((row) => ({
    from: delayEdges[Number(row.bin) - 1] ?? 0,
    to: delayEdges[Number(row.bin)] ?? null,
    x: Number(row.x),
    n: Number(row.n),
    sum: Number(row.sum),
    squares: Number(row.squares),
    top: Number(row.top),
    bottom: Number(row.bottom),
  }))
  const threshold = findThreshold(bins, Math.max(fewestRows, 0.05 * chosen.known))
  // What is no jump is not taken for one anywhere else.
  const at = threshold && threshold.p < 0.01 ? bins[threshold.after]!.to : null
  return { feature: chosen.id, bins, threshold, at }
}

function modelColumns(
  features: FeatureFacts[],
  delay: DriverEvidence['delay'],
  levels: LevelCounts[],
  answered: number,
): ModelColumn[] {
  const columns: ModelColumn[] = []
  const add = (name: string, group: string, text: string, more: Partial<ModelColumn> = {}) =>
    columns.push({ name, group, sql: text, flag: false, model: 'main', ...more })
  const flag = (condition: string) => `CASE WHEN ${condition} THEN 1.0 ELSE 0.0 END`
  for (const each of features) {
    const { id, kind, known, positive } = each
    const column = `"${id}"`
    if (kind === 'flag' || (kind === 'count' && id !== 'contacts'))
      add(id, id, flag(`${column} > 0`), { flag: true, n: positive })
    else if (delay?.feature === id && delay.at !== null) {
      const at = Math.log(1 + delay.at)
      add(id, id, flag(`${column} > ${delay.at}`), { flag: true, n: late(delay) })
      add(`${id}.before`, id, `CASE WHEN ${column} IS NULL THEN 0 ELSE least(${fenced(each)} - ${at}, 0) END`, {
        model: 'shape',
      })
      add(`${id}.beyond`, id, `CASE WHEN ${column} IS NULL THEN 0 ELSE greatest(${fenced(each)} - ${at}, 0) END`, {
        model: 'shape',
      })
      // What is lost more and more slowly.
      add(`${id}.slowing`, id, `CASE WHEN ${column} > ${delay.at} THEN 1 - ${delay.at} / ${column} ELSE 0 END`, {
        model: 'shape',
      })
    } else {
      // "least" and "greatest" pass over what is not known, and would make a value of it.
      add(id, id, `CASE WHEN ${column} IS NULL THEN 0 ELSE ${calibrated(each)} END`)
    }
    if (answered - known >= fewestRows / 2)
      add(`${id}.unknown`, id, flag(`${column} IS NULL`), { flag: true, aside: true })
  }
  for (const id of ['channel', 'market', 'segment', reasonOf(levels)]) {
    if (!id) continue
    // The most frequent value is what the others are compared with.
    for (const { level, n } of levels.filter(({ field }) => field === id).slice(1, mostInModel))
      add(`${id}:${level}`, id, flag(`"of_${id}" = ${literal(level)}`), { flag: true, level, n })
  }
  const segments = levels.filter(({ field }) => field === 'segment').slice(0, mostInModel)
  const mains = [delay?.feature, 'unresolved'].flatMap((id) => columns.filter(({ name }) => name === id))
  if (segments.length > 1)
    for (const main of mains)
      for (const { level } of segments.slice(1))
        add(
          `${main.name}*${level}`,
          `${main.name}*segment`,
          `(${main.sql}) * ${flag(`"of_segment" = ${literal(level)}`)}`,
          {
            model: 'segments',
            level,
            flag: main.flag,
          },
        )
  // What is not known of one field is often told by another: that goes first if one of them has to.
  return columns.toSorted((a, b) => Number(a.aside ?? false) - Number(b.aside ?? false))
}

const late = ({ bins, threshold }: NonNullable<DriverEvidence['delay']>): number =>
  bins.slice((threshold?.after ?? bins.length) + 1).reduce((sum, each) => sum + each.n, 0)

/** What the customers came for, by the field that says it. */
export function reasonOf(levels: Pick<LevelCounts, 'field'>[]): string | undefined {
  return ['reason', 'type'].find((id) => levels.some(({ field }) => field === id))
}

async function readSums({ table, read }: Reader, columns: ModelColumn[]): Promise<BucketSums> {
  const names = ['1', 'y', ...columns.map(({ name }) => name)]
  const all = [
    { flag: true, category: '' },
    { flag: false, category: '' },
    ...columns.map(({ flag, level, group }) => ({ flag, category: level === undefined ? '' : group })),
  ]
  const sums: string[] = []
  const wanted: { place: number; at: string }[] = []
  for (let i = 0; i < names.length; i++)
    for (let j = 0; j <= i; j++) {
      // Two values of one category are never in one row, and the square of a flag is itself.
      const none = i !== j && all[i]!.category !== '' && all[i]!.category === all[j]!.category
      if (none) continue
      const text = j === 0 || (i === j && all[i]!.flag) ? `"x${i}"` : `"x${i}" * "x${j}"`
      wanted.push({ place: placeOf(i, j), at: `s${sums.length}` })
      sums.push(`sum(${text}) AS "s${sums.length}"`)
    }
  const listed = ['1.0 AS "x0"', '"y" AS "x1"', ...columns.map((each, i) => `${each.sql} AS "x${i + 2}"`)]
  const found = await read(
    `SELECT "bucket", ${sums.join(', ')} FROM (SELECT "bucket", ${listed.join(', ')} FROM ${table}) AS "columns" GROUP BY 1 ORDER BY 1`,
  )
  const size = (names.length * (names.length + 1)) / 2
  return {
    names,
    sums: found.map((row) => {
      const own = new Float64Array(size)
      for (const { place, at } of wanted) own[place] = Number(row[at] ?? 0)
      return own
    }),
  }
}

async function readOdds(
  { table, read }: Reader,
  features: FeatureFacts[],
  delay: DriverEvidence['delay'],
  levels: LevelCounts[],
  answered: number,
): Promise<DriverEvidence['odds']> {
  const factors: OddsFactor[] = []
  const codes: string[] = []
  for (const { id, kind, median, high } of features) {
    const counted = kind === 'flag' || (kind === 'count' && id !== 'contacts')
    const over = counted ? 0 : delay?.feature === id && delay.at !== null ? delay.at : kind === 'spread' ? high : median
    factors.push({ id, kind: 'factor', levels: [] })
    codes.push(`CASE WHEN "${id}" > ${over} THEN 1 WHEN "${id}" IS NOT NULL THEN 0 ELSE -1 END`)
  }
  for (const id of ['channel', 'segment']) {
    const own = levels
      .filter(({ field }) => field === id)
      .slice(0, mostInModel)
      .map(({ level }) => level)
    if (own.length < 2) continue
    factors.push({ id, kind: 'control', levels: own })
    codes.push(
      `CASE ${own.map((level, at) => `WHEN "of_${id}" = ${literal(level)} THEN ${at}`).join(' ')} ELSE ${own.length} END`,
    )
  }
  const share = Math.min(1, mostForOdds / answered)
  const places = codes.map((_, i) => String(i + 2))
  const found = await read(
    `SELECT "bucket"${codes.map((code, i) => `, ${code} AS "f${i}"`).join('')}, count(*) AS "n", sum("top") AS "top", sum("bottom") AS "bottom" FROM ${table} WHERE "lot" < ${Math.round(share * 1000) * buckets} GROUP BY ${['1', ...places].join(', ')}`,
  )
  const cells = found.map((row) => ({
    bucket: Number(row.bucket),
    codes: codes.map((_, i) => Number(row[`f${i}`])),
    n: Number(row.n),
    top: Number(row.top),
    bottom: Number(row.bottom),
  }))
  return { factors, cells, rows: cells.reduce((sum, { n }) => sum + n, 0) }
}
