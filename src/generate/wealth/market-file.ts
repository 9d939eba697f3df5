import type { RawFile } from '../generator.ts'
import { crlfFile, type Making } from './making.ts'
import { dateOf } from './period.ts'

/** Five series side by side, one row a weekday. */
export function marketFile({ market, period }: Making): RawFile {
  const hundredths = (value: number) => `'${value / 100}'`
  const rows = market.days.map(
    ({ day, stocks, bonds, inflation, prime, unemployment }) =>
      `(${day}, ${[stocks, bonds, inflation, prime, unemployment].map(hundredths).join(', ')})`,
  )
  return crlfFile({
    name: 'market_data',
    fields: {
      date: dateOf(period, 'day'),
      sp500_index: 'stocks',
      bond_index: 'bonds',
      inflation_rate: 'inflation',
      prime_rate: 'prime',
      unemployment_rate: 'unemployment',
    },
    from: `(VALUES ${rows.join(', ')}) AS days(day, stocks, bonds, inflation, prime, unemployment) ORDER BY day`,
  })
}
