import { blockOf, type File } from '../../src/generate/touchpoints/dirt.ts'
import { type Effect, effects, markets, type Stain, stains } from '../../src/generate/touchpoints/plants.ts'

/** The tables of docs/generators.md as the constants say them. */
export function marketsTable(): string {
  const percent = (perThousand: number) => `${perThousand / 10} %`
  const rows = markets.map(
    ({ code, customers, ahead, onTime, solved }) =>
      `| ${code} | ${customers} % | +${ahead} h | ${[onTime.call, onTime.chat, onTime.email, solved].map(percent).join(' | ')} |`,
  )
  return [
    '| market | merchants | winter time | calls in 120 s | chats in 30 s | e-mails in 24 h | cases solved in 24 h |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...rows,
  ].join('\n')
}

export function effectsTable(): string {
  const rows = (Object.entries(effects) as [string, Effect][]).map(
    ([id, { says, value, tolerance }]) =>
      `| \`${id}\` | ${says} | ${Math.round(value * 1000) / 1000} | ±${tolerance} |`,
  )
  return ['| effect | what is planted | size | recovered within |', '|---|---|--:|--:|', ...rows].join('\n')
}

export function stainsTable(): string {
  const rows = Object.entries(stains).flatMap(([file, kinds]) =>
    (Object.entries(kinds) as [string, Stain][]).map(
      ([id, { says, count }]) => `| ${file} | \`${id}\` | ${says} | ${count} of ${blockOf(file as File)} |`,
    ),
  )
  return ['| file | dirt | what is wrong | how many |', '|---|---|---|--:|', ...rows].join('\n')
}

export function recoveries(): string {
  const queries = (Object.entries(effects) as [string, Effect][]).map(([id, { recover }]) => `-- ${id}\n${recover};`)
  return ['```sql', ...queries, '```'].join('\n')
}
