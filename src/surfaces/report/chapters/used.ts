import type { Query } from '../../../metrics/query.ts'
import type { Block, Section } from '../document.ts'

/** Every query that the numbers of these sections come from, each once. */
export function queriesOf(sections: readonly Section[]): Query[] {
  const all = sections.flatMap(({ blocks }) => blocks.flatMap(queriesOfBlock))
  return [...new Map(all.map((query) => [JSON.stringify(query), query])).values()]
}

function queriesOfBlock(block: Block): Query[] {
  return [
    ...(block.source?.queries ?? []),
    ...(block.kind === 'numbers' ? block.numbers.map(({ query }) => query) : []),
  ]
}

/** Ids of the metrics that these sections speak of, in the order in which they come. */
export function metricsOf(sections: readonly Section[]): string[] {
  const rows = sections.flatMap(({ blocks }) => blocks.flatMap(({ source }) => source?.rows?.metric?.id ?? []))
  return [...new Set([...queriesOf(sections).flatMap(({ metrics }) => metrics), ...rows])]
}
