import { formatNumber, formatValue } from '../../../config/format.ts'
import { say, type Words } from '../../../config/words.ts'
import type { Frame, MetricCard } from '../../../metrics/frame.ts'
import { cardFacts } from '../../../pages/tiles/definitions.ts'
import { totalOf } from '../../../pages/tiles/tile.ts'
import type { Block } from '../document.ts'
import { type ChapterContext, tileContext } from './chapter.ts'
import { metricsOf } from './used.ts'

/** Every metric that the report speaks of: what it counts, over what, by which clock, and how its variants come out beside it. */
export async function composeDefinitions(context: ChapterContext): Promise<Block[]> {
  return definitionBlocks(metricsOf(context.before), context)
}

export async function definitionBlocks(ids: readonly string[], context: ChapterContext): Promise<Block[]> {
  const { catalogue, runQuery } = context.services
  const known = ids.filter((id) => catalogue.metrics.has(id))
  const families = new Set(known.map((id) => catalogue.metrics.get(id)!.family))
  const all = [...catalogue.metrics.values()].filter(({ family }) => families.has(family)).map(({ id }) => id)
  if (all.length === 0) return []
  const frame = await runQuery({ metrics: all })
  return known
    .flatMap((id) => frame.metrics[id] ?? [])
    .toSorted((a, b) => a.label.localeCompare(b.label, context.words.locale))
    .map((card) => definition(card, frame, context))
}

function definition(card: MetricCard, frame: Frame, context: ChapterContext): Block {
  const { words } = context
  const variants = card.variants.filter(({ id }) => id !== card.id && frame.metrics[id])
  const parts = [
    ...cardFacts(card, tileContext(context)),
    ...(variants.length > 0
      ? [
          {
            label: say(words, 'report.definitions.variants'),
            text: variants.map(({ id }) => variantText(frame.metrics[id]!, frame, words)).join(' '),
          },
        ]
      : []),
    { label: say(words, 'report.definitions.place'), text: card.defined_at },
  ]
  return {
    ...{ kind: 'definition', term: card.label, says: card.definition, parts },
    source: { queries: [{ metrics: [card.id, ...variants.map(({ id }) => id)] }] },
  }
}

/** `Satisfied customers (Zendesk): 48.1% (n = 9,978).` */
function variantText(card: MetricCard, frame: Frame, words: Words): string {
  const cell = totalOf(frame, card.id)
  if (cell.value === null) return say(words, 'report.definitions.unknown', { label: card.label })
  return say(words, 'report.definitions.variant', {
    label: card.label,
    value: formatValue(cell.value, card.unit, words),
    n: cell.n === undefined || card.unit === 'count' || card.sample === false ? 'none' : formatNumber(cell.n, words),
  })
}
