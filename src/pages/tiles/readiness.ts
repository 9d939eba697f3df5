import { say } from '../../config/words.ts'
import { metricLabel, missingOf } from '../../metrics/needs.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface ReadinessContent {
  ready: number
  all: number
  fields: {
    id: string
    label: string
    kind: 'number' | 'breakdown'
    /** How many KPIs it gives, or how many it would split. */
    count: string
    says: string
    unlocks: { id: string; label: string }[]
    more: number
  }[]
}

const named = 6

/** Which numbers can be known, and what each missing field would unlock. */
export const resolveReadiness: TileResolver<'readiness'> = async (tile, context) => {
  const { words, services } = context
  const fields = await services.findReadiness()
  const families = [...services.catalogue.metrics.values()].filter((each) => each.variant === '' && !each.quantileOf)
  const ready = families.filter((each) => missingOf(each.needs, services.version.present).length === 0).length
  const content: ReadinessContent = {
    ready,
    all: families.length,
    fields: fields.slice(0, tile.limit ?? 12).map((each) => ({
      id: each.field,
      label: each.label,
      kind: each.kind,
      count: say(words, `pages.readiness.${each.kind}`, {
        count: each.unlocks.metrics.length || each.unlocks.helps.length,
      }),
      says: each.says,
      unlocks: (each.unlocks.metrics.length > 0 ? each.unlocks.metrics : each.unlocks.helps)
        .slice(0, named)
        .map((id) => ({ id, label: labelOfMetric(id, context) })),
      more: Math.max(0, (each.unlocks.metrics.length || each.unlocks.helps.length) - named),
    })),
  }
  return {
    id: tile.id,
    kind: 'readiness',
    title: tileTitle(tile, context),
    width: tile.width,
    state: 'ok',
    reading: say(words, 'pages.readiness.reading', { ready, all: families.length }),
    content,
  }
}

/** The label of a metric by its id. */
export function labelOfMetric(id: string, context: TileContext): string {
  const metric = context.services.catalogue.metrics.get(id)
  return metric ? metricLabel(metric, context.words, context.services.catalogue) : id
}
