import type { Words } from '../config/words.ts'
import type { MetricCatalogue, VersionFacts } from '../metrics/context.ts'
import type { Frame, FrameRow, MetricCell } from '../metrics/frame.ts'
import { dimensionLabel, fieldLabel, metricLabel } from '../metrics/needs.ts'
import type { Query } from '../metrics/query.ts'
import type { Readiness } from '../metrics/readiness.ts'
import { benjaminiHochberg } from '../stats/false-discovery.ts'
import {
  askedBy,
  type CheckFact,
  type MetricFact,
  type PlaybookEvidence,
  type SplitFact,
  splitKey,
} from './playbook-evidence.ts'
import type { PlaybookRule } from './playbook-rule.ts'

/** Where answers come from: the door of `metrics/`, or a page's own that asks each question once. */
export interface PlaybookServices {
  runQuery(query: Query): Promise<Frame>
  findReadiness(): Promise<Readiness[]> | Readiness[]
  checkResults(): Promise<CheckFact[]>
  catalogue: MetricCatalogue
  version: VersionFacts
  words: Words
}

export type PlaybookScope = Pick<Query, 'where' | 'range' | 'as_of'>

/** All that the rules speak of: one question for the whole numbers, one for each dimension. `findings` and what is `repeated` come from the other insights. */
export async function readPlaybook(
  rules: readonly PlaybookRule[],
  scope: PlaybookScope,
  services: PlaybookServices,
  { findings, repeated }: Pick<PlaybookEvidence, 'findings' | 'repeated'> = { findings: [], repeated: null },
): Promise<PlaybookEvidence> {
  const { catalogue, version, words } = services
  const asked = askedBy(rules)
  const ids = asked.metrics.filter((id) => catalogue.metrics.has(id))
  const [whole, checks, readiness] = await Promise.all([
    ids.length > 0 ? services.runQuery({ metrics: ids, ...scope }) : null,
    services.checkResults(),
    services.findReadiness(),
  ])
  const metrics = new Map(ids.flatMap((id) => factOf(id, whole, catalogue)))
  const splits = await readSplits(asked.splits, metrics, scope, services)
  const named = (id: string): string => {
    const metric = catalogue.metrics.get(id)
    return metric ? metricLabel(metric, words, catalogue) : id
  }
  return {
    version,
    metrics,
    splits,
    checks,
    readiness,
    findings,
    repeated,
    metric_count: [...catalogue.metrics.values()].filter(({ variant, quantileOf }) => variant === '' && !quantileOf)
      .length,
    labelOfField: (field) => fieldLabel(field, words),
    labelOfMetric: named,
    labelOfDimension: (id) => {
      const dimension = catalogue.dimensions.get(id)
      return dimension ? dimensionLabel(dimension, words) : id
    },
  }
}

function factOf(id: string, frame: Frame | null, { metrics }: MetricCatalogue): [string, MetricFact][] {
  const card = frame?.metrics[id]
  const metric = metrics.get(id)
  return card && metric ? [[id, { card, cell: cellOf(frame?.rows[0], id), table: metric.from }]] : []
}

function cellOf(row: FrameRow | undefined, metric: string): MetricCell {
  const cell = row?.[metric]
  return cell !== null && typeof cell === 'object' && 'value' in cell ? cell : { value: null }
}

/** A number that cannot be known as a whole is known by no split: that is not asked. */
async function readSplits(
  asked: ReadonlyMap<string, string[]>,
  metrics: ReadonlyMap<string, MetricFact>,
  scope: PlaybookScope,
  { runQuery, catalogue }: PlaybookServices,
): Promise<Map<string, SplitFact>> {
  const read = await Promise.all(
    [...asked].map(async ([by, ids]) => {
      const known = ids.filter((id) => metrics.get(id) && !metrics.get(id)?.cell.refused)
      const frame =
        known.length > 0 && catalogue.dimensions.has(by) ? await runQuery({ metrics: known, by: [by], ...scope }) : null
      return ids.flatMap((id): [string, SplitFact][] => {
        const fact = metrics.get(id)
        if (!fact) return []
        const split = frame?.metrics[id] ? splitOf(id, by, frame) : null
        const refused = fact.cell.refused ?? null
        return [[splitKey(id, by), split ?? { card: fact.card, groups: [], verdict: null, q: null, refused }]]
      })
    }),
  )
  const all = read.flat()
  const qs = benjaminiHochberg(all.map(([, { verdict }]) => verdict?.p ?? null))
  return new Map(all.map(([key, split], index) => [key, { ...split, q: qs[index] ?? null }]))
}

function splitOf(metric: string, by: string, frame: Frame): SplitFact {
  const groups = frame.rows.flatMap((row) => {
    const value = row[by]
    const cell = cellOf(row, metric)
    if (value === null || value === undefined || typeof value === 'object' || cell.value === null) return []
    return [{ value: String(value), label: frame.labels[by]?.[String(value)] ?? String(value), cell }]
  })
  const refused = frame.rows.map((row) => cellOf(row, metric).refused).find((each) => each !== undefined)
  return {
    card: frame.metrics[metric]!,
    groups,
    verdict: frame.verdicts.find((each) => each.metric === metric && each.by === by) ?? null,
    q: null,
    refused: groups.length === 0 ? (refused ?? null) : null,
  }
}
