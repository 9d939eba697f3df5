import { say } from '../../config/words.ts'
import type { MetricContext } from '../../metrics/context.ts'
import { daxColumn } from './dax.ts'
import type { Shared } from './dimensions.ts'
import type { Fact } from './fact.ts'
import { namesOf } from './names.ts'
import type { SemanticRole } from './semantic-model.ts'

/** With more than so many, a table of who may see what is the better way: docs/powerbi.md. */
const mostRoles = 20

/**
 * A role for each market and for each team. It sees its own rows; of rows that nothing ties to a market or team it sees none, so that a role never
 * shows more than it says.
 */
export function rolesOf(shared: Shared[], facts: Fact[], { words }: MetricContext): SemanticRole[] {
  const name = namesOf()
  return ['market', 'team'].flatMap((id) => {
    for (const { table, map, uses, rows } of shared) {
      const column = rows === id && table.columns.find(({ dimension }) => dimension === id)
      if (!column) continue
      const values = map.labels
      if (values.length > mostRoles) return []
      const apart = facts.filter((fact) => !uses.some((use) => use.fact === fact))
      return values.map((value) => ({
        name: name(`${column.name} ${value}`.replace(/[^\p{L}\p{M}\p{N} _-]+/gu, '-')),
        description: say(words, 'say.powerbi.role', { dimension: column.name, value }),
        filters: [
          { table: table.name, dax: `${daxColumn(table.name, column.name)} == ${daxText(value)}` },
          ...apart.map(({ name }) => ({ table: name, dax: 'FALSE()' })),
        ],
      }))
    }
    return []
  })
}

function daxText(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
