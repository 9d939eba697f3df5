import { formatValue } from '../../config/format.ts'
import { labelOf, say } from '../../config/words.ts'
import type { Frame, MetricCard, MetricCell } from '../../metrics/frame.ts'
import type { Metric } from '../../metrics/metric.ts'
import { fieldLabel, missingOf } from '../../metrics/needs.ts'
import { labelOfMetric } from './readiness.ts'
import { type TileContext, type TileResolver, totalOf } from './tile.ts'
import { tileTitle } from './title.ts'

export interface DefinitionItem {
  id: string
  label: string
  variant: string
  /** Its value here, so that the variants of one KPI can be compared. */
  value: string
  n: string
  facts: { label: string; text: string }[]
  definition: string
  missing: string[]
  defined_at: string
}

export interface DefinitionFamily {
  id: string
  label: string
  question: string
  items: DefinitionItem[]
}

export interface DefinitionsContent {
  groups: { id: string; label: string; families: DefinitionFamily[] }[]
}

/** Every metric with numerator, denominator, population, clock and time basis; variants of one KPI side by side. */
export const resolveDefinitions: TileResolver<'definitions'> = async (tile, context) => {
  const { words, services } = context
  const all = [...services.catalogue.metrics.values()]
  const tables = [...new Set(all.map((each) => each.from))]
  const groups = []
  for (const table of tables) {
    const metrics = all.filter((each) => each.from === table)
    const frame = await services.runQuery({ metrics: metrics.map((each) => each.id), ...context.scope })
    const label = labelOf(words, `tables.${table}`, table.replaceAll('_', ' '))
    groups.push({ id: table, label, families: familiesOf(metrics, frame, context) })
  }
  const known = all.filter((each) => missingOf(each.needs, services.version.present).length === 0).length
  return {
    id: tile.id,
    kind: 'definitions',
    title: tileTitle(tile, context),
    width: tile.width,
    state: 'ok',
    reading: say(words, 'pages.definitions.reading', { known, all: all.length }),
    content: { groups } satisfies DefinitionsContent,
  }
}

/** A median stands beside its mean. */
function familyOf(metric: Metric): string {
  const base = metric.quantileOf?.id ?? metric.family
  return base.split(':')[0] ?? base
}

function familiesOf(metrics: Metric[], frame: Frame, context: TileContext): DefinitionFamily[] {
  return [...new Set(metrics.map(familyOf))].map((family) => {
    const members = metrics.filter((each) => familyOf(each) === family)
    const first = members.find((each) => each.id === family) ?? members[0]
    return {
      id: family,
      label: first ? labelOfMetric(first.id, context) : family,
      question: first ? (frame.metrics[first.id]?.question ?? '') : '',
      items: members.flatMap((each) => {
        const card = frame.metrics[each.id]
        return card ? itemOf(each, card, totalOf(frame, each.id), context) : []
      }),
    }
  })
}

function itemOf(metric: Metric, card: MetricCard, cell: MetricCell, context: TileContext): DefinitionItem {
  const { words, services } = context
  return {
    id: metric.id,
    label: card.label,
    variant: metric.variant || (metric.quantileOf?.at ?? ''),
    value: cell.refused ? '' : formatValue(cell.value, card.unit, words),
    n: cell.n === undefined || cell.refused ? '' : formatValue(cell.n, 'count', words),
    definition: card.definition,
    facts: cardFacts(card, context),
    missing: missingOf(metric.needs, services.version.present).map((field) => fieldLabel(field, words)),
    defined_at: metric.defined_at,
  }
}

/** What a metric counts, over what, by which clock: each with its name. */
export function cardFacts(card: MetricCard, { words }: TileContext): DefinitionItem['facts'] {
  const texts: [string, string | null | undefined][] = [
    ['numerator', card.numerator],
    ['denominator', card.denominator],
    ['population', card.population],
    ['clock', card.clock && say(words, `pages.clock.${card.clock}`)],
    ['time_basis', card.time_basis ? fieldLabel(card.time_basis, words) : say(words, 'pages.no-time')],
    ['interval', card.interval],
    ['better', say(words, `pages.better.${card.better}`)],
  ]
  return texts.flatMap(([id, text]) => (text ? [{ label: say(words, `pages.fact.${id}`), text }] : []))
}
