import { say } from '../../config/words.ts'
import { metricLabel, missingOf } from '../../metrics/needs.ts'
import type { Readiness } from '../../metrics/readiness.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface ReadinessField {
  id: string
  label: string
  /** How many KPIs it gives, or how many it would split. */
  count: string
  /** Their names, the first few. */
  unlocks: string[]
  more: string
}

export interface ReadinessContent {
  fields: ReadinessField[]
  /** Fields that matter less, behind one line that counts them. */
  rest: { text: string; fields: ReadinessField[] } | null
}

const named = 4

/** Which numbers can be known, and what each missing field would unlock. */
export const resolveReadiness: TileResolver<'readiness'> = async (tile, context) => {
  const { words, services } = context
  const found = await services.findReadiness()
  const place = (field: string) => tile.first.indexOf(field) + 1 || tile.first.length + 1
  const fields = found.toSorted((a, b) => place(a.field) - place(b.field)).map((each) => fieldOf(each, context))
  const rest = fields.slice(tile.limit)
  const families = [...services.catalogue.metrics.values()].filter((each) => each.variant === '' && !each.quantileOf)
  const ready = families.filter((each) => missingOf(each.needs, services.version.present).length === 0).length
  const content: ReadinessContent = {
    fields: fields.slice(0, tile.limit),
    rest: rest.length > 0 ? { text: say(words, 'pages.readiness.more', { count: rest.length }), fields: rest } : null,
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

function fieldOf({ field, label, kind, unlocks }: Readiness, context: TileContext): ReadinessField {
  const { words } = context
  const alone = unlocks.metrics.length > 0
  const ids = alone ? unlocks.metrics : unlocks.helps
  return {
    id: field,
    label,
    count: alone
      ? say(words, `pages.readiness.${kind}`, { count: ids.length })
      : say(words, 'pages.readiness.together'),
    unlocks: ids.slice(0, named).map((id) => labelOfMetric(id, context)),
    more: ids.length > named ? say(words, 'pages.readiness.others', { count: ids.length - named }) : '',
  }
}

/** The label of a metric by its id. */
export function labelOfMetric(id: string, context: TileContext): string {
  const metric = context.services.catalogue.metrics.get(id)
  return metric ? metricLabel(metric, context.words, context.services.catalogue) : id
}
