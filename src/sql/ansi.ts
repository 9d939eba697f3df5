import type { Dialect, Override } from './ops.ts'

const notStandard = (what: string): Override => ({
  unsupported: `Standard SQL has no word for ${what} that engines agree on: take the number from Rapport, or from the DuckDB file that it exports.`,
})

/** Whole seconds between two moments, as the standard spells them: an interval in its parts. */
function secondsBetween(a: string, b: string): string {
  const between = `(CAST(${b} AS TIMESTAMP) - CAST(${a} AS TIMESTAMP))`
  const part = (field: string, seconds: number): string => `EXTRACT(${field} FROM ${between}) * ${seconds}`
  return `(${part('DAY', 86400)} + ${part('HOUR', 3600)} + ${part('MINUTE', 60)} + EXTRACT(SECOND FROM ${between}))`
}

/**
 * SQL that no engine owns: what definitions are written in that leave the house (dbt, Apache Ossie). Nothing is run in it here; what engines
 * spell differently is refused, and told with its reason, instead of being true on one of them.
 */
export const ansi: Dialect = {
  name: 'Standard SQL',
  overrides: {
    div: { sql: (a, b) => `(CAST(${a} AS DOUBLE PRECISION) / NULLIF(${b}, 0))` },
    coalesce: { sql: (...args) => `COALESCE(${args.join(', ')})` },
    nullif: { sql: (a, b) => `NULLIF(${a}, ${b})` },
    least: notStandard('the smallest of several values'),
    greatest: notStandard('the largest of several values'),
    abs: { sql: (a) => `ABS(${a})` },
    round: notStandard('rounding half away from zero'),
    floor: { sql: (a) => `FLOOR(${a})` },
    ln: { sql: (a) => `LN(${a})` },
    sqrt: { sql: (a) => `SQRT(${a})` },
    lower: { sql: (a) => `LOWER(${a})` },
    upper: { sql: (a) => `UPPER(${a})` },
    trim: { sql: (a) => `TRIM(${a})` },
    length: { sql: (a) => `CHAR_LENGTH(${a})` },
    contains: { sql: (a, part) => `(POSITION(${part} IN ${a}) > 0)` },
    starts_with: { sql: (a, start) => `(SUBSTRING(${a} FROM 1 FOR CHAR_LENGTH(${start})) = ${start})` },
    matches: notStandard('patterns'),
    replace: notStandard('replacing text'),
    mask_contacts: notStandard('patterns'),
    fold_text: notStandard('letters without accents'),
    text_print: notStandard('patterns'),
    words_among: notStandard('patterns'),
    plain_subject: notStandard('patterns'),
    digest: notStandard('digests'),
    to_integer: notStandard('casts that give nothing where they fail'),
    to_number: notStandard('casts that give nothing where they fail'),
    to_boolean: notStandard('casts that give nothing where they fail'),
    to_date: notStandard('reading dates in a form of their own'),
    to_timestamp: notStandard('reading dates in a form of their own'),
    to_utc: notStandard('time zones by name'),
    to_local: notStandard('time zones by name'),
    hour_of: { sql: (a) => `EXTRACT(HOUR FROM ${a})` },
    weekday_of: notStandard('days of the week'),
    week: notStandard('the first day of a week'),
    month: {
      sql: (a) => `CAST(CAST(${a} AS DATE) - (EXTRACT(DAY FROM CAST(${a} AS DATE)) - 1) * INTERVAL '1' DAY AS DATE)`,
    },
    quarter: notStandard('the first day of a quarter'),
    year: notStandard('the first day of a year'),
    seconds_between: { sql: secondsBetween },
    add_seconds: { sql: (a, seconds) => `(${a} + ${seconds} * INTERVAL '1' SECOND)` },
    add_days: { sql: (a, days) => `CAST(${a} + ${days} * INTERVAL '1' DAY AS DATE)` },
    add_months: notStandard('adding months'),
    months_between: {
      sql: (a, b) =>
        `((EXTRACT(YEAR FROM ${b}) - EXTRACT(YEAR FROM ${a})) * 12 + EXTRACT(MONTH FROM ${b}) - EXTRACT(MONTH FROM ${a}))`,
    },
    days_between: {
      sql: (a, b) =>
        `EXTRACT(DAY FROM (CAST(CAST(${b} AS DATE) AS TIMESTAMP) - CAST(CAST(${a} AS DATE) AS TIMESTAMP)))`,
    },
    json_field: notStandard('fields of JSON'),
    row_hash: notStandard('digests'),
    count: { sql: (a) => `COUNT(${a ?? '*'})` },
    count_if: { sql: (a) => `COUNT(CASE WHEN ${a} THEN 1 END)` },
    count_distinct: { sql: (a) => `COUNT(DISTINCT ${a})` },
    count_codes: notStandard('sets of bits'),
    sum: { sql: (a) => `SUM(${a})` },
    /** Of whole numbers some engines give a whole mean. */
    avg: { sql: (a) => `AVG(CAST(${a} AS DOUBLE PRECISION))` },
    min: { sql: (a) => `MIN(${a})` },
    max: { sql: (a) => `MAX(${a})` },
    variance: { sql: (a) => `VAR_SAMP(${a})` },
    covariance: { sql: (a, b) => `COVAR_POP(${a}, ${b})` },
    quantile: { sql: (a, at) => `PERCENTILE_CONT(${at}) WITHIN GROUP (ORDER BY ${a})` },
    any_value: notStandard('any value of several'),
    latest: notStandard('the value of the newest row'),
  },
}
