import { type Decisions, type Pair, readDecisions } from '../../config/identity.ts'
import { type Problem, RapportError } from '../../errors.ts'
import { tableNamed, tables } from '../../model/tables.ts'
import { ident, quoteIdentifier, raw, sql } from '../../sql/sql.ts'
import type { Store } from '../../store/store.ts'
import { externalSql, type Filled, findLinks, isOfAmounts, largestPerson } from './candidates.ts'
import { labelComponents } from './components.ts'
import { filledColumns } from './filled.ts'
import { namesSystem } from './likeness.ts'
import type { DeriveStep } from './step.ts'

/**
 * Who is who. Records of different sources (and of one that knows no customer ids) that are one person by what they share become one
 * row of `customers`: the one with the smallest id of those that a source knows by a number (else of all; one that only a file of amounts
 * names last), filled in the same order. Every link to one that left is
 * re-pointed. All links, taken back or not, stay in `identities` with their evidence; the user's decisions in `identity.yaml` win.
 */
export const identityStep: DeriveStep = {
  name: 'identity',
  async run({ store, directory }) {
    const decisions = await readDecisions(directory)
    const there = await filledColumns(store)
    const columns = there.get('customers')
    if (!columns || !(await isWorthwhile(store, decisions, columns))) return []
    const filled = { columns, accountNames: there.get('accounts')?.has('name') ?? false }
    const before = await countOf(store, 'cx.customers')
    await findLinks(store, filled)
    const decided = decisions.split.length + decisions.join.length
    if ((await countOf(store, '_links')) + decided === 0 && !(await sharesNumbers(store))) {
      await tidy(store)
      return []
    }
    const notes = await decide(store, decisions)
    notes.push(...(await refuseContradictions(store, filled)))
    await keepLinks(store)
    const joined = await joinRecords(store, filled)
    await tidy(store)
    if (joined === 0) return notes
    const after = await countOf(store, 'cx.customers')
    if (before !== after + joined) throw lost(before, after, joined)
    return [joinedNote(before, after, joined), ...notes]
  },
}

const temporary = ['_people', '_links', '_decided', '_alive', '_labels', '_refused', '_names', '_whole']

async function tidy(store: Store): Promise<void> {
  for (const table of temporary) await store.run(sql`DROP TABLE IF EXISTS ${raw(table)}`)
}

function joinedNote(before: number, after: number, joined: number): Problem {
  return {
    code: 'identities-joined',
    message: `${before} customer records are ${after} customers: ${joined} ${joined === 1 ? 'was' : 'were'} joined with another record of the same person.`,
    fix: 'Run "rapport identity explain ID" for the evidence of one, "rapport identity split ID OTHER" to take two apart.',
  }
}

function lost(before: number, after: number, joined: number): RapportError {
  return new RapportError({
    code: 'customers-lost',
    message: `${before} customer records are not ${after} customers and ${joined} joined ones.`,
    fix: 'Nothing was published. This is a fault of Rapport: report it with the files, or ones like them.',
  })
}

async function countOf(store: Store, table: string): Promise<number> {
  const [row] = await store.rows(raw(`SELECT count(*) AS n FROM ${table}`))
  return Number(row?.n ?? 0)
}

/**
 * One source alone is looked at only where it knows no customer ids and has more than names and addresses: with ids it says itself who is
 * two, and names with addresses are what such records are told apart by already.
 */
async function isWorthwhile(store: Store, { split, join }: Decisions, columns: ReadonlySet<string>): Promise<boolean> {
  if (split.length + join.length > 0) return true
  const [row] = await store.rows(raw('SELECT min(source) <> max(source) AS several FROM cx.customers'))
  if (row?.several !== false) return row?.several === true
  const more = ['phone', 'account'].filter((name) => columns.has(name))
  const [found] = await store.rows(
    raw(`SELECT EXISTS (SELECT 1 FROM cx.customers WHERE NOT ${columns.has('is_identified') ? 'coalesce(is_identified, FALSE)' : 'FALSE'}
AND (${[...more, 'attributes'].map((name) => `${name} IS NOT NULL`).join(' OR ')})) AS unknown`),
  )
  return found?.unknown === true
}

