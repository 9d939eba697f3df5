import { literal, quoteIdentifier, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { alikeParts, attributeSql, isNumberOfPerson, nameParts, namesSystem, plainName } from './likeness.ts'
import { phoneKeys } from './phone.ts'

/** More records than this in one person are a switchboard, a placeholder or a fault: they stay apart, and it is said. */
export const largestPerson = 50

/** How many names one key may carry before spellings of them are no longer compared with each other. */
const mostNames = 20

interface Likeness {
  /** Share of such pairs that one may expect to be one person: high enough to act on, low enough to be asked about. */
  score: number
  says: string
}

/** What two records may share, and what their names must then be. Nothing here lets two different names become one person. */
const kinds: Record<string, { what: string; same: number; alike: number | null; nameless: number | null }> = {
  external: { what: "Same number in another system's column", same: 0.98, alike: 0.95, nameless: 0.9 },
  email: { what: 'Same e-mail address', same: 0.95, alike: 0.9, nameless: 0.8 },
  number: { what: 'Same customer number', same: 0.9, alike: 0.85, nameless: null },
  phone: { what: 'Same phone number', same: 0.93, alike: 0.85, nameless: 0.75 },
  account: { what: 'Same account', same: 0.8, alike: null, nameless: null },
}

function likenessSql(name: 'same' | 'alike' | 'nameless', pick: (kind: Likeness) => string): string {
  const ends = {
    same: 'and same name.',
    alike: 'and the same name with an initial or without a middle one.',
    nameless: 'and nobody of another name has it; one record carries no name.',
  }
  const whens = Object.entries(kinds).flatMap(([kind, { what, ...scores }]) => {
    const score = scores[name]
    return score === null ? [] : [`WHEN ${literal(kind)} THEN ${pick({ score, says: `${what} ${ends[name]}` })}`]
  })
  return `CASE a.kind ${whens.join(' ')} END`
}

const scoreOf = (name: 'same' | 'alike' | 'nameless') => likenessSql(name, ({ score }) => String(score))
const evidenceOf = (name: 'same' | 'alike' | 'nameless') => likenessSql(name, ({ says }) => literal(says))

/**
 * Is the record known from a file of amounts alone, and by an address or a phone? Whoever named that column as the key says that it
 * means the customer, so a name beside it (often that of a company) takes nothing back.
 */
export const isOfAmounts = (customers: string): string =>
  `coalesce(${customers}.load IN (SELECT id FROM cx.loads WHERE fills = 'revenues'), FALSE)`

/** What `cx.customers` and its neighbours hold here; a column that no load filled is not there. */
export interface Filled {
  columns: ReadonlySet<string>
  accountNames: boolean
}

/**
 * `_links("left", "right", score, evidence)`: pairs of records that may be one person. Only keys that occur more than once are kept
 * (`_keys`), and only records that have one are looked at again (`_people`), so that what costs is one pass over each column.
 * Records of one source that knows its customers are never a pair: the source says that they are two.
 */
export async function findLinks(store: Store, filled: Filled): Promise<void> {
  await findKeys(store, filled)
  await describePeople(store, filled)
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _members AS
SELECT DISTINCT kind, key, id, space, identified, birth_on, parts, nullif(array_to_string(parts, ' '), '') AS name
FROM _keys JOIN _people USING (id)`),
  )
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _blocks AS
SELECT kind, key, count(*) AS members, count(DISTINCT name) AS names FROM _members GROUP BY kind, key
HAVING count(*) > 1 AND (count(DISTINCT space) > 1 OR NOT bool_and(identified))`),
  )
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _pairs AS
${sameNames()}
UNION ALL ${crowds()}
UNION ALL ${alikeNames()}
UNION ALL ${withoutNames()}`),
  )
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _links AS
SELECT "left", "right", round(1 - product(1 - score), 4) AS score, string_agg(DISTINCT evidence, ' ' ORDER BY evidence) AS evidence
FROM _pairs GROUP BY "left", "right"`),
  )
  for (const table of ['_keys', '_members', '_blocks', '_pairs']) await store.run(sql`DROP TABLE ${raw(table)}`)
}

