import type { Problem } from '../../errors.ts'
import { quoteIdentifier, raw } from '../../sql/sql.ts'
import { filledColumns } from './filled.ts'
import type { DeriveStep } from './step.ts'

/** The pack of answers that name a case and a customer by numbers of another source. */
const pack = 'surveys'

const links = [
  { column: 'case', table: 'cases', things: 'cases' },
  { column: 'customer', table: 'customers', things: 'customers' },
] as const

/**
 * Answers name a case and a customer by the number that some other source gave, without saying which. The one source that has it is meant; where
 * several have it nothing is guessed, and a note says so. An answer without a customer is of the customer of its case.
 */
export const surveyLinks: DeriveStep = {
  name: 'survey links',
  async run({ store }) {
    const filled = await filledColumns(store)
    const surveys = filled.get('surveys')
    if (!surveys) return []
    const [mine] = await store.rows(raw(`SELECT 1 AS "one" FROM cx.loads WHERE pack = '${pack}' LIMIT 1`))
    if (!mine) return []
    const notes: Problem[] = []
    for (const { column, table, things } of links) {
      if (!surveys.has(column) || !filled.has(table)) continue
      const [ambiguous] = await store.rows(raw(countAmbiguous(column, table)))
      await store.run(raw(linkStatement(column, table)))
      if (Number(ambiguous?.n) > 0) notes.push(severalNumber(things, Number(ambiguous?.n), String(ambiguous?.sources)))
    }
    if (surveys.has('case') && surveys.has('customer') && filled.get('cases')?.has('customer'))
      await store.run(raw(customerOfCase))
    return notes
  },
}

const ofPack = `load IN (SELECT id FROM cx.loads WHERE pack = '${pack}')`
/** What stands behind the key space of an id. */
const numberIn = (id: string): string => `substr(${id}, strpos(${id}, ':') + 1)`

/** Numbers that lead nowhere yet, with the rows of other sources that have them. */
function candidates(column: string, table: string): string {
  const name = quoteIdentifier(column)
  return `SELECT asked.id, min(t.id) AS found, count(DISTINCT t.id) AS n, list(DISTINCT split_part(t.id, ':', 1)) AS spaces
FROM (SELECT DISTINCT ${name} AS id FROM cx.surveys WHERE ${ofPack} AND ${name} IS NOT NULL
    AND ${name} NOT IN (SELECT id FROM cx.${table} WHERE id IS NOT NULL)) AS asked
  JOIN (SELECT id, ${numberIn('id')} AS number FROM cx.${table} UNION ALL SELECT id, id FROM cx.${table}) AS t
    ON t.number = ${numberIn('asked.id')}
GROUP BY asked.id`
}

function linkStatement(column: string, table: string): string {
  const name = quoteIdentifier(column)
  return `UPDATE cx.surveys AS s SET ${name} = c.found FROM (${candidates(column, table)}) AS c
WHERE c.n = 1 AND s.${name} = c.id AND s.${ofPack}`
}

function countAmbiguous(column: string, table: string): string {
  return `SELECT count(*) AS n, array_to_string(list_sort(list_distinct(flatten(list(spaces)))), ', ') AS sources
FROM (${candidates(column, table)}) WHERE n > 1`
}

const customerOfCase = `UPDATE cx.surveys AS s SET customer = k.customer FROM cx.cases AS k
WHERE k.id = s."case" AND s.customer IS NULL AND s.${ofPack}`

function severalNumber(things: string, n: number, sources: string): Problem {
  return {
    code: 'survey-ambiguous',
    message: `${n} ${things} that answers to surveys name by number stand in several sources (${sources}): those answers stay without one.`,
    where: 'source surveys',
    fix: 'Send the number with its source before it, as the ids of the model have it: "support:4711".',
  }
}