/** `_decided`: the rule's links and the user's, with what was taken back; `_alive` are the others, and `_labels` their components. */
async function decide(store: Store, { split, join }: Decisions): Promise<Problem[]> {
  const notes: Problem[] = []
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _decided AS
SELECT "left", "right", score, evidence, 'rule' AS decided_by, FALSE AS undone FROM _links`),
  )
  for (const [index, pair] of join.entries()) {
    if (!(await areKnown(store, pair, `join ${index + 1}`, notes))) continue
    const [left, right] = [pair.left, pair.right].toSorted()
    await store.run(sql`DELETE FROM _decided WHERE "left" = ${left!} AND "right" = ${right!}`)
    await store.run(
      sql`INSERT INTO _decided VALUES (${left!}, ${right!}, 1, ${`Joined by the user${reasonOf(pair)}.`}, 'user', FALSE)`,
    )
  }
  await label(store)
  const parted: Pair[] = []
  for (const [index, pair] of split.entries()) {
    if (!(await areKnown(store, pair, `split ${index + 1}`, notes))) continue
    if (await areOne(store, pair)) parted.push(pair)
    else notes.push(idle(pair))
  }
  for (const pair of parted)
    await store.run(
      sql`UPDATE _decided SET undone = TRUE, decided_by = 'user', evidence = evidence || ${` Taken apart by the user${reasonOf(pair)}.`}
      WHERE ("left" = ${pair.right} OR "right" = ${pair.right}) AND decided_by = 'rule' AND NOT undone`,
    )
  if (parted.length > 0) await label(store)
  for (const pair of parted) if (await areOne(store, pair)) notes.push(held(pair))
  return notes
}

const reasonOf = ({ reason }: Pair): string => (reason ? `: ${reason.replace(/\.$/, '')}` : '')

function idle({ left, right }: Pair): Problem {
  return {
    code: 'split-idle',
    message: `"${left}" and "${right}" are split in identity.yaml, and nothing joins them.`,
    where: 'identity.yaml',
    fix: 'Leave it as a precaution, or remove it.',
  }
}

function held({ left, right }: Pair): Problem {
  return {
    code: 'split-contradicted',
    message: `"${left}" and "${right}" are split in identity.yaml, and still joined by other decisions there.`,
    where: 'identity.yaml',
    fix: 'Remove the "join" that leads from one to the other.',
  }
}

async function areKnown(store: Store, { left, right }: Pair, what: string, notes: Problem[]): Promise<boolean> {
  const found = await store.rows(sql`SELECT DISTINCT id FROM cx.customers WHERE id IN (${left}, ${right})`)
  const missing = [left, right].filter((id) => !found.some((row) => row.id === id))
  for (const id of missing)
    notes.push({
      code: 'identity-unknown',
      message: `identity.yaml (${what}) names "${id}", which no source has.`,
      where: 'identity.yaml',
      fix: 'Mend the id, or remove the decision.',
    })
  return missing.length === 0
}

async function areOne(store: Store, { left, right }: Pair): Promise<boolean> {
  const [row] = await store.rows(
    sql`SELECT (SELECT label FROM _labels WHERE id = ${left}) = (SELECT label FROM _labels WHERE id = ${right}) AS one`,
  )
  return row?.one === true
}

async function label(store: Store): Promise<void> {
  await store.run(raw('CREATE OR REPLACE TEMP TABLE _alive AS SELECT "left", "right" FROM _decided WHERE NOT undone'))
  const resting = await labelComponents(store, '_alive', '_labels')
  if (resting) return
  throw new RapportError({
    code: 'identities-endless',
    message: 'Records that may be one person hang together in chains that are too long to be followed.',
    fix: 'Nothing was published. This is a fault of Rapport: report it with the files, or ones like them.',
  })
}

/** A person of many records or of facts that cannot be true together is left as the records were, and reported. */
async function refuseContradictions(store: Store, { columns }: Filled): Promise<Problem[]> {
  const external = await externalSql(store)
  const birth = columns.has('birth_on')
    ? 'SELECT label FROM _labels JOIN cx.customers AS c USING (id) GROUP BY label HAVING count(DISTINCT c.birth_on) > 1'
    : 'SELECT label FROM _labels WHERE FALSE'
  const known = columns.has('is_identified') ? 'coalesce(c.is_identified, FALSE)' : 'FALSE'
  const user = `SELECT l.label FROM _decided AS d JOIN _labels AS l ON l.id = d."left" WHERE d.decided_by = 'user' AND NOT d.undone`
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _refused AS
SELECT label, min(why) AS why FROM (
  SELECT label, 'more than ${largestPerson} records' AS why FROM _labels GROUP BY label HAVING count(*) > ${largestPerson}
  UNION ALL SELECT label, 'two dates of birth' FROM (${birth}) WHERE label NOT IN (${user})
  UNION ALL SELECT label, 'two customer numbers of one source' FROM (SELECT label FROM _labels JOIN cx.customers AS c USING (id)
    WHERE ${known} GROUP BY label, split_part(id, ':', 1) HAVING count(DISTINCT id) > 1) WHERE label NOT IN (${user})
  ${external ? `UNION ALL SELECT label, 'two numbers of another system' FROM (SELECT label FROM _labels JOIN ${external} AS e USING (id) WHERE ${namesSystem('e.name')} GROUP BY label, e.name HAVING count(DISTINCT e.value) > 1) WHERE label NOT IN (${user})` : ''}
) GROUP BY label`),
  )
  await store.run(
    raw(`UPDATE _decided SET undone = TRUE, evidence = evidence || ' Not joined: ' || _refused.why || '.'
FROM _labels JOIN _refused USING (label) WHERE _decided."left" = _labels.id AND NOT _decided.undone`),
  )
  const rows = await store.rows(
    raw(
      'SELECT why, count(DISTINCT label) AS people, count(*) AS records FROM _labels JOIN _refused USING (label) GROUP BY why ORDER BY why',
    ),
  )
  return rows.map((row) => ({
    code: 'identity-refused',
    message: `${row.records} customer records that look like ${row.people} ${Number(row.people) === 1 ? 'person' : 'people'} were not joined: ${row.why}.`,
    fix: 'Their links stand in the table identities, taken back; "join" in identity.yaml joins two of them anyway.',
  }))
}

