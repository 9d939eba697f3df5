import { numbersOf } from '../draw.ts'
import type { RawFile } from '../generator.ts'
import { holdingsTable } from './holdings.ts'
import { amount, crlfFile, customerId, type Making, numbered, widthFor } from './making.ts'
import { dateOf, monthOf } from './period.ts'
import { frequencies, seasonPercent, withdrawalMonths } from './plants.ts'
import { productId, products } from './products.ts'

/** A cent is so many units at a worth of 1. */
const unit = 100_000_000

/**
 * Units that one cent buys at the first of each month, by product; and how many a regular payment of one cent has bought up to
 * each month, in percent, by product and frequency. With them a balance is known without those before it.
 */
function boughtUnits({ market, period }: Making): { price: number[]; paid: number[] } {
  const price = market.worth.map((worth) => worth.map((each) => Math.floor(unit / each)))
  const paid = price.flatMap((prices) =>
    frequencies.flatMap(({ months }) => {
      let sum = 0
      return prices.map((each, month) => {
        const season = (period.firstMonth + month) % 12
        sum += isPaid(months, season) ? each * seasonPercent[season]! : 0
        return sum
      })
    }),
  )
  return { price: price.flat(), paid }
}

/** Every `months` months, the last of them December; 0 is never. */
const isPaid = (months: number, season: number): boolean => months > 0 && (season + 1) % months === 0

/**
 * One balance at the opening and at the first of each month after it. Contributions, withdrawals and fees are what they are, and the
 * returns are what is left of the change, so that every row follows from the one before to the cent. What is a month to date goes
 * on within the month: holdings with a second balance on the 15th have half of the month's returns and fees by the first one.
 */
export function balanceFile(making: Making): RawFile {
  const { draws, period, market, sizes } = making
  const last = period.months.length - 1
  const { price, paid } = boughtUnits(making)
  const length = period.months.length
  const worthAt = (month: string) => `${numbersOf(market.worth.flat())}[product * ${length} + ${month} + 1]`
  const priceAt = (month: string) => `${numbersOf(price)}[product * ${length} + ${month} + 1]`
  const paidAt = (month: string) =>
    `${numbersOf(paid)}[(product * ${frequencies.length} + frequency) * ${length} + ${month} + 1]`
  const withdrawn = (month: string) =>
    [1, 2]
      .map(
        (at) =>
          `CASE WHEN ${month} >= out_${at} THEN out_cents_${at} * ${priceAt(`least(out_${at}, ${last})`)} ELSE 0 END`,
      )
      .join(' + ')
  const noise = (month: string) => `(99500 + ${draws.whole('noise', 1001, `hash(e * 1024 + ${month})`)})`
  const balance = (month: string) =>
    `((bought + payment * (${paidAt(month)} - paid_before) // 100 - (${withdrawn(month)})) * ${worthAt(month)} // ${unit} * ${noise(month)} // 100000)`
  const out = (at: number) => `month_opened + 1 + ${draws.whole(`out ${at}`, withdrawalMonths)}`
  const held = `SELECT *, first * ${priceAt('month_opened')} AS bought, ${paidAt('month_opened')} AS paid_before
FROM (SELECT *, ${monthOf(period, 'opened')} AS month_opened FROM holdings)`
  const season = `(${period.firstMonth} + t) % 12`
  const due = `(frequency < ${frequencies.length - 1} AND (${season} + 1) % greatest(1, ${numbersOf(frequencies.map(({ months }) => months))}[frequency + 1]) = 0)`
  const fee = `before * ${numbersOf(products.map((each) => each.fee))}[product + 1] // 120000 + ${numbersOf(products.map(({ fixedFee }) => Math.floor((fixedFee * 100) / 12)))}[product + 1]`
  const second = `(part = 0 AND is_twice AND t > month_opened AND t < ${last})`
  return crlfFile({
    name: 'account_balances',
    prepare: [
      holdingsTable(making),
      `CREATE TABLE held AS
SELECT *, sum(rows) OVER (ORDER BY e ROWS UNBOUNDED PRECEDING) - rows AS rows_before
FROM (SELECT *, ${last} + 1 - month_opened + CASE WHEN is_twice THEN greatest(0, ${last} - 1 - month_opened) ELSE 0 END AS rows,
  ${out(1)} AS out_1, ${out(2)} AS out_2, first * (1 + ${draws.whole('out cents 1', 6)}) // 100 AS out_cents_1, first * (1 + ${draws.whole('out cents 2', 6)}) // 100 AS out_cents_2
  FROM (${held}))
ORDER BY e`,
    ],
    fields: {
      // Nobody holds half of the months of eight products on average: the mean is below one and a half balances a month.
      balance_id: numbered(
        'BAL',
        widthFor(8, Math.ceil(sizes.customers * length * 1.5)),
        'CAST(rows_before AS BIGINT) + place + 1',
      ),
      customer_id: customerId(making),
      product_id: productId('product'),
      date: dateOf(
        period,
        `CASE WHEN t = month_opened THEN opened ELSE ${numbersOf(period.months)}[t + 1] + 14 * part END`,
      ),
      balance: amount(`CASE WHEN ${second} THEN before + paid_in + (returns // 2) - (fee // 2) ELSE now END`),
      contributions_mtd: amount('paid_in'),
      withdrawals_mtd: `CASE WHEN ${second} OR paid_out = 0 THEN '0' ELSE ${amount('paid_out')} END`,
      investment_returns_mtd: amount(`CASE WHEN ${second} THEN returns // 2 ELSE returns END`),
      fees_mtd: amount(`CASE WHEN ${second} THEN fee // 2 ELSE fee END`),
    },
    from: `(SELECT *, now - before - paid_in + paid_out + fee AS returns
FROM (SELECT *, ${fee} AS fee
FROM (SELECT *, ${balance('t')} AS now, CASE WHEN t = month_opened THEN first ELSE ${balance('(t - 1)')} END AS before,
  CASE WHEN t > month_opened AND ${due} THEN payment * ${numbersOf(seasonPercent)}[${season} + 1] // 100 ELSE 0 END AS paid_in,
  CASE WHEN t = out_1 THEN out_cents_1 ELSE 0 END + CASE WHEN t = out_2 THEN out_cents_2 ELSE 0 END AS paid_out
FROM (SELECT *, CASE WHEN is_twice AND t > month_opened THEN 1 + (t - month_opened - 1) * 2 + part ELSE t - month_opened END AS place
FROM (SELECT *, unnest(CASE WHEN is_twice AND t > month_opened AND t < ${last} THEN [0, 1] ELSE [0] END) AS part
FROM (SELECT *, unnest(range(month_opened, ${last + 1})) AS t FROM held))))))`,
  })
}
