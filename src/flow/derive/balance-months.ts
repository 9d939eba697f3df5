import { raw } from '../../sql/sql.ts'
import { filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/** Ages are added up in bands of ten. */
const band = 10

/** Changes that may be added up over days, so over a month too. */
const changes = ['balance_change', 'contributions_change', 'withdrawals_change', 'returns_change', 'fees_change']

/**
 * Balances by month, product and what customers are told apart by: what pages ask of ten million balances, they ask of a tenth of that.
 * The planner of metrics takes it wherever the answer is the same.
 */
export const balanceMonths: DeriveStep = {
  name: 'months of balances',
  async run({ store }) {
    const filled = await filledColumns(store)
    const own = filled.get('balances')
    if (!own?.has('balance_change')) return []
    const people = own.has('customer') ? filled.get('customers') : undefined
    const groups = [
      ...(own.has('product') ? [{ name: 'product', sql: 'b.product' }] : []),
      ...['segment', 'market', 'region'].flatMap((name) => (people?.has(name) ? [{ name, sql: `c.${name}` }] : [])),
      ...(people?.has('age') ? [{ name: 'age', sql: `CAST(floor(c.age / ${band}) * ${band} AS BIGINT)` }] : []),
    ]
    const there = changes.filter((name) => own.has(name))
    const [known = {}] = await store.rows(
      raw(`SELECT count(*) AS "all", ${there.map((name) => `count(${name}) AS ${name}`).join(', ')} FROM cx.balances`),
    )
    // How many amounts a sum is of would be lost where a source leaves some out: those are read from the rows.
    const sums = there.filter((name) => name === 'balance_change' || known[name] === known.all)
    const days = ['rows', 'first_on', 'balance_moment']
    await makeColumns(store, 'balance_months', ['month_on', ...days, ...groups.map(({ name }) => name), ...sums])
    const names = [...groups.map(({ name }) => name), 'month_on']
    await store.run(
      raw(`INSERT INTO cx.balance_months (${[...names, ...days, ...sums].join(', ')})
SELECT ${groups.map(({ sql, name }) => `${sql} AS ${name}, `).join('')}CAST(date_trunc('month', b.on_date) AS DATE) AS month_on, count(*) AS rows, min(b.on_date) AS first_on,
  sum(b.balance_change * date_diff('day', DATE '2000-01-01', b.on_date)) AS balance_moment, ${sums.map((name) => `sum(b.${name}) AS ${name}`).join(', ')}
FROM cx.balances AS b${people ? ' LEFT JOIN cx.customers AS c ON c.id = b.customer' : ''}
GROUP BY ALL ORDER BY month_on, ${groups.map(({ name }) => name).join(', ') || '1'}`),
    )
    return []
  },
}