async function findKeys(store: Store, filled: Filled): Promise<void> {
  await store.run(raw('CREATE OR REPLACE TEMP TABLE _keys (kind VARCHAR, key VARCHAR, id VARCHAR)'))
  for (const { kind, rows } of await keysOf(store, filled)) {
    await store.run(raw(`CREATE OR REPLACE TEMP TABLE _found AS SELECT id, key FROM (${rows}) WHERE key IS NOT NULL`))
    await store.run(
      raw(`INSERT INTO _keys
WITH repeated AS (SELECT hash(key) AS h FROM _found GROUP BY h HAVING count(*) > 1)
SELECT ${literal(kind)}, key, id FROM _found WHERE hash(key) IN (SELECT h FROM repeated)`),
    )
  }
  await store.run(raw('DROP TABLE IF EXISTS _found'))
}

/** `rows` is a select of `id` and `key`. */
interface Key {
  kind: string
  rows: string
}

async function keysOf(store: Store, { columns, accountNames }: Filled): Promise<Key[]> {
  const keys: Key[] = []
  if (columns.has('email')) keys.push({ kind: 'email', rows: emailKeys })
  if (columns.has('phone')) {
    const market = columns.has('market') ? 'market' : 'NULL AS market'
    keys.push({ kind: 'phone', rows: phoneKeys(`(SELECT id, phone, ${market} FROM cx.customers)`) })
  }
  if (columns.has('account')) keys.push({ kind: 'account', rows: accountKeys(accountNames) })
  const external = await externalSql(store)
  if (external)
    keys.push(
      { kind: 'external', rows: numberKeys(external, namesSystem('name')) },
      { kind: 'number', rows: numberKeys(external, `NOT ${namesSystem('name')}`) },
      // Another system's own number, in a column that is called after it: `crm_id` is a key of the source `crm`.
      {
        kind: 'external',
        rows: `SELECT id, space || ' ' || value AS key FROM (SELECT id, regexp_extract(name, '^([a-z0-9]+)_', 1) AS space, value FROM ${external})
  WHERE space IN (SELECT DISTINCT split_part(id, ':', 1) FROM cx.customers)
  UNION ALL SELECT id, split_part(id, ':', 1) || ' ' || substr(id, strpos(id, ':') + 1) FROM cx.customers`,
      },
    )
  return keys
}

/** Nearly every address stands once, and those are not looked at further. */
const emailKeys = `SELECT id, lower(email) AS key FROM cx.customers WHERE hash(lower(email)) IN
(SELECT hash(lower(email)) AS h FROM cx.customers WHERE email IS NOT NULL GROUP BY h HAVING count(*) > 1)
AND email LIKE '_%@_%._%' AND NOT contains(email, ' ')`

function numberKeys(external: string, where: string): string {
  return `SELECT id, name || ' ' || value AS key FROM ${external} WHERE ${where}`
}

/** Two sources give one account two ids: its name says that it is one. */
function accountKeys(named: boolean): string {
  if (!named) return 'SELECT id, account AS key FROM cx.customers'
  const name = `nullif(array_to_string(${nameParts('firm.name')}, ' '), '')`
  return `SELECT people.id, coalesce(${name}, people.account) AS key FROM cx.customers AS people
LEFT JOIN (SELECT id, min(name) AS name FROM cx.accounts GROUP BY id) AS firm ON firm.id = people.account`
}

/** `(id, name, value)`: numbers of a person that stand in columns which no model column takes. */
export async function externalSql(store: Store): Promise<string | null> {
  const found = await store.rows(
    sql`SELECT DISTINCT name FROM cx.columns WHERE load IN (SELECT DISTINCT load FROM cx.customers WHERE attributes IS NOT NULL) ORDER BY name`,
  )
  const names = found.map((row) => String(row.name)).filter(isNumberOfPerson)
  if (names.length === 0) return null
  const parts = names.map(
    (name) =>
      `SELECT id, ${literal(plainName(name))} AS name, ${attributeSql(name)} AS value FROM cx.customers WHERE attributes IS NOT NULL AND ${attributeSql(name)} IS NOT NULL`,
  )
  return `(${parts.join(' UNION ALL ')})`
}