async function keepLinks(store: Store): Promise<void> {
  await store.run(
    raw(`INSERT INTO cx.identities ("left", "right", score, evidence, decided_by, undone)
SELECT "left", "right", score, evidence, decided_by, undone FROM _decided ORDER BY "left", "right"`),
  )
}

/** Several systems with one numbering of customers each bring a row for a number: they are one by definition. */
async function sharesNumbers(store: Store): Promise<boolean> {
  const [row] = await store.rows(
    raw("SELECT EXISTS (SELECT 1 FROM cx.customers WHERE NOT starts_with(id, source || ':')) AS found"),
  )
  return row?.found === true
}

/** Rows that leave `customers`. `_names(id, canonical)` says as whom each record goes on. */
async function joinRecords(store: Store, { columns }: Filled): Promise<number> {
  const known = columns.has('is_identified') ? 'coalesce(c.is_identified, FALSE)' : 'FALSE'
  const same = 'SELECT id FROM cx.customers GROUP BY id HAVING count(*) > 1'
  await store.run(
    raw(`CREATE OR REPLACE TEMP TABLE _names AS
WITH kept AS (SELECT id, label FROM _labels WHERE label NOT IN (SELECT label FROM _refused)),
best AS (SELECT label, coalesce(min(id) FILTER (WHERE ${known}), min(id) FILTER (WHERE NOT ${isOfAmounts('c')}), label) AS canonical FROM kept JOIN cx.customers AS c USING (id) GROUP BY label)
SELECT id, canonical FROM kept JOIN best USING (label)
${(await sharesNumbers(store)) ? `UNION SELECT id, id FROM (${same}) WHERE id NOT IN (SELECT id FROM kept)` : ''}`),
  )
  const [counted] = await store.rows(
    raw('SELECT count(*) AS rows, count(DISTINCT canonical) AS people FROM cx.customers JOIN _names USING (id)'),
  )
  const joined = Number(counted?.rows ?? 0) - Number(counted?.people ?? 0)
  if (joined === 0) return 0
  await store.run(raw(wholeRows(columns)))
  await store.run(raw('DELETE FROM cx.customers WHERE id IN (SELECT id FROM _names)'))
  await store.run(raw('INSERT INTO cx.customers BY NAME SELECT * FROM _whole ORDER BY id'))
  for (const table of tables)
    if (table.kind === 'record')
      for (const column of table.columns)
        if (column.refers === 'customers') await repoint(store, table.name, column.name)
  return joined
}

