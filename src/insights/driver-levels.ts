import { literal } from '../sql/sql.ts'
import { buckets, type FeatureFacts, fewestRows, isCounted, type Reader, steps } from './driver-facts.ts'

const mostLevels = 30

/** Counts of scores by bucket for one value of a field, and for all its other values. */
export interface LevelCounts {
  field: string
  level: string
  n: number
  group: number[][]
  rest: number[][]
}

/** Quarters of what is measured, and whether or not of what is counted. */
function levelOf(each: FeatureFacts): string {
  const { id, quarter, high } = each
  const column = `"${id}"`
  if (isCounted(each)) return `CASE WHEN ${column} > 0 THEN 'yes' WHEN ${column} IS NOT NULL THEN 'no' END`
  return `CASE WHEN ${column} <= ${quarter} THEN 'low' WHEN ${column} > ${high} THEN 'high' WHEN ${column} IS NOT NULL THEN 'middle' END`
}

export async function readLevels(
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

/** What the customers came for, by the field that says it. */
export function reasonOf(levels: Pick<LevelCounts, 'field'>[]): string | undefined {
  return ['reason', 'type'].find((id) => levels.some(({ field }) => field === id))
}
