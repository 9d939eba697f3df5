import { numbersOf } from '../draw.ts'
import type { RawFile } from '../generator.ts'
import { holdingsTable } from './holdings.ts'
import { contacts, dayAfter } from './interactions.ts'
import { amount, crlfFile, customerId, type Making, text } from './making.ts'
import { dateOf } from './period.ts'
import { leaving, recoveredPercent } from './plants.ts'
import { productId, products } from './products.ts'
import { leavingReasons } from './words.ts'

/** Who leaves what: the more that was left unresolved before, and the dearer the product, the likelier. Balances go on. */
export function retentionFile(making: Making): RawFile {
  const { draws, period } = making
  const unresolved = `SELECT c, count(*) AS unresolved, max(day) AS angry FROM (${contacts(making)}) WHERE status = 2 GROUP BY c`
  const fee = `${numbersOf(products.map((each) => each.fee))}[product + 1]`
  const hazard = `${leaving.base} * 100 + ${leaving.unresolved} * 100 * least(coalesce(unresolved, 0), ${leaving.most}) + ${leaving.fee} * ${fee}`
  const day = dayAfter(draws, 'left', 'greatest(opened, coalesce(angry, 0))', period.days)
  const reason = `CASE WHEN unresolved > 0 THEN ${draws.byShare('why', leavingReasons.service)} WHEN ${fee} >= 200 THEN ${draws.byShare('why', leavingReasons.fees)} ELSE ${draws.byShare('why', leavingReasons.other)} END`
  return crlfFile({
    name: 'retention',
    prepare: [
      holdingsTable(making),
      `CREATE TABLE angry AS ${unresolved}`,
      `CREATE TABLE leavers AS SELECT *, ${day} AS day FROM holdings LEFT JOIN angry USING (c)
WHERE ${draws.whole('leaves', 100_000)} < ${hazard} ORDER BY ${draws.bits('order')}, e`,
    ],
    fields: {
      customer_id: customerId(making),
      product_id: productId('product'),
      churn_date: dateOf(period, 'day'),
      churn_reason: reason,
      exit_survey_score: text(`(10 + ${draws.whole('exit', 30)}) / 10.0::DOUBLE`),
      recovered_flag: `CASE WHEN ${draws.whole('comes back', 100)} < ${recoveredPercent} THEN 'Yes' ELSE 'No' END`,
      // A value of its own for each row, so that rows of one customer disagree.
      total_customer_lifetime_value: amount(`first // 40 + ${draws.whole('lifetime', 150_000)}`),
    },
    from: 'leavers',
  })
}
