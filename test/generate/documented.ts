import { type Effect, effects, type Stain, stains } from '../../src/generate/customer-first/plants.ts'

/** The tables of docs/generators.md as the constants say them. */
export function effectsTable(): string {
  const rows = (Object.entries(effects) as [string, Effect][]).map(
    ([id, { says, value, tolerance, columns }]) => `| \`${id}\` | ${says} | ${value} | ±${tolerance} | ${columns} |`,
  )
  return ['| effect | what is planted | size | recovered within | columns |', '|---|---|--:|--:|---|', ...rows].join(
    '\n',
  )
}

export function stainsTable(): string {
  const rows = (Object.entries(stains) as [string, Stain][]).map(
    ([id, { says, perThousand, hard }]) => `| \`${id}\` | ${says} | ${perThousand} | ${hard ? 'hard' : 'some'} |`,
  )
  return ['| dirt | what is wrong | of 1,000 records | from degree |', '|---|---|--:|---|', ...rows].join('\n')
}

export function recoveries(): string {
  const queries = (Object.entries(effects) as [string, Effect][]).map(([id, { recover }]) => `-- ${id}\n${recover};`)
  return ['```sql', ...queries, '```'].join('\n')
}
