import { literal } from '../sql/sql.ts'
import { type BucketSums, placeOf } from '../stats/bucket-regression.ts'
import {
  type DriverDelay,
  type FeatureFacts,
  fewestRows,
  isCounted,
  logged,
  mostInModel,
  type Reader,
} from './driver-facts.ts'
import { type LevelCounts, reasonOf } from './driver-levels.ts'
import type { SurveyFeature } from './survey-rows.ts'

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

/** A feature on the scale that the model has it on. */
export const scaled = ({ id, kind }: SurveyFeature): string =>
  kind === 'delay' || id === 'contacts' ? logged(id) : `"${id}"`

/** The same, held between the fences of a box plot: a handful of odd rows must not decide about a slope. */
function fenced(each: FeatureFacts): string {
  const { kind, id, quarter, high } = each
  const scale = (value: number) => (kind === 'delay' || id === 'contacts' ? Math.log(1 + value) : value)
  const [low, up] = [scale(quarter), scale(high)]
  const reach = 1.5 * (up - low)
  return `least(greatest(${scaled(each)}, ${low - reach}), ${up + reach})`
}

/** How loosely a deviation is measured. */
export const looseness = `1 / (2 * ("replies" - 1))`

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
export type LooseMeans = Record<(typeof looseMeans)[number], number>
export const looseMeans = ['s', 'ss', 'l', 'll', 'lll', 'sl', 'ssl', 'sll'] as const

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

/** The columns of the linear model; one that others may make up comes last. */
export function modelColumns(
  features: FeatureFacts[],
  delay: DriverDelay | null,
  levels: LevelCounts[],
  answered: number,
): ModelColumn[] {
  const columns: ModelColumn[] = []
  const add = (name: string, group: string, text: string, more: Partial<ModelColumn> = {}) =>
    columns.push({ name, group, sql: text, flag: false, model: 'main', ...more })
  const flag = (condition: string) => `CASE WHEN ${condition} THEN 1.0 ELSE 0.0 END`
  for (const each of features) {
    const { id, known, positive } = each
    const column = `"${id}"`
    if (isCounted(each)) add(id, id, flag(`${column} > 0`), { flag: true, n: positive })
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

const late = ({ bins, threshold }: DriverDelay): number =>
  bins.slice((threshold?.after ?? bins.length) + 1).reduce((sum, each) => sum + each.n, 0)

type Part = Pick<ModelColumn, 'flag' | 'group' | 'level' | 'model'>

/** Two values of one category are never in one row; and what bends with a delay is never in one model with what differs by segment. */
function areApart(a: Part, b: Part): boolean {
  const category = ({ group }: Part) => group.slice(group.indexOf('*') + 1)
  if (a.level !== undefined && b.level !== undefined && category(a) === category(b)) return a.level !== b.level
  return [a.model, b.model].includes('shape') && [a.model, b.model].includes('segments')
}

/** Sums of products of columns by bucket: all that the model needs, in one pass. */
export async function readSums({ table, read }: Reader, columns: ModelColumn[]): Promise<BucketSums> {
  const names = ['1', 'y', ...columns.map(({ name }) => name)]
  const all: Part[] = [{ flag: true, group: '', model: 'main' }, { flag: false, group: '', model: 'main' }, ...columns]
  const sums: string[] = []
  const wanted: { place: number; at: string }[] = []
  for (let i = 0; i < names.length; i++)
    for (let j = 0; j <= i; j++) {
      if (areApart(all[i]!, all[j]!)) continue
      // The square of a flag is itself.
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