/** One row a record that shares a key with another. Several sources may fill one record, where they share a key space. */
async function describePeople(store: Store, { columns }: Filled): Promise<void> {
  const own = (name: string, otherwise: string): string => (columns.has(name) ? quoteIdentifier(name) : otherwise)
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _people AS
SELECT id, split_part(id, ':', 1) AS space, bool_or(coalesce(${own('is_identified', 'FALSE')}, FALSE)) AS identified,
  min(${own('birth_on', 'CAST(NULL AS DATE)')}) AS birth_on, coalesce(${nameParts(`min(CASE WHEN NOT ${isOfAmounts('customers')} THEN ${own('name', 'CAST(NULL AS VARCHAR)')} END)`)}, []) AS parts
FROM cx.customers AS customers WHERE id IN (SELECT id FROM _keys) GROUP BY id`),
  )
}

/** Two records that a source does not tell apart itself, and that were not born on two days. */
const mayBeOne = `(a.space <> b.space OR NOT (a.identified AND b.identified)) AND coalesce(a.birth_on = b.birth_on, TRUE)`

/** With a phone or an account a first name alone is no name: people who share those often share it. */
const isName = "(a.kind IN ('email', 'external', 'number') OR len(a.parts) >= 2)"

function sameNames(): string {
  return `SELECT a.id AS "left", b.id AS "right", ${scoreOf('same')} AS score, ${evidenceOf('same')} AS evidence
FROM _members AS a JOIN _members AS b ON a.kind = b.kind AND a.key = b.key AND a.name = b.name AND a.id < b.id
JOIN (${groupsOfName('<=')}) AS fit ON fit.kind = a.kind AND fit.key = a.key AND fit.name = a.name
WHERE ${isName} AND ${mayBeOne}`
}

/** Of a crowd under one key and name only that it hangs together is written down: it will be refused as one. */
function crowds(): string {
  return `SELECT fit.first AS "left", a.id AS "right", ${scoreOf('same')} AS score, ${evidenceOf('same')} AS evidence
FROM _members AS a JOIN (${groupsOfName('>')}) AS fit ON fit.kind = a.kind AND fit.key = a.key AND fit.name = a.name
WHERE a.id <> fit.first AND ${isName}`
}

/** In one account two records of one source and name are two namesakes, and nobody knows which of them a third is. */
function groupsOfName(size: '<=' | '>'): string {
  return `SELECT kind, key, name, min(id) AS first FROM _members JOIN _blocks USING (kind, key) WHERE name IS NOT NULL
GROUP BY kind, key, name HAVING count(*) ${size} ${largestPerson} AND (kind <> 'account' OR count(*) = count(DISTINCT space))`
}

/** An initial that would fit two names under the key fits none: `J. Smith` where John and Jane share a phone. */
function alikeNames(): string {
  return `SELECT least(a.id, b.id) AS "left", greatest(a.id, b.id) AS "right", ${scoreOf('alike')} AS score, ${evidenceOf('alike')} AS evidence
FROM (WITH spelled AS (SELECT DISTINCT kind, key, name, parts FROM _members JOIN _blocks USING (kind, key)
    WHERE name IS NOT NULL AND kind <> 'account' AND names BETWEEN 2 AND ${mostNames}),
  fitting AS (SELECT x.kind, x.key, x.name AS one, y.name AS other FROM spelled AS x JOIN spelled AS y ON x.kind = y.kind AND x.key = y.key AND x.name <> y.name
    WHERE ${alikeParts('x.parts', 'y.parts')}),
  alone AS (SELECT kind, key, one FROM fitting GROUP BY kind, key, one HAVING count(*) = 1)
  SELECT f.* FROM fitting AS f JOIN alone AS x USING (kind, key, one) JOIN alone AS y ON y.kind = f.kind AND y.key = f.key AND y.one = f.other
  WHERE f.one < f.other) AS pair
JOIN _members AS a ON a.kind = pair.kind AND a.key = pair.key AND a.name = pair.one
JOIN _members AS b ON b.kind = pair.kind AND b.key = pair.key AND b.name = pair.other
JOIN _blocks AS block ON block.kind = a.kind AND block.key = a.key AND block.members <= ${largestPerson}
WHERE ${mayBeOne}`
}

/** A record without a name goes with its key, as long as one person at most is known by it and the key means the same everywhere. */
function withoutNames(): string {
  return `SELECT a.id AS "left", b.id AS "right", ${scoreOf('nameless')} AS score, ${evidenceOf('nameless')} AS evidence
FROM _members AS a JOIN _members AS b ON a.kind = b.kind AND a.key = b.key AND a.id < b.id
JOIN _blocks AS block ON block.kind = a.kind AND block.key = a.key AND block.names <= 1 AND block.members <= ${largestPerson}
WHERE (a.name IS NULL OR b.name IS NULL) AND a.kind NOT IN ('account', 'number') AND NOT starts_with(a.key, 'n:') AND ${mayBeOne}`
}
