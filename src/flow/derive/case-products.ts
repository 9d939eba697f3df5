import { raw } from '../../sql/sql.ts'
import { filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/**
 * Which product a case is about, where the case does not say: the only one that its customer held on that day, an equal share of each of
 * several, or none. The shares of a case are 1 together, so that cases by product add up to the cases; a join through the holdings would
 * count a customer of four products four times.
 */
export const caseProducts: DeriveStep = {
  name: 'products of cases',
  async run({ store }) {
    const filled = await filledColumns(store)
    const cases = filled.get('cases')
    const held = filled.get('holdings')
    if (!cases?.has('customer') || !held?.has('customer') || !held.has('product')) return []
    await makeColumns(store, 'case_products', ['case', 'product', 'share', 'attribution'])
    const stated = cases.has('product') ? 'c.product' : 'CAST(NULL AS VARCHAR)'
    const day = 'CAST(c.created_at AS DATE)'
    const then = cases.has('created_at')
      ? `${held.has('opened_on') ? ` AND coalesce(h.opened_on <= ${day}, TRUE)` : ''}${held.has('closed_on') ? ` AND coalesce(h.closed_on >= ${day}, TRUE)` : ''}`
      : ''
    // What was held is found first, by customer alone: with the days among the conditions of an outer join, every pair would be tried.
    await store.run(
      raw(`INSERT INTO cx.case_products (id, "case", product, share, attribution, source, source_key, load, record)
WITH held AS (
  SELECT DISTINCT c.id, h.product FROM cx.cases AS c JOIN cx.holdings AS h ON h.customer = c.customer
  WHERE ${stated} IS NULL AND h.product IS NOT NULL${then}
), counted AS (SELECT id, product, count(*) OVER (PARTITION BY id) AS n FROM held)
SELECT c.id || '/' || coalesce(${stated}, h.product, 'unknown'), c.id, coalesce(${stated}, h.product), CASE WHEN h.n > 1 THEN 1.0 / h.n ELSE 1 END,
  CASE WHEN ${stated} IS NOT NULL THEN 'stated' WHEN h.n IS NULL THEN 'unknown' WHEN h.n = 1 THEN 'sole_holding' ELSE 'shared' END,
  c.source, c.source_key, c.load, c.record
FROM cx.cases AS c LEFT JOIN counted AS h ON h.id = c.id ORDER BY c.load, c.record, h.product`),
    )
    return []
  },
}
