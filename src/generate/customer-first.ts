import { raw, type Sql } from '../sql/sql.ts'
import { publishedColumns, recommendedColumns, type TicketColumn } from './customer-first/columns.ts'
import { dirtCounts } from './customer-first/dirt.ts'
import { plantedTickets } from './customer-first/planted.ts'
import { published, publishedTickets } from './customer-first/published.ts'
import type { Generation, Generator, RawFile } from './generator.ts'

/** The public support-ticket set of the Customer First study: one CSV of tickets, seventeen columns. */
export const customerFirst: Generator = {
  name: 'customer-first',
  says: 'Support tickets of a company for hardware, software and telephony: one CSV of 17 columns.',
  rows: 20_000,
  publishedRows: published.rows,
  files: (generation) => [ticketFile(generation)],
}

function ticketFile(generation: Generation): RawFile {
  const columns = generation.columns === 'recommended' ? [...publishedColumns, ...recommendedColumns] : publishedColumns
  const tickets = generation.likePublished ? publishedTickets(generation) : plantedTickets(generation)
  const lines = generation.dirt === 'hard'
  return {
    name: 'customer_support_tickets.csv',
    prepare: [raw(`CREATE TABLE numbers AS SELECT range AS i FROM range(${generation.rows})`)],
    select: lines ? lineRecords(tickets, columns) : fieldRecords(tickets, columns),
    lines,
    dirt: dirtCounts(generation.dirt, generation.rows),
  }
}

/** In the order of the file: the order of `numbers`, which the engine keeps. */
function fieldRecords(tickets: Sql, columns: readonly TicketColumn[]): Sql {
  const fields = columns.map((name) => `CASE WHEN kind <> 'blank' THEN "${name}" END AS "${name}"`)
  return raw(`SELECT ${fields.join(', ')} FROM (${tickets.strings[0]})`)
}

/** Each record as finished text: what no CSV writer would produce. The only column is named as the header reads. */
function lineRecords(tickets: Sql, columns: readonly TicketColumn[]): Sql {
  const quoted = columns.map((name) => quotedField(`"${name}"`))
  const joined = (fields: string[]) => fields.join(" || ',' || ")
  const line = joined(quoted)
  const at = (name: TicketColumn) => columns.indexOf(name)
  const replaced = (name: TicketColumn, field: string) => joined(quoted.toSpliced(at(name), 1, field))
  const open = `'"' || replace("Ticket Description", '"', '""')`
  const stray = `replace("Product Purchased", ' ', ' "')`
  return raw(`SELECT CASE kind WHEN 'blank' THEN '${','.repeat(columns.length - 1)}'
  WHEN 'shortRecord' THEN ${joined(quoted.slice(0, -4))} WHEN 'longRecord' THEN ${line} || ',more,still more'
  WHEN 'openQuote' THEN ${replaced('Ticket Description', open)} WHEN 'strayQuote' THEN ${replaced('Product Purchased', stray)}
  WHEN 'emptyLine' THEN '' WHEN 'carriageReturn' THEN ${line} || chr(13)
  ELSE ${line} END AS "${columns.join(',')}" FROM (${tickets.strings[0]})`)
}

function quotedField(field: string): string {
  return `CASE WHEN regexp_matches(${field}, '[",\\n\\r]') THEN '"' || replace(${field}, '"', '""') || '"' ELSE coalesce(${field}, '') END`
}
