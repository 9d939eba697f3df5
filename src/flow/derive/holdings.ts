import { tableNamed } from '../../model/tables.ts'
import { quoteIdentifier, raw } from '../../sql/sql.ts'
import { tableStatements } from '../../sql/table.ts'
import type { Store } from '../../store/store.ts'
import { type FilledColumns, filledColumns, makeColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/**
 * What no row of a balance, a holding or a leaving says alone: which holding it belongs to, when a holding ended, and by how much a
 * balance changed. Levels are added up from changes: a sum of changes up to a day is the level on that day, for any day and any
 * group, and a month-to-date column becomes amounts that may be summed.
 */
export const holdings: DeriveStep = {
  name: 'holdings',
  async run({ store }) {
    const filled = await filledColumns(store)
    const has = (table: string, ...columns: string[]): boolean =>
      columns.every((name) => filled.get(table)?.has(name) ?? false)
    const held = has('holdings', 'customer', 'product')
    if (held && has('churns', 'customer', 'churned_on')) await endHoldings(store, filled)
    if (held) await markCustomers(store, has('holdings', 'opened_on'))
    if (has('balances', 'on_date', 'balance')) await changeBalances(store, filled)
    if (has('balances', 'on_date', 'balance', 'customer') && has('customers', 'id')) await markBalances(store)
    if (has('benchmarks', 'series', 'on_date', 'value')) await changeSeries(store)
    return []
  },
}

/** A leaving belongs to the holding of its customer and product that was opened last before it; who came back has not left. */
async function endHoldings(store: Store, filled: FilledColumns): Promise<void> {
  const churns = filled.get('churns')
  await makeColumns(store, 'churns', ['holding'])
  await makeColumns(store, 'holdings', ['closed_on'])
  const product = churns?.has('product') ? 'AND h.product = c.product' : ''
  const opened = filled.get('holdings')?.has('opened_on')
  await store.run(
    raw(`UPDATE cx.churns AS churn SET holding = found.holding FROM (
  SELECT c.rowid AS row, ${opened ? 'arg_max(h.id, h.opened_on)' : 'min(h.id)'} AS holding FROM cx.churns AS c
  JOIN cx.holdings AS h ON h.customer = c.customer ${product}${opened ? ' AND coalesce(h.opened_on <= c.churned_on, TRUE)' : ''}
  WHERE c.holding IS NULL GROUP BY c.rowid) AS found WHERE found.row = churn.rowid`),
  )
  const gone = churns?.has('is_recovered') ? 'WHERE NOT coalesce(is_recovered, FALSE)' : ''
  await store.run(
    raw(`UPDATE cx.holdings AS h SET closed_on = gone.churned_on
FROM (SELECT holding, max(churned_on) AS churned_on FROM cx.churns ${gone} GROUP BY holding) AS gone WHERE gone.holding = h.id`),
  )
}

async function markCustomers(store: Store, opened: boolean): Promise<void> {
  const closed = (await filledColumns(store)).get('holdings')?.has('closed_on')
  const left = closed ? 'CASE WHEN bool_and(closed_on IS NOT NULL) THEN max(closed_on) END' : 'CAST(NULL AS DATE)'
  await makeColumns(store, 'customers', ['first_opened_on', 'began_on', 'left_on'])
  await store.run(
    raw(`UPDATE cx.customers AS c SET first_opened_on = h.first_opened_on, began_on = h.first_opened_on, left_on = h.left_on
FROM (SELECT customer, ${opened ? 'min(opened_on)' : 'CAST(NULL AS DATE)'} AS first_opened_on, ${left} AS left_on FROM cx.holdings GROUP BY customer) AS h
WHERE h.customer = c.id`),
  )
}

/** Columns that hold the month to date, and the one that holds the change. */
const monthly = ['contributions', 'withdrawals', 'returns', 'fees']

/** The table is written anew: changing ten million rows in place would hold all of them in memory. */
async function changeBalances(store: Store, filled: FilledColumns): Promise<void> {
  const own = filled.get('balances')!
  const flows = monthly.filter((name) => own.has(name))
  const holding = holdingOf(filled)
  const left = (await filledColumns(store)).get('churns')?.has('holding')
  const made = [
    'holding',
    'balance_change',
    ...flows.map((name) => `${name}_change`),
    'is_last_of_month',
    ...(left ? ['is_after_leaving'] : []),
  ]
  const columns = new Set([...own, ...made])
  const table = tableNamed('balances')!
  await store.run(raw('ALTER TABLE cx.balances RENAME TO balances_as_loaded'))
  for (const statement of tableStatements(table, columns)) await store.run(raw(statement))
  const kept = [...own].filter((name) => name !== 'holding').map(quoteIdentifier)
  const [known = {}] = await store.rows(
    raw(
      `SELECT count(*) AS "all", ${['balance', ...flows].map((name) => `count(${name}) AS ${name}`).join(', ')} FROM cx.balances_as_loaded`,
    ),
  )
  /** The value of the row before; where a source leaves some out, of the last row that has one. */
  const before = (value: string, name: string): string =>
    known[name] === known.all
      ? `lag(${value}) OVER life`
      : `lag(CASE WHEN b.${name} IS NOT NULL THEN ${value} END IGNORE NULLS) OVER life`
  const life = `PARTITION BY coalesce(b.holding, b.customer || '/' || b.product) ORDER BY b.on_date, b.record`
  const changes = [
    `b.balance - coalesce(${before('b.balance', 'balance')}, 0) AS balance_change`,
    ...flows.map(
      (name) =>
        `b.${name} - coalesce(CASE WHEN date_trunc('month', ${before('b.on_date', name)}) = date_trunc('month', b.on_date) THEN ${before(`b.${name}`, name)} END, 0) AS ${name}_change`,
    ),
    "coalesce(date_trunc('month', lead(b.on_date) OVER life) <> date_trunc('month', b.on_date), TRUE) AS is_last_of_month",
    ...(left ? ['coalesce(b.on_date > gone.churned_on, FALSE) AS is_after_leaving'] : []),
  ]
  await store.run(
    raw(`INSERT INTO cx.balances (${[...kept, ...made].join(', ')})
SELECT ${kept.map((name) => `b.${name}`).join(', ')}, b.holding, ${changes.join(', ')}
FROM (${holding}) AS b${left ? ' LEFT JOIN (SELECT holding, min(churned_on) AS churned_on FROM cx.churns GROUP BY holding) AS gone ON gone.holding = b.holding' : ''}
WINDOW life AS (${life}) ORDER BY b.load, b.record`),
  )
  await store.run(raw('DROP TABLE cx.balances_as_loaded'))
}

/** Balances with their holding: as the source says, else that of the customer and product which was opened last by then. */
function holdingOf(filled: FilledColumns): string {
  const own = filled.get('balances')!
  const others = [...own].filter((name) => name !== 'holding').map((name) => `b.${quoteIdentifier(name)}`)
  const stated = own.has('holding') ? 'b.holding' : 'CAST(NULL AS VARCHAR)'
  const linked = own.has('customer') && own.has('product') && filled.get('holdings')?.has('opened_on')
  if (!linked) return `SELECT ${others.join(', ')}, ${stated} AS holding FROM cx.balances_as_loaded AS b`
  return `SELECT ${others.join(', ')}, coalesce(${stated}, h.id) AS holding FROM cx.balances_as_loaded AS b
  ASOF LEFT JOIN cx.holdings AS h ON h.customer = b.customer AND h.product = b.product AND h.opened_on <= b.on_date`
}

/** What a customer keeps now: a mean over customers is of these, not of balances, of which a customer may have several. */
async function markBalances(store: Store): Promise<void> {
  await makeColumns(store, 'customers', ['balance'])
  await store.run(
    raw(`UPDATE cx.customers AS c SET balance = b.balance
FROM (SELECT customer, sum(balance_change) AS balance FROM cx.balances GROUP BY customer) AS b WHERE b.customer = c.id`),
  )
}

async function changeSeries(store: Store): Promise<void> {
  await makeColumns(store, 'benchmarks', ['value_change'])
  await store.run(
    raw(`UPDATE cx.benchmarks AS b SET value_change = c.value_change
FROM (SELECT rowid AS row, value - coalesce(lag(value) OVER (PARTITION BY source, series ORDER BY on_date, record), 0) AS value_change FROM cx.benchmarks WHERE value IS NOT NULL) AS c
WHERE c.row = b.rowid`),
  )
}
