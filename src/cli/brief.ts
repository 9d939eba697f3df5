import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { formatValue } from '../config/format.ts'
import { type BriefFacts, writeBrief as writeText } from '../flow/map/brief.ts'
import type { MetricContext, TargetSetting } from '../metrics/context.ts'
import type { MetricCell } from '../metrics/frame.ts'
import { readLedger } from '../metrics/ledger.ts'
import { findReadiness } from '../metrics/readiness.ts'
import { runQuery } from '../metrics/run.ts'
import { tables } from '../model/tables.ts'
import type { Page } from '../pages/spec.ts'
import { openVersion, type Project } from '../project.ts'
import { contextOf, readShared } from './opened.ts'

/** Writes `BRIEF.md` of a project anew from what was published; what people wrote between its marks stays. */
export async function writeBrief(project: Project): Promise<void> {
  if (!project.directory) return
  const file = join(project.directory, 'BRIEF.md')
  const version = await openVersion(project)
  try {
    const shared = await readShared(project, version)
    const context = contextOf(shared, { personalData: 'mask', language: project.settings.language })
    const facts = await factsOf(project, context, [...shared.pages.values()])
    await writeFile(file, writeText(facts, await readFile(file, 'utf8').catch(() => '')))
  } finally {
    await version.close()
  }
}

async function factsOf(project: Project, context: MetricContext, pages: Page[]): Promise<BriefFacts> {
  const ledger = readLedger(context)
  const [loads, columns, findings] = await Promise.all([ledger.loads(), ledger.columns(), ledger.checkResults()])
  const sourceOf = new Map(loads.map((load) => [load.id, load.source]))
  return {
    version: context.version.id,
    project: project.name,
    asOf: context.version.as_of,
    zone: context.version.zone,
    sources: loads.map((load) => ({
      ...load,
      id: load.source,
      path: relative(project.directory ?? '.', load.path),
      pack: load.pack ?? '',
    })),
    mappings: columns.flatMap(({ load, fills }) =>
      fills.map(({ column, expression, where }) => ({
        source: sourceOf.get(load) ?? '',
        column,
        expression,
        place: where,
      })),
    ),
    kpis: await kpisOf(context),
    readiness: findReadiness(context).flatMap(({ label, kind, unlocks }) => {
      const split = `a breakdown of ${unlocks.metrics.length} KPIs by ${unlocks.dimensions.join(', ')}`
      const gives = kind === 'breakdown' ? [split] : unlocks.metrics
      return gives.length > 0 ? [{ field: label, unlocks: gives }] : []
    }),
    tables: tables
      .filter(({ name }) => (context.version.counts[name] ?? 0) > 0)
      .map(({ name, row }) => ({ name, row, rows: context.version.counts[name] ?? 0 })),
    pages: pages
      .filter((page) => page.group)
      .map((page) => ({ id: page.page, title: page.title, question: `/${page.page}` })),
    problems: findings
      .filter(({ severity }) => severity !== 'note')
      .map(({ sentence, effect }) => ({ message: sentence, fix: effect })),
  }
}

/** The KPIs that have a target, and those that the pages show: as many as a reader can hold. */
async function kpisOf(context: MetricContext): Promise<BriefFacts['kpis']> {
  const usual = [
    'cases',
    'reply_rate',
    'resolution_rate',
    'csat_mean',
    'csat_percent',
    'first_reply_time',
    'first_resolution_time',
    'full_resolution_time',
  ]
  const ids = [...new Set([...context.targets.map(({ metric }) => metric), ...usual])].filter((id) =>
    context.catalogue.metrics.has(id),
  )
  const frame = await runQuery({ metrics: ids }, context)
  return ids.flatMap((id) => {
    const card = frame.metrics[id]
    if (!card) return []
    const missing = (frame.rows[0]?.[id] as MetricCell | undefined)?.refused?.missing ?? []
    const targets = context.targets.filter(({ metric }) => metric === id)
    const kpi = { id, label: card.label, definition: card.definition, missing }
    return targets.length === 0 ? [kpi] : [{ ...kpi, target: targetOf(targets, card.unit, context) }]
  })
}

/** Several targets of one KPI in one cell: `1 day (email), 1 day (social), 5 min (chat)`. */
function targetOf(targets: TargetSetting[], unit: Parameters<typeof formatValue>[1], context: MetricContext) {
  const values = targets.map(({ value, channel, priority }) => {
    const scope = [channel, priority].filter(Boolean).join(', ')
    return `${formatValue(value, unit, context.words)}${scope ? ` (${scope})` : ''}`
  })
  return { value: values.join(', '), source: [...new Set(targets.map(({ source }) => source))].join(' ') }
}
