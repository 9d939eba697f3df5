import { tables } from '../../model/tables.ts'
import { quoteIdentifier, raw, type Sql } from '../../sql/sql.ts'

/** Names under which the engine knows the served version and the small file beside it. */
export const baseName = 'base'
export const liveName = 'live'

/** A table of the version that arrivals are settled against. */
export const inBase = (table: string): Sql => raw(`${baseName}.cx.${quoteIdentifier(table)}`)

/** The same table of what arrived since. */
export const inLive = (table: string): Sql => raw(`${liveName}.cx.${quoteIdentifier(table)}`)

/** Tables of rows that come from records. */
export const recordTables = tables.filter(({ kind }) => kind === 'record')

/**
 * Tables whose rows mean nothing without the row before them: a balance changes what the one before it was. What arrives for them waits for
 * the next build.
 */
export const waitingTables = ['balances', 'benchmarks']

/** Rows that are kept once a thing, whoever names it: what hangs on one record of them hangs on no other. */
export const sharedTables = ['customers', 'accounts', 'agents', 'teams', 'products']
