import { type Effect, effects } from '../../src/generate/experience/effects.ts'

/** The tables of docs/generators.md as the constants say them. */
export function effectsTable(): string {
  const rows = (Object.entries(effects) as [string, Effect][]).map(
    ([id, { says, value, tolerance }]) =>
      `| \`${id}\` | ${says} | ${Math.round(value * 10_000) / 10_000} | ±${tolerance} |`,
  )
  return ['| effect | what is planted | size | recovered within |', '|---|---|--:|--:|', ...rows].join('\n')
}

export function recoveries(): string {
  const queries = (Object.entries(effects) as [string, Effect][]).map(([id, { recover }]) => `-- ${id}\n${recover};`)
  return ['```sql', ...queries, '```'].join('\n')
}
