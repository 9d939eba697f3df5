import { listOf, numbersOf } from '../draw.ts'
import type { RawFile } from '../generator.ts'
import { age, customers } from './customers.ts'
import { amount, crlfFile, customerId, type Making, numbered, widthFor } from './making.ts'
import { dateOf } from './period.ts'
import { firstInvestments, frequencies, holdingsOf, monthlyPayments, segments } from './plants.ts'
import { productId, products } from './products.ts'
import { sessionsOf } from './sessions-of.ts'
import { openingChannels } from './words.ts'

/** Steps through the fifteen products that meet each once before the first comes again. */
const strides = [1, 2, 4, 7, 8, 11, 13, 14]

const bySegment = (values: readonly number[]): string => `${numbersOf(values)}[segment + 1]`

/**
 * Statement that makes `holdings`: `(e, c, k, h, segment, product, opened, frequency, first, payment, is_twice)`, in the order of
 * the file. `first` and `payment` are cents, `e` counts from 0.
 */
export function holdingsTable(making: Making): string {
  const { draws, period, generation } = making
  const count = `${listOf(holdingsOf.map((each) => each.join()))}[segment + 1]`
  const owned = `CAST(string_split(${count}, ',')[${draws.whole('holdings', 10)} + 1] AS BIGINT)`
  const factor = bySegment(segments.map(({ wealth }) => wealth))
  const first = `${draws.byQuantiles('first investment', firstInvestments)} * ${factor} // 100 * (50 + age) // 100`
  const engaged = `(20 + 8 * sessions)`
  const frequency = draws.whole('frequency', frequencies.length)
  const payment = `${draws.byQuantiles('payment', monthlyPayments)} * ${factor} // 100 * ${engaged} // 100 * ${numbersOf(frequencies.map(({ months }) => months))}[frequency + 1]`
  const later = `joined + ${draws.whole('opened', `greatest(1, ${period.joining} - joined)`)}`
  const twice = generation.dirt === 'none' ? 'FALSE' : 'e % 20 = 13'
  return `CREATE TABLE holdings AS
SELECT e, c, k, h, segment, product, opened, frequency, greatest(first, 100 * ${numbersOf(products.map(({ smallest }) => smallest))}[product + 1]) AS first,
  ${payment} AS payment, ${twice} AS is_twice
FROM (SELECT *, row_number() OVER (ORDER BY c, k) - 1 AS e, ${first} AS first, ${frequency} AS frequency,
    (start + k * stride) % ${products.length} AS product,
    CASE WHEN k = 0 OR ${draws.whole('same day', 100)} < 70 THEN joined ELSE ${later} END AS opened
  FROM (SELECT *, hash(c * 16 + k) AS h FROM (SELECT c, joined, segment, age, sessions, start, stride, unnest(range(owned)) AS k
    FROM (SELECT c, joined, segment, ${age} AS age, ${sessionsOf(draws)} AS sessions, ${draws.whole('product', products.length)} AS start,
      ${numbersOf(strides)}[${draws.whole('stride', strides.length)} + 1] AS stride, ${owned} AS owned FROM (${customers(making)})))))
ORDER BY e`
}

/** Seven digits, and more only where so many can be. */
export const holdingId = ({ sizes }: Making): string =>
  numbered('ENR', widthFor(7, sizes.customers * Math.max(...holdingsOf.flat())), 'e + 1')

/** Advisor of a holding: a number from 0. */
export const advisorOf = ({ sizes, draws }: Making): string => draws.whole('advisor', sizes.advisors)

export function enrollmentFile(making: Making): RawFile {
  const { draws, period } = making
  return crlfFile({
    name: 'enrollments',
    prepare: [holdingsTable(making)],
    fields: {
      enrollment_id: holdingId(making),
      customer_id: customerId(making),
      product_id: productId('product'),
      enrollment_date: dateOf(period, 'opened'),
      initial_investment: amount('first'),
      contribution_frequency: `${listOf(frequencies.map(({ word }) => word))}[frequency + 1]`,
      monthly_contribution: `CASE WHEN payment = 0 THEN '0' ELSE ${amount('payment')} END`,
      advisor_id: numbered('ADV', 4, `1 + ${advisorOf(making)}`),
      channel: draws.byShare('opening channel', openingChannels),
      status: "'Active'",
    },
    from: 'holdings',
  })
}