/** Where a row came from is told of the record whose id stays; every other column takes the first value that a record has. */
function wholeRows(columns: ReadonlySet<string>): string {
  const origin = new Set(['source', 'source_key', 'load', 'record'])
  const known = columns.has('is_identified') ? 'coalesce(is_identified, FALSE)' : 'FALSE'
  const own = (tableNamed('customers')?.columns ?? []).filter(({ name }) => columns.has(name) && name !== 'id')
  const values = own.map(({ name }) => {
    const column = quoteIdentifier(name)
    if (name === 'is_identified') return `bool_or(${column}) AS ${column}`
    // Later ones win in a patch, so the best comes last.
    if (name === 'attributes')
      return `list_reduce(list(attributes ORDER BY place DESC) FILTER (WHERE attributes IS NOT NULL), lambda whole, part: json_merge_patch(whole, part)) AS attributes`
    return `arg_min(${column}, ${origin.has(name) ? 'origin' : 'place'}) AS ${column}`
  })
  return `CREATE OR REPLACE TEMP TABLE _whole AS
SELECT canonical AS id, ${values.join(', ')} FROM (SELECT *,
  row_number() OVER (PARTITION BY canonical ORDER BY ${known} DESC, ${isOfAmounts('c')}, id, source, record) AS place,
  row_number() OVER (PARTITION BY canonical ORDER BY id <> canonical, ${isOfAmounts('c')}, source, record) AS origin
  FROM cx.customers AS c JOIN _names USING (id)) GROUP BY canonical`
}

/** Rows changed at a time: what a change keeps until it is written down must not grow with the table. */
const atOnce = 2_000_000

async function repoint(store: Store, table: string, column: string): Promise<void> {
  const [stored] = await store.rows(
    sql`SELECT estimated_size AS n FROM duckdb_tables() WHERE schema_name = 'cx' AND table_name = ${table}
    AND EXISTS (SELECT 1 FROM duckdb_columns() WHERE schema_name = 'cx' AND table_name = ${table} AND column_name = ${column})`,
  )
  if (!stored) return
  const [from, link] = [ident('cx', table), ident(column)]
  const [last] = await store.rows(sql`SELECT max(rowid) AS n FROM ${from}`)
  for (let first = 0; first <= Number(last?.n ?? -1); first += atOnce) {
    await store.run(sql`UPDATE ${from} AS t SET ${link} = n.canonical FROM _names AS n
    WHERE t.${link} = n.id AND n.id <> n.canonical AND t.rowid >= ${first} AND t.rowid < ${first + atOnce}`)
    if (Number(last?.n ?? 0) >= atOnce) await store.run(sql`CHECKPOINT`)
  }
}
