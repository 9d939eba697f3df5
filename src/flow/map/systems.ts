import { type Problem, RapportError } from '../../errors.ts'

/** A batch and what maps it, as far as two systems are told apart by it. */
export interface MixedCandidate {
  pack: { id: string }
  table: { fills: { table: string; space?: string }[] }
  how: 'recognised' | 'named' | 'proposed'
  batch: { name: string }
  source: { id: string }
}

/**
 * Ids begin with the id of their source: case 7 of one system and case 7 of another, both in one source, would be one case, and the
 * newer one would silently take the place of the other. Packs whose rows lie in a key space of their own do not meet.
 */
export function refuseMixedSources(mappings: MixedCandidate[]): void {
  const ids = [...new Set(mappings.map(({ source }) => source.id))]
  const problems = ids.flatMap(
    (id) =>
      mixed(
        id,
        mappings.filter(({ source }) => source.id === id),
      ) ?? [],
  )
  if (problems.length > 0) throw new RapportError(problems, 3)
}

/** Files that no pack knew may be parts of one system: only packs that are known tell two systems apart. */
function mixed(id: string, mappings: MixedCandidate[]): Problem | null {
  const known = mappings.filter(({ how }) => how !== 'proposed')
  for (const [index, one] of known.entries())
    for (const two of known.slice(index + 1)) {
      const table = one.pack.id === two.pack.id ? undefined : meetingTable(one, two)
      if (table) return collision(id, table, one, two)
    }
  return null
}

const numbered = ({ table }: MixedCandidate): string[] =>
  table.fills.flatMap((fill) => (fill.space ? [] : [fill.table]))

function meetingTable(one: MixedCandidate, two: MixedCandidate): string | undefined {
  const other = new Set(numbered(two))
  return numbered(one).find((table) => other.has(table))
}

function collision(id: string, table: string, one: MixedCandidate, two: MixedCandidate): Problem {
  return {
    code: 'systems-in-one-source',
    message: `Source "${id}" holds files of two systems, ${one.batch.name} (${one.pack.id}) and ${two.batch.name} (${two.pack.id}): row 7 of ${table} of one and row 7 of the other would be taken for one.`,
    where: `rapport.yaml, source ${id}`,
    fix: `Make two sources of it: - { id: ${one.pack.id}, files: ${one.batch.name} } and - { id: ${two.pack.id}, files: ${two.batch.name} }. Nothing was published.`,
  }
}
