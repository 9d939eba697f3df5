import type { Dialect } from './ops.ts'

/** DuckDB is the engine that the operations are written for: nothing to override. */
export const duckdb: Dialect = { name: 'DuckDB', overrides: {} }
